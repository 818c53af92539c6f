//! Ages and years as tables write them.

/// What an age looks like, for messages.
pub(super) const EXPECTED: &str = "an age such as 58, 058Y, 011M, 006W or 021D (years, months, weeks, days)";

/// The age in years; a number without a unit is in years.
pub(in crate::data) fn years(word: &str) -> Option<f64> {
    let word = word.trim();
    let end = word.find(|c: char| !c.is_ascii_digit() && c != '.').unwrap_or(word.len());
    let (number, unit) = word.split_at(end);
    let number: f64 = number.parse().ok()?;
    // 365.25 days a year: the mean of four.
    match unit.trim().to_ascii_lowercase().as_str() {
        "" | "y" | "yr" | "yrs" | "year" | "years" => Some(number),
        "m" | "mo" | "mos" | "month" | "months" => Some(number / 12.0),
        "w" | "wk" | "wks" | "week" | "weeks" => Some(number * 7.0 / 365.25),
        "d" | "day" | "days" => Some(number / 365.25),
        _ => None,
    }
}

/// As a table holds it: whole years without a fraction.
pub(in crate::data) fn written(years: f64) -> String {
    if years.fract() == 0.0 { format!("{years:.0}") } else { format!("{years:.4}") }
}

/// The year of `1950`, `1950.0`, `20140915`, `2014-09-15` or `15.09.2014`.
pub(in crate::data) fn year(word: &str) -> Option<i32> {
    let word = crate::data::rule::words::plain(word.trim());
    let digits = |part: &str| part.bytes().all(|byte| byte.is_ascii_digit());
    let pieces: Vec<&str> = word.split(['-', '.', '/']).collect();
    let year = match pieces[..] {
        [whole] if matches!(whole.len(), 4 | 8) => whole.get(..4)?,
        [first, _, _] if first.len() == 4 => first,
        [_, _, last] if last.len() == 4 => last,
        _ => return None,
    };
    if pieces.iter().all(|piece| digits(piece)) { year.parse().ok() } else { None }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn ages_have_units() {
        for (word, expected) in [
            ("058Y", "58"),
            ("011M", "0.9167"),
            ("024m", "2"),
            ("006W", "0.1150"),
            ("021D", "0.0575"),
            ("58", "58"),
            ("58.5", "58.5000"),
            ("3 months", "0.2500"),
            ("000Y", "0"),
        ] {
            assert_eq!(years(word).map(written).as_deref(), Some(expected), "{word}");
        }
        for word in ["", "Y", "58 Y M", "old", "-3", "5X", "1.2.3"] {
            assert_eq!(years(word), None, "{word}");
        }
    }

    #[test]
    fn years_are_found_in_dates() {
        for (word, expected) in [
            ("1950", Some(1950)),
            ("1950.0", Some(1950)),
            ("20140915", Some(2014)),
            ("2014-09-15", Some(2014)),
            ("15.09.2014", Some(2014)),
            ("195", None),
            ("19x0", None),
            ("2014-09", None),
            ("2014é", None),
        ] {
            assert_eq!(year(word), expected, "{word}");
        }
    }
}
