//! Who is in train, validation and test: whole patients, by our rule or as published; how many that are, whether they
//! suffice, and whether anything crosses.
//!
//! Samples of one patient, and patients who share an identical file, are never divided. A sample of a subgroup that is
//! only reported is in the test part, or in none where its patient is in another.

pub(super) mod arrange;
pub(super) mod assign;
pub(super) mod counts;
pub(super) mod division;
pub(super) mod enough;
pub(super) mod error;
pub(super) mod folds;
pub(super) mod leak;
pub(super) mod nested;
pub(super) mod placebo;
