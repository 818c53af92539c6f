//! All parts of an audit together.

use std::collections::BTreeMap;

use rayon::prelude::*;
use serde::Serialize;

use super::cell::{Cell, CellAudit};
use super::compare::{ClaimAudit, GapAudit, Known, MethodAudit, adjust, against, claim, gap};
use super::{AuditError, AuditOptions, Predictions};
use crate::rng::Streams;
use crate::stats::{Bootstrap, Estimate, Interval, Resampler};

/// What an audit found.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct Audit {
    /// The file.
    pub file: String,
    /// Rows.
    pub rows: usize,
    /// Patients, or samples where no column says.
    pub patients: usize,
    /// Whether a column said which rows are of one patient.
    pub clustered: bool,
    /// The methods.
    pub methods: Vec<String>,
    /// The method that others are compared with.
    pub reference: String,
    /// The dominant subgroup.
    pub dominant: String,
    /// Margin of non-inferiority.
    pub margin: f64,
    /// Positive is who scores this or more.
    pub threshold: f64,
    /// Confidence level.
    pub level: f64,
    /// Every method on every subgroup; the dominant subgroup first.
    pub cells: Vec<CellAudit>,
    /// The dominant subgroup minus every other, by method.
    pub gaps: Vec<GapAudit>,
    /// Best minus worst AUC over all subgroups, by method.
    pub best_minus_worst: Vec<Best>,
    /// Every other method minus the reference, by subgroup.
    pub against: Vec<MethodAudit>,
    /// The quasi-Pareto claim of every other method, by less-prevalent subgroup.
    pub claims: Vec<ClaimAudit>,
    /// What a reader must know.
    pub notes: Vec<String>,
}

/// The best minus the worst AUC of one method.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct Best {
    /// The method.
    pub method: String,
    /// The difference; its interval lies too high where subgroups are close.
    pub auc: Estimate,
}

/// More subgroups than this are identifiers.
const MOST_GROUPS: usize = 200;

/// Audit `predictions`.
///
/// # Errors
/// [`AuditError`]: an option out of range, a name that does not occur, scores that are no
/// probabilities where calibration was asked for.
pub fn audit(predictions: &Predictions, options: &AuditOptions) -> Result<Audit, AuditError> {
    options.check()?;
    let Predictions { file, methods, groups, rows, .. } = predictions;
    if groups.len() > MOST_GROUPS {
        let message = format!(
            "there are {} subgroups; expected at most {MOST_GROUPS}: is this the column of ids?",
            groups.len()
        );
        return Err(AuditError::Table { file: file.clone(), row: 1, message });
    }
    if let Some(row) = rows.iter().find(|row| options.probabilities && !(0.0..=1.0).contains(&row.score)) {
        return Err(AuditError::Field {
            file: file.clone(),
            row: row.line,
            column: "score".to_owned(),
            found: row.score.to_string(),
            expected: "a probability from 0 to 1; for other scores ask for no calibration (--ranks)"
                .to_owned(),
        });
    }
    let mut by_cell: BTreeMap<(u32, u32), Vec<super::table::Row>> = BTreeMap::new();
    for row in rows {
        by_cell.entry((row.method, row.group)).or_default().push(*row);
    }
    let cells: BTreeMap<(u32, u32), Cell> =
        by_cell.into_iter().map(|(place, rows)| (place, Cell::of(rows))).collect();
    let reference = place("method", methods, options.reference.as_deref(), || 0)?;
    let dominant = place("group", groups, options.dominant.as_deref(), || largest(&cells, groups.len()))?;
    // The dominant subgroup first, the others in the order of the table.
    let order: Vec<u32> = std::iter::once(dominant)
        .chain((0..groups.len() as u32).filter(|&group| group != dominant))
        .collect();

    let streams = Streams::new(options.seed).below("audit");
    let wanted: Vec<(u32, u32)> = (0..methods.len() as u32)
        .flat_map(|method| order.iter().map(move |&group| (method, group)))
        .filter(|place| cells.contains_key(place))
        .collect();
    let audited: Vec<CellAudit> = wanted
        .par_iter()
        .map(|place| {
            let (method, group) = (&methods[place.0 as usize], &groups[place.1 as usize]);
            cells[place].audit(method, group, options, &streams)
        })
        .collect::<Result<_, _>>()?;
    let known = |method: u32, group: u32| {
        let at = wanted.iter().position(|&place| place == (method, group))?;
        Some(Known { cell: &cells[&wanted[at]], audit: &audited[at] })
    };

    let (mut gaps, mut against_reference, mut claims, mut best) =
        (Vec::new(), Vec::new(), Vec::new(), Vec::new());
    for method in 0..methods.len() as u32 {
        for &group in &order[1..] {
            if let (Some(most), Some(other)) = (known(method, dominant), known(method, group)) {
                gaps.push(gap(most, other, options)?);
            }
        }
        best.push(best_minus_worst(&methods[method as usize], rows, method, options, &streams)?);
        if method == reference {
            continue;
        }
        for &group in &order {
            if let (Some(own), Some(then)) = (known(method, group), known(reference, group)) {
                against_reference.push(against(own, then, options)?);
            }
        }
        for &group in &order[1..] {
            let pair = |group| Some([known(method, group)?, known(reference, group)?]);
            if let (Some(less), Some(most)) = (pair(group), pair(dominant)) {
                claims.push(claim(less, most, options)?);
            }
        }
    }
    adjust(&mut against_reference)?;
    Ok(Audit {
        file: file.clone(),
        rows: rows.len(),
        patients: predictions.patients,
        clustered: predictions.clustered,
        methods: methods.clone(),
        reference: methods[reference as usize].clone(),
        dominant: groups[dominant as usize].clone(),
        margin: options.margin,
        threshold: options.threshold,
        level: options.level,
        cells: audited,
        gaps,
        best_minus_worst: best,
        notes: notes(predictions, &against_reference, &claims),
        against: against_reference,
        claims,
    })
}

/// The place of `asked` among `names`.
fn place(
    what: &'static str,
    names: &[String],
    asked: Option<&str>,
    otherwise: impl Fn() -> u32,
) -> Result<u32, AuditError> {
    let Some(asked) = asked else { return Ok(otherwise()) };
    let found = names.iter().position(|name| name == asked);
    found.map(|at| at as u32).ok_or_else(|| AuditError::Unknown {
        what,
        found: asked.to_owned(),
        present: names.to_vec(),
    })
}

/// The subgroup with most patients, the first of several.
fn largest(cells: &BTreeMap<(u32, u32), Cell>, groups: usize) -> u32 {
    let mut patients = vec![0; groups];
    for (&(_, group), cell) in cells {
        let mut own = cell.patients.clone();
        own.sort_unstable();
        own.dedup();
        let most = &mut patients[group as usize];
        *most = own.len().max(*most);
    }
    let most = patients.iter().max().copied().unwrap_or_default();
    patients.iter().position(|&count| count == most).unwrap_or_default() as u32
}

fn best_minus_worst(
    name: &str,
    rows: &[super::table::Row],
    method: u32,
    options: &AuditOptions,
    streams: &Streams,
) -> Result<Best, AuditError> {
    let own = || rows.iter().filter(|row| row.method == method);
    let labels: Vec<bool> = own().map(|row| row.label).collect();
    let scores: Vec<f64> = own().map(|row| row.score).collect();
    let groups: Vec<usize> = own().map(|row| row.group as usize).collect();
    let patients: Vec<usize> = own().map(|row| row.patient as usize).collect();
    let resampler = Resampler::by_cell(&patients, &groups, &labels)?;
    let streams = streams.below("best minus worst");
    // BCa covers this statistic, which the data choose, too rarely.
    let bootstrap = Bootstrap::new(&resampler, &streams)
        .with_level(options.level)
        .with_replicates(options.replicates_for(labels.len()))
        .with_interval(Interval::Percentile);
    Ok(Best { method: name.to_owned(), auc: bootstrap.disparity(&labels, &scores, &groups)? })
}

fn notes(predictions: &Predictions, against: &[MethodAudit], claims: &[ClaimAudit]) -> Vec<String> {
    let mut notes = Vec::new();
    if !predictions.clustered {
        notes.push(
            "no column says which rows are of one patient: rows count as independent, and intervals are \
             too narrow if they are not"
                .to_owned(),
        );
    }
    let unpaired = |entry: &&MethodAudit| entry.samples == 0;
    if let Some(entry) = against.iter().find(unpaired) {
        notes.push(format!(
            "{} and {} share no sample in {}: no paired test",
            entry.method, entry.reference, entry.group
        ));
    }
    if claims.len() > 1 {
        notes.push(
            "each quasi-Pareto claim is tested on its own; of many some are shown by chance".to_owned(),
        );
    }
    notes
}
