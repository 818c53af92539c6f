//! What QP-Net needs of a backbone.

use std::fmt::Debug;

use tch::Tensor;

use super::Pass;

/// A network from images to one vector an image.
pub trait Backbone: Debug + Send {
    /// Forward pass; `pass` says whose statistics batch normalisation takes, sees the activations
    /// of [`Self::points`] in that order, and draws what is dropped.
    ///
    /// # Shapes
    /// `x (b, c, h, w)` -> `(b, outputs)`.
    fn forward(&self, x: &Tensor, pass: &mut Pass) -> Tensor;

    /// Names of the points where layers are compared, in the order of the forward pass.
    fn points(&self) -> Vec<String>;

    /// Length of the vector.
    fn outputs(&self) -> i64;

    /// Name of the first convolution's weight, below which colour enters.
    fn stem_weight(&self) -> &'static str;
}
