//! Tables, pictures and divisions of the field: what public data sets look like, in small.

#[path = "../support/toy.rs"]
mod toy;

mod choices;
mod shipped;
mod tables;
mod told;
