//! Subgroups of a column of numbers, such as ages.

use super::names::Names;
use super::number::Numbers;
use crate::words::looks_missing;

/// What becomes of a column of numbers that is to be the subgroup.
#[derive(Clone, Debug, Default, PartialEq)]
pub enum Cut {
    /// More different numbers than names of subgroups would be are refused.
    #[default]
    Refuse,
    /// They are names, such as numbers of hospitals.
    Names,
    /// They are cut into ranges at these limits, ascending; a limit belongs to the range above.
    At(Vec<f64>),
}

/// So many different numbers may be names.
const MOST_NUMBERS: usize = 20;

impl Cut {
    /// Read `40,60`, or `none` for numbers that are names.
    ///
    /// # Errors
    /// What is wrong with it.
    pub fn parse(text: &str) -> Result<Self, String> {
        if text == "none" {
            return Ok(Self::Names);
        }
        let limits: Option<Vec<f64>> = text.split(',').map(|limit| limit.trim().parse().ok()).collect();
        let limits = limits.filter(|limits| limits.iter().all(|limit| limit.is_finite()));
        let limits = limits.ok_or_else(|| format!("{text:?}: expected numbers, such as 40,60, or none"))?;
        match limits.is_sorted_by(|a, b| a < b) {
            true => Ok(Self::At(limits)),
            false => Err(format!("{text}: expected ascending limits")),
        }
    }

    /// Read `40,60`, or `age=40,60` of a named column.
    ///
    /// # Errors
    /// As [`Cut::parse`].
    pub fn parse_named(text: &str) -> Result<(Option<String>, Self), String> {
        match text.split_once('=') {
            None => Ok((None, Self::parse(text)?)),
            Some((column, limits)) => Ok((Some(column.trim().to_owned()), Self::parse(limits)?)),
        }
    }

    /// The subgroup of a field; `None` where it should be a number and is none.
    pub(super) fn group<'a>(
        &'a self,
        found: &'a str,
        numbers: &mut Numbers,
        ranges: &'a [String],
    ) -> Option<&'a str> {
        let Self::At(limits) = self else { return Some(found) };
        let number = numbers.read(found).ok()?;
        ranges.get(limits.partition_point(|limit| *limit <= number)).map(String::as_str)
    }

    /// Names of the ranges, the lowest first: `below 40`, `40 to below 60`, `60 or more`.
    pub(super) fn ranges(&self) -> Vec<String> {
        let Self::At(limits) = self else { return Vec::new() };
        let (Some(first), Some(last)) = (limits.first(), limits.last()) else { return Vec::new() };
        let between = limits.windows(2).map(|pair| format!("{} to below {}", pair[0], pair[1]));
        std::iter::once(format!("below {first}")).chain(between).chain([format!("{last} or more")]).collect()
    }
}

/// Whether the subgroups met so far are a column of numbers, told once as there are more than names would
/// be.
#[derive(Default)]
pub(super) struct Continuous {
    names: bool,
}

impl Continuous {
    /// What is wrong with `groups` in `column`, if they are numbers.
    pub(super) fn check(&mut self, cut: &Cut, groups: &Names, column: &str) -> Result<(), String> {
        if self.names || *cut != Cut::Refuse || groups.len() <= MOST_NUMBERS {
            return Ok(());
        }
        let known =
            (0..groups.len() as u32).map(|number| groups.name(number)).filter(|name| !looks_missing(name));
        let numbers: Option<Vec<f64>> = known.map(|name| name.replacen(',', ".", 1).parse().ok()).collect();
        let Some(numbers) = numbers else {
            self.names = true;
            return Ok(());
        };
        let [low, high] = [f64::min as fn(f64, f64) -> f64, f64::max]
            .map(|of| numbers.iter().copied().reduce(of).unwrap_or_default());
        Err(format!(
            "column {column} has {} different numbers up to here, from {low} to {high}: subgroups are ranges of them, \
             made by --cut 40,60 (below 40, 40 to below 60, 60 or more); if they are names, such as numbers of \
             hospitals, say --cut none",
            numbers.len()
        ))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn limits_belong_to_the_range_above() {
        let cut = Cut::parse("40, 60.5").expect("two limits");
        let ranges = cut.ranges();
        assert_eq!(ranges, ["below 40", "40 to below 60.5", "60.5 or more"]);
        let mut numbers = Numbers::new(',');
        let mut of = |text: &str| cut.group(text, &mut numbers, &ranges).map(str::to_owned);
        for (text, expected) in
            [("39.9", 0), ("40", 1), ("40.0", 1), ("60.4", 1), ("60.5", 2), ("99", 2), ("-1", 0)]
        {
            assert_eq!(of(text).as_deref(), Some(ranges[expected].as_str()), "{text}");
        }
        assert_eq!(of("old"), None);
        assert_eq!(Cut::parse("none"), Ok(Cut::Names));
        for wrong in ["", "60,40", "40,40", "old", "40,inf"] {
            assert!(Cut::parse(wrong).is_err(), "{wrong}");
        }
    }

    #[test]
    fn many_numbers_are_no_subgroups_unless_they_are_called_names() {
        let check = |cut: &Cut, name: fn(u32) -> String| {
            let (mut groups, mut found) = (Names::default(), Continuous::default());
            (0..40).try_for_each(|at| {
                groups.number(&name(at));
                found.check(cut, &groups, "age")
            })
        };
        let error = check(&Cut::Refuse, |at| (at + 18).to_string()).expect_err("ages");
        assert!(
            error.starts_with("column age has 21 different numbers up to here, from 18 to 38"),
            "{error}"
        );
        let with = |at| if at == 3 { "NA".to_owned() } else { format!("{at}.5") };
        assert!(check(&Cut::Refuse, with).is_err(), "one is not known");
        assert_eq!(check(&Cut::Refuse, |at| format!("site {at}")), Ok(()));
        assert_eq!(check(&Cut::Names, |at| at.to_string()), Ok(()));
    }
}
