//! An audit, part by part.

use super::compare::{GapAudit, Pair, adjust, adjust_gaps, decide, gap};
use super::found::{Audit, Best};
use super::group::GroupAudit;
use super::notes::notes;
use super::power::{self, Power};
use super::question::AuditTask;
use super::{
    AuditError, AuditOptions, Predictions, beside, decisions, inference, ledger, levelling, macro_auc,
    net_benefit, scale, standard, thresholds, unknown, unscored,
};
use crate::rng::Streams;
use crate::stats::interval::Area;
use crate::stats::{self, Comparison};
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
    let Predictions { methods, groups, .. } = predictions;
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
    let audited = threads::try_map(&order, |&group| GroupAudit::of(predictions, group as u32, options))?;
    let several = predictions.task != AuditTask::Binary;

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
        decisions: thresholds::judge(predictions, &order, options)?,
        net_benefits: net_benefit::of(predictions, &order, options)?,
        macro_auc: Vec::new(),
        gaps: Vec::new(),
        standardise: predictions.standardise.clone(),
        standardised: Vec::new(),
        macro_gaps: Vec::new(),
        best_minus_worst: Vec::new(),
        against: Vec::new(),
        ledger: None,
        levelled_down: Vec::new(),
        power: Power::asked(options),
        claims: Vec::new(),
        unknown: unknown::of(predictions, &order, options)?,
        telling: predictions.telling.clone(),
        notes: Vec::new(),
    };
    let (most, others) = (&audited[0], &audited[1..]);
    for method in 0..methods.len() {
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
        found.best_minus_worst.push(best_minus_worst(predictions, method, &here, options)?);
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
    found.standardised = standard::of(predictions, &order, &found.gaps, options)?;
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
    found.ledger = ledger::of(predictions, &order, parts, options)?;
    let decisions = decisions::judge(predictions, options, &mut found.cells);
    found.notes = notes(predictions, &found);
    if options.dominant.is_none() && predictions.dominant.is_some() && dominant != largest(predictions) {
        found.notes.push(format!(
            "the dominant subgroup is {}, as column role says; most patients are in {}",
            found.dominant,
            groups[largest(predictions)]
        ));
    }
    found.notes.extend(decisions);
    found.notes.extend(beside::notes(&found.telling));
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

/// Over the subgroups that have an AUC, or all of the classes that any subgroup has.
fn best_minus_worst(
    predictions: &Predictions,
    method: usize,
    groups: &[&GroupAudit],
    options: &AuditOptions,
) -> Result<Best, AuditError> {
    let most = groups.iter().map(|group| group.counted(method)).max_by_key(Vec::len).unwrap_or_default();
    let (own, out): (Vec<&GroupAudit>, Vec<&GroupAudit>) =
        groups.iter().partition(|group| !most.is_empty() && group.counted(method) == most);
    let name = format!("best minus worst {}", predictions.task.measure());
    let areas = own.iter().map(|group| {
        let found = inference::mean(predictions, method, group.group, &most)?;
        Ok(found.map(|found| found.area()))
    });
    let areas: Vec<Option<Area>> = areas.collect::<Result<_, AuditError>>()?;
    // Whose AUC has no interval cannot be told from any other.
    let sure = |area: &Option<Area>| area.as_ref().is_some_and(|area| area.without_limits().is_none());
    let few: Vec<&&GroupAudit> =
        own.iter().zip(&areas).filter(|(_, area)| !sure(area)).map(|(g, _)| g).collect();
    let out: Vec<&&GroupAudit> = out.iter().chain(few).collect();
    let areas: Vec<Area> = areas.into_iter().filter(sure).flatten().collect();
    let n = own.iter().map(|group| group.scored()).sum();
    let streams = Streams::new(options.seed).below("audit");
    let draws = (options.level, options.replicates_for(predictions.samples.len()), &streams);
    let auc = stats::best_minus_worst(&name, &areas, draws, n)?;
    let lost: Vec<&str> = out.iter().map(|group| predictions.groups[group.group as usize].as_str()).collect();
    let remark = format!("without {}: no AUC, or none with an interval", lost.join(", "));
    let auc = auc.flagged((!lost.is_empty()).then_some(remark));
    Ok(Best { method: predictions.methods[method].clone(), auc })
}
