//! The words of a table: what is yes, what is no, what is not known.

use std::borrow::Cow;
use std::str::FromStr;

use crate::words::{finding, looks_missing};

/// What becomes of an outcome that is not stated plainly. Manifests have the same words.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Unknown {
    /// Not known: in no measure.
    Ignore,
    /// Counts as negative.
    Zeros,
    /// Counts as positive.
    Ones,
}

impl Unknown {
    /// The outcome, `None` where it stays unknown.
    pub(super) fn target(self) -> Option<bool> {
        match self {
            Self::Ignore => None,
            Self::Zeros => Some(false),
            Self::Ones => Some(true),
        }
    }
}

impl FromStr for Unknown {
    type Err = String;

    fn from_str(word: &str) -> Result<Self, String> {
        match word {
            "ignore" => Ok(Self::Ignore),
            "zeros" => Ok(Self::Zeros),
            "ones" => Ok(Self::Ones),
            _ => Err("expected ignore, zeros or ones".to_owned()),
        }
    }
}

/// How the words of outcomes and names are read.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Vocabulary {
    /// The label that counts as positive, where labels are words.
    pub positive: Option<String>,
    /// The labels that count as negative then; none named: all others.
    pub negative: Vec<String>,
    /// What means "not known", besides the empty field: in outcomes, subgroups and patients.
    pub missing: Vec<String>,
    /// What -1 becomes among outcomes; unless said it is refused.
    pub uncertain: Option<Unknown>,
    /// What an empty outcome becomes; unless said it is unknown among several findings, else refused.
    pub blank: Option<Unknown>,
    /// Keep rows without a subgroup as a subgroup of their own, instead of leaving them out.
    pub keep_missing_groups: bool,
}

/// The subgroup of rows without one, where they are kept.
pub(super) const NO_GROUP: &str = "(missing)";
/// What those are called that are kept for bounds only, and in no number.
pub(super) const UNPLACED: &str = "(not known)";
/// What they are called in the reading: a subgroup that a row has is never empty.
pub(super) const NOBODYS: &str = "";

/// Why an outcome is not stated plainly.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Open {
    /// The field is empty.
    Blank,
    /// It holds a word of [`Vocabulary::missing`].
    Missing,
    /// It holds -1.
    Uncertain,
}

/// What an outcome's field says.
pub(super) enum Said {
    Yes,
    No,
    /// Another word than the positive one, where no negative ones are named.
    Other,
    Open(Open),
}

impl Vocabulary {
    /// Whether `text`, trimmed, says nothing.
    pub(super) fn says_nothing(&self, text: &str) -> bool {
        text.is_empty() || self.missing.iter().any(|word| word == text)
    }

    /// What the field of an outcome says; `None` where it cannot be told.
    pub(super) fn said(&self, text: &str) -> Option<Said> {
        match text {
            "1" if self.positive.is_none() => return Some(Said::Yes),
            "0" if self.positive.is_none() => return Some(Said::No),
            "" => return Some(Said::Open(Open::Blank)),
            _ if self.missing.iter().any(|word| word == text) => return Some(Said::Open(Open::Missing)),
            _ => {}
        }
        if self.negative.iter().any(|word| word == text) {
            return Some(Said::No);
        }
        if self.uncertain.is_some() && text.parse() == Ok(-1.0) {
            return Some(Said::Open(Open::Uncertain));
        }
        match &self.positive {
            Some(positive) if same(positive, text) => Some(Said::Yes),
            Some(_) if looks_missing(text) || text.parse() == Ok(-1.0) => None,
            Some(_) => self.negative.is_empty().then_some(Said::Other),
            None => match finding(text) {
                Some(1) => Some(Said::Yes),
                Some(0) => Some(Said::No),
                _ => None,
            },
        }
    }

    /// What becomes of an outcome that is not stated plainly, where `usual` is what becomes of an empty
    /// one; `None` where nothing was said about it.
    pub(super) fn policy(&self, open: Open, usual: Option<Unknown>) -> Option<Unknown> {
        match open {
            Open::Blank => self.blank.or(usual),
            Open::Missing => Some(Unknown::Ignore),
            Open::Uncertain => self.uncertain,
        }
    }

    /// What may be done about a field that cannot be read as an outcome; no advice that would turn
    /// "not known" into "no".
    pub(super) fn advice(&self, text: &str) -> String {
        if text.is_empty() {
            return "0 or 1; if empty means not known, --blank ignore leaves it out, --blank zeros counts it as \
                    negative"
                .to_owned();
        }
        if text.parse() == Ok(-1.0) {
            return "0 or 1; if -1 means uncertain, as in CheXpert, say --uncertain ignore, zeros or ones; if it \
                    means no, --positive 1 --negative=-1"
                .to_owned();
        }
        if looks_missing(text) {
            return format!("0 or 1; if {text} means not known, say --missing {}", quoted(text));
        }
        if let Some(positive) = &self.positive {
            return format!("{positive} or one of {} (--negative)", self.negative.join(", "));
        }
        "0 or 1; where labels are words, say which is positive with --positive".to_owned()
    }
}

/// `text` as the command line needs it.
pub(super) fn quoted(text: &str) -> String {
    let plain = text.chars().all(|c| c.is_alphanumeric() || "._-/=".contains(c));
    if plain { text.to_owned() } else { format!("'{text}'") }
}

/// `text` as a part of a name that `sign` joins: in quotes where other parts could make the same name.
pub(super) fn part(text: &str, sign: char) -> Cow<'_, str> {
    match text.contains(sign) || text.starts_with('"') {
        true => Cow::Owned(format!("{text:?}")),
        false => Cow::Borrowed(text),
    }
}

/// Whether both are the same word, or the same number.
pub(super) fn same(a: &str, b: &str) -> bool {
    a == b || matches!((a.parse::<f64>(), b.parse::<f64>()), (Ok(a), Ok(b)) if a == b)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn parts_never_join_to_the_same_name() {
        let names = ["a", "b", "a × b", "a ×", "× b", "\"a", "\"a\" × b"];
        let joined = |a: &&str, b: &&str| format!("{} × {}", part(a, '×'), part(b, '×'));
        let mut all: Vec<String> =
            names.iter().flat_map(|a| names.iter().map(move |b| joined(a, b))).collect();
        all.sort_unstable();
        all.dedup();
        assert_eq!(all.len(), names.len() * names.len());
    }

    fn said(words: &Vocabulary, text: &str) -> &'static str {
        match words.said(text) {
            None => "refused",
            Some(Said::Yes) => "yes",
            Some(Said::No) => "no",
            Some(Said::Other) => "other",
            Some(Said::Open(Open::Blank)) => "blank",
            Some(Said::Open(Open::Missing)) => "missing",
            Some(Said::Open(Open::Uncertain)) => "uncertain",
        }
    }

    #[test]
    fn plain_outcomes_are_read_in_every_spelling() {
        let plain = Vocabulary::default();
        for text in ["1", "1.0", "1e0", "TRUE", "True", "T", "yes", "Y"] {
            assert_eq!(said(&plain, text), "yes", "{text}");
        }
        for text in ["0", "0.0", "-0", "FALSE", "F", "No", "n"] {
            assert_eq!(said(&plain, text), "no", "{text}");
        }
        for text in ["2", "0.5", "NA", "-1", "-1.0", "malignant", "."] {
            assert_eq!(said(&plain, text), "refused", "{text}");
        }
        assert_eq!(said(&plain, ""), "blank");
    }

    #[test]
    fn what_is_not_known_is_never_negative_by_accident() {
        let words = Vocabulary { positive: Some("TRUE".into()), ..Vocabulary::default() };
        assert_eq!([said(&words, "TRUE"), said(&words, "FALSE")], ["yes", "other"]);
        for text in ["NA", "nan", "NULL", ".", "?", "None", "-1", "-1.0", "unknown"] {
            assert_eq!(said(&words, text), "refused", "{text}");
            assert!(!words.advice(text).contains("--positive TRUE"), "{}", words.advice(text));
        }
        let told =
            Vocabulary { missing: vec!["NA".into()], uncertain: Some(Unknown::Zeros), ..words.clone() };
        assert_eq!(
            [said(&told, "NA"), said(&told, "-1.0"), said(&told, "nan")],
            ["missing", "uncertain", "refused"]
        );
        let svm = Vocabulary { positive: Some("1".into()), negative: vec!["-1".into()], ..words };
        assert_eq!(
            [said(&svm, "1"), said(&svm, "1.0"), said(&svm, "-1"), said(&svm, "2")],
            ["yes", "yes", "no", "refused"]
        );
    }
}
