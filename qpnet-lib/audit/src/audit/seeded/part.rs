//! One method on one subgroup, in all of its trainings.

use super::super::cell::Cell;
use super::super::inference;
use super::super::trainings::Trainings;
use super::super::{AuditError, AuditOptions, Predictions};
use crate::stats::crossed::Crossed;
use crate::stats::interval::Area;
use crate::stats::obuchowski::{self, Group};
use crate::stats::trainings::trainings;
use crate::stats::{Contributions, Estimate};

/// What a share, or an AUC, can be.
pub(super) const SHARE: (f64, f64) = (0.0, 1.0);
/// What their difference can be.
pub(super) const DIFFERENCE: (f64, f64) = (-1.0, 1.0);

/// A rate at the threshold.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(super) enum Share {
    Sensitivity,
    FalsePositives,
    Called,
}

/// One method on one subgroup.
#[derive(Clone, Copy)]
pub(super) struct Part<'a> {
    pub(super) predictions: &'a Predictions,
    pub(super) trainings: &'a Trainings,
    pub(super) method: usize,
    pub(super) group: u32,
}

/// One entry a training; `None` where one has none.
type Found = Option<Vec<Contributions>>;

impl Part<'_> {
    /// The numbers of its trainings, by seed.
    fn own(&self) -> Vec<u32> {
        self.trainings.of_method(self.method).into_iter().map(|(_, training)| training as u32).collect()
    }

    /// The cell of every training.
    pub(super) fn cells(&self, class: usize) -> Vec<Cell> {
        let of = |&training: &u32| Cell::of(self.predictions, training, self.group, class);
        self.own().iter().map(of).collect()
    }

    fn first(&self, class: usize) -> Cell {
        let training = self.own().first().copied().unwrap_or_default();
        Cell::of(self.predictions, training, self.group, class)
    }

    /// Whether the method has scored anybody here.
    pub(super) fn scored(&self) -> bool {
        self.own().iter().any(|&training| !self.predictions.rows_of(training, self.group).is_empty())
    }

    /// Whether any outcome of a class is known.
    pub(super) fn labelled(&self, class: usize) -> bool {
        !self.first(class).labels.is_empty()
    }

    pub(super) fn name(&self) -> String {
        self.predictions.groups[self.group as usize].clone()
    }

    pub(super) fn method_name(&self) -> String {
        self.trainings.methods[self.method].clone()
    }

    /// Samples that a training has scored.
    pub(super) fn samples(&self) -> usize {
        self.own().first().map_or(0, |&training| self.predictions.rows_of(training, self.group).len())
    }

    /// Classes in which there is an AUC.
    pub(super) fn counted(&self) -> Result<Vec<usize>, AuditError> {
        let both = |class: &usize| {
            let cell = self.first(*class);
            [true, false].iter().all(|wanted| cell.labels.contains(wanted))
        };
        Ok((0..self.predictions.width()).filter(both).collect())
    }

    /// What patients contribute to the mean AUC over classes, by training.
    fn aucs(&self, classes: &[usize]) -> Result<Found, AuditError> {
        let of = |&training: &u32| inference::mean(self.predictions, training as usize, self.group, classes);
        Ok(self.own().iter().map(of).collect::<Result<Vec<_>, _>>()?.into_iter().collect())
    }

    /// What patients contribute to a rate, by training.
    fn shares(&self, class: usize, share: Share, threshold: f64) -> Found {
        let of = |cell: &Cell| {
            let keep = |&i: &usize| match share {
                Share::Sensitivity => cell.labels[i],
                Share::FalsePositives => !cell.labels[i],
                Share::Called => true,
            };
            let kept = cell.part((0..cell.labels.len()).filter(keep));
            let hits: Vec<f64> =
                kept.scores.iter().map(|score| f64::from(u8::from(*score >= threshold))).collect();
            let weights = self.predictions.weighted.then_some(kept.weights.as_slice());
            Contributions::of_mean(&hits, &kept.patients, weights)
        };
        self.cells(class).iter().map(of).collect()
    }

    /// The mean of what was found.
    fn crossed(
        name: &str,
        found: Found,
        range: (f64, f64),
        n: usize,
        options: &AuditOptions,
    ) -> Result<Crossed, AuditError> {
        let Some(found) = found.filter(|found| !found.is_empty()) else {
            let none = Estimate::undefined(name, n, "an outcome is missing");
            return Ok(Crossed { estimate: none, test: None });
        };
        Ok(trainings(name, &found, range, options.level, n)?)
    }

    /// The mean AUC over classes and trainings.
    pub(super) fn mean(&self, classes: &[usize], options: &AuditOptions) -> Result<Crossed, AuditError> {
        let name = inference::name(self.predictions);
        Self::crossed(&name, self.aucs(classes)?, SHARE, self.samples(), options)
    }

    /// A rate at the threshold.
    pub(super) fn share(
        &self,
        name: &str,
        class: usize,
        share: Share,
        options: &AuditOptions,
    ) -> Result<Crossed, AuditError> {
        let Some(threshold) = options.threshold else { return Ok(without(name, self.samples())) };
        Self::crossed(name, self.shares(class, share, threshold), SHARE, self.samples(), options)
    }

    /// This mean AUC minus that of another subgroup, by the same trainings.
    pub(super) fn minus(
        &self,
        other: &Self,
        classes: &[usize],
        options: &AuditOptions,
    ) -> Result<Crossed, AuditError> {
        let both = self.aucs(classes)?.zip(other.aucs(classes)?);
        let name = inference::name(self.predictions);
        Self::crossed(&name, both.map(differences), DIFFERENCE, self.samples() + other.samples(), options)
    }

    /// The same of a rate.
    pub(super) fn share_minus(
        &self,
        other: &Self,
        name: &str,
        class: usize,
        share: Share,
        options: &AuditOptions,
    ) -> Result<Crossed, AuditError> {
        let n = self.samples() + other.samples();
        let Some(threshold) = options.threshold else { return Ok(without(name, n)) };
        let both = self.shares(class, share, threshold).zip(other.shares(class, share, threshold));
        Self::crossed(name, both.map(differences), DIFFERENCE, n, options)
    }

    /// This method minus `reference` on the samples that both have scored, training by training of the same name, and
    /// how many samples these are.
    pub(super) fn against(
        &self,
        reference: usize,
        options: &AuditOptions,
    ) -> Result<(usize, Crossed), AuditError> {
        let (own, theirs) = (self.trainings.of_method(self.method), self.trainings.of_method(reference));
        let pair = |&(seed, training): &(usize, usize)| {
            let other = theirs.iter().find(|(other, _)| *other == seed);
            other.map(|&(_, other)| (training as u32, other as u32))
        };
        let pairs: Vec<(u32, u32)> = own.iter().filter_map(pair).collect();
        let name = inference::name(self.predictions);
        let other = Self { method: reference, ..*self };
        let classes = match self.predictions.classes.is_empty() {
            true => vec![0],
            false => {
                let there = other.counted()?;
                self.counted()?.into_iter().filter(|class| there.contains(class)).collect()
            }
        };
        let (mut found, mut samples) = (Vec::new(), 0);
        for (training, other) in &pairs {
            let of = |class: &usize| -> Result<(usize, Option<Contributions>), AuditError> {
                let cell = |training: u32| Cell::of(self.predictions, training, self.group, *class);
                let (own, then) = cell(*training).shared(&cell(*other));
                let group = Group { labels: &own.labels, scores: &own.scores, clusters: &own.patients };
                let weights = self.predictions.weighted.then_some(own.weights.as_slice());
                Ok((own.labels.len(), obuchowski::change(group, &then, weights)?))
            };
            let each = classes.iter().map(of).collect::<Result<Vec<_>, _>>()?;
            samples = each.iter().map(|own| own.0).max().unwrap_or_default();
            found.push(Contributions::mean(each.into_iter().map(|own| own.1).collect()));
        }
        let (few, all) = (pairs.len(), own.len().max(theirs.len()));
        let found: Found = found.into_iter().collect::<Option<Vec<_>>>().filter(|found| !found.is_empty());
        if found.is_none() {
            let reason = match few {
                0 => "the methods have no training of the same name: no paired test",
                _ => "an outcome is missing",
            };
            let none = Estimate::undefined(format!("{name}, paired"), samples, reason);
            return Ok((samples, Crossed { estimate: none, test: None }));
        }
        let mut crossed = Self::crossed(&format!("{name}, paired"), found, DIFFERENCE, samples, options)?;
        let remark = (few < all).then(|| format!("over the {few} trainings that both have"));
        crossed.estimate = crossed.estimate.flagged(remark);
        Ok((samples, crossed))
    }

    /// The mean AUC with an error of patients and trainings together, its degrees of freedom by Satterthwaite's rule;
    /// `None` where there is no interval.
    pub(super) fn area(&self, classes: &[usize], options: &AuditOptions) -> Result<Option<Area>, AuditError> {
        let Some(test) = self.mean(classes, options)?.test else { return Ok(None) };
        let Some(found) = self.aucs(classes)? else { return Ok(None) };
        let mean = Contributions::mean(found.into_iter().map(Some).collect());
        let Some(area) = mean.map(|mean| mean.area()) else { return Ok(None) };
        let [(a, df_a), (b, df_b)] = [test.patients, test.seeds];
        let (a, b) = (a * a, b * b);
        let df = (a + b) * (a + b) / (a * a / df_a + b * b / df_b);
        Ok(Some(Area { variance: Some(a + b), df, ..area }))
    }
}

fn differences((a, b): (Vec<Contributions>, Vec<Contributions>)) -> Vec<Contributions> {
    a.iter().zip(&b).map(|(a, b)| Contributions::combined(&[(1.0, a), (-1.0, b)])).collect()
}

fn without(name: &str, n: usize) -> Crossed {
    let estimate = Estimate::undefined(name, n, "no threshold was given (--threshold)");
    Crossed { estimate, test: None }
}
