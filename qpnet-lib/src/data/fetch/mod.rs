//! The files of an open data set, downloaded when somebody says so.
//!
//! ```text
//! plan -> fetch_file (place -> ask -> answer -> part -> check -> rename)
//! ```
//!
//! A file is downloaded to `<file>.part`, beside which `<file>.part.json` says where it comes from; both are
//! gone once the file has its own name. What was cut off, or killed, is continued where it ended as long as
//! the server says by its validator (`ETag`, `Last-Modified`) that its file is still the same one, and begins
//! anew otherwise. Lengths and hashes that the manifest lists are checked before the file gets its name.
//!
//! How bytes travel is behind [`Transport`]; the program brings one for HTTPS.

mod answer;
mod download;
mod error;
mod part;
mod place;
mod plan;
mod transport;

pub use answer::Answer;
pub use download::{Patience, Received, fetch_file};
pub use error::FetchError;
pub use plan::{FetchPlan, FileState, PlannedFile, plan};
pub use transport::{Ask, Fault, Rest, Transport};
