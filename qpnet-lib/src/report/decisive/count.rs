//! How often each verdict was reached.

use super::super::Table;
use crate::experiment::grid::tables::VerdictRow;
use crate::stats::frontier::Verdict;

/// A row a method: in how many points it adds, is a knob, costs, is open, has no test; in brackets after Holm; in how many
/// it is outside the range of the frontier in most seeds; and the mean of its gains.
pub fn verdict_counts_table(rows: &[VerdictRow]) -> Table {
    let mut methods: Vec<&str> = Vec::new();
    for row in rows {
        if !methods.contains(&row.method.as_str()) {
            methods.push(&row.method);
        }
    }
    let headers = [
        "method",
        "points",
        "adds",
        "beaten",
        "knob",
        "costs",
        "open",
        "no test",
        "outside",
        "mean of cells",
        "least",
        "most",
    ];
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
        let untested = own.iter().filter(|row| row.verdict == Verdict::Undefined).count();
        let outside = own.iter().filter(|row| row.outside > 0.5).count();
        let written = |gain: f64| format!("{gain:.3}").replace('-', "−");
        let numbers =
            [mean, least, most].map(|gain| if gain.is_finite() { written(gain) } else { "—".to_owned() });
        let begin = [method.to_owned(), own.len().to_string()];
        let further = [untested, outside].map(|count| count.to_string());
        table.row(begin.into_iter().chain(counts).chain(further).chain(numbers));
    }
    table
}
