//! Subgroups at the mix of cases of the dominant one.

use serde::Serialize;

use super::cell::Cell;
use super::compare::{GapAudit, Tested};
use super::vocabulary::quoted;
use super::{AuditError, AuditOptions, Predictions, inference};
use crate::stats::auc_inference::{self, About};
use crate::stats::multiplicity::holm;
use crate::stats::standardised::{LeftOut, Standardised, Stratified, standardised};
use crate::stats::{Comparison, Contributions, Estimate};
use crate::threads;

/// The dominant subgroup and another on cases of one mix.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct StandardAudit {
    /// The method.
    pub method: String,
    /// The subgroup whose cases are weighted.
    pub group: String,
    /// The class or finding, against the rest; of one yes-or-no question none.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub class: Option<String>,
    /// Strata of positives and of negatives that both have.
    pub strata: [usize; 2],
    /// Effective number of the subgroup's positives and negatives, `(sum w)^2 / sum w^2`.
    pub effective: [Option<f64>; 2],
    /// The share of the dominant subgroup's positives and negatives that is in strata of both.
    pub reference_kept: [f64; 2],
    /// The same of the subgroup.
    pub kept: [f64; 2],
    /// Strata that are not compared.
    pub left_out: Vec<StratumLeftOut>,
    /// AUC of the dominant subgroup on strata of both.
    pub reference: Estimate,
    /// AUC of the subgroup at the dominant one's mix of them.
    pub auc: Estimate,
    /// The dominant subgroup minus this one, cases as they are.
    pub plain: Tested,
    /// The same at one mix of cases; Holm's p-value is over all methods, classes and subgroups.
    pub gap: Tested,
    /// What the mix of cases makes of the plain gap: that minus the one at one mix.
    pub explained: Tested,
}

/// A stratum that one of both subgroups has too little of.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct StratumLeftOut {
    /// Its values.
    pub stratum: String,
    /// `positives` or `negatives`.
    pub outcome: &'static str,
    /// Its share among the dominant subgroup's.
    pub reference_share: f64,
    /// Its share among the subgroup's.
    pub share: f64,
    /// Why it is not compared.
    pub reason: String,
}

/// If less of an outcome of the dominant subgroup than this is in strata of both, what is left is not its mix.
const LEAST: f64 = 0.5;
/// Why there is nothing to compare.
const NOTHING: &str = "no stratum of positives, or none of negatives, is in both subgroups";

/// Every method, class and subgroup against the first of `order`; nothing where no strata were asked for.
pub(super) fn of(
    predictions: &Predictions,
    order: &[usize],
    gaps: &[GapAudit],
    options: &AuditOptions,
) -> Result<Vec<StandardAudit>, AuditError> {
    let Some((&dominant, others)) = order.split_first().filter(|_| !predictions.strata.is_empty()) else {
        return Ok(Vec::new());
    };
    let mut asked = Vec::new();
    for gap in gaps {
        let place = |names: &[String], name: &String| names.iter().position(|known| known == name);
        let class =
            gap.class.as_ref().and_then(|class| place(&predictions.classes, class)).unwrap_or_default();
        let (method, group) =
            (place(&predictions.methods, &gap.method), place(&predictions.groups, &gap.group));
        if let Some((method, group)) = method.zip(group).filter(|(_, group)| others.contains(group)) {
            asked.push((gap, method, class, group));
        }
    }
    let one = |&(gap, method, class, group): &(&GapAudit, usize, usize, usize)| {
        let cell = |group: usize| Cell::of(predictions, method as u32, group as u32, class);
        pair(predictions, gap, (&cell(dominant), &cell(group)), options)
    };
    let mut found = threads::try_map(&asked, one)?;
    let p = holm(&found.iter().map(|entry| entry.gap.p).collect::<Vec<_>>())?;
    found.iter_mut().zip(p).for_each(|(entry, p)| entry.gap.p_holm = p);
    Ok(found)
}

fn pair(
    predictions: &Predictions,
    plain: &GapAudit,
    (most, own): (&Cell, &Cell),
    options: &AuditOptions,
) -> Result<StandardAudit, AuditError> {
    let name = match predictions.weighted {
        true => "standardised weighted AUC, Obuchowski",
        false => "standardised AUC, Obuchowski",
    };
    let strata = [most, own].map(|cell| -> Vec<usize> {
        cell.samples.iter().map(|&sample| predictions.samples.strata[sample as usize] as usize).collect()
    });
    let [reference, other] = [(most, &strata[0]), (own, &strata[1])].map(|(cell, strata)| Stratified {
        labels: &cell.labels,
        scores: &cell.scores,
        patients: &cell.patients,
        weights: predictions.weighted.then_some(&cell.weights),
        strata,
    });
    let found = standardised(reference, other)?;
    let (entry, found) = match found {
        None => (bare(plain, name, [most, own], NOTHING), None),
        Some(found) => {
            let entry = bare(plain, name, [most, own], "");
            let entry = about(entry, &found, &predictions.strata);
            match too_little(&entry) {
                None => (entry, Some(found)),
                Some(reason) => (refused(entry, &reason), None),
            }
        }
    };
    let Some(found) = found else { return Ok(entry) };
    let level = options.level;
    let single = |found: &Contributions, n: usize| {
        let about = About { n, undefined: None, flag: None };
        auc_inference::single(name, about, Some(&found.area()), level, Default::default())
    };
    let (reference, auc) = (single(&found.reference, most.labels.len())?, single(&found.own, found.samples)?);
    let gap =
        auc_inference::unpaired(name, (&reference, Some(&found.reference)), (&auc, Some(&found.own)), level)?;
    let whole = |cell: &Cell| inference::auc(cell, predictions.weighted);
    let explained = match whole(most)?.zip(whole(own)?) {
        None => entry.explained,
        Some((all, all_own)) => {
            let terms = [(1.0, &all), (-1.0, &all_own), (-1.0, &found.reference), (1.0, &found.own)];
            let area = Contributions::combined(&terms).area();
            let about = About { n: own.labels.len(), undefined: None, flag: None };
            Tested::of(auc_inference::paired("gap by the mix of cases", about, Some(&area), level)?)
        }
    };
    Ok(StandardAudit { reference, auc, gap: Tested::of(gap), explained, ..entry })
}

/// Without numbers, for `reason`.
fn bare(plain: &GapAudit, name: &str, [most, own]: [&Cell; 2], reason: &str) -> StandardAudit {
    let n = own.labels.len();
    let none = || Tested::of(Comparison::undefined(name, n, reason));
    StandardAudit {
        method: plain.method.clone(),
        group: plain.group.clone(),
        class: plain.class.clone(),
        strata: [0; 2],
        effective: [None; 2],
        reference_kept: [0.0; 2],
        kept: [0.0; 2],
        left_out: Vec::new(),
        reference: Estimate::undefined(name, most.labels.len(), reason),
        auc: Estimate::undefined(name, n, reason),
        plain: plain.auc.clone(),
        gap: none(),
        explained: none(),
    }
}

/// With what is compared and what is not; positives first.
fn about(entry: StandardAudit, found: &Standardised, names: &[String]) -> StandardAudit {
    let turned = |pair: [f64; 2]| [pair[1], pair[0]];
    let [reference_kept, kept] = found.kept().map(turned);
    let lost = |out: &LeftOut| StratumLeftOut {
        stratum: names[out.stratum].clone(),
        outcome: if out.positive { "positives" } else { "negatives" },
        reference_share: out.reference,
        share: out.own,
        reason: match out.patients {
            0 => "the subgroup has none".to_owned(),
            _ if out.reference == 0.0 => "the dominant subgroup has none".to_owned(),
            patients => format!("the subgroup has {patients} patient there: no error can be told"),
        },
    };
    StandardAudit {
        strata: [found.strata[1], found.strata[0]],
        effective: turned(found.effective).map(Some),
        reference_kept,
        kept,
        left_out: found.left_out.iter().map(lost).collect(),
        ..entry
    }
}

/// Why strata of both are too small a part of the dominant subgroup to stand for it. What the other one has beyond them
/// has no weight at the dominant one's mix, and is no reason.
fn too_little(entry: &StandardAudit) -> Option<String> {
    let shares = entry.reference_kept.into_iter().zip(["positives", "negatives"]);
    let (share, outcome) = shares.into_iter().find(|(share, _)| *share < LEAST)?;
    let other = match entry.kept.iter().all(|kept| *kept >= LEAST) {
        true => format!(" (the other way round there may be: --dominant {})", quoted(&entry.group)),
        false => String::new(),
    };
    Some(format!(
        "only {:.0} % of the {outcome} of the dominant subgroup are in strata that both have; no comparison below {:.0} \
         %{other}",
        100.0 * share,
        100.0 * LEAST
    ))
}

fn refused(mut entry: StandardAudit, reason: &str) -> StandardAudit {
    let StandardAudit { reference, auc, gap, explained, .. } = &mut entry;
    for estimate in [reference, auc, &mut gap.difference, &mut explained.difference] {
        estimate.reason = Some(reason.to_owned());
    }
    entry
}
