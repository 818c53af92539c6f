//! `[label]` as it stands in a manifest, and the checks that make it a [`LabelRule`].

use serde::Deserialize;

use crate::data::rule::label::{LabelKind, LabelRule};
use crate::data::rule::policy::Policy;
use crate::data::rule::task::TaskKind;

/// The kinds as a manifest writes them.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "kebab-case")]
enum RawKind {
    #[default]
    Binary,
    MultiClass,
    MultiLabel,
}

/// `[label]`: one set of keys per kind, see [`LabelKind`].
#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct RawLabel {
    #[serde(default)]
    kind: RawKind,
    column: Option<String>,
    negative: Option<Vec<String>>,
    positive: Option<Vec<String>>,
    names: Option<Vec<String>>,
    classes: Option<Vec<RawClass>>,
    columns: Option<Vec<String>>,
    outside: Option<Vec<String>>,
    uncertain: Option<Policy>,
    blank: Option<Policy>,
    #[serde(default)]
    exclude_missing: bool,
    #[serde(default)]
    one_per_patient: bool,
}

#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
struct RawClass {
    name: String,
    #[serde(rename = "in")]
    words: Vec<String>,
}

/// The offending key and what is wrong with it.
type Fault = (&'static str, String);

impl RawLabel {
    /// The checked rule of a data set of files.
    pub(crate) fn check(self) -> Result<LabelRule, Fault> {
        self.only_own_keys()?;
        let (exclude_missing, one_per_patient) = (self.exclude_missing, self.one_per_patient);
        let (classes, kind) = match self.kind {
            RawKind::Binary => self.binary()?,
            RawKind::MultiClass if self.columns.is_some() => self.one_hot()?,
            RawKind::MultiClass => self.words()?,
            RawKind::MultiLabel => self.findings()?,
        };
        distinct("label", &classes)?;
        Ok(LabelRule { classes, kind, exclude_missing, one_per_patient })
    }

    /// What becomes of `-1` and of an empty field in a generated multi-label set.
    pub(crate) fn policies(self) -> Result<[Policy; 2], Fault> {
        self.only_own_keys()?;
        if self.kind != RawKind::MultiLabel || self.columns.is_some() {
            return Err((
                "label",
                "expected kind = \"multi-label\" without columns, which the generator has".into(),
            ));
        }
        Ok([need(self.uncertain, "label.uncertain")?, need(self.blank, "label.blank")?])
    }

    /// A key of another kind would be read and ignored.
    fn only_own_keys(&self) -> Result<(), Fault> {
        let single = [self.column.is_some(), self.columns.is_some()];
        let given = [
            ("label.column", self.column.is_some(), self.kind != RawKind::MultiLabel),
            ("label.negative", self.negative.is_some(), self.kind == RawKind::Binary),
            ("label.positive", self.positive.is_some(), self.kind == RawKind::Binary),
            ("label.names", self.names.is_some(), self.kind == RawKind::Binary || self.columns.is_some()),
            ("label.classes", self.classes.is_some(), self.kind == RawKind::MultiClass),
            ("label.columns", self.columns.is_some(), self.kind != RawKind::Binary),
            ("label.outside", self.outside.is_some(), self.kind == RawKind::MultiClass),
            ("label.uncertain", self.uncertain.is_some(), self.kind == RawKind::MultiLabel),
            ("label.blank", self.blank.is_some(), self.kind == RawKind::MultiLabel),
            // Findings come and go from one study of a patient to the next.
            ("label.one_per_patient", self.one_per_patient, self.kind != RawKind::MultiLabel),
        ];
        match given.iter().find(|(_, given, own)| *given && !own) {
            Some((key, ..)) => Err((key, "does not belong to this kind of label".into())),
            None if single == [true, true] => {
                Err(("label", "has both column and columns; expected one of them".into()))
            }
            None => Ok(()),
        }
    }

    fn binary(self) -> Result<(Vec<String>, LabelKind), Fault> {
        let column = need(self.column, "label.column")?;
        let words = [need(self.negative, "label.negative")?, need(self.positive, "label.positive")?];
        let names = named(self.names, &["negative", "positive"].map(str::to_owned))?;
        if let Some(word) = words[0].iter().find(|word| words[1].contains(word)) {
            return Err(("label", format!("{word:?} is both negative and positive")));
        }
        Ok((names, LabelKind::Words { column, words: words.into(), task: TaskKind::Binary }))
    }

    fn words(self) -> Result<(Vec<String>, LabelKind), Fault> {
        let column = need(self.column, "label.column")?;
        let classes = need(self.classes, "label.classes")?;
        if self.outside.is_some() {
            return Err(("label.outside", "belongs to columns only".into()));
        }
        let words: Vec<String> = classes.iter().flat_map(|class| class.words.clone()).collect();
        distinct("label.classes", &words)?;
        if let Some(class) = classes.iter().find(|class| class.words.is_empty()) {
            return Err(("label.classes", format!("{:?} has no word; expected at least one", class.name)));
        }
        let (names, words) = classes.into_iter().map(|class| (class.name, class.words)).unzip();
        Ok((names, LabelKind::Words { column, words, task: TaskKind::MultiClass }))
    }

    fn one_hot(self) -> Result<(Vec<String>, LabelKind), Fault> {
        let columns = need(self.columns, "label.columns")?;
        let outside = self.outside.unwrap_or_default();
        if self.classes.is_some() {
            return Err(("label", "has both classes and columns; expected one of them".into()));
        }
        distinct("label.columns", &columns)?;
        distinct("label.outside", &[columns.as_slice(), &outside].concat())?;
        Ok((named(self.names, &columns)?, LabelKind::OneHot { columns, outside }))
    }

    fn findings(self) -> Result<(Vec<String>, LabelKind), Fault> {
        let columns = need(self.columns, "label.columns")?;
        distinct("label.columns", &columns)?;
        let uncertain = need(self.uncertain, "label.uncertain")?;
        let blank = need(self.blank, "label.blank")?;
        Ok((named(self.names, &columns)?, LabelKind::Findings { columns, uncertain, blank }))
    }
}

/// The names of the outputs, where others than `usual` are given.
fn named(names: Option<Vec<String>>, usual: &[String]) -> Result<Vec<String>, Fault> {
    match names {
        Some(names) if names.len() != usual.len() => {
            let got = names.len();
            Err(("label.names", format!("has {got} entries; expected {}, one for each class", usual.len())))
        }
        names => Ok(names.unwrap_or_else(|| usual.to_vec())),
    }
}

fn need<T>(value: Option<T>, key: &'static str) -> Result<T, Fault> {
    value.ok_or_else(|| (key, "is missing; expected for this kind of label".to_owned()))
}

/// At least two names, none of them empty or given twice.
fn distinct(key: &'static str, names: &[String]) -> Result<(), Fault> {
    if names.len() < 2 {
        return Err((key, format!("has {} entries; expected at least two", names.len())));
    }
    let twice = |(at, name): (usize, &String)| names[..at].contains(name) || name.trim().is_empty();
    match names.iter().enumerate().find(|(at, name)| twice((*at, name))) {
        Some((_, name)) => Err((key, format!("has {name:?} twice or empty; expected different names"))),
        None => Ok(()),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn check(text: &str) -> Result<LabelRule, Fault> {
        toml::from_str::<RawLabel>(text).expect("known keys").check()
    }

    const ONE_HOT: &str = "kind = 'multi-class'\ncolumns = ['A', 'B']\noutside = ['UNK']";

    #[test]
    fn binary_labels_have_names() {
        let rule = check("column = 'dx'\nnegative = ['b']\npositive = ['m']").expect("rule");
        assert_eq!(
            (rule.task(), rule.classes),
            (TaskKind::Binary, vec!["negative".into(), "positive".into()])
        );
        let named = "column = 'dx'\nnegative = ['b']\npositive = ['m']\nnames = ['benign', 'malignant']";
        assert_eq!(check(named).expect("rule").classes, ["benign", "malignant"]);
        let columns = format!("{ONE_HOT}\nnames = ['melanoma', 'naevus']");
        assert_eq!(check(&columns).expect("rule").classes, ["melanoma", "naevus"]);
        for names in ["names = ['one']", "names = ['same', 'same']"] {
            assert!(check(&format!("{ONE_HOT}\n{names}")).is_err(), "{names}");
        }
    }

    #[test]
    fn keys_of_another_kind_and_contradictions_are_refused() {
        for (text, key) in [
            ("column = 'dx'\nnegative = ['b']\npositive = ['b']", "label"),
            ("column = 'dx'\nnegative = ['b']", "label.positive"),
            ("column = 'dx'\nnegative = ['b']\npositive = ['m']\nblank = 'ones'", "label.blank"),
            ("kind = 'multi-class'\ncolumn = 'dx'\npositive = ['m']", "label.positive"),
            ("kind = 'multi-label'\none_per_patient = true", "label.one_per_patient"),
            ("kind = 'multi-class'\ncolumns = ['A']", "label.columns"),
            ("kind = 'multi-class'\ncolumns = ['A', 'B']\ncolumn = 'dx'", "label"),
            ("kind = 'multi-class'\ncolumns = ['A', 'B']\noutside = ['B']", "label.outside"),
            (
                "kind = 'multi-class'\ncolumn = 'dx'\nclasses = [{ name = 'A', in = ['a'] }, { name = 'B', in = ['a'] }]",
                "label.classes",
            ),
            ("kind = 'multi-label'\ncolumns = ['A', 'B']\nuncertain = 'ones'", "label.blank"),
            (
                "kind = 'multi-label'\ncolumns = ['A', 'A']\nuncertain = 'ones'\nblank = 'zeros'",
                "label.columns",
            ),
        ] {
            assert_eq!(check(text).expect_err(text).0, key, "{text}");
        }
        assert!(toml::from_str::<RawLabel>("kind = 'multi-label'\nblanks = 'zeros'").is_err());
    }
}
