//! What a split can lack.

use crate::data::manifest::suggest::list;

/// A split that nothing can be trained or judged on.
#[derive(Debug, thiserror::Error)]
pub enum SplitError {
    /// Information flows between the parts of the split.
    #[error("the split leaks: {report}")]
    Leak {
        /// What crosses, in words.
        report: String,
    },

    /// Training or evaluation needs both classes here.
    #[error(
        "scheme {scheme:?}: subgroup {subgroup:?} has {positives} positive and {negatives} negative images in the {part} part; both classes are needed: choose another scheme, other split fractions, or more data"
    )]
    OneClass {
        /// The scheme.
        scheme: String,
        /// The subgroup.
        subgroup: String,
        /// The part.
        part: &'static str,
        /// Images of the positive class.
        positives: usize,
        /// Images of the negative class.
        negatives: usize,
    },

    /// Only one class of several, or none, in a part of a main subgroup.
    #[error(
        "scheme {scheme:?}: subgroup {subgroup:?} has {images} images of the classes [{}] in the {part} part; expected at least two classes: choose another scheme, other split fractions, or more data",
        list(found)
    )]
    FewClasses {
        /// The scheme.
        scheme: String,
        /// The subgroup.
        subgroup: String,
        /// The part.
        part: &'static str,
        /// The classes that have an image.
        found: Vec<String>,
        /// All images of the cell.
        images: usize,
    },

    /// A class that no main subgroup has an image of in the train part.
    #[error(
        "scheme {scheme:?}: the train part has no image of {}; expected every class of the manifest: leave these classes out of [label], or add data",
        list(classes)
    )]
    Untrained {
        /// The scheme.
        scheme: String,
        /// The classes without an image.
        classes: Vec<String>,
    },

    /// No finding is known to be present in one image and absent in another.
    #[error(
        "scheme {scheme:?}: no finding is both present and absent among the {images} images of subgroup {subgroup:?} in the {part} part; at least one is needed: choose another scheme, other split fractions, or more data"
    )]
    NoOutcome {
        /// The scheme.
        scheme: String,
        /// The subgroup.
        subgroup: String,
        /// The part.
        part: &'static str,
        /// All images of the cell.
        images: usize,
    },

    /// A nested training set that is larger than the whole.
    #[error(
        "expected at most {available} dominant training images, as many as the population has; got {wanted}"
    )]
    TooFewToNest {
        /// How many were asked for.
        wanted: usize,
        /// How many there are.
        available: usize,
    },
}
