//! The number that is shown: a value, its interval, and where both come from.

use serde::{Deserialize, Serialize};

/// A value with its confidence interval. Every number of a table or figure is one.
///
/// # Examples
/// ```
/// use qpnet_audit::stats::Estimate;
/// let auc = Estimate::new(0.87, 0.84, 0.9, "DeLong 95 %", 412);
/// assert_eq!(auc.half_widths(), Some((0.87 - 0.84, 0.9 - 0.87)));
/// let none = Estimate::undefined("DeLong 95 %", 3, "no positives among 3 samples");
/// assert_eq!(none.value, None);
/// ```
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Estimate {
    /// The value; `None` when it does not exist.
    pub value: Option<f64>,
    /// Lower limit of the interval.
    pub low: Option<f64>,
    /// Upper limit of the interval.
    pub high: Option<f64>,
    /// Standard error on the scale of the value, where the method has one.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub se: Option<f64>,
    /// How the interval was made, with its level: `DeLong, logit, 95 %`.
    pub method: String,
    /// Number of samples.
    pub n: usize,
    /// Why the value, or its interval, is undefined.
    pub reason: Option<String>,
    /// What a reader must know beside the numbers, such as `only 4 positives`.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub flag: Option<String>,
}

impl Estimate {
    /// A value with its interval.
    pub fn new(value: f64, low: f64, high: f64, method: impl Into<String>, n: usize) -> Self {
        Self { low: Some(low), high: Some(high), ..Self::bare(value, method, n) }
    }

    /// A value without an interval.
    pub fn bare(value: f64, method: impl Into<String>, n: usize) -> Self {
        Self { value: Some(value), ..Self::undefined_without_reason(method, n) }
    }

    /// No value, and why.
    pub fn undefined(method: impl Into<String>, n: usize, reason: impl Into<String>) -> Self {
        Self { reason: Some(reason.into()), ..Self::undefined_without_reason(method, n) }
    }

    fn undefined_without_reason(method: impl Into<String>, n: usize) -> Self {
        let method = method.into();
        Self { value: None, low: None, high: None, se: None, method, n, reason: None, flag: None }
    }

    /// Add a remark to the flag, after what stands there.
    pub fn flagged(mut self, remark: Option<String>) -> Self {
        self.flag = match (self.flag.take(), remark) {
            (Some(first), Some(second)) => Some(format!("{first}; {second}")),
            (first, second) => first.or(second),
        };
        self
    }

    /// Value, lower and upper limit when all three exist.
    pub fn triple(&self) -> Option<(f64, f64, f64)> {
        Some((self.value?, self.low?, self.high?))
    }

    /// Lengths of the lower and the upper error bar, when there is an interval.
    pub fn half_widths(&self) -> Option<(f64, f64)> {
        self.triple().map(|(value, low, high)| (value - low, high - value))
    }

    /// Whether the interval contains `truth`; `None` without an interval.
    pub fn covers(&self, truth: f64) -> Option<bool> {
        self.triple().map(|(_, low, high)| (low..=high).contains(&truth))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn survives_json_and_reads_the_short_form() {
        let estimate = Estimate::new(0.9, 0.8, 0.95, "DeLong 95 %", 10).flagged(Some("few".into()));
        let text = serde_json::to_string(&estimate).expect("json");
        assert_eq!(serde_json::from_str::<Estimate>(&text).expect("back"), estimate);
        let short = r#"{"value":null,"low":null,"high":null,"method":"m","n":0,"reason":"none"}"#;
        assert_eq!(
            serde_json::from_str::<Estimate>(short).expect("short"),
            Estimate::undefined("m", 0, "none")
        );
    }

    #[test]
    fn remarks_add_up() {
        let estimate = Estimate::bare(1.0, "m", 1).flagged(None).flagged(Some("a".into()));
        assert_eq!(estimate.flagged(Some("b".into())).flag.as_deref(), Some("a; b"));
    }
}
