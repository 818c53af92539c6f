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
/// The columns of the frontier's table after the factors.
pub(super) const FRONTIER: [&str; 21] = [
    "method",
    "seeds",
    "seeds_of",
    "gain",
    "low",
    "high",
    "se",
    "seed_sd",
    "p",
    "p_holm",
    "p_equivalence",
    "p_equivalence_holm",
    "verdict",
    "verdict_holm",
    "outside",
    "dominant_change",
    "dominant_low",
    "dominant_high",
    "p_quasi_pareto_0.02",
    "p_quasi_pareto_0.01",
    "note",
];
/// The columns of the table of places after the factors.
pub(super) const PLACES: [&str; 5] = ["method", "frontier", "seed", "dominant", "less"];
/// The columns of the table of tuning after the factors.
pub(super) const TUNING: [&str; 10] = [
    "method",
    "draw",
    "settings",
    "validation_dominant",
    "validation_less",
    "mixed_dominant",
    "mixed_less",
    "qualifies",
    "chosen",
    "note",
];
