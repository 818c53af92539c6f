//! Data sets from manifest to pixels: the library, and the verbs of `qpnet data`.

mod bad_cli;
mod bad_input;
#[path = "../../qpnet-lib/fuzz/bodies.rs"]
mod bodies;
mod chexpert;
mod command;
mod decode;
mod fetch;
mod field;
mod fuzz;
mod ham10000;
mod isic2019;
mod masks;
mod pack;
mod placebo;
mod resized;
mod scale;
mod tasks;
#[path = "../support/tiny.rs"]
mod tiny;
#[path = "../support/toy.rs"]
mod toy;
