//! Subgroups that are not scored: who is left out, and how many.

use crate::audit::{Audit, UnscoredAudit};
use crate::report::Table;
use crate::report::format::count;

/// More names than these stand in the table only.
const MOST: usize = 4;

/// Every subgroup that is too small, or that nobody is in; `None` where all are scored.
pub fn unscored_table(audit: &Audit) -> Option<Table> {
    let mut table = Table::new(
        "Subgroups that are not scored",
        ["Subgroup", "Samples", "Patients", "Positives", "Reason"],
    );
    for UnscoredAudit { group, samples, patients, positives, reason } in &audit.unscored {
        let positives = positives.map_or_else(|| "—".to_owned(), |count| count.to_string());
        let counts = [samples.to_string(), patients.to_string(), positives];
        table.row([group.clone()].into_iter().chain(counts).chain([reason.clone()]));
    }
    table.note("their samples are counted among those read, and are in no AUC, rate, calibration or gap");
    if audit.empty_crossings > 0 && !audit.unscored.iter().any(|entry| entry.samples == 0) {
        table.note(format!("nobody is in {} further crossings, which are not listed", audit.empty_crossings));
    }
    (!audit.unscored.is_empty()).then_some(table)
}

/// One sentence, where there are such.
pub(super) fn unscored_words(audit: &Audit) -> Option<String> {
    let small: Vec<&UnscoredAudit> =
        audit.unscored.iter().filter(|entry| entry.reason.starts_with("fewer")).collect();
    let nobody = audit.empty_crossings;
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
        number => format!(
            " {number} of fewer than {} {what}, {} in all: {}{more}.",
            audit.smallest,
            count(samples, "sample", "samples"),
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
