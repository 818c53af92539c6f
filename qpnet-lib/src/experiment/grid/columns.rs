//! The columns of the table that no factor may be called.

/// What stands before the factors: which cell.
pub(super) const BEFORE: [&str; 4] = ["cell", "data", "scheme", "size"];
/// What stands after them.
pub(super) const AFTER: [&str; 14] = [
    "seed",
    "data_seed",
    "fold",
    "method",
    "subgroup",
    "metric",
    "value",
    "low",
    "high",
    "se",
    "images",
    "patients",
    "positives",
    "note",
];
/// Both.
pub(super) const FIXED: [&str; 18] = {
    let mut all = [""; 18];
    let mut at = 0;
    while at < all.len() {
        all[at] = if at < BEFORE.len() { BEFORE[at] } else { AFTER[at - BEFORE.len()] };
        at += 1;
    }
    all
};
