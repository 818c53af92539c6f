//! Gains below each other.

use crate::experiment::grid::tables::VerdictRow;
use crate::figure::{Figure, FigureError, Forest};
use crate::stats::frontier::EQUIVALENCE;

/// A heading a point, a row a method, zone of equivalence marked.
///
/// # Errors
/// [`FigureError`], as without a row.
pub fn gain_forest(
    rows: &[VerdictRow],
    heading: impl Fn(&VerdictRow) -> String,
    title: &str,
    name: &str,
) -> Result<Figure, FigureError> {
    let mut forest = Forest::new(name, title)
        .x_label("gain D over the re-weighting frontier")
        .reference(0.0, "a knob")
        .decimals(3);
    let mut last = None;
    for row in rows {
        let own = heading(row);
        if last.as_ref() != Some(&own) {
            forest = forest.heading(own.clone());
            last = Some(own);
        }
        forest = forest.row(format!("{}, {}", row.method, super::map::words(row)), row.gain.clone());
    }
    let few = |count: usize| rows.iter().any(|row| row.seeds.0 == count);
    let seeds: Vec<String> = (0..=rows.iter().map(|row| row.seeds.0).max().unwrap_or(0))
        .filter(|&count| few(count))
        .map(|count| count.to_string())
        .collect();
    forest
        .caption(format!(
            "95 % intervals; behind the method its verdict, a star where it stands after Holm; seeds: {}. A knob is within \
             {EQUIVALENCE} of 0.",
            seeds.join(", ")
        ))
        .draw()
}
