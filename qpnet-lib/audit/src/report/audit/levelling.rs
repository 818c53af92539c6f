//! Levelling down, said first.

use crate::audit::{Audit, LevellingAudit};
use crate::report::{estimate, p_value};

/// One sentence each, before anything else: a smaller gap is no gain if it was bought so.
pub(super) fn levelling_words(audit: &Audit) -> Vec<String> {
    let sentence = |entry: &LevellingAudit| {
        let LevellingAudit { method, reference, better, worse, before, after, loss, gain, .. } = entry;
        let shown = gain.p_holm.is_some_and(|p| p <= 1.0 - audit.level);
        let other = match gain.difference.value {
            Some(value) if shown && value > 0.0 => format!("{worse} gained less"),
            Some(value) if shown && value < 0.0 => format!("{worse} lost too"),
            _ => format!("{worse} is not shown to have gained"),
        };
        let also = match entry.also_lost.as_slice() {
            [] => String::new(),
            others => format!("; {} lost too", others.join(", ")),
        };
        let rare = if *better == audit.dominant { worse } else { better };
        let claim = match entry.claim_shown {
            false => String::new(),
            true => format!(
                "; quasi-Pareto improvement for {rare} is shown all the same, since {} lost no more than {}",
                audit.dominant, audit.margin
            ),
        };
        let (is, first) = match entry.reversed {
            true => ("turned round and came out smaller", "Levelling down, and the gap reversed"),
            false => ("came out smaller", "Levelling down"),
        };
        format!(
            "{first}: with {method} the gap between {} and {rare} {is} than with {reference} ({} in place of {}; the change \
             is not tested), and {better}, which was ahead, got worse, {} (p {} after Holm); {other}, {}{also}{claim}; by {}.",
            audit.dominant,
            estimate(after),
            estimate(before),
            estimate(&loss.difference),
            p_value(loss.p_holm),
            estimate(&gain.difference),
            audit.measure
        )
    };
    audit.levelled_down.iter().map(sentence).collect()
}
