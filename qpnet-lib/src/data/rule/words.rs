//! How a word of a table is read: one rule for labels, subgroups and keys.

use crate::words::looks_missing;

/// A whole number as a table of floats writes it, `100.0`, without its fraction; every other word as it is.
pub(in crate::data) fn plain(word: &str) -> &str {
    let Some((whole, fraction)) = word.split_once('.') else { return word };
    let digits = whole.strip_prefix('-').unwrap_or(whole);
    let number = !digits.is_empty() && digits.bytes().all(|byte| byte.is_ascii_digit());
    if number && !fraction.is_empty() && fraction.bytes().all(|byte| byte == b'0') { whole } else { word }
}

/// Whether two words say the same: letter by letter, but for the fraction of a whole number.
pub(in crate::data) fn same(a: &str, b: &str) -> bool {
    a == b || plain(a) == plain(b)
}

/// What to do about a word that often means "not known" and was not declared so; empty for any other.
pub(in crate::data) fn missing_hint(word: &str) -> String {
    let unknown = looks_missing(word) || word.eq_ignore_ascii_case("none") || plain(word) == "-1";
    if unknown && !word.is_empty() {
        format!("; if {word:?} means not known, say missing = [{word:?}] in [table] of the manifest")
    } else {
        String::new()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn whole_numbers_are_one_word_in_every_shape_and_ids_stay_apart() {
        for (a, b, expected) in [
            ("1", "1.0", true),
            ("-1.00", "-1", true),
            ("100.0", "100", true),
            ("007", "7", false),
            ("1.5", "1", false),
            ("a.0", "a", false),
            (".0", "", false),
            ("1.", "1", false),
            ("1.2.0", "1.2", false),
        ] {
            assert_eq!(same(a, b), expected, "{a} {b}");
        }
    }

    #[test]
    fn advice_is_given_about_words_that_often_mean_not_known() {
        for word in ["NA", "none", "#N/A", "?", "-1.0"] {
            assert!(missing_hint(word).contains(&format!("missing = [{word:?}]")), "{word}");
        }
        for word in ["male", ""] {
            assert_eq!(missing_hint(word), "", "{word}");
        }
    }
}
