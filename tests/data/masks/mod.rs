//! Masks of images: found, applied, part of every hash, and told when they are wrong.

#![allow(clippy::print_stdout)]

mod applied;
mod harness;
mod refused;
