//! How many patients an interval of a wanted half-width needs (see the [module above](super)).

use super::super::StatsError;
use super::super::student::student_factor;
use super::{Error, Side};

/// Numbers of patients that are tried before halving, each so many times the one before.
const GROWTH: f64 = 1.2;
/// More patients than this are never found.
const MOST: f64 = 1e12;

/// Patients of the second of two subgroups, which has `patients` now, for a difference with limits `half_width` away;
/// `None` where no number has them, since the first alone has wider ones.
///
/// # Errors
/// [`StatsError::Level`]; [`StatsError::Freedom`].
pub fn patients_needed(
    (first, second): (Side, Side),
    patients: usize,
    half_width: f64,
    level: f64,
) -> Result<Option<f64>, StatsError> {
    let own = first.of_times(1.0, level)?;
    let width = |times: f64| -> Result<f64, StatsError> {
        let error = Error::of_difference(own, second.of_times(times, level)?, 0.0);
        Ok(student_factor(level, error.df)? * error.se)
    };
    solve(width, patients, half_width)
}

/// Patients for a paired difference with limits `half_width` away; `None` of no patients.
///
/// # Errors
/// As [`patients_needed`].
pub fn patients_needed_paired(
    error: Error,
    patients: usize,
    half_width: f64,
    level: f64,
) -> Result<Option<f64>, StatsError> {
    let width = |times: f64| -> Result<f64, StatsError> {
        Ok(student_factor(level, (error.df * times).max(1.0))? * error.se / times.sqrt())
    };
    solve(width, patients, half_width)
}

/// The smallest number of patients, 1 or more, at which `width` of as many times those of now is `wanted`. Few degrees of
/// freedom of one side may make limits wider again where the other one grows: the first such number counts.
fn solve(
    width: impl Fn(f64) -> Result<f64, StatsError>,
    patients: usize,
    wanted: f64,
) -> Result<Option<f64>, StatsError> {
    let now = patients as f64;
    let within = |number: f64| -> Result<bool, StatsError> { Ok(width(number / now)? <= wanted) };
    let (mut low, mut high) = (1.0, 1.0);
    while now > 0.0 && !within(high)? {
        (low, high) = (high, high * GROWTH);
        if high > MOST {
            return Ok(None);
        }
    }
    while high / low > 1.0 + 1e-13 {
        let middle = (low * high).sqrt();
        *(if within(middle)? { &mut high } else { &mut low }) = middle;
    }
    Ok((now > 0.0).then_some(high))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn side(auc: f64, se: f64, df: f64) -> Side {
        Side { auc, error: Some(Error { se, df }), units: [60.0, 90.0] }
    }

    #[test]
    fn so_many_patients_have_the_half_width() {
        let (first, second) = (side(0.8, 0.01, f64::INFINITY), side(0.7, 0.04, f64::INFINITY));
        let needed = patients_needed((first, second), 50, 0.05, 0.95).expect("valid").expect("possible");
        let then = Error { se: 0.04 * (50.0 / needed).sqrt(), df: f64::INFINITY };
        let half = 1.959_963_984_540_054 * Error::of_difference(first.error.expect("one"), then, 0.0).se;
        assert!((half - 0.05).abs() < 1e-12, "{half}");
        assert_eq!(
            patients_needed((second, first), 50, 0.05, 0.95).expect("valid"),
            None,
            "the first is too few"
        );
        let error = Error { se: 0.01, df: f64::INFINITY };
        let paired = patients_needed_paired(error, 100, 0.00979981992, 0.95).expect("valid").expect("some");
        assert!((paired - 400.0).abs() < 1e-3, "{paired}");
    }

    #[test]
    fn few_patients_today_are_not_few_among_many() {
        // Three degrees of freedom of the second, whose factor of 3.2 no sum of errors below 0.05 / 3.2 reaches: not
        // what many patients would have.
        let (first, second) = (side(0.8, 0.02, 400.0), side(0.7, 0.15, 3.0));
        let needed = patients_needed((first, second), 8, 0.05, 0.95).expect("valid").expect("possible");
        let times = needed / 8.0;
        let then = Error { se: 0.15 / times.sqrt(), df: 3.0 * times };
        let both = Error::of_difference(first.error.expect("one"), then, 0.0);
        let half = student_factor(0.95, both.df).expect("df") * both.se;
        assert!((half - 0.05).abs() < 1e-9 && needed > 8.0, "{needed}: {half}");
        let paired = patients_needed_paired(Error { se: 0.1, df: 2.0 }, 3, 0.1, 0.95).expect("valid");
        let times = paired.expect("some") / 3.0;
        let half = student_factor(0.95, 2.0 * times).expect("df") * 0.1 / times.sqrt();
        assert!((half - 0.1).abs() < 1e-9, "{half}");
    }

    #[test]
    fn nobody_in_the_wrong_order_needs_patients_too() {
        let perfect = Side { auc: 1.0, error: None, units: [20.0, 20.0] };
        for (half, least) in [(0.3, 1.0), (0.25, 15.0)] {
            let needed = patients_needed((perfect, perfect), 40, half, 0.95).expect("valid");
            assert!(needed.is_some_and(|needed| needed >= least), "{needed:?}");
        }
        assert_eq!(patients_needed((perfect, perfect), 40, 0.05, 0.95).expect("valid"), None);
    }
}
