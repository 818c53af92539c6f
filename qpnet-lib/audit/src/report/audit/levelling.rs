//! Levelling down, said first.

use crate::audit::{Audit, LevellingAudit};
use crate::report::estimate;

/// One sentence each, before anything else: a smaller gap is no gain if it was bought so.
pub(super) fn levelling_words(audit: &Audit) -> Vec<String> {
    let sentence = |entry: &LevellingAudit| {
        let LevellingAudit { method, reference, better, worse, before, after, loss, gain } = entry;
        let other = match gain.difference {
            ref own if own.low.is_some_and(|low| low > 0.0) => format!("{worse} gained less"),
            _ => format!("{worse} did not gain for sure"),
        };
        format!(
            "Levelling down: with {method} the gap between {} and {} is smaller than with {reference} ({} in place of {}) \
             because {better} got worse, {}; {other}, {}; by {}.",
            audit.dominant,
            if *better == audit.dominant { worse } else { better },
            estimate(after),
            estimate(before),
            estimate(&loss.difference),
            estimate(&gain.difference),
            audit.measure
        )
    };
    audit.levelled_down.iter().map(sentence).collect()
}
