//! Numbers as a paper prints them.

use crate::stats::Estimate;

/// An estimate with three decimals: `0.876 (0.861–0.890)`. Without an interval only the
/// value; undefined as `—`. A flag or a reason is marked by `*`: show it in a note
/// ([`Table::estimates`](super::Table::estimates) does). With a negative number in sight the
/// limits are joined by `to`: `−0.012 (−0.030 to 0.006)`.
///
/// # Examples
/// ```
/// use qpnet_audit::{report, stats::Estimate};
/// let found = Estimate::new(0.8761, 0.8612, 0.8899, "DeLong 95 %", 900);
/// assert_eq!(report::estimate(&found), "0.876 (0.861–0.890)");
/// let none = Estimate::undefined("DeLong 95 %", 3, "no positives among 3 samples");
/// assert_eq!(report::estimate(&none), "—*");
/// ```
pub fn estimate(estimate: &Estimate) -> String {
    let star = if estimate.flag.is_some() || estimate.reason.is_some() { "*" } else { "" };
    let Some(value) = estimate.value else { return format!("—{star}") };
    match estimate.low.zip(estimate.high) {
        Some((low, high)) => {
            let between = if value < 0.0 || low < 0.0 { " to " } else { "–" };
            format!("{} ({}{between}{}){star}", number(value), number(low), number(high))
        }
        None => format!("{}{star}", number(value)),
    }
}

/// Three decimals, a true minus sign, no negative zero.
pub(in crate::report) fn number(value: f64) -> String {
    let text = format!("{value:.3}");
    if text == "-0.000" { "0.000".into() } else { text.replace('-', "−") }
}

/// `1 patient`, `2 patients`.
pub(super) fn count(number: usize, one: &str, several: &str) -> String {
    format!("{number} {}", if number == 1 { one } else { several })
}

/// A p-value: `0.032`, `< 0.001`, `> 0.999`, or `—` when there is no test.
///
/// # Examples
/// ```
/// use qpnet_audit::report::p_value;
/// assert_eq!(p_value(Some(0.0321)), "0.032");
/// assert_eq!(p_value(Some(1e-9)), "< 0.001");
/// assert_eq!(p_value(Some(1.0)), "1");
/// assert_eq!(p_value(None), "—");
/// ```
pub fn p_value(p: Option<f64>) -> String {
    match p {
        None => "—".into(),
        Some(p) if p.is_nan() => "—".into(),
        Some(p) if p < 0.001 => "< 0.001".into(),
        Some(1.0) => "1".into(),
        Some(p) if p > 0.999 => "> 0.999".into(),
        Some(p) => format!("{p:.3}"),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn negative_numbers_and_zero() {
        let found = Estimate::new(-0.0121, -0.0301, 0.0059, "m", 10);
        assert_eq!(estimate(&found), "−0.012 (−0.030 to 0.006)");
        assert_eq!(estimate(&Estimate::bare(-0.0001, "m", 1)), "0.000");
        assert_eq!(estimate(&Estimate::bare(0.5, "m", 1).flagged(Some("few".into()))), "0.500*");
    }
}
