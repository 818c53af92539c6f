//! Whole experiments: runs, repeats, kept results, and the program `qpnet`.

mod cka_study;
mod kept_key;
mod killed;
mod methods;
mod parallel;
mod repeat;
mod repeats;
mod report_curve;
mod resume;
mod run;
#[path = "../../qpnet-lib/build/sources.rs"]
mod sources;
mod start_weights;
mod tasks;
#[path = "../support/toy.rs"]
mod toy;
mod verbs;
