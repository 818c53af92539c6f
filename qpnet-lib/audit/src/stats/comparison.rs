//! A difference with its test.

use super::student::{student_factor, two_sided_student_p, upper_student_p};
use super::{Estimate, StatsError};
use serde::{Deserialize, Serialize};

/// A difference of two quantities with its interval and its two-sided test, which are one inference:
/// p is the `1 - level` at which the interval touches 0.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Comparison {
    /// First minus second.
    pub difference: Estimate,
    /// The difference in standard errors, where the test is Student's; `None` otherwise.
    pub z: Option<f64>,
    /// Degrees of freedom of [`Comparison::z`]; `None` where it has none.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub df: Option<f64>,
    /// Two-sided p-value of "no difference"; `None` when there is no test.
    pub p: Option<f64>,
}

impl Comparison {
    /// No difference, and why.
    pub fn undefined(method: impl Into<String>, n: usize, reason: impl Into<String>) -> Self {
        Self { difference: Estimate::undefined(method, n, reason), ..Self::untested() }
    }

    /// Neither a difference nor a test, to be filled in.
    pub(in crate::stats) fn untested() -> Self {
        Self { difference: Estimate::undefined("", 0, ""), z: None, df: None, p: None }
    }

    /// Student's test of `difference`, whose standard error has `df` degrees of freedom.
    pub(super) fn student(difference: Estimate, df: f64) -> Self {
        let z = difference.value.zip(difference.se).map(|(value, se)| value / se);
        let p = z.map(|z| two_sided_student_p(z, df));
        Self { difference, z, df: Some(df), p }
    }

    /// Limits `value ± t se`, cut at -1 and 1, with Student's test, of a difference that has a standard error.
    pub(super) fn within_one(difference: Estimate, df: f64, level: f64) -> Result<Self, StatsError> {
        let value = difference.value.unwrap_or_default();
        let half = student_factor(level, df)? * difference.se.unwrap_or_default();
        let (low, high) = (value - half, value + half);
        let cut = low < -1.0 || high > 1.0;
        let difference = Estimate { low: Some(low.max(-1.0)), high: Some(high.min(1.0)), ..difference };
        Ok(Self::student(difference.flagged(cut.then(|| "cut at the ends of [-1, 1]".into())), df))
    }

    /// p-value of "the difference is `-margin` or less": half the two-sided one at `margin` 0 if the
    /// difference is positive. `None` where the test is not Student's.
    pub(super) fn one_sided(&self, margin: f64) -> Option<f64> {
        let (z, shifted, se) = (self.z?, self.difference.value? + margin, self.difference.se?);
        // Without a standard error both order alike, and a margin above 0 is certain.
        Some(match self.df {
            _ if shifted == 0.0 => 0.5,
            Some(df) if se > 0.0 => upper_student_p(shifted / se, df),
            _ => f64::from(u8::from(z + margin < 0.0)),
        })
    }
}
