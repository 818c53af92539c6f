//! What the experiment found, in words that follow the numbers.

use super::super::format;
use crate::experiment::grid::tables::VerdictRow;
use crate::stats::frontier::{EQUIVALENCE, Verdict};

/// A paragraph on one method: where it adds, is a knob, costs; where nothing is shown; and what it rests on.
pub fn decisive_words(rows: &[VerdictRow], method: &str) -> String {
    let own: Vec<&VerdictRow> = rows.iter().filter(|row| row.method == method).collect();
    let Some(first) = own.first() else { return format!("{method} was not trained.") };
    let seeds = own.iter().map(|row| row.seeds.0);
    let (least, most) = (seeds.clone().min().unwrap_or(0), seeds.max().unwrap_or(0));
    let of = own.len();
    let range = if least == most { least.to_string() } else { format!("{least} to {most}") };
    let mut text = format!(
        "{method} was compared with the re-weighting frontier at {of} points, each with {range} seeds"
    );
    if least < first.seeds.1 {
        text += &format!(" of {} planned", first.seeds.1);
    }
    text += ". After Holm's correction ";
    let count = |wanted: fn(Verdict) -> bool| own.iter().filter(|row| wanted(row.verdict_holm)).count();
    let parts = [
        (count(|verdict| verdict == Verdict::Adds), "it adds what no single weight reaches"),
        (count(|verdict| verdict == Verdict::Beaten), "one weight has as much or more of both"),
        (count(|verdict| verdict == Verdict::Knob), "it is a knob"),
        (count(|verdict| verdict == Verdict::Costs), "it costs"),
        (count(|verdict| matches!(verdict, Verdict::Undecided { .. })), "nothing is shown"),
        (count(|verdict| verdict == Verdict::Undefined), "there is no test yet"),
    ];
    let parts: Vec<String> = parts
        .into_iter()
        .filter(|(count, _)| *count > 0)
        .map(|(count, words)| format!("{words} in {count} of {of}"))
        .collect();
    text += &parts.join(", ");
    text += &format!(" (a knob: within {EQUIVALENCE} of the frontier).");
    let tested: Vec<&&VerdictRow> = own.iter().filter(|row| row.gain.low.is_some()).collect();
    let value = |row: &&&&VerdictRow| row.gain.value.unwrap_or_default();
    if let Some(most) = tested.iter().max_by(|a, b| value(a).total_cmp(&value(b))) {
        text += &format!(
            " The largest of {} gains, which its choice makes too large, is {} at {}; after Holm {}.",
            tested.len(),
            format::estimate(&most.gain),
            place(most),
            match most.verdict_holm {
                Verdict::Undecided { .. } => "nothing is shown there".to_owned(),
                verdict => format!("it stands: {verdict}"),
            }
        );
    }
    let more: Option<usize> = own
        .iter()
        .filter_map(|row| match row.verdict {
            Verdict::Undecided { more } => Some(more),
            _ => None,
        })
        .try_fold(0, |most, more| Some(more?.max(most)));
    match more {
        Some(0) => {}
        Some(more) => text += &format!(" To decide every open point alone takes about {more} more seeds."),
        None => text += " Some open points need more patients than these test sets have.",
    }
    text
}

/// Which point a row is of: `size 6400, conflict -1.2`.
fn place(row: &VerdictRow) -> String {
    let size = row.place.size.map(|size| format!("size {size}"));
    let levels = row.place.levels.iter().map(|(name, level)| format!("{name} {level}"));
    let parts: Vec<String> = std::iter::once(row.place.scheme.clone()).chain(size).chain(levels).collect();
    parts.join(", ")
}
