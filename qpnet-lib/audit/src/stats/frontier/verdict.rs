//! What a gain shows, in words.

use std::fmt::{self, Display, Formatter};
use std::str::FromStr;

use super::gain::Gain;
use crate::stats::StatsError;
use crate::stats::crossed::SeedTest;
use crate::stats::quasi_pareto::ALPHA;

/// Gains nearer to 0 than this are no gain.
pub const EQUIVALENCE: f64 = 0.01;
/// More seeds than these are not suggested.
const MOST: usize = 2_000;

/// What a gain shows. Each test is at 2.5 %, as that of the quasi-Pareto claim.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Verdict {
    /// Above the frontier: something that one weight cannot.
    Adds,
    /// Above its line, and yet a single weight has as much or more of both.
    Beaten,
    /// Nearer to the frontier than the margin.
    Knob,
    /// Below the frontier.
    Costs,
    /// Nothing is shown; about so many more seeds would, if at all.
    Undecided {
        /// `None`: seeds alone will not do.
        more: Option<usize>,
    },
    /// There is no test.
    Undefined,
}

impl Display for Verdict {
    fn fmt(&self, f: &mut Formatter<'_>) -> fmt::Result {
        match self {
            Self::Adds => f.write_str("adds something here"),
            Self::Beaten => f.write_str("a knob: one weight has more of both"),
            Self::Knob => f.write_str("a knob"),
            Self::Costs => f.write_str("costs"),
            Self::Undecided { more: Some(1) } => f.write_str("undecided, about 1 more seed"),
            Self::Undecided { more: Some(more) } => write!(f, "undecided, about {more} more seeds"),
            Self::Undecided { more: None } => f.write_str("undecided, more patients needed"),
            Self::Undefined => f.write_str("undefined"),
        }
    }
}

impl FromStr for Verdict {
    type Err = String;

    /// As [`Display`] writes it.
    fn from_str(text: &str) -> Result<Self, String> {
        let fixed = [Self::Adds, Self::Beaten, Self::Knob, Self::Costs, Self::Undefined];
        let more = |text: &str| {
            let (number, word) = text.split_once(' ')?;
            let number = number.parse().ok()?;
            (word == "more seeds" || (word == "more seed" && number == 1)).then_some(number)
        };
        let undecided = |text: &str| match text.strip_prefix("undecided, ")? {
            "more patients needed" => Some(Self::Undecided { more: None }),
            text => Some(Self::Undecided { more: Some(more(text.strip_prefix("about ")?)?) }),
        };
        let found = fixed.into_iter().find(|verdict| verdict.to_string() == text).or_else(|| undecided(text));
        found.ok_or_else(|| format!("a verdict as `qpnet grid collect` writes it; got {text:?}"))
    }
}

impl Verdict {
    /// In one word, for the cell of a map.
    pub fn word(self) -> &'static str {
        match self {
            Self::Adds => "adds",
            Self::Beaten => "beaten",
            Self::Knob => "knob",
            Self::Costs => "costs",
            Self::Undecided { .. } => "open",
            Self::Undefined => "undefined",
        }
    }
}

impl Gain {
    /// Two-sided p-value of "no gain"; 1 for the same model.
    pub fn p(&self) -> Option<f64> {
        if self.identical { Some(1.0) } else { self.test.map(|test| test.p()) }
    }

    /// p-value of "as far from the frontier as `margin` or further": the larger of two one-sided ones; 0 for the same
    /// model.
    ///
    /// # Formula
    /// `max(P(D <= -margin), P(D >= margin))`; at most [`ALPHA`] just where the interval at `1 - 2 ALPHA` lies within.
    ///
    /// # Source
    /// Schuirmann, J Pharmacokinet Biopharm 15:657, 1987.
    pub fn p_equivalence(&self, margin: f64) -> Option<f64> {
        if self.identical {
            return Some(0.0);
        }
        let above = |test: SeedTest| test.p_above(-margin);
        let below = |test: SeedTest| SeedTest { value: -test.value, ..test }.p_above(-margin);
        self.test.map(|test| above(test).max(below(test)))
    }

    /// The verdict of this gain alone.
    ///
    /// # Errors
    /// As [`Self::more_seeds`].
    pub fn verdict(&self, margin: f64) -> Result<Verdict, StatsError> {
        self.verdict_by(self.p(), self.p_equivalence(margin), margin)
    }

    /// The verdict by p-values that were adjusted for their number.
    ///
    /// # Errors
    /// As [`Self::more_seeds`].
    pub fn verdict_by(
        &self,
        p: Option<f64>,
        equivalence: Option<f64>,
        margin: f64,
    ) -> Result<Verdict, StatsError> {
        let (Some(value), Some(p), Some(equivalence)) = (self.estimate.value, p, equivalence) else {
            return Ok(Verdict::Undefined);
        };
        Ok(match () {
            () if p <= 2.0 * ALPHA && value > 0.0 && self.dominated_by.is_some() => Verdict::Beaten,
            () if p <= 2.0 * ALPHA && value > 0.0 => Verdict::Adds,
            () if equivalence <= ALPHA => Verdict::Knob,
            () if p <= 2.0 * ALPHA => Verdict::Costs,
            () => {
                // Holm asks more of a single test, as far as is known now by as much as it changed the p-values.
                let asked = |own: Option<f64>, adjusted: f64| match own {
                    Some(own) if adjusted > 0.0 => (own / adjusted).min(1.0),
                    _ => 1.0,
                };
                let share = asked(self.p(), p).min(asked(self.p_equivalence(margin), equivalence));
                Verdict::Undecided { more: self.seeds_for(margin, share * ALPHA)? }
            }
        })
    }

    /// How many more seeds would decide, if the gain stays what it is and seeds vary as they do; `None` where no number
    /// of them is enough.
    ///
    /// # Formula
    /// The smallest `N > S` at which the half-width, of `spread / sqrt(N)` on `N - 1` degrees of freedom and the
    /// patients' part, is at most `max(|D|, margin - |D|)`: one of both tests then decides.
    ///
    /// # Errors
    /// [`StatsError::Freedom`].
    pub fn more_seeds(&self, margin: f64) -> Result<Option<usize>, StatsError> {
        self.seeds_for(margin, ALPHA)
    }

    /// [`Self::more_seeds`] of one-sided tests at `alpha`.
    fn seeds_for(&self, margin: f64, alpha: f64) -> Result<Option<usize>, StatsError> {
        let (Some(test), Some(spread)) = (self.test, self.spread) else { return Ok(None) };
        let wanted = test.value.abs().max(margin - test.value.abs());
        let decides = |count: usize| -> Result<bool, StatsError> {
            let seeds = (spread / (count as f64).sqrt(), count as f64 - 1.0);
            Ok(SeedTest { seeds, ..test }.half(1.0 - 2.0 * alpha)? <= wanted)
        };
        if !decides(MOST)? {
            return Ok(None);
        }
        let (mut below, mut enough) = (self.seeds, MOST);
        while below + 1 < enough {
            let middle = (below + enough) / 2;
            *(if decides(middle)? { &mut enough } else { &mut below }) = middle;
        }
        Ok(Some(enough - self.seeds))
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::stats::Estimate;
    use crate::stats::student::student_factor;

    fn gain(value: f64, spread: f64, seeds: usize, patients: f64) -> Gain {
        let between = spread / (seeds as f64).sqrt();
        let test = SeedTest { value, patients: (patients, 1e3), seeds: (between, seeds as f64 - 1.0) };
        Gain {
            estimate: Estimate::bare(value, "gain", 0),
            test: Some(test),
            by_seed: Vec::new(),
            spread: Some(spread),
            seeds,
            outside: 0.0,
            mean_outside: false,
            dominated_by: None,
            identical: false,
        }
    }

    #[test]
    fn each_verdict_is_where_its_interval_lies() {
        let verdict = |value, spread| gain(value, spread, 20, 0.0).verdict(EQUIVALENCE).expect("level");
        // Half-width at 20 seeds: 2.093 spread / 4.47.
        assert_eq!(verdict(0.02, 0.03), Verdict::Adds);
        assert_eq!(verdict(0.004, 0.001), Verdict::Adds, "small, and above 0");
        assert_eq!(verdict(0.001, 0.01), Verdict::Knob);
        assert_eq!(verdict(-0.02, 0.03), Verdict::Costs);
        assert_eq!(verdict(-0.002, 0.001), Verdict::Knob, "a loss that is too small to count");
        assert!(matches!(verdict(0.01, 0.04), Verdict::Undecided { more: Some(_) }));
        let beaten = Gain { dominated_by: Some(1), ..gain(0.02, 0.03, 20, 0.0) };
        assert_eq!(beaten.verdict(EQUIVALENCE).expect("level"), Verdict::Beaten);
        let same = Gain { identical: true, test: None, ..gain(0.0, 0.0, 5, 0.0) };
        assert_eq!((same.p(), same.p_equivalence(0.01)), (Some(1.0), Some(0.0)));
        assert_eq!(same.verdict(EQUIVALENCE).expect("level"), Verdict::Knob);
        let none = Gain { test: None, ..gain(0.02, 0.0, 1, 0.0) };
        assert_eq!(none.verdict(EQUIVALENCE).expect("level"), Verdict::Undefined);
    }

    #[test]
    fn a_verdict_is_read_as_it_is_written() {
        let undecided = [None, Some(1), Some(12)].map(|more| Verdict::Undecided { more });
        let fixed = [Verdict::Adds, Verdict::Beaten, Verdict::Knob, Verdict::Costs, Verdict::Undefined];
        for verdict in fixed.into_iter().chain(undecided) {
            assert_eq!(verdict.to_string().parse(), Ok(verdict));
        }
        for other in ["", "adds", "undecided, about 2 more seed", "undecided, about -1 more seeds"] {
            assert!(other.parse::<Verdict>().is_err_and(|error| error.contains("got")), "{other}");
        }
    }

    #[test]
    fn equivalence_is_shown_just_where_the_interval_lies_within() {
        let half = student_factor(0.95, 9.0).expect("level") * 0.01 / 10f64.sqrt();
        let p = |value| gain(value, 0.01, 10, 0.0).p_equivalence(0.01).expect("test");
        let edge = 0.01 - half;
        assert!((p(edge) - ALPHA).abs() < 1e-9 && (p(-edge) - ALPHA).abs() < 1e-9);
        assert!(p(0.5 * edge) < ALPHA && p(1.1 * edge) > ALPHA);
    }

    #[test]
    fn so_many_more_seeds_decide_and_one_less_does_not() {
        let found = gain(0.006, 0.02, 5, 0.0);
        let more = found.more_seeds(0.01).expect("level").expect("a number");
        let half = |n: f64| student_factor(0.95, n - 1.0).expect("level") * 0.02 / n.sqrt();
        let n = (5 + more) as f64;
        assert!(half(n) <= 0.006 && half(n - 1.0) > 0.006, "{more}");
        // After a correction by which p-values are ten times as large more is asked of each.
        let of_ten = |p: Option<f64>| p.map(|p| (10.0 * p).min(1.0));
        let own = gain(0.006, 0.02, 5, 0.0);
        let after = own.verdict_by(of_ten(own.p()), of_ten(own.p_equivalence(0.01)), 0.01).expect("level");
        assert!(
            matches!(after, Verdict::Undecided { more: Some(stricter) } if stricter > more),
            "{after} {more}"
        );
        // The patients' part alone is wider than what would decide.
        assert_eq!(gain(0.005, 0.02, 5, 0.01).more_seeds(0.01).expect("level"), None);
        assert_eq!(Verdict::Undecided { more: Some(7) }.to_string(), "undecided, about 7 more seeds");
    }
}
