//! When, by which version and by which command something was made.

use std::ffi::OsString;
use std::time::{SystemTime, UNIX_EPOCH};

use serde::{Deserialize, Serialize};

/// What every report and summary carries; who makes it says the time and the arguments.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Stamp {
    /// Of this program.
    pub version: String,
    /// `2024-02-29T12:30:59Z`.
    pub date: String,
    /// What was typed, quoted where a shell needs it.
    pub command: String,
}

impl Stamp {
    /// At `now`, by `program` called with `arguments`.
    pub fn new(now: SystemTime, program: &str, arguments: impl IntoIterator<Item = OsString>) -> Self {
        let words = arguments.into_iter().map(|word| quoted(&word.to_string_lossy()));
        let command = std::iter::once(program.to_owned()).chain(words).collect::<Vec<_>>().join(" ");
        let seconds = now.duration_since(UNIX_EPOCH).map_or(0, |since| since.as_secs());
        Self { version: env!("CARGO_PKG_VERSION").to_owned(), date: date(seconds), command }
    }
}

fn quoted(word: &str) -> String {
    let plain = |letter: char| letter.is_alphanumeric() || "-_./,:=+@%".contains(letter);
    if !word.is_empty() && word.chars().all(plain) {
        return word.to_owned();
    }
    format!("'{}'", word.replace('\'', r"'\''"))
}

/// Seconds since 1970 as a date in UTC.
///
/// # Source
/// Hinnant, *chrono-compatible low-level date algorithms*, `civil_from_days`, with eras of 400 years from 1 March.
fn date(seconds: u64) -> String {
    let (days, rest) = (seconds / 86_400 + 719_468, seconds % 86_400);
    let (era, day_of_era) = (days / 146_097, days % 146_097);
    let year_of_era = (day_of_era - day_of_era / 1460 + day_of_era / 36_524 - day_of_era / 146_096) / 365;
    let day_of_year = day_of_era - (365 * year_of_era + year_of_era / 4 - year_of_era / 100);
    let shifted = (5 * day_of_year + 2) / 153; // months from March
    let day = day_of_year - (153 * shifted + 2) / 5 + 1;
    let month = if shifted < 10 { shifted + 3 } else { shifted - 9 };
    let year = era * 400 + year_of_era + u64::from(month <= 2);
    let (hour, minute, second) = (rest / 3600, rest / 60 % 60, rest % 60);
    format!("{year:04}-{month:02}-{day:02}T{hour:02}:{minute:02}:{second:02}Z")
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::time::Duration;

    #[test]
    fn dates_are_those_of_the_calendar() {
        // `date -u -d @N +%FT%TZ`.
        for (seconds, expected) in [
            (0, "1970-01-01T00:00:00Z"),
            (951_782_399, "2000-02-28T23:59:59Z"),
            (951_782_400, "2000-02-29T00:00:00Z"),
            (1_709_209_859, "2024-02-29T12:30:59Z"),
            (1_735_689_599, "2024-12-31T23:59:59Z"),
            (4_107_542_400, "2100-03-01T00:00:00Z"),
        ] {
            assert_eq!(date(seconds), expected);
        }
    }

    #[test]
    fn a_command_can_be_typed_again() {
        let words = ["audit", "my table.csv", "--only", "part=test", "it's", ""].map(OsString::from);
        let stamp = Stamp::new(UNIX_EPOCH + Duration::from_secs(1), "qpnet", words);
        assert_eq!(stamp.command, r"qpnet audit 'my table.csv' --only part=test 'it'\''s' ''");
        assert_eq!(stamp.date, "1970-01-01T00:00:01Z");
    }
}
