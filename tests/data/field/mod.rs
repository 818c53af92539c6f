//! Tables, pictures and divisions of the field: what public data sets look like, in small.

mod choices;
mod shipped;
mod tables;
mod told;
