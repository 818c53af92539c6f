//! The words of tables for yes, for no and for "not known": one list for manifests and for audits.

/// Yes and no in words, whatever their case.
fn yes_or_no(word: &str) -> Option<bool> {
    let is = |words: &[&str]| words.iter().any(|other| other.eq_ignore_ascii_case(word));
    if is(&["true", "yes", "t", "y"]) {
        Some(true)
    } else if is(&["false", "no", "f", "n"]) {
        Some(false)
    } else {
        None
    }
}

/// 1, 0 and -1, as numbers of any shape, or yes and no in words.
pub fn finding(word: &str) -> Option<i8> {
    match word.parse::<f64>() {
        Ok(1.0) => Some(1),
        Ok(0.0) => Some(0),
        Ok(-1.0) => Some(-1),
        Ok(_) => None,
        Err(_) => yes_or_no(word).map(i8::from),
    }
}

/// Whether programs write `word` where a value is not known. Lower-case `none` is not among them: it is the name of
/// a class too.
pub fn looks_missing(word: &str) -> bool {
    // Most words are something else from their first letter on.
    if word.bytes().next().is_some_and(|first| !b"nN<#.?uUmM".contains(&first)) {
        return false;
    }
    const WORDS: [&str; 11] =
        ["unk", "na", "n/a", "<na>", "#n/a", "nan", "nat", "null", "nil", "unknown", "missing"];
    ["", ".", "?", "None"].contains(&word) || WORDS.iter().any(|other| other.eq_ignore_ascii_case(word))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn yes_and_no_are_read_in_words_and_numbers() {
        for (word, expected) in [
            ("TRUE", Some(1)),
            ("Y", Some(1)),
            ("no", Some(0)),
            ("F", Some(0)),
            ("1.0", Some(1)),
            ("1e0", Some(1)),
            ("0", Some(0)),
            ("-0", Some(0)),
            ("-1.0", Some(-1)),
            ("0.5", None),
            ("2", None),
            ("nan", None),
            ("inf", None),
            ("maybe", None),
            ("", None),
        ] {
            assert_eq!(finding(word), expected, "{word}");
        }
    }

    #[test]
    fn words_for_not_known_are_told_from_names() {
        for word in
            ["", ".", "?", "NA", "nan", "N/A", "#N/A", "<NA>", "NaT", "NULL", "nil", "None", "Unknown", "unk"]
        {
            assert!(looks_missing(word), "{word}");
        }
        for word in ["none", "male", "nav", "nevus", "0", "-1", "m", "Native", "multiple"] {
            assert!(!looks_missing(word), "{word}");
        }
    }
}
