//! A proportion with the size and the degrees of freedom that its limits rest on.

use crate::stats::StatsError;
use crate::stats::bootstrap::Spread;
use crate::stats::contributions::Contributions;
use crate::stats::interval::Units;
use crate::stats::square_and_add::Graded;
use crate::stats::student::student_factor;

/// With fewer effective units than this a proportion is flagged.
pub(super) const FEW: f64 = 10.0;

pub(super) struct Known {
    pub(super) contributions: Contributions,
    pub(super) size: f64,
    /// Of Student's t; infinite where the variance is known from the proportion.
    pub(super) df: f64,
    /// Size and degrees of freedom by the shares of patients alone, beyond which limits do not go; `None` where the
    /// variance is known from the proportion.
    pub(super) widest: Option<(f64, f64)>,
    pub(super) units: Units,
    /// Variance that the choice of the threshold adds.
    pub(super) choice: f64,
}

impl Graded for Known {
    fn value(&self) -> f64 {
        self.contributions.value
    }

    fn limits_at(&self, level: f64) -> Result<Option<(f64, f64)>, StatsError> {
        self.wilson(level).map(Some)
    }
}

impl Known {
    /// `counted` samples have a weight.
    pub(super) fn of(contributions: Contributions, counted: usize) -> Self {
        let (p, area) = (contributions.value, contributions.area());
        let (units, n) = (area.positives, counted as f64);
        // One sample each, and all alike.
        let alone = units.count == counted && units.effective == n;
        let variance = area.variance.filter(|variance| *variance > 0.0);
        let size = variance.map_or(units.effective, |variance| (p * (1.0 - p) / variance).min(n));
        let df = match variance {
            _ if alone && n >= FEW => f64::INFINITY,
            Some(_) => area.df,
            None => (units.effective - 1.0).max(1.0),
        };
        let widest = df.is_finite().then(|| (units.effective, contributions.allowed()));
        Self { contributions, size, df, widest, units, choice: 0.0 }
    }

    pub(super) fn chosen(&self, spread: Spread, shared: bool) -> Self {
        let own = self.variance();
        let choice = spread.variance + if shared { 2.0 * (own * spread.variance).sqrt() } else { 0.0 };
        let p = self.contributions.value;
        let inside = |size: f64| {
            let q = (size * p + 2.0) / (size + 4.0);
            if own > 0.0 { p * (1.0 - p) } else { q * (1.0 - q) }
        };
        let smaller = |size: f64| 1.0 / (1.0 / size + choice / inside(size));
        // The error of a size m is p (1 - p) / m.
        let judged = inside(self.size) / self.size;
        let df = |own: f64| {
            let parts = judged * judged / own + choice * choice / spread.df;
            if parts > 0.0 { (judged + choice).powi(2) / parts } else { own }
        };
        Self {
            contributions: self.contributions.clone(),
            size: smaller(self.size),
            df: df(self.df),
            widest: self.widest.map(|(size, own)| (smaller(size), df(own))),
            units: self.units,
            choice,
        }
    }

    fn variance(&self) -> f64 {
        self.contributions.area().variance.unwrap_or_default()
    }

    /// With `common` as the covariance by the choice of thresholds.
    pub(super) fn correlation(&self, other: &Self, common: f64) -> f64 {
        if self.choice == 0.0 && other.choice == 0.0 {
            return self.contributions.correlation(&other.contributions);
        }
        let root = ((self.variance() + self.choice) * (other.variance() + other.choice)).sqrt();
        let both = self.contributions.covariance(&other.contributions) + common;
        if root > 0.0 { (both / root).clamp(-1.0, 1.0) } else { 0.0 }
    }

    pub(super) fn wilson(&self, level: f64) -> Result<(f64, f64), StatsError> {
        let p = self.value();
        let (low, high) = wilson(p, self.size, student_factor(level, self.df)?);
        let Some((size, df)) = self.widest else { return Ok((low, high)) };
        let (least, most) = wilson(p, size, student_factor(level, df)?);
        Ok((low.max(least), high.min(most)))
    }
}

pub(in crate::stats) fn wilson(p: f64, size: f64, z: f64) -> (f64, f64) {
    let square = z * z / size;
    let centre = p + square / 2.0;
    let half = (p * (1.0 - p) * square + square * square / 4.0).sqrt();
    let (low, high) = ((centre - half) / (1.0 + square), (centre + half) / (1.0 + square));
    // Rounding must not take the value out of its interval at the ends.
    (low.clamp(0.0, p), high.clamp(p, 1.0))
}
