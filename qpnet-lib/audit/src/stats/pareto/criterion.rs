//! The verdict on both subgroups.

use serde::Serialize;

use super::curve::LearningCurve;
use super::drop::MaxDrop;
use super::onset::Onset;
use super::spread::SeedNoise;
use crate::stats::StatsError;
use crate::stats::multiplicity::holm;

/// With fewer seeds than this a finding is flagged.
const FEW_SEEDS: usize = 5;

/// What can be said about the criterion.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "lowercase")]
pub enum Verdict {
    /// The curve falls, by more than chance and perhaps by more than the tolerance.
    Violated,
    /// The upper bound of the fall lies below the tolerance.
    Satisfied,
    /// Neither: the data do not decide. A large p-value alone ends here.
    Undecided,
}

/// Settings, fixed before the data are seen.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Criterion {
    /// Level of the tests; bounds have the confidence `1 - alpha`.
    pub alpha: f64,
    /// A fall below this does not matter.
    pub tolerance: f64,
    /// How the noise of seeds is imitated.
    pub noise: SeedNoise,
}

impl Default for Criterion {
    /// Level 0.05, tolerance 0.01.
    fn default() -> Self {
        Self { alpha: 0.05, tolerance: 0.01, noise: SeedNoise::default() }
    }
}

/// One subgroup.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct Finding {
    /// The largest fall of the mean curve.
    pub drop: MaxDrop,
    /// p-value of "non-decreasing"; `None` with one seed, or fewer than five effective patients of an outcome.
    pub p: Option<f64>,
    /// The same around a flat curve: conservative.
    pub p_flat: Option<f64>,
    /// `p` after Holm's correction for both subgroups.
    pub p_adjusted: Option<f64>,
    /// Upper bound of the true fall; `None` where there is no p.
    pub upper: Option<f64>,
    /// Where the fall starts; `None` when there is none.
    pub onset: Option<Onset>,
    /// What can be said.
    pub verdict: Verdict,
    /// What a reader must know beside the numbers.
    pub flag: Option<String>,
}

/// Both subgroups.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct Judgement {
    /// The dominant subgroup.
    pub dominant: Finding,
    /// The less-prevalent subgroup.
    pub less: Finding,
    /// Violated when either is, satisfied when both are, undecided otherwise.
    pub verdict: Verdict,
}

impl Criterion {
    /// Judge both curves.
    ///
    /// A subgroup is **satisfied** when its upper bound lies below the tolerance; **violated**
    /// when it is not, and its p-value, after Holm's correction for two subgroups, is at most
    /// `alpha`; **undecided** otherwise. Where a fall is significant *and* surely below the
    /// tolerance, the tolerance decides, and a flag says so. "Both satisfied" needs no
    /// correction: both statements must hold, each at its full level.
    ///
    /// One seed decides nothing: how far another training would have come is unknown.
    ///
    /// # Errors
    /// [`StatsError::Level`] unless `0 < alpha <= 0.5`; [`StatsError::Margin`] for a tolerance
    /// that is no positive number.
    pub fn judge(&self, dominant: &LearningCurve, less: &LearningCurve) -> Result<Judgement, StatsError> {
        if !(self.tolerance > 0.0 && self.tolerance.is_finite()) {
            return Err(StatsError::Margin(self.tolerance));
        }
        if !(self.alpha > 0.0 && self.alpha <= 0.5) {
            return Err(StatsError::Level(self.alpha));
        }
        let (mut dominant, mut less) = (self.examine(dominant)?, self.examine(less)?);
        let adjusted = holm(&[dominant.p, less.p])?;
        for (finding, p) in [&mut dominant, &mut less].into_iter().zip(adjusted) {
            finding.p_adjusted = p;
            self.decide(finding);
        }
        let verdict = match (dominant.verdict, less.verdict) {
            (Verdict::Violated, _) | (_, Verdict::Violated) => Verdict::Violated,
            (Verdict::Satisfied, Verdict::Satisfied) => Verdict::Satisfied,
            _ => Verdict::Undecided,
        };
        Ok(Judgement { dominant, less, verdict })
    }

    fn examine(&self, curve: &LearningCurve) -> Result<Finding, StatsError> {
        let found = curve.violation(self.noise);
        let several = curve.seeds() > 1;
        let seeds = match curve.seeds() {
            1 => Some("one seed: how much trainings differ is unknown".to_owned()),
            s if s < FEW_SEEDS => Some(format!("only {s} seeds: their spread is known poorly")),
            _ => None,
        };
        let lost = (curve.lost() > 0).then(|| format!("{} replicates undefined, left out", curve.lost()));
        let several = several && curve.few().is_none();
        let flags: Vec<String> = [seeds, lost, curve.few().cloned()].into_iter().flatten().collect();
        Ok(Finding {
            drop: found.drop,
            p: several.then_some(found.p),
            p_flat: several.then_some(found.p_flat),
            p_adjusted: None,
            upper: curve.upper_bound(1.0 - self.alpha)?,
            onset: curve.onset(1.0 - self.alpha, self.noise)?,
            verdict: Verdict::Undecided,
            flag: (!flags.is_empty()).then(|| flags.join("; ")),
        })
    }

    fn decide(&self, finding: &mut Finding) {
        let significant = finding.p_adjusted.is_some_and(|p| p <= self.alpha);
        let negligible = finding.upper.is_some_and(|upper| upper < self.tolerance);
        finding.verdict = match (negligible, significant) {
            (true, _) => Verdict::Satisfied,
            (false, true) => Verdict::Violated,
            (false, false) => Verdict::Undecided,
        };
        if negligible && significant {
            let remark = "a fall below the tolerance is significant".to_owned();
            finding.flag = Some(finding.flag.take().map_or(remark.clone(), |f| format!("{f}; {remark}")));
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::rng::Streams;

    fn curve(means: [f64; 4], noise: f64) -> LearningCurve {
        let wobble = [0.0, 1.0, -1.0, 0.5, -0.5];
        let row = |(k, m): (usize, &f64)| (0..5).map(|s| m + noise * wobble[(s + k * s + k) % 5]).collect();
        let table: Vec<Vec<f64>> = means.iter().enumerate().map(row).collect();
        LearningCurve::of_table(&[10, 20, 40, 80], &table, 999, &Streams::new(6)).expect("valid")
    }

    #[test]
    fn the_three_verdicts() {
        let judge = |a: &LearningCurve, b: &LearningCurve| Criterion::default().judge(a, b).expect("valid");
        let rising = curve([0.6, 0.7, 0.8, 0.9], 0.002);
        let falling = curve([0.6, 0.9, 0.8, 0.7], 0.002);
        let noisy = curve([0.70, 0.71, 0.70, 0.71], 0.05);
        let found = judge(&rising, &falling);
        assert_eq!((found.dominant.verdict, found.verdict), (Verdict::Satisfied, Verdict::Violated));
        assert_eq!(found.less.p_adjusted, found.less.p.map(|p| 2.0 * p));
        assert_eq!(judge(&rising, &rising).verdict, Verdict::Satisfied);
        let found = judge(&noisy, &rising);
        assert!(found.dominant.p > Some(0.05), "a large p-value is no proof");
        assert_eq!(found.verdict, Verdict::Undecided);
    }

    #[test]
    fn a_significant_fall_below_the_tolerance_does_not_matter() {
        let slight = curve([0.700, 0.705, 0.703, 0.702], 0.0001);
        let found = Criterion::default().judge(&slight, &slight).expect("valid").less;
        assert_eq!(found.verdict, Verdict::Satisfied);
        assert!(found.flag.expect("flag").contains("below the tolerance"));
    }

    #[test]
    fn one_seed_decides_nothing_and_settings_are_checked() {
        let table = [vec![0.9], vec![0.5]];
        let one = LearningCurve::of_table(&[1, 2], &table, 99, &Streams::new(6)).expect("valid");
        let found = Criterion::default().judge(&one, &one).expect("valid");
        assert_eq!((found.verdict, found.less.p, found.less.upper), (Verdict::Undecided, None, None));
        assert!(Criterion { tolerance: 0.0, ..Criterion::default() }.judge(&one, &one).is_err());
        assert!(Criterion { alpha: 0.9, ..Criterion::default() }.judge(&one, &one).is_err());
    }
}
