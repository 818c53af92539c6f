//! What to do with an image that is missing or cannot be decoded.

/// What to do with an image that is missing or cannot be decoded.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum OnUnreadable {
    /// Stop with an error that names it.
    #[default]
    Fail,
    /// Leave it out, count it, and name it in the notes.
    Skip,
}
