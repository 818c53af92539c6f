//! Train, validation and test: who is where, how many, and does anything cross.

pub(super) mod assign;
pub(super) mod counts;
pub(super) mod division;
pub(super) mod enough;
pub(super) mod error;
pub(super) mod leak;
pub(super) mod nested;
