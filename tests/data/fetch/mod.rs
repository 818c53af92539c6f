//! `qpnet data fetch`: the whole program against a server on this machine, over TLS.

mod harness;
mod https_server;
mod plan;
mod refusals;
mod resume;
