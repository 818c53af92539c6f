//! An audit, part by part.

use super::compare::{GapAudit, Pair, adjust, adjust_gaps, decide, gap};
use super::found::Audit;
use super::group::GroupAudit;
use super::notes::notes;
use super::power::{self, Power};
use super::question::AuditTask;
use super::{
    AuditError, AuditOptions, Predictions, along, beside, best, decisions, ledger, levelling, macro_auc,
    net_benefit, scale, seeded, standard, thresholds, unknown, unscored,
};
use crate::stats::Comparison;
use crate::threads;

/// Audit `predictions`.
///
/// # Errors
/// [`AuditError`]: an option out of range, a name that does not occur, scores that are no
/// probabilities where calibration was asked for.
pub fn audit(predictions: &Predictions, options: &AuditOptions) -> Result<Audit, AuditError> {
    options.check()?;
    if options.probabilities {
        let Predictions { file, scores, .. } = predictions;
        scale::probabilities(file, scores, |at| predictions.score_at(at))?;
        if let Some(apart) = &predictions.apart {
            let place = |at: usize| predictions.score_of(&apart.rows, at);
            scale::probabilities(file, &apart.scores, place)?;
        }
    }
    let groups = &predictions.groups;
    let methods = predictions.trainings.as_ref().map_or(&predictions.methods, |trainings| &trainings.methods);
    let reference = place(predictions, "method", methods, options.reference.as_deref())?.unwrap_or_default();
    let dominant = place(predictions, "group", groups, options.dominant.as_deref())?
        .or(predictions.dominant.map(|group| group as usize))
        .unwrap_or_else(|| largest(predictions));
    let (scored, unscored) = unscored::split(predictions, options)?;
    if !scored.contains(&dominant) {
        return Err(AuditError::Unknown {
            what: "scored group",
            found: groups[dominant].clone(),
            present: scored.iter().map(|&group| groups[group].clone()).collect(),
            told: format!("; it has fewer than {} patients (--smallest)", options.smallest),
        });
    }
    // The dominant subgroup first, the others in the order of the table.
    let order: Vec<usize> =
        std::iter::once(dominant).chain(scored.into_iter().filter(|&group| group != dominant)).collect();
    let mut found = Audit {
        file: predictions.file.clone(),
        task: predictions.task,
        classes: predictions.classes.clone(),
        measure: predictions.task.measure(),
        rows: predictions.rows.len(),
        patients: predictions.patients,
        clustered: predictions.clustered,
        weighted: predictions.weighted,
        methods: methods.clone(),
        trainings: Vec::new(),
        reference: methods[reference].clone(),
        dominant: groups[dominant].clone(),
        smallest: options.smallest,
        unscored,
        empty_crossings: predictions.empty_count,
        margin: options.margin,
        threshold: options.threshold,
        logits: predictions.logits,
        level: options.level,
        cells: Vec::new(),
        decisions: Vec::new(),
        net_benefits: Vec::new(),
        macro_auc: Vec::new(),
        gaps: Vec::new(),
        standardise: predictions.standardise.clone(),
        standardised: Vec::new(),
        macro_gaps: Vec::new(),
        best_minus_worst: Vec::new(),
        against: Vec::new(),
        ledger: None,
        along: None,
        levelled_down: Vec::new(),
        power: Power::asked(options),
        claims: Vec::new(),
        unknown: Vec::new(),
        telling: predictions.telling.clone(),
        notes: Vec::new(),
    };
    found = match &predictions.trainings {
        None => singly(predictions, reference, &order, options, found)?,
        Some(trainings) => {
            seeded::refused(predictions, options)?;
            seeded::fill(predictions, trainings, reference, &order, options, found)?
        }
    };
    if options.dominant.is_none() && predictions.dominant.is_some() && dominant != largest(predictions) {
        found.notes.push(format!(
            "the dominant subgroup is {}, as column role says; most patients are in {}",
            found.dominant,
            groups[largest(predictions)]
        ));
    }
    found.notes.extend(beside::notes(&found.telling));
    Ok(found)
}

/// Fill `found` in, for methods that were trained once and the subgroups of `order`, the dominant one first.
fn singly(
    predictions: &Predictions,
    reference: usize,
    order: &[usize],
    options: &AuditOptions,
    mut found: Audit,
) -> Result<Audit, AuditError> {
    let audited = threads::try_map(order, |&group| GroupAudit::of(predictions, group as u32, options))?;
    let several = predictions.task != AuditTask::Binary;
    let dominant = order[0];
    found.decisions = thresholds::judge(predictions, order, options)?;
    found.net_benefits = net_benefit::of(predictions, order, options)?;
    found.unknown = unknown::of(predictions, order, options)?;
    let (most, others) = (&audited[0], &audited[1..]);
    for method in 0..predictions.methods.len() {
        let here: Vec<&GroupAudit> = audited.iter().filter(|group| group.has(method)).collect();
        found.cells.extend(here.iter().flat_map(|group| group.cells[method].iter().cloned()));
        let there: Vec<&GroupAudit> =
            others.iter().filter(|other| most.has(method) && other.has(method)).collect();
        let gaps = threads::try_map(&there, |other| gaps(predictions, method, most, other, options))?;
        found.gaps.extend(gaps.into_iter().flatten());
        if let Some(asked) = &mut found.power {
            for other in &there {
                asked.comparisons.extend(power::of_groups(method, (most, other), &found.gaps, options)?);
            }
        }
        for other in there {
            if several {
                found.macro_gaps.push(macro_auc::gap(predictions, method, most, other, options)?);
            }
        }
        if several {
            let of = |group: &&GroupAudit| macro_auc::of(predictions, method, group, options);
            found.macro_auc.extend(here.iter().map(of).collect::<Result<Vec<_>, _>>()?);
        }
        found.best_minus_worst.push(best::of(predictions, method, &here, dominant as u32, options)?);
        if method == reference {
            continue;
        }
        let pair = Pair { predictions, method, reference };
        let both = |group: &&GroupAudit| group.has(method) && group.has(reference);
        let own: Vec<&GroupAudit> = audited.iter().filter(both).collect();
        let tests: Vec<Comparison> = threads::try_map(&own, |group| pair.test(group, options))?;
        if both(&most) {
            let rare = own.iter().zip(&tests).skip(1);
            let claims = rare.map(|(&less, test)| pair.claim((less, test), &tests[0], options));
            found.claims.extend(claims.collect::<Result<Vec<_>, _>>()?);
        }
        for (group, test) in own.into_iter().zip(tests) {
            let against = pair.against(group, test.clone());
            if let Some(asked) = &mut found.power {
                asked.comparisons.push(power::of_method(&against, &test, group.patients(), options)?);
            }
            found.against.push(against);
        }
    }
    found.standardised = standard::of(predictions, order, &found.gaps, options)?;
    if predictions.crossed {
        adjust_gaps(&mut found.gaps)?;
    }
    found.power = found.power.map(Power::sorted);
    adjust(&mut found.against)?;
    decide(&mut found.claims, options)?;
    let gaps = (&found.gaps[..], &found.macro_gaps[..]);
    let changes = (&found.against[..], &found.claims[..]);
    found.levelled_down = levelling::of(&found.dominant, gaps, changes, options.level);
    let parts = (&found.cells[..], &found.gaps[..], &found.unscored[..]);
    found.ledger = ledger::of(predictions, order, parts, options)?;
    let decisions = decisions::judge(predictions, options, &mut found.cells);
    found.along = along::of(predictions, order, &found.cells, options)?;
    found.notes = notes(predictions, &found);
    found.notes.extend(decisions);
    Ok(found)
}

/// The place of `asked` among `names`; `None` where nothing was asked.
fn place(
    predictions: &Predictions,
    what: &'static str,
    names: &[String],
    asked: Option<&str>,
) -> Result<Option<usize>, AuditError> {
    let Some(asked) = asked else { return Ok(None) };
    let found = names.iter().position(|name| name == asked);
    found.map(Some).ok_or_else(|| AuditError::Unknown {
        what,
        found: asked.to_owned(),
        present: names.to_vec(),
        told: predictions.told.of_role(what),
    })
}

/// The subgroup with most patients, the first of several.
fn largest(predictions: &Predictions) -> usize {
    let samples = &predictions.samples;
    let mut pairs: Vec<(u32, u32)> =
        samples.groups.iter().copied().zip(samples.patients.iter().copied()).collect();
    pairs.sort_unstable();
    pairs.dedup();
    let mut patients = vec![0usize; predictions.groups.len()];
    pairs.iter().for_each(|&(group, _)| patients[group as usize] += 1);
    let most = patients.iter().max().copied().unwrap_or_default();
    patients.iter().position(|&count| count == most).unwrap_or_default()
}

/// Every class of a method, the dominant subgroup minus another.
fn gaps(
    predictions: &Predictions,
    method: usize,
    dominant: &GroupAudit,
    other: &GroupAudit,
    options: &AuditOptions,
) -> Result<Vec<GapAudit>, AuditError> {
    let mut found = Vec::new();
    for other in other.cells[method].iter().zip(&other.known[method]) {
        let mut all = dominant.cells[method].iter().zip(&dominant.known[method]);
        if let Some(most) = all.find(|(cell, _)| cell.class == other.0.class) {
            found.push(gap(predictions, most, other, options)?);
        }
    }
    Ok(found)
}
