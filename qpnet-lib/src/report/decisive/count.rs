//! How often each verdict was reached.

use super::super::Table;
use crate::experiment::grid::tables::VerdictRow;
use crate::stats::frontier::Verdict;

/// A row a method: in how many points it adds, is a knob, costs, is open; in brackets after Holm; its mean gain.
pub fn verdict_counts_table(rows: &[VerdictRow]) -> Table {
    let mut methods: Vec<&str> = Vec::new();
    for row in rows {
        if !methods.contains(&row.method.as_str()) {
            methods.push(&row.method);
        }
    }
    let headers =
        ["method", "points", "adds", "beaten", "knob", "costs", "open", "mean gain", "least", "most"];
    let mut table = Table::new("Verdicts, in brackets those that stand after Holm", headers);
    for method in methods {
        let own: Vec<&VerdictRow> = rows.iter().filter(|row| row.method == method).collect();
        let count = |word: &str| {
            let of = |verdict: fn(&VerdictRow) -> Verdict| {
                own.iter().filter(|row| verdict(row).word() == word).count()
            };
            format!("{} ({})", of(|row| row.verdict), of(|row| row.verdict_holm))
        };
        let gains: Vec<f64> = own.iter().filter_map(|row| row.gain.value).collect();
        let mean = gains.iter().sum::<f64>() / gains.len() as f64;
        let least = gains.iter().copied().fold(f64::INFINITY, f64::min);
        let most = gains.iter().copied().fold(f64::NEG_INFINITY, f64::max);
        let counts = ["adds", "beaten", "knob", "costs", "open"].map(count);
        let numbers = [mean, least, most].map(|gain| format!("{gain:.3}").replace('-', "−"));
        let begin = [method.to_owned(), own.len().to_string()];
        table.row(begin.into_iter().chain(counts).chain(numbers));
    }
    table
}
