//! `frontier.csv`: what every method shows at every point.

use std::path::Path;

use super::error::TableError;
use super::place::{GridPlace, Line, Reader};
use crate::experiment::grid::columns::FRONTIER;
use crate::stats::Estimate;
use crate::stats::frontier::Verdict;

/// A method at a point.
#[derive(Clone, Debug)]
pub struct VerdictRow {
    /// The point.
    pub place: GridPlace,
    /// The method.
    pub method: String,
    /// Seeds behind the gain, and of the plan.
    pub seeds: (usize, usize),
    /// The gain over the re-weighting frontier.
    pub gain: Estimate,
    /// Standard deviation between seeds.
    pub spread: Option<f64>,
    /// Holm's p-value of "no gain".
    pub p: Option<f64>,
    /// What the gain alone shows.
    pub verdict: Verdict,
    /// What it shows after Holm.
    pub verdict_holm: Verdict,
    /// Share of seeds in which the method is outside the range of the frontier.
    pub outside: f64,
    /// AUC of the dominant subgroup minus that of the reference.
    pub dominant: Estimate,
    /// p-value of the quasi-Pareto claim at a margin of 0.02.
    pub quasi_pareto: Option<f64>,
}

/// Read the table.
///
/// # Errors
/// [`TableError`].
pub fn verdicts(file: &Path) -> Result<Vec<VerdictRow>, TableError> {
    let (reader, mut rows) = Reader::open(file, &FRONTIER)?;
    rows.records().map(|record| row(&reader.line(record)?)).collect()
}

fn row(line: &Line<'_>) -> Result<VerdictRow, TableError> {
    let note = Some(line.text("note").to_owned()).filter(|note| !note.is_empty());
    let estimate = |[value, low, high]: [&'static str; 3], name: &str| -> Result<Estimate, TableError> {
        let [value, low, high] = [line.optional(value)?, line.optional(low)?, line.optional(high)?];
        Ok(match (value, low, high) {
            (Some(value), Some(low), Some(high)) => {
                Estimate::new(value, low, high, name, 0).flagged(note.clone())
            }
            (Some(value), ..) => Estimate { reason: note.clone(), ..Estimate::bare(value, name, 0) },
            _ => Estimate::undefined(name, 0, note.clone().unwrap_or_else(|| "not trained".to_owned())),
        })
    };
    let gain = estimate(["gain", "low", "high"], "gain over the re-weighting frontier, 95 %")?;
    Ok(VerdictRow {
        place: line.place()?,
        method: line.text("method").to_owned(),
        seeds: (line.typed("seeds")?, line.typed("seeds_of")?),
        gain: Estimate { se: line.optional("se")?, ..gain },
        spread: line.optional("seed_sd")?,
        p: line.optional("p_holm")?,
        verdict: line.typed("verdict")?,
        verdict_holm: line.typed("verdict_holm")?,
        outside: line.typed("outside")?,
        dominant: estimate(["dominant_change", "dominant_low", "dominant_high"], "dominant AUC, 95 %")?,
        quasi_pareto: line.optional("p_quasi_pareto_0.02")?,
    })
}
