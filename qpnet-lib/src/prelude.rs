//! The names a notebook needs.
