//! The rates of a cell at a threshold, with what its choice adds.

use super::super::AuditError;
use super::super::cell::Cell;
use super::super::compare::Tested;
use super::choice::{Chosen, Scope};
use super::rates::{NAMES, Rates};
use super::tail::Tail;
use crate::stats::bootstrap::Spread;
use crate::stats::proportion::Rate;
use crate::stats::{Comparison, Estimate};

/// What is known of a subgroup at a threshold.
pub(super) struct Judged {
    /// By the threshold as it stands.
    pub(super) given: Rates,
    /// With the choice, or why its part is not known.
    rates: [Result<Rate, String>; 5],
    values: [f64; 5],
    replicates: Vec<[f64; 5]>,
}

impl Judged {
    pub(super) fn at(
        cell: &Cell,
        tail: &Tail,
        (threshold, choice): (f64, Option<(&Scope, &Chosen)>),
        (weighted, shared): (bool, bool),
    ) -> Result<Self, AuditError> {
        let given = Rates::of(cell, weighted, threshold)?;
        let values = tail.at(threshold).list();
        let none = Spread { variance: 0.0, df: f64::INFINITY };
        let Some((scope, chosen)) = choice else {
            let rates = std::array::from_fn(|at| Ok(given.0[at].chosen(none, false)));
            return Ok(Self { given, rates, values, replicates: Vec::new() });
        };
        let nothing = [f64::NAN; 5];
        let at = |&threshold: &f64| if threshold.is_finite() { tail.at(threshold).list() } else { nothing };
        let replicates: Vec<[f64; 5]> = chosen.replicates.iter().map(at).collect();
        let rates = std::array::from_fn(|at| {
            // Where there is no rate, nothing moves it.
            let spread = match values[at].is_finite() {
                true => scope.bootstrap().spread(values[at], &column(&replicates, at))?,
                false => none,
            };
            Ok(given.0[at].chosen(spread, shared))
        });
        Ok(Self { given, rates, values, replicates })
    }

    /// Rate number `at` with its interval.
    pub(super) fn estimate(&self, at: usize, level: f64) -> Result<Estimate, AuditError> {
        let of = |rate: &Rate| match at {
            1 => rate.mirrored().estimate("specificity", level),
            _ => rate.estimate(NAMES[at], level),
        };
        Ok(match &self.rates[at] {
            Ok(rate) => of(rate)?,
            Err(reason) => {
                let bare = Estimate { low: None, high: None, se: None, ..of(&self.given.0[at])? };
                Estimate { reason: Some(format!("the choice of the threshold: {reason}")), ..bare }
            }
        })
    }

    /// This minus `other`; of one choice for both, `scope` has made it.
    pub(super) fn minus(
        &self,
        other: &Self,
        at: usize,
        scope: Option<&Scope>,
        level: f64,
    ) -> Result<Tested, AuditError> {
        let name = format!("gap in the {}", NAMES[at]);
        let (a, b) = match (&self.rates[at], &other.rates[at]) {
            (Ok(a), Ok(b)) => (a, b),
            (Err(reason), _) | (_, Err(reason)) => {
                let reason = format!("the choice of the threshold: {reason}");
                return Ok(Tested::of(Comparison::undefined(name, 0, reason)));
            }
        };
        let pair = |judged: &Self| (judged.values[at], column(&judged.replicates, at));
        let ((x, xs), (y, ys)) = (pair(self), pair(other));
        let common = scope.filter(|_| x.is_finite() && y.is_finite());
        match common.map_or(Ok(0.0), |scope| scope.bootstrap().common((x, &xs), (y, &ys))) {
            Ok(common) => Ok(Tested::of(a.minus_chosen(b, common, &name, level)?)),
            Err(reason) => {
                let reason = format!("what both have in common by the choice of the threshold: {reason}");
                Ok(Tested::of(Comparison::undefined(name, 0, reason)))
            }
        }
    }
}

fn column(rows: &[[f64; 5]], at: usize) -> Vec<f64> {
    rows.iter().map(|row| row[at]).collect()
}
