//! Whole experiments: runs, repeats, kept results, and the program `qpnet`.

mod ablate_output;
mod cka_study;
mod cka_verb;
mod curve;
#[path = "../support/disk.rs"]
mod disk;
mod full_disk;
mod grid;
mod kept_key;
mod kept_shown;
mod killed;
mod methods;
mod parallel;
#[path = "../support/people.rs"]
mod people;
#[path = "../support/predictions.rs"]
mod predictions;
mod repeat;
mod repeats;
mod report_curve;
mod resume;
mod run;
mod run_options;
#[path = "../../qpnet-lib/build/sources.rs"]
mod sources;
mod start_weights;
mod tasks;
#[path = "../support/tiny.rs"]
mod tiny;
#[path = "../support/toy.rs"]
mod toy;
mod verbs;
