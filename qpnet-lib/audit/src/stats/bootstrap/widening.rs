//! What few patients cost: limits further out than those of a normal distribution.

use super::resampler::Resampler;
use crate::stats::StatsError;
use crate::stats::normal::percent;
use crate::stats::student::{student_factor, upper_student_p};

/// With fewer effective patients in a stratum there are no limits: the smallest and the largest of replicates of
/// four have the truth between them in 87 of 100 samples at best.
pub(super) const FEWEST: f64 = 5.0;

/// How much further out limits are read off than those of a normal distribution.
///
/// Replicates scatter too little by `(n - 1) / n`, and their spread itself is uncertain.
///
/// # Formula
/// A stratum has `n = (sum m)^2 / sum m^2` effective patients, `m` the samples of each that are of the stratum.
/// With `a = sum_h 1 / n_h`, `b = sum_h 1 / (n_h - 1)` a factor is `sqrt(b / a) t`, Student's of
/// `b^2 / sum_h (n_h - 1)^-3` degrees of freedom: those of Satterthwaite where patients of all strata scatter
/// alike. The limits are those at the level `Phi(-+ factor)`.
///
/// # Source
/// Hesterberg, Am Stat 69:371, 2015 (expanded percentile limits); Kish, *Survey Sampling*, 1965 (effective
/// numbers); Carter, Schnepel and Steigerwald, Rev Econ Stat 99:698, 2017 (they decide, not those of patients).
#[derive(Clone, Copy, Debug, PartialEq)]
pub(in crate::stats) struct Widening {
    pub(in crate::stats) ratio: f64,
    pub(in crate::stats) df: f64,
}

impl Widening {
    /// Of a bootstrap of these patients, or why there are no limits.
    pub(in crate::stats) fn of(resampler: &Resampler) -> Result<Self, String> {
        let effective = resampler.effective();
        let fewest = effective.iter().copied().fold(f64::INFINITY, f64::min);
        // Rounding must not make four of five.
        if fewest < FEWEST - 1e-9 {
            let sizes = resampler.sizes();
            let at = effective.iter().position(|&n| n == fewest).map_or(0, |at| sizes[at]);
            let plural = if at == 1 { "" } else { "s" };
            return Err(format!(
                "a stratum of {at} patient{plural} counts as {fewest:.1}; with fewer than {FEWEST} there is no interval"
            ));
        }
        let sum = |of: &dyn Fn(f64) -> f64| effective.iter().map(|&n| of(n)).sum::<f64>();
        let (a, b) = (sum(&|n| 1.0 / n), sum(&|n| 1.0 / (n - 1.0)));
        Ok(Self { ratio: (b / a).sqrt(), df: b * b / sum(&|n| (n - 1.0).powi(-3)) })
    }

    /// The normal deviates that limits are away from the middle, or why `count` replicates do not reach so far.
    pub(super) fn factor(&self, level: f64, count: usize) -> Result<Result<f64, String>, StatsError> {
        let factor = self.ratio * student_factor(level, self.df)?;
        let tail = crate::stats::normal::upper_p(factor);
        let reaches = tail * (count as f64 + 1.0) >= 1.0;
        let reason = || {
            format!(
                "so few patients ask for {:.0} replicates or more at {}: no interval",
                (1.0 / tail).ceil(),
                percent(level)
            )
        };
        Ok(if reaches { Ok(factor) } else { Err(reason()) })
    }

    /// The share of the widened distribution below a normal deviate.
    pub(super) fn below(&self, z: f64) -> f64 {
        upper_student_p(-z / self.ratio, self.df)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::stats::normal::two_sided_factor;

    #[test]
    fn many_patients_are_normal_and_few_are_not() {
        let of = |sizes: &[usize]| {
            let patients: Vec<usize> = sizes.iter().enumerate().flat_map(|(at, &m)| vec![at; m]).collect();
            Resampler::new(&patients, &vec![0; patients.len()]).expect("lengths")
        };
        let many = Widening::of(&of(&vec![3; 20_000])).expect("many");
        let factor = many.factor(0.95, 2000).expect("level").expect("replicates");
        assert!((factor - two_sided_factor(0.95).expect("level")).abs() < 3e-4);
        // A mean of ten: Student's factor of nine, and the root of 10 / 9.
        let ten = Widening::of(&of(&[4; 10])).expect("ten");
        let factor = ten.factor(0.95, 2000).expect("level").expect("replicates");
        assert!((factor - 2.262_157_162_740_99 * (10.0f64 / 9.0).sqrt()).abs() < 1e-9);
        assert!((2.0 * ten.below(-factor) - 0.05).abs() < 1e-9);
        let why = Widening::of(&of(&[39, 5, 3, 2, 1])).expect_err("one patient holds nearly all");
        assert!(why.contains("5 patients counts as 1.6"), "{why}");
        assert!(Widening::of(&of(&[1; 4])).is_err() && Widening::of(&of(&[1; 5])).is_ok());
        let why = ten.factor(0.95, 19).expect("level").expect_err("replicates");
        assert!(why.contains("replicates or more at 95 %"), "{why}");
        assert!(ten.factor(95.0, 2000).is_err());
    }
}
