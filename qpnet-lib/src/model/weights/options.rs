//! What of a file is loaded, and how strictly.

/// Which tensors are loaded.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Scope {
    /// The backbone up to the pooled vector: a checkpoint of another classifier.
    #[default]
    Backbone,
    /// Everything: a file written by [`save`](super::save).
    Whole,
}

/// How the first convolution of a network for colour images becomes one for grey images.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Colour {
    /// Not at all: the channels must fit.
    #[default]
    AsStored,
    /// Its kernel is summed over the channels. A grey image then gives what the same image in
    /// three equal channels gave, provided that all three were normalised alike; where they were
    /// not (ImageNet's means differ by channel), up to a shift and a scale per channel.
    SumToGrey,
}

/// How a file is loaded.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct LoadOptions<'a> {
    /// Which tensors.
    pub scope: Scope,
    /// Refuse a file of which a tensor is missing, unexpected or of another shape or kind; nothing is
    /// changed then. Otherwise what fits is taken and the report tells the rest; nothing at all is refused.
    pub strict: bool,
    /// What stands before the network's names in the file (`module.`); the other names are left aside.
    /// Empty: nothing. It is never guessed: a file may hold several networks.
    pub prefix: &'a str,
    /// What to do with colour.
    pub colour: Colour,
}

impl Default for LoadOptions<'_> {
    fn default() -> Self {
        Self { scope: Scope::Backbone, strict: true, prefix: "", colour: Colour::AsStored }
    }
}
