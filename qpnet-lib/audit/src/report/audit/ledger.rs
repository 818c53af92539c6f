//! What was not estimated, and how far it could move the gaps.

use super::tables::headers;
use crate::audit::{Audit, LedgerBound, LedgerEntry};
use crate::report::format::count;
use crate::report::{Table, estimate};

/// Who is in no number and why, then the gaps with them on either side; empty where nobody asked.
pub fn ledger_tables(audit: &Audit) -> Vec<Table> {
    let Some(ledger) = &audit.ledger else { return Vec::new() };
    let mut out = Table::new(
        "What was not estimated",
        headers(audit, &[&["Subgroup", "Method", "Samples", "Patients", "Reason"]]),
    );
    for LedgerEntry { group, class, method, samples, patients, reason } in &ledger.entries {
        let class = (!audit.classes.is_empty()).then(|| class.clone().unwrap_or_else(|| "all".to_owned()));
        let words = [group.clone().unwrap_or_default(), method.clone().unwrap_or_else(|| "all".to_owned())];
        let counts = [samples, patients].map(|count| count.to_string());
        table_row(&mut out, class, words, counts, reason);
    }
    if ledger.entries.is_empty() {
        out.note("nothing was left out");
    }
    let own = ["Method", "Subgroup", "Not known", "Samples", "Gap", "Least", "Most"];
    let title = format!(
        "{} minus other subgroups, AUC, with the extremes that what is not known allows",
        audit.dominant
    );
    let mut bounds = Table::new(title, headers(audit, &[&own]));
    for entry in &ledger.bounds {
        let words =
            [entry.method.clone(), entry.group.clone(), entry.unknown.to_owned(), entry.samples.to_string()];
        let numbers = [&entry.gap, &entry.least, &entry.most].map(estimate);
        bounds.row(entry.class.iter().cloned().chain(words).chain(numbers));
        for (end, found) in [("least", &entry.least), ("most", &entry.most)] {
            if let Some(told) = &found.flag {
                bounds.note(format!("* {}, {}, {}, {end}: {told}", entry.method, entry.group, entry.unknown));
            }
        }
    }
    bounds.note(
        "each AUC at its own extreme: whatever the outcomes, or the subgroups, of these samples are, the gap is not below \
         Least and not above Most, sampling error apart, which the intervals have",
    );
    let tables = [Some(out), (!ledger.bounds.is_empty()).then_some(bounds)];
    tables.into_iter().flatten().collect()
}

fn table_row(
    table: &mut Table,
    class: Option<String>,
    words: [String; 2],
    counts: [String; 2],
    reason: &str,
) {
    table.row(class.into_iter().chain(words).chain(counts).chain([reason.to_owned()]));
}

/// One sentence for each gap that what is not known could turn or hide.
pub(super) fn ledger_words(audit: &Audit) -> Vec<String> {
    let bounds = audit.ledger.iter().flat_map(|ledger| &ledger.bounds);
    let shown = |entry: &&LedgerBound| {
        let away =
            entry.gap.low.is_some_and(|low| low > 0.0) || entry.gap.high.is_some_and(|high| high < 0.0);
        away && !entry.sure
    };
    let sentence = |entry: &LedgerBound| {
        let class = entry.class.as_ref().map_or_else(String::new, |class| format!("{class}, "));
        format!(
            "{}, {class}{}: the gap of {} is not sure, since the {} of {} is not known: between {} and {} everything is \
             possible.",
            entry.method,
            entry.group,
            estimate(&entry.gap),
            entry.unknown,
            count(entry.samples, "sample", "samples"),
            estimate(&entry.least),
            estimate(&entry.most)
        )
    };
    bounds.filter(shown).map(sentence).collect()
}
