//! The range of several subgroups with an interval: it lies too high where they are close.

use super::bootstrap::limits::quantile;
use super::interval::{Area, newcombe_variance};
use super::inverted::bracket;
use super::normal::{percent, two_sided_factor};
use super::{Estimate, StatsError};
use crate::math::hypot;
use crate::rng::Streams;
use rand_distr::{Distribution, StudentT};

/// Standard errors within which a subgroup may be as good as the best, or as bad as the worst.
const NEAR: f64 = 1.5;
/// As with other sizes ([`super::inverted`]): one that noise alone falls short of more rarely shows nothing.
const POWER: f64 = 0.05;

/// Best minus worst of the AUCs of subgroups.
///
/// The best and the worst are chosen by the data. So the range of equal subgroups is never 0, replicates
/// lie above it once more, and percentile limits never hold its truth. A subgroup of a few patients moves
/// hardly or not at all when they are drawn again, least of all where its classes do not overlap, and would
/// count as known. Here limits are the ranges that the data do not refute, under errors as wide as those of
/// each subgroup's own interval.
///
/// # Formula
/// Subgroup `g` of a population has the AUC `theta_g(l) = c + l (s_g - c)`, cut at 0 and 1, along a shape `s`
/// through a common `c`, and shows `theta_g + t sqrt(V_g(theta_g))`, cut likewise: `t` Student's with the
/// degrees of freedom of the subgroup's variance, `V_g` Newcombe's variance of its effective numbers, scaled to
/// the clustered variance of the data where there is one. `T*(l)` is the range that such draws show, `T` that
/// of the data. The limits are the range of `theta(l)` for the smallest `l` with `P(T*(l) >= T) >= a / 2` and
/// the largest with `P(T*(l) <= T) >= a / 2`, `a = 1 - level`; outermost over shapes: that of the data; for the
/// lower limit subgroups within 1.5 standard errors of the best or the worst are as good or as bad, since
/// the more there are, the wider apart chance throws the extremes; for the upper limit all but the two
/// extremes stand in the middle, or one subgroup alone stands away from it, above or below. For the upper
/// limit `T` is at least the quantile 0.05 of `T*(0)`. Patients of two subgroups count as different ones.
///
/// Simulated coverage of a nominal 95 %, in percent (400 draws, ±1; patients with positives + with negatives;
/// `cargo run --release --example simulate -- range` and `-- disparity`):
///
/// | subgroups | AUCs | covers |
/// |---|---|---|
/// | four of 30 + 60 | 0.9, 0.8, 0.8, 0.7 | 94.5 |
/// | two of 30 + 60 | 0.85, 0.75 | 96.0 |
/// | 100 + 100 and 5 + 10 | 0.85, 0.65 | 95.5 |
/// | six of 40 + 80, 5 + 10, 6 + 9 | six times 0.8, 0.8, 0.6 | 97.2 |
/// | 60 + 60, 60 + 60, 4 + 100 | 0.9, 0.7, 0.95 | 97.0 |
/// | 60 + 60 twice, 3 + 12 | 0.85, 0.75, 0.8 | 99.2 |
/// | equal ones, some of 3 + 3 to 5 + 10 | | 98.0 to 100 |
///
/// # Errors
/// [`StatsError::Level`]; [`StatsError::Replicates`] with fewer than 2.
///
/// # Source
/// Test inversion along a curve of models: DiCiccio and Romano, Int Stat Rev 58:59, 1990; Carpenter, JRSS B
/// 61:159, 1999. The outermost limits over what is not known otherwise: Berger and Boos, JASA 89:1012, 1994.
/// Limits where a test has no power: Cowan, Cranmer, Gross and Vitells, arXiv 1105.3166, 2011.
pub fn best_minus_worst(
    name: &str,
    groups: &[Area],
    (level, replicates, streams): (f64, usize, &Streams),
    n: usize,
) -> Result<Estimate, StatsError> {
    two_sided_factor(level)?;
    if replicates < 2 {
        return Err(StatsError::Replicates(replicates));
    }
    let method = format!("{name}, inverted, {replicates} draws, {}", percent(level));
    if groups.len() < 2 {
        return Ok(Estimate::undefined(method, n, "fewer than two subgroups have an interval"));
    }
    let range = Range::of(groups, replicates, streams);
    let values: Vec<f64> = groups.iter().map(|group| group.auc).collect();
    let value = extent(&values);
    let tail = (1.0 - level) / 2.0;
    let mut noise = range.shown(0.0, &values);
    noise.sort_unstable_by(f64::total_cmp);
    let least = quantile(&noise, POWER).map_or(value, |least| least.max(value));
    let share = |scale: f64, shape: &[f64], counts: &dyn Fn(f64) -> bool| {
        range.shown(scale, shape).into_iter().filter(|&t| counts(t)).count() as f64 / replicates as f64
    };
    let too_small = |scale: f64, shape: &[f64]| share(scale, shape, &|t| t >= value - 1e-12) < tail;
    let too_large = |scale: f64, shape: &[f64]| share(scale, shape, &|t| t <= least + 1e-12) < tail;
    let length = |scale: f64, shape: &[f64]| extent(&range.population(scale, shape));
    let low = |shape: &Vec<f64>| match too_small(0.0, shape) {
        true => length(bracket(|scale| !too_small(scale, shape))[1], shape),
        false => 0.0,
    };
    let high = |shape: &Vec<f64>| length(bracket(|scale| too_large(scale, shape))[0], shape);
    let [for_low, for_high] = range.shapes(&values);
    let low = for_low.iter().map(low).fold(value, f64::min);
    let high = for_high.iter().map(high).fold(0.0, f64::max);
    let mut found = Estimate::new(value, low.min(high), high, method, n);
    let shown = range.shown(1.0, &values);
    let mean = shown.iter().sum::<f64>() / replicates as f64;
    found.se = Some((shown.iter().map(|t| (t - mean).powi(2)).sum::<f64>() / (replicates - 1) as f64).sqrt());
    let above = (high < value).then(|| "the value lies above its interval: it is biased upwards".to_owned());
    Ok(found.flagged(above))
}

/// Subgroups with the errors of draws.
struct Range<'a> {
    groups: &'a [Area],
    /// Clustered over Newcombe's variance.
    scales: Vec<f64>,
    /// Student's deviates of every draw.
    deviates: Vec<Vec<f64>>,
    /// What all subgroups share if none differs.
    common: f64,
}

impl<'a> Range<'a> {
    fn of(groups: &'a [Area], replicates: usize, streams: &Streams) -> Self {
        let scale = |group: &Area| {
            let model = newcombe_variance(group.auc, group.positives.effective, group.negatives.effective);
            let found = group.variance.filter(|variance| *variance > 0.0 && model > 0.0);
            found.map_or(1.0, |variance| variance / model)
        };
        let own: Vec<StudentT<f64>> =
            groups.iter().filter_map(|group| StudentT::new(group.df).ok()).collect();
        let deviates = |b: u64| {
            let mut rng = streams.at("range", b);
            own.iter().map(|student| student.sample(&mut rng)).collect()
        };
        let weight = |group: &Area| {
            let (m, n) = (group.positives.effective, group.negatives.effective);
            m * n / (m + n + 1.0)
        };
        let total: f64 = groups.iter().map(weight).sum();
        Self {
            scales: groups.iter().map(scale).collect(),
            deviates: (0..replicates as u64).map(deviates).collect(),
            common: groups.iter().map(|group| weight(group) * group.auc).sum::<f64>() / total,
            groups,
        }
    }

    /// The AUCs of a population.
    fn population(&self, scale: f64, shape: &[f64]) -> Vec<f64> {
        shape.iter().map(|s| (self.common + scale * (s - self.common)).clamp(0.0, 1.0)).collect()
    }

    fn error(&self, group: usize, theta: f64) -> f64 {
        let Area { positives, negatives, .. } = &self.groups[group];
        (self.scales[group] * newcombe_variance(theta, positives.effective, negatives.effective)).sqrt()
    }

    /// The range that each draw from a population shows.
    fn shown(&self, scale: f64, shape: &[f64]) -> Vec<f64> {
        let truth = self.population(scale, shape);
        let errors: Vec<f64> =
            truth.iter().enumerate().map(|(group, &theta)| self.error(group, theta)).collect();
        let one = |deviates: &Vec<f64>| {
            let (mut low, mut high) = (f64::MAX, f64::MIN);
            for group in 0..truth.len() {
                let seen = (truth[group] + deviates[group] * errors[group]).clamp(0.0, 1.0);
                (low, high) = (low.min(seen), high.max(seen));
            }
            high - low
        };
        self.deviates.iter().map(one).collect()
    }

    /// For the lower and the upper limit.
    fn shapes(&self, values: &[f64]) -> [Vec<Vec<f64>>; 2] {
        let extreme =
            |sign: f64| (0..values.len()).max_by(|&a, &b| (sign * values[a]).total_cmp(&(sign * values[b])));
        let (best, worst) = (extreme(1.0).unwrap_or_default(), extreme(-1.0).unwrap_or_default());
        let (mut clustered, mut alone) = (values.to_vec(), vec![self.common; values.len()]);
        (alone[best], alone[worst]) = (values[best], values[worst]);
        for group in (0..values.len()).filter(|&group| group != best && group != worst) {
            let distance = |from: usize| {
                let se = hypot(self.error(group, values[group]), self.error(from, values[from]));
                (values[from] - values[group]).abs() / se // infinite or NaN without an error: not near
            };
            let (to_best, to_worst) = (distance(best), distance(worst));
            if to_best < NEAR && to_best <= to_worst {
                clustered[group] = values[best];
            } else if to_worst < NEAR {
                clustered[group] = values[worst];
            }
        }
        let apart = |group: usize, end: f64| {
            let mut shape = vec![self.common; values.len()];
            shape[group] = end;
            shape
        };
        let mut for_high = vec![values.to_vec(), alone];
        for group in 0..values.len() {
            // Half a step each way, so that a scale of 2 reaches the nearer end.
            let reach = (1.0 - self.common).min(self.common).max(0.01) / 2.0;
            for_high.extend([apart(group, self.common + reach), apart(group, self.common - reach)]);
        }
        let differs = |shape: &Vec<f64>| shape.iter().any(|s| *s != self.common);
        for_high.retain(differs);
        let mut for_low = vec![values.to_vec(), clustered];
        for_low.retain(differs);
        [for_low, for_high]
    }
}

fn extent(values: &[f64]) -> f64 {
    let (low, high) = values.iter().fold((f64::MAX, f64::MIN), |(low, high), &v| (low.min(v), high.max(v)));
    high - low
}
