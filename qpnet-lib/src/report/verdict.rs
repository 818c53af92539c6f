//! The quasi-Pareto claim of one run or of several seeds, in words that follow the numbers.

use super::format;
use crate::experiment::{PairedSummary, RepeatedDifference, Repeats, Summary};
use crate::stats::Estimate;
use crate::stats::multiplicity::holm;
use crate::stats::quasi_pareto::ALPHA;

/// What every output of a run says that looked at the test part.
pub(super) const CONTAMINATED: &str =
    "CONTAMINATED: delta was measured on the test part; these numbers prove nothing.";

/// Whether QPI raised the less-prevalent subgroup and kept the dominant one, against Mixed.
///
/// An intersection of two one-sided statements at 2.5 %: the 95 % interval of the paired
/// difference lies above 0 on the less-prevalent subgroup, and above `-margin` on the dominant
/// one. Both must hold for the claim; a wide interval supports neither a gain nor its absence.
pub fn quasi_pareto_words(summary: &Summary, margin: f64) -> String {
    let pair = |subgroup: usize| -> Option<&PairedSummary> {
        let name = summary.data.subgroups.get(subgroup)?;
        let mut pairs = summary.differences.iter();
        pairs.find(|pair| pair.method == "qpi" && pair.reference == "mixed" && &pair.subgroup == name)
    };
    if summary.contaminated {
        return CONTAMINATED.to_owned();
    }
    let (Some(dominant), Some(less)) = (pair(0), pair(1)) else {
        return "The quasi-Pareto claim needs both Mixed and QPI.".to_owned();
    };
    let halves = Halves {
        names: [&dominant.subgroup, &less.subgroup],
        dominant: &dominant.auc.difference,
        less: &less.auc.difference,
        margin,
    };
    let verdict = match halves.hold() {
        Some(true) => "This run supports a quasi-Pareto improvement",
        Some(false) => "This run does not establish a quasi-Pareto improvement",
        None => return format!("QPI minus Mixed: {}. This run cannot decide.", halves.words()),
    };
    format!("QPI minus Mixed: {}. {verdict} (both tests one-sided at 2.5 %).", halves.words())
}

/// The verdict over seeds on every pair of methods in `differences`: a line a pair.
///
/// Against Mixed it is the quasi-Pareto claim, as in [`quasi_pareto_words`]. Against another
/// method the question is whether the less-prevalent subgroup does better than under that method,
/// and at what price for the dominant one.
///
/// All that is claimed is one family: p-values are one-sided, from the tests that the intervals invert (of the
/// quasi-Pareto claim the larger of its two), and a claim is made where it is at most 2.5 % after Holm's correction
/// for the number of pairs.
pub fn repeats_words(repeats: &Repeats, differences: &[RepeatedDifference], margin: f64) -> String {
    if repeats.runs.iter().any(|run| run.summary.contaminated) {
        return CONTAMINATED.to_owned();
    }
    let subgroups = &repeats.data.subgroups;
    let dominant = |less: &RepeatedDifference| {
        let same = |other: &&RepeatedDifference| {
            other.subgroup == 0 && other.method == less.method && other.reference == less.reference
        };
        differences.iter().find(same)
    };
    let less = differences.iter().filter(|difference| difference.subgroup == 1);
    let pairs: Vec<_> = less.filter_map(|less| Some((less, dominant(less)?))).collect();
    let claimed = |(less, dominant): &(&RepeatedDifference, &RepeatedDifference)| {
        let (gain, price) = (less.test?.p_above(0.0), dominant.test.map(|test| test.p_above(-margin)));
        if less.reference == "mixed" { price.map(|price| gain.max(price)) } else { Some(gain) }
    };
    // p-values are probabilities: the correction does not refuse them.
    let adjusted = holm(&pairs.iter().map(claimed).collect::<Vec<_>>()).unwrap_or_default();
    let mut lines = Vec::new();
    for ((less, dominant), p) in pairs.iter().zip(adjusted) {
        let held = p.map(|p| p <= ALPHA);
        let halves = Halves {
            names: [&subgroups[0], &subgroups[1]],
            dominant: &dominant.auc,
            less: &less.auc,
            margin,
        };
        let [method, reference] = [&less.method, &less.reference].map(|key| title_of(repeats, key));
        lines.push(if less.reference == "mixed" {
            let verdict = match (halves.hold(), held) {
                (Some(true), Some(true)) => "The seeds support a quasi-Pareto improvement.",
                (Some(true), _) => {
                    "The seeds do not establish a quasi-Pareto improvement after Holm's correction."
                }
                (Some(false), _) => "The seeds do not establish a quasi-Pareto improvement.",
                (None, _) => "The seeds cannot decide.",
            };
            format!("{method} minus {reference}: {}. {verdict}", halves.words())
        } else {
            halves.against(method, reference, held == Some(true))
        });
    }
    if lines.is_empty() {
        return "There is no pair of methods with both subgroups.".to_owned();
    }
    if let Some(caution) = caution(repeats.seeds.len()) {
        lines.push(caution);
    }
    lines.join("\n")
}

/// What must be said of intervals over very few seeds.
pub(super) fn caution(seeds: usize) -> Option<String> {
    let words = "the spread between trainings is hardly known, and the intervals are wide for it; \
                 a trial, not a finding.";
    match seeds {
        0 | 1 => Some("One seed: there is no spread between trainings, hence no interval.".to_owned()),
        2 | 3 => Some(format!("{seeds} seeds only: {words}")),
        _ => None,
    }
}

/// The name of a method in tables and figures.
pub(super) fn title_of<'a>(repeats: &'a Repeats, key: &'a str) -> &'a str {
    repeats.config.methods.iter().find(|spec| spec.key == key).map_or(key, |spec| &spec.title)
}

/// The two differences of a claim.
struct Halves<'a> {
    /// Dominant, less-prevalent.
    names: [&'a str; 2],
    dominant: &'a Estimate,
    less: &'a Estimate,
    margin: f64,
}

impl Halves<'_> {
    /// Both halves of the claim; `None` where one has no interval.
    fn hold(&self) -> Option<bool> {
        Some(above(self.less, 0.0)? & above(self.dominant, -self.margin)?)
    }

    fn words(&self) -> String {
        format!(
            "{} {} ({}); {} {} ({})",
            self.names[1],
            gain(self.less),
            format::estimate(self.less),
            self.names[0],
            price(self.dominant, self.margin),
            format::estimate(self.dominant),
        )
    }

    /// The method against a control.
    fn against(&self, method: &str, control: &str, corrected: bool) -> String {
        let [dominant_name, less_name] = self.names;
        let (less, dominant) = (format::estimate(self.less), format::estimate(self.dominant));
        let price = price(self.dominant, self.margin);
        let beside = format!("{dominant_name} {price} ({dominant})");
        let behind = self.less.high.is_some_and(|high| high < 0.0);
        match (above(self.less, 0.0), above(self.dominant, -self.margin)) {
            (Some(true), _) if !corrected => format!(
                "{method} against {control} on {less_name}: difference {less}, which does not stand after Holm's \
                 correction; {beside}."
            ),
            (Some(true), Some(true)) => {
                format!("{method} is better than {control} on {less_name}: difference {less}; {beside}.")
            }
            (Some(true), _) => format!(
                "{method} is better than {control} on {less_name}: difference {less}; but {beside}: an \
                 exchange between subgroups."
            ),
            (Some(false), _) if behind => {
                format!("{method} is worse than {control} on {less_name}: difference {less}; {beside}.")
            }
            (Some(false), _) => format!(
                "{method} is not better than {control} on {less_name} beyond chance: difference {less}; {beside}."
            ),
            (None, _) => {
                format!("{method} against {control} on {less_name} cannot be judged: difference {less}.")
            }
        }
    }
}

fn gain(less: &Estimate) -> &'static str {
    match above(less, 0.0) {
        Some(true) => "gains",
        Some(false) if less.high.is_some_and(|high| high < 0.0) => "loses",
        Some(false) => "shows no clear gain",
        None => "cannot be judged",
    }
}

fn price(dominant: &Estimate, margin: f64) -> String {
    match above(dominant, -margin) {
        Some(true) => format!("loses less than {margin}"),
        Some(false) if dominant.high.is_some_and(|high| high < -margin) => {
            format!("loses more than {margin}")
        }
        Some(false) => format!("may lose more than {margin}"),
        None => "cannot be judged".to_owned(),
    }
}

/// Whether the interval of the difference lies above `bound`; `None` without an interval.
fn above(difference: &Estimate, bound: f64) -> Option<bool> {
    difference.low.map(|low| low > bound)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn interval(low: f64, high: f64) -> Estimate {
        Estimate::new((low + high) / 2.0, low, high, "m", 100)
    }

    fn said(less: &Estimate, dominant: &Estimate) -> (Option<bool>, String) {
        let halves = Halves { names: ["D", "L"], dominant, less, margin: 0.02 };
        (halves.hold(), halves.against("QPI", "control", true))
    }

    #[test]
    fn the_words_follow_the_intervals() {
        let none = Estimate::bare(0.1, "m", 100);
        for (less, dominant, holds, words) in [
            (interval(0.01, 0.09), interval(-0.015, 0.01), Some(true), "is better than control on L"),
            (interval(0.01, 0.09), interval(-0.05, 0.01), Some(false), "an exchange between subgroups"),
            (interval(0.01, 0.09), interval(-0.05, -0.03), Some(false), "D loses more than 0.02"),
            (interval(-0.03, 0.05), interval(-0.01, 0.01), Some(false), "is not better than control on L"),
            (interval(-0.09, -0.01), interval(0.0, 0.01), Some(false), "is worse than control on L"),
            (none.clone(), interval(0.0, 0.01), None, "cannot be judged"),
        ] {
            let (held, sentence) = said(&less, &dominant);
            assert_eq!(held, holds, "{sentence}");
            assert!(sentence.contains(words), "{sentence}");
        }
        assert_eq!(said(&interval(0.01, 0.09), &none).0, None);
        let (less, dominant) = (interval(0.01, 0.09), interval(-0.015, 0.01));
        let halves = Halves { names: ["D", "L"], dominant: &dominant, less: &less, margin: 0.02 };
        let words = halves.against("QPI", "control", false);
        assert!(words.contains("does not stand after Holm's correction"), "{words}");
    }

    #[test]
    fn few_seeds_bring_a_caution() {
        assert!(caution(1).is_some() && caution(2).is_some_and(|words| words.starts_with('2')));
        assert_eq!(caution(5), None);
    }
}
