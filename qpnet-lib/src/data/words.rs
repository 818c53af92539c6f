//! How a word of a table is read: one rule for labels, subgroups and keys.

/// A whole number as a table of floats writes it, `100.0`, without its fraction; every other word as it is.
pub(super) fn plain(word: &str) -> &str {
    let Some((whole, fraction)) = word.split_once('.') else { return word };
    let digits = whole.strip_prefix('-').unwrap_or(whole);
    let number = !digits.is_empty() && digits.bytes().all(|byte| byte.is_ascii_digit());
    if number && !fraction.is_empty() && fraction.bytes().all(|byte| byte == b'0') { whole } else { word }
}

/// Whether two words say the same: letter by letter, but for the fraction of a whole number.
pub(super) fn same(a: &str, b: &str) -> bool {
    a == b || plain(a) == plain(b)
}

/// Yes and no as tables write them, whatever the case.
pub(super) fn yes_or_no(word: &str) -> Option<bool> {
    let is = |words: &[&str]| words.iter().any(|other| other.eq_ignore_ascii_case(word));
    if is(&["true", "yes", "t", "y"]) {
        Some(true)
    } else if is(&["false", "no", "f", "n"]) {
        Some(false)
    } else {
        None
    }
}

/// 1, 0 and -1, as numbers of any shape or in words.
pub(super) fn finding(word: &str) -> Option<i8> {
    match word.parse::<f64>() {
        Ok(1.0) => Some(1),
        Ok(0.0) => Some(0),
        Ok(-1.0) => Some(-1),
        Ok(_) => None,
        Err(_) => yes_or_no(word).map(i8::from),
    }
}

/// What to do about a word that often means "not known" and was not declared so; empty for any other.
pub(super) fn missing_hint(word: &str) -> String {
    let unknown = ["na", "n/a", "nan", "null", "none", "nil", ".", "?", "unk", "unknown"];
    if unknown.iter().any(|other| other.eq_ignore_ascii_case(word)) || plain(word) == "-1" {
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
    fn yes_and_no_are_read_in_words_and_numbers() {
        for (word, expected) in [
            ("TRUE", Some(1)),
            ("no", Some(0)),
            ("1.0", Some(1)),
            ("0", Some(0)),
            ("-1.0", Some(-1)),
            ("0.5", None),
            ("2", None),
            ("maybe", None),
        ] {
            assert_eq!(finding(word), expected, "{word}");
        }
        assert!(missing_hint("NA").contains("missing = [\"NA\"]") && missing_hint("-1.0").contains("-1.0"));
        assert_eq!(missing_hint("male"), "");
    }
}
