//! An audit of methods that were trained several times, or of readers: every number is the mean over trainings, its
//! interval that of patients and of trainings.
//!
//! What is found are AUCs, average precision, rates at the threshold, gaps, differences of methods and the claims. All else
//! is that of one training.

use super::best::{Ranged, best};
use super::compare::{ClaimAudit, GapAudit, MethodAudit, Tested, adjust, adjust_gaps, decide};
use super::found::Audit;
use super::macro_auc::{MacroAudit, MacroGap};
use super::notes::notes;
use super::question::AuditTask;
use super::spread::TrainingsAudit;
use super::trainings::Trainings;
use super::{AuditError, AuditOptions, Predictions, levelling, unknown};
use crate::stats::Estimate;
use crate::stats::crossed::Crossed;
use crate::threads;

mod cells;
mod part;

use cells::cell;
use part::Part;

/// What cannot be asked of several trainings at once.
pub(super) fn refused(predictions: &Predictions, options: &AuditOptions) -> Result<(), AuditError> {
    let asked = [
        (options.power.is_some(), "--power"),
        (!options.decision_curve.is_empty(), "--decision-curve"),
        (options.ledger, "--ledger"),
        (!options.rules.is_empty() || predictions.apart.is_some(), "--threshold-from"),
        (!options.thresholds.is_empty(), "several --threshold"),
        (!predictions.strata.is_empty(), "--standardise"),
        (!predictions.along.is_empty(), "--along"),
    ];
    let Some((_, what)) = asked.into_iter().find(|(asked, _)| *asked) else { return Ok(()) };
    let column = predictions.trainings.as_ref().map_or("", |own| own.column.as_str());
    let message =
        format!("{what} is of one training: keep one, such as --only {column}=…, without --seed-column");
    Err(AuditError::Whole { file: predictions.file.clone(), message })
}

/// Fill `found` in, for the subgroups of `order`, the dominant one first.
pub(super) fn fill(
    predictions: &Predictions,
    trainings: &Trainings,
    reference: usize,
    order: &[usize],
    options: &AuditOptions,
    mut found: Audit,
) -> Result<Audit, AuditError> {
    let several = predictions.task != AuditTask::Binary;
    let groups = |method: usize| -> Vec<Part<'_>> {
        let own = order.iter().map(|&group| Part { predictions, trainings, method, group: group as u32 });
        own.filter(Part::scored).collect()
    };
    for method in 0..trainings.methods.len() {
        let own = groups(method);
        let cells = threads::try_map(&own, |part| {
            (0..predictions.width()).map(|class| cell(part, class, options)).collect::<Result<Vec<_>, _>>()
        })?;
        found.cells.extend(cells.into_iter().flatten().flatten());
        found.trainings.push(TrainingsAudit {
            method: trainings.methods[method].clone(),
            column: trainings.column.clone(),
            names: trainings.of_method(method).iter().map(|of| trainings.seeds[of.0].clone()).collect(),
        });
        let dominant = own.first().filter(|part| part.group == order[0] as u32);
        for other in own.iter().skip(1).filter(|_| dominant.is_some()) {
            let most = dominant.unwrap_or(other);
            for class in 0..predictions.width() {
                found.gaps.extend(gap(most, other, class, options)?);
            }
            if several {
                found.macro_gaps.push(macro_gap(most, other, options)?);
            }
        }
        if several {
            for part in &own {
                found.macro_auc.push(macro_auc(part, options)?);
            }
        }
        found.best_minus_worst.push(extremes(&own, method, order[0] as u32, options)?);
        if method == reference {
            continue;
        }
        let theirs = groups(reference);
        let both = |part: &&Part<'_>| theirs.iter().any(|other| other.group == part.group);
        let both: Vec<&Part<'_>> = own.iter().filter(both).collect();
        let tests: Vec<(usize, Crossed)> = threads::try_map(&both, |part| part.against(reference, options))?;
        let most = both.first().filter(|part| part.group == order[0] as u32).map(|_| tests[0].1.clone());
        for (part, (samples, test)) in both.into_iter().zip(tests) {
            if let Some(most) = most.as_ref().filter(|_| part.group != order[0] as u32) {
                found.claims.push(claim(part, reference, &test, most, options));
            }
            found.against.push(MethodAudit {
                method: trainings.methods[method].clone(),
                reference: trainings.methods[reference].clone(),
                group: part.name(),
                samples,
                auc: tested(test),
            });
        }
    }
    if predictions.crossed {
        adjust_gaps(&mut found.gaps)?;
    }
    adjust(&mut found.against)?;
    decide(&mut found.claims, options)?;
    let gaps = (&found.gaps[..], &found.macro_gaps[..]);
    let changes = (&found.against[..], &found.claims[..]);
    found.levelled_down = levelling::of(&found.dominant, gaps, changes, options.level);
    found.unknown = unknown::of(predictions, order, options)?;
    found.notes = notes(predictions, &found);
    found.notes.push(format!(
        "column {} tells trainings or readers of one method apart: numbers are means over them, intervals contain their spread \
         and that of patients; probabilities and curves are those of one training (--only {}=…)",
        trainings.column, trainings.column
    ));
    Ok(found)
}

pub(super) fn tested(found: Crossed) -> Tested {
    let Crossed { estimate, test } = found;
    let alike = estimate.value == Some(0.0) && estimate.low == Some(0.0) && estimate.high == Some(0.0);
    let p = test.map(|test| test.p()).or(alike.then_some(1.0));
    Tested { difference: estimate, p, p_holm: None }
}

fn gap(
    most: &Part<'_>,
    other: &Part<'_>,
    class: usize,
    options: &AuditOptions,
) -> Result<Option<GapAudit>, AuditError> {
    let classes = &most.predictions.classes;
    if !most.labelled(class) || !other.labelled(class) {
        return Ok(None);
    }
    let auc = most.minus(other, &[class], options)?;
    let share = |name: &str, of: part::Share| -> Result<Tested, AuditError> {
        Ok(tested(most.share_minus(other, name, class, of, options)?))
    };
    Ok(Some(GapAudit {
        method: most.method_name(),
        group: other.name(),
        class: classes.get(class).cloned(),
        auc: tested(auc),
        sensitivity: share("gap in sensitivity", part::Share::Sensitivity)?,
        false_positive_rate: share("gap in the false positive rate", part::Share::FalsePositives)?,
        positive_rate: share("gap in the positive rate", part::Share::Called)?,
    }))
}

fn names(part: &Part<'_>, classes: &[usize]) -> Vec<String> {
    classes.iter().map(|&class| part.predictions.classes[class].clone()).collect()
}

fn macro_auc(part: &Part<'_>, options: &AuditOptions) -> Result<MacroAudit, AuditError> {
    let counted = part.counted()?;
    let out: Vec<usize> = (0..part.predictions.width()).filter(|class| !counted.contains(class)).collect();
    Ok(MacroAudit {
        method: part.method_name(),
        group: part.name(),
        samples: part.samples(),
        auc: part.mean(&counted, options)?.estimate,
        counted: names(part, &counted),
        left_out: names(part, &out),
    })
}

fn macro_gap(most: &Part<'_>, other: &Part<'_>, options: &AuditOptions) -> Result<MacroGap, AuditError> {
    let there = other.counted()?;
    let mut over = most.counted()?;
    over.retain(|class| there.contains(class));
    let auc = tested(most.minus(other, &over, options)?);
    Ok(MacroGap { method: most.method_name(), group: other.name(), auc, over: names(most, &over) })
}

/// Best minus worst, with errors of patients and trainings.
fn extremes(
    own: &[Part<'_>],
    method: usize,
    dominant: u32,
    options: &AuditOptions,
) -> Result<super::found::Best, AuditError> {
    let counted: Vec<Vec<usize>> = own.iter().map(Part::counted).collect::<Result<_, _>>()?;
    let most = counted.iter().max_by_key(|own| own.len()).cloned().unwrap_or_default();
    let (mut areas, mut kept, mut lost, mut n) = (Vec::new(), Vec::new(), Vec::new(), 0);
    for (part, own) in own.iter().zip(&counted) {
        let counts = !most.is_empty() && *own == most;
        n += if counts { part.samples() } else { 0 };
        match if counts { part.area(&most, options)? } else { None } {
            Some(area) => {
                areas.push((part.group, area));
                kept.push(part);
            }
            None => lost.push(part.group),
        }
    }
    let gap = |a: usize, b: usize, level: f64| -> Result<Estimate, AuditError> {
        let asked = AuditOptions { level, ..options.clone() };
        Ok(kept[a].minus(kept[b], &most, &asked)?.estimate)
    };
    let Some(first) = own.first() else {
        let message = "a method has scored nobody".to_owned();
        return Err(AuditError::Whole { file: String::new(), message });
    };
    let name = first.trainings.methods[method].clone();
    best(first.predictions, name, &Ranged { own: areas, lost, n, gap: &gap }, dominant, options)
}

fn claim(
    part: &Part<'_>,
    reference: usize,
    less: &Crossed,
    most: &Crossed,
    options: &AuditOptions,
) -> ClaimAudit {
    let alpha = (1.0 - options.level) / 2.0;
    let one_sided = |found: &Crossed, bound: f64| match &found.test {
        Some(test) => Some(test.p_above(bound)),
        // Both order alike in every training.
        None if found.estimate.low == Some(0.0) && found.estimate.high == Some(0.0) => {
            Some(if bound < 0.0 { 0.0 } else { 0.5 })
        }
        None => None,
    };
    let (p_superiority, p_non_inferiority) = (one_sided(less, 0.0), one_sided(most, -options.margin));
    let p = p_superiority.zip(p_non_inferiority).map(|(a, b)| a.max(b));
    let failed = p_superiority.or(p_non_inferiority).is_some_and(|p| p > alpha);
    ClaimAudit {
        method: part.method_name(),
        reference: part.trainings.methods[reference].clone(),
        group: part.name(),
        p_superiority,
        p_non_inferiority,
        p,
        p_holm: None,
        verdict: match p {
            Some(p) if p <= alpha => "shown",
            Some(_) => "not shown",
            None if failed => "not shown",
            None => "undefined",
        },
    }
}
