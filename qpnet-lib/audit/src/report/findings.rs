//! What the Pareto fairness criterion finds of curves, as a table.

use super::Table;
use super::format;
use crate::stats::pareto::{Finding, Judgement, Onset, Verdict};

/// A table of [`Finding`]s in the making.
pub struct FindingTable(Table);

impl FindingTable {
    /// Without rows.
    pub fn new(title: impl Into<String>) -> Self {
        let headers = [
            "Method",
            "Subgroup",
            "Largest fall",
            "Between sizes",
            "p",
            "p (Holm)",
            "p (flat)",
            "Upper bound",
            "Falls from (interval)",
            "Verdict",
        ];
        Self(Table::new(title, headers))
    }

    /// The rows of a method: the dominant subgroup, then the other.
    pub fn findings(&mut self, method: &str, names: &[String], judgement: &Judgement, sizes: &[usize]) {
        for (name, finding) in names.iter().zip([&judgement.dominant, &judgement.less]) {
            let Finding { drop, p, p_adjusted, p_flat, upper, onset, verdict, flag } = finding;
            let between = match drop.value > 0.0 {
                true => format!("{} → {}", sizes[drop.from], sizes[drop.to]),
                false => "—".to_owned(),
            };
            self.0.row([
                method.to_owned(),
                name.clone(),
                format!("{:.3}", drop.value),
                between,
                format::p_value(*p),
                format::p_value(*p_adjusted),
                format::p_value(*p_flat),
                upper.map_or_else(|| "—".to_owned(), |upper| format!("{upper:.3}")),
                onset.as_ref().map_or_else(|| "—".to_owned(), onset_words),
                verdict_word(*verdict).to_owned(),
            ]);
            if let Some(flag) = flag {
                self.0.note(format!("{method}, {name}: {flag}"));
            }
        }
    }

    /// With the notes that every such table needs, and a remark of one's own.
    pub fn done(self, remark: Option<&str>) -> Table {
        let mut table = self.0;
        table.note(
            "p: \"non-decreasing\", counting climbs before a fall as far as they are certain; flat: counting none",
        );
        if let Some(remark) = remark {
            table.note(remark);
        }
        table
            .note("a large p shows nothing: only an upper bound below the tolerance satisfies the criterion");
        table
    }
}

fn verdict_word(verdict: Verdict) -> &'static str {
    match verdict {
        Verdict::Violated => "violated",
        Verdict::Satisfied => "satisfied",
        Verdict::Undecided => "undecided",
    }
}

/// `800 (400–1600)`.
fn onset_words(onset: &Onset) -> String {
    format!("{} ({}–{})", onset.size, onset.low, onset.high)
}
