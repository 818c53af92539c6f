//! Subgroups that are not scored: who is left out, and how many.

use crate::audit::{Audit, UnscoredAudit};
use crate::report::Table;

/// More names than these stand in the table only.
const MOST: usize = 4;

/// Every subgroup that is too small, or that nobody is in; `None` where all are scored.
pub fn unscored_table(audit: &Audit) -> Option<Table> {
    let mut table = Table::new(
        "Subgroups that are not scored",
        ["Subgroup", "Samples", "Patients", "Positives", "Reason"],
    );
    for UnscoredAudit { group, samples, patients, positives, reason } in &audit.unscored {
        let counts = [samples, patients, positives].map(|count| count.to_string());
        table.row([group.clone()].into_iter().chain(counts).chain([reason.clone()]));
    }
    table.note("their samples are in no number of this report");
    (!audit.unscored.is_empty()).then_some(table)
}

/// One sentence, where there are such.
pub(super) fn unscored_words(audit: &Audit) -> Option<String> {
    let small: Vec<&UnscoredAudit> =
        audit.unscored.iter().filter(|entry| entry.reason.starts_with("fewer")).collect();
    let nobody = audit.unscored.iter().filter(|entry| entry.samples == 0).count();
    if small.is_empty() && nobody == 0 {
        return None;
    }
    let samples: usize = small.iter().map(|entry| entry.samples).sum();
    let what = if audit.clustered { "patients" } else { "samples" };
    let listed: Vec<String> =
        small.iter().take(MOST).map(|entry| format!("{} ({})", entry.group, entry.patients)).collect();
    let more = if small.len() > MOST { format!(" and {} more", small.len() - MOST) } else { String::new() };
    let few = match small.len() {
        0 => String::new(),
        count => format!(
            " {count} of fewer than {} {what}, {samples} samples in all: {}{more}.",
            audit.smallest,
            listed.join(", ")
        ),
    };
    let none = match nobody {
        0 => String::new(),
        1 => " Nobody is in 1 crossing.".to_owned(),
        count => format!(" Nobody is in {count} crossings."),
    };
    Some(format!("Not scored:{few}{none}"))
}
