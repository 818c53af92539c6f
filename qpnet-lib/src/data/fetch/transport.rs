//! The way to a server, as far as downloads need to know it.

use super::answer::Answer;

/// What is asked of a server.
#[derive(Clone, Copy, Debug)]
pub struct Ask<'a> {
    /// The file.
    pub url: &'a str,
    /// Only what follows the bytes that are there; `None`: all of it.
    pub rest: Option<Rest<'a>>,
}

/// `Range` and `If-Range`.
#[derive(Clone, Copy, Debug)]
pub struct Rest<'a> {
    /// How many bytes are there.
    pub from: u64,
    /// The validator they came with: whoever has another file by now sends all of it.
    pub validator: &'a str,
}

/// No answer.
#[derive(Clone, Debug)]
pub struct Fault {
    /// Why, for a person.
    pub reason: String,
    /// Is asking again in vain?
    pub lasting: bool,
}

/// Asks servers.
pub trait Transport {
    /// The head of the answer, with the body to be read. Redirects have been followed, to https only;
    /// every status is an answer. A body that ends before its length reads as an error.
    ///
    /// # Errors
    /// [`Fault`] where there is no answer.
    fn get(&self, ask: &Ask<'_>) -> Result<Answer, Fault>;
}
