//! Training, step by step: optimiser, batches, gradients, what the layers share.

mod adam;
mod golden;
mod gradient_routes;
mod layer_similarity;
#[path = "../support/people.rs"]
mod people;
mod prefetch;
mod samplers;
#[path = "../support/mod.rs"]
mod support;
