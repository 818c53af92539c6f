//! Rates at several thresholds, and at those that other rows chose.

use super::super::cell::Cell;
use super::super::{AuditError, AuditOptions, Predictions};
use super::apart::Apart;
use super::choice::{Chosen, Scope};
use super::decision::{DecisionAudit, DecisionGaps, Given};
use super::judged::Judged;
use super::rates::NAMES;
use super::tail::Tail;
use crate::stats::Estimate;
use crate::stats::multiplicity::holm;
use crate::threads;

/// A threshold in the making: one number for all, or a rule.
#[derive(Clone, Copy)]
enum Point {
    Given(f64),
    Rule(usize),
}

/// Every method, class and subgroup of `order` (the dominant one first) at every threshold that was asked for;
/// nothing where one number alone was.
pub(in crate::audit) fn judge(
    predictions: &Predictions,
    order: &[usize],
    options: &AuditOptions,
) -> Result<Vec<DecisionAudit>, AuditError> {
    let apart = predictions.apart.as_ref().filter(|_| !options.rules.is_empty());
    if apart.is_none() && options.thresholds.is_empty() {
        return Ok(Vec::new());
    }
    // Twice the same number is one, also among those that Holm counts.
    let mut numbers: Vec<f64> = Vec::new();
    let asked = options.threshold.iter().chain(&options.thresholds);
    asked.for_each(|&number| {
        if !numbers.contains(&number) {
            numbers.push(number)
        }
    });
    if apart.is_none() && numbers.len() < 2 {
        return Ok(Vec::new());
    }
    let given = numbers.into_iter().map(Point::Given);
    let rules = if apart.is_some() { options.rules.len() } else { 0 };
    let points: Vec<Point> = given.chain((0..rules).map(Point::Rule)).collect();
    let mut found = Vec::new();
    for class in 0..predictions.width() {
        let scopes: Vec<Scope> = match apart {
            None => Vec::new(),
            Some(apart) if options.threshold_per_group => {
                let one =
                    |&group: &usize| Scope::of(predictions, apart, (class, Some(group as u32)), options);
                order.iter().map(one).collect::<Result<_, _>>()?
            }
            Some(apart) => vec![Scope::of(predictions, apart, (class, None), options)?],
        };
        let methods: Vec<usize> = (0..predictions.methods.len()).collect();
        let of = |&method: &usize| {
            let asked = Asked { predictions, order, points: &points, apart, scopes: &scopes, options };
            asked.of(method, class)
        };
        found.extend(threads::try_map(&methods, of)?.into_iter().flatten());
    }
    for at in 0..NAMES.len() {
        let gaps = |entry: &DecisionAudit| entry.gaps.clone().map(|mut gaps| gaps.list()[at].p);
        let p = holm(&found.iter().filter_map(gaps).collect::<Vec<_>>())?;
        let own = found.iter_mut().filter_map(|entry| entry.gaps.as_mut());
        own.zip(p).for_each(|(gaps, p)| gaps.list()[at].p_holm = p);
    }
    Ok(found)
}

struct Asked<'a> {
    predictions: &'a Predictions,
    order: &'a [usize],
    points: &'a [Point],
    apart: Option<&'a Apart>,
    /// One for all subgroups, or one for each of `order`.
    scopes: &'a [Scope],
    options: &'a AuditOptions,
}

impl Asked<'_> {
    fn of(&self, method: usize, class: usize) -> Result<Vec<DecisionAudit>, AuditError> {
        let Self { predictions, options, .. } = *self;
        let cell = |&group: &usize| Cell::of(predictions, method as u32, group as u32, class);
        let cells: Vec<Cell> = self.order.iter().map(cell).collect();
        let tails: Vec<Tail> = cells.iter().map(Tail::of).collect();
        let mut found = Vec::new();
        for &point in self.points {
            let mut dominant: Option<Judged> = None;
            for (at, cell) in cells.iter().enumerate().filter(|(_, cell)| !cell.labels.is_empty()) {
                let (rule, threshold, choice) = self.threshold(point, method, at);
                let judged = threshold.value.map(|value| {
                    let shared = self.apart.is_some_and(|apart| apart.shared > 0);
                    Judged::at(cell, &tails[at], (value, choice), (predictions.weighted, shared))
                });
                let judged = judged.transpose()?;
                let one = (options.threshold_per_group).then_some(()).is_none();
                let scope = choice.map(|(scope, _)| scope).filter(|_| one);
                let gaps = match (&dominant, &judged) {
                    (Some(most), Some(own)) => {
                        let gap = |at: usize| most.minus(own, at, scope, options.level);
                        Some(DecisionGaps {
                            sensitivity: gap(0)?,
                            false_positive_rate: gap(1)?,
                            positive_rate: gap(2)?,
                            positive_predictive_value: gap(3)?,
                            negative_predictive_value: gap(4)?,
                        })
                    }
                    _ => None,
                };
                let reason = threshold.reason.clone().unwrap_or_default();
                let estimate = |at: usize| match &judged {
                    Some(judged) => judged.estimate(at, options.level),
                    None => Ok(Estimate::undefined(NAMES[at], cell.labels.len(), reason.clone())),
                };
                let kept = |judged: &Judged| -> Result<Given, AuditError> {
                    let [sensitivity, false_positive_rate, ..] = &judged.given.0;
                    Ok(Given {
                        sensitivity: sensitivity.estimate(NAMES[0], options.level)?,
                        specificity: false_positive_rate.mirrored().estimate("specificity", options.level)?,
                    })
                };
                let given = judged.as_ref().filter(|_| choice.is_some()).map(kept).transpose()?;
                let called = |value: f64| cell.scores.iter().filter(|score| **score >= value).count();
                found.push(DecisionAudit {
                    method: predictions.methods[method].clone(),
                    group: predictions.groups[self.order[at]].clone(),
                    class: predictions.classes.get(class).cloned(),
                    rule,
                    samples: cell.labels.len(),
                    called: threshold.value.map_or(0, called),
                    sensitivity: estimate(0)?,
                    specificity: estimate(1)?,
                    positive_rate: estimate(2)?,
                    positive_predictive_value: estimate(3)?,
                    negative_predictive_value: estimate(4)?,
                    threshold,
                    given,
                    gaps,
                });
                if at == 0 {
                    dominant = judged;
                }
            }
        }
        Ok(found)
    }

    /// Its words, the threshold for the subgroup at `at`, and who chose it.
    fn threshold(
        &self,
        point: Point,
        method: usize,
        at: usize,
    ) -> (String, Estimate, Option<(&Scope, &Chosen)>) {
        match point {
            Point::Given(value) => ("given".to_owned(), Estimate::bare(value, "given", 0), None),
            Point::Rule(rule) => {
                let scope = &self.scopes[if self.options.threshold_per_group { at } else { 0 }];
                let chosen = &scope.chosen[method][rule];
                let on = self.apart.map_or("", |apart| apart.words.as_str());
                let words = format!("{} on {on}", self.options.rules[rule]);
                (words, chosen.estimate.clone(), Some((scope, chosen)))
            }
        }
    }
}
