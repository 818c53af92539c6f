//! Input that cannot be compared.

use crate::stats::StatsError;

/// Why two representations cannot be compared.
#[derive(Clone, Debug, PartialEq, thiserror::Error)]
pub enum CkaError {
    /// The two sides hold different numbers of images.
    #[error("CKA compares the same images in two layers: {left} images on one side, {right} on the other")]
    Rows {
        /// Images of the first.
        left: usize,
        /// Images of the second.
        right: usize,
    },
    /// Too few images for the estimator.
    #[error("{estimator} needs at least {needed} images, got {got}")]
    TooFew {
        /// Which estimator.
        estimator: &'static str,
        /// How many it needs.
        needed: usize,
        /// How many there are.
        got: usize,
    },
    /// No activation is of this shape.
    #[error("activations must be (n, features) or (n, c, h, w), got {got:?}")]
    Shape {
        /// The shape.
        got: Vec<i64>,
    },
    /// An activation is NaN or infinite.
    #[error("an activation is not finite")]
    NotFinite,
    /// There is not one group for every image.
    #[error("every image needs a group (its patient, or itself): {images} images, {groups} groups given")]
    Groups {
        /// Images.
        images: usize,
        /// Group numbers.
        groups: usize,
    },
    /// A difference by layers needs the same layers on both sides.
    #[error(
        "Delta CKA compares the same layers of two networks: {first} layers on one side and {second} on the other, \
         which differ from layer {place} on"
    )]
    Layers {
        /// Layers of the first.
        first: usize,
        /// Layers of the second.
        second: usize,
        /// The first layer that differs, counted from 1.
        place: usize,
    },
    /// Jackknifes over different groups cannot be combined.
    #[error("paired differences need the same groups on all sides, got {0:?} groups")]
    Unpaired(Vec<usize>),
    /// The confidence level.
    #[error(transparent)]
    Stats(#[from] StatsError),
}
