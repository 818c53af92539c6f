//! Which columns are made out of others: `[[table.derive]]` of a manifest.

use regex::Regex;
use serde::Deserialize;

/// `[[table.derive]]`: new columns out of others.
#[derive(Clone, Debug, Deserialize)]
#[serde(try_from = "RawDerive")]
pub struct DeriveRule {
    /// The column that is read; of a text the first of them.
    pub from: String,
    /// What is made of it.
    pub kind: DeriveKind,
}

/// What a derived column holds.
#[derive(Clone, Debug)]
pub enum DeriveKind {
    /// The first piece between slashes that begins like this.
    Piece {
        /// The new column.
        column: String,
        /// How the piece begins.
        piece: String,
    },
    /// What the pattern's first group matches, or all of it without a group; nothing where it does not match.
    Pattern {
        /// The new column.
        column: String,
        /// The pattern.
        pattern: Regex,
    },
    /// An age in years, of words such as `058Y`, `011M`, `006W`, `021D` or `58`.
    Age {
        /// The new column.
        column: String,
    },
    /// The year of this date less the year in another column.
    YearsSince {
        /// The new column.
        column: String,
        /// The column with a year or date of birth.
        since: String,
    },
    /// Words of other columns put together.
    Text {
        /// The new column.
        column: String,
        /// The words between the columns, one more than there are columns.
        between: Vec<String>,
        /// The columns; where one is empty, so is the new one.
        columns: Vec<String>,
    },
    /// A column of 1 and 0 for each of several findings, of a list of words.
    Findings {
        /// What stands between two words.
        separator: String,
        /// Characters around a word that do not belong to it.
        strip: String,
        /// The findings, which name the new columns.
        findings: Vec<String>,
        /// Pass over words that are no finding, instead of refusing them.
        others: bool,
    },
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct RawDerive {
    from: Option<String>,
    column: Option<String>,
    piece: Option<String>,
    pattern: Option<String>,
    unit: Option<String>,
    years_since: Option<String>,
    text: Option<String>,
    separator: Option<String>,
    #[serde(default)]
    strip: String,
    #[serde(default)]
    findings: Vec<String>,
    #[serde(default)]
    others: bool,
}

impl TryFrom<RawDerive> for DeriveRule {
    type Error = String;

    fn try_from(raw: RawDerive) -> Result<Self, String> {
        let name = raw.from.clone().or(raw.column.clone()).unwrap_or_default();
        let fault = |message: &str| format!("derive {name:?}: {message}");
        let given = [&raw.piece, &raw.pattern, &raw.unit, &raw.years_since, &raw.text, &raw.separator];
        if given.into_iter().flatten().count() != 1 {
            return Err(fault("expected one of piece, pattern, unit, years_since, text and separator"));
        }
        let lists = !raw.findings.is_empty() || !raw.strip.is_empty() || raw.others;
        if raw.separator.is_none() && lists {
            return Err(fault("findings, strip and others go with separator only"));
        }
        let column = raw.column.ok_or_else(|| fault("column is missing; expected the name of the new one"));
        if let Some(text) = &raw.text {
            let (between, columns) = pieces(text).map_err(|message| fault(&message))?;
            if raw.from.is_some() {
                return Err(fault("text names its columns itself; expected no from"));
            }
            let from = columns.first().cloned().unwrap_or_default();
            return Ok(Self { from, kind: DeriveKind::Text { column: column?, between, columns } });
        }
        let from =
            raw.from.clone().ok_or_else(|| fault("from is missing; expected the column that is read"))?;
        let kind = if let Some(separator) = raw.separator {
            if separator.is_empty() || raw.findings.is_empty() || column.is_ok() {
                return Err(fault(
                    "separator goes with findings = [...], which name the columns, and without column",
                ));
            }
            DeriveKind::Findings { separator, strip: raw.strip, findings: raw.findings, others: raw.others }
        } else if let Some(piece) = raw.piece {
            DeriveKind::Piece { column: column?, piece }
        } else if let Some(pattern) = raw.pattern {
            let pattern = Regex::new(&pattern).map_err(|error| fault(&format!("pattern: {error}")))?;
            DeriveKind::Pattern { column: column?, pattern }
        } else if let Some(since) = raw.years_since {
            DeriveKind::YearsSince { column: column?, since }
        } else if raw.unit.as_deref() == Some("years") {
            DeriveKind::Age { column: column? }
        } else {
            return Err(fault("expected unit = \"years\""));
        };
        Ok(Self { from, kind })
    }
}

/// `p{id}/{name}.jpg` as what stands between the columns, and the columns.
fn pieces(text: &str) -> Result<(Vec<String>, Vec<String>), String> {
    let (mut between, mut columns) = (Vec::new(), Vec::new());
    let mut rest = text;
    while let Some((before, behind)) = rest.split_once('{') {
        let Some((column, after)) = behind.split_once('}') else {
            return Err(format!("text {text:?} opens a brace and does not close it"));
        };
        between.push(before.to_owned());
        columns.push(column.to_owned());
        rest = after;
    }
    between.push(rest.to_owned());
    if columns.is_empty() {
        Err(format!("text {text:?} names no {{column}}"))
    } else {
        Ok((between, columns))
    }
}

impl DeriveRule {
    /// The columns that are made.
    pub fn columns(&self) -> Vec<&str> {
        match &self.kind {
            DeriveKind::Piece { column, .. }
            | DeriveKind::Pattern { column, .. }
            | DeriveKind::Age { column }
            | DeriveKind::YearsSince { column, .. }
            | DeriveKind::Text { column, .. } => vec![column],
            DeriveKind::Findings { findings, .. } => findings.iter().map(String::as_str).collect(),
        }
    }

    /// The columns that are read.
    pub fn sources(&self) -> Vec<&str> {
        match &self.kind {
            DeriveKind::YearsSince { since, .. } => vec![&self.from, since],
            DeriveKind::Text { columns, .. } => columns.iter().map(String::as_str).collect(),
            _ => vec![&self.from],
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn rule(text: &str) -> Result<DeriveRule, String> {
        toml::from_str(text).map_err(|error| error.message().to_owned())
    }

    #[test]
    fn every_rule_says_what_it_reads_and_makes() {
        for (text, sources, columns) in [
            ("column = 'id'\nfrom = 'Path'\npiece = 'p'", vec!["Path"], vec!["id"]),
            ("column = 'age'\nfrom = 'date'\nyears_since = 'birth'", vec!["date", "birth"], vec!["age"]),
            ("column = 'path'\ntext = 'p{a}/{b}.jpg'", vec!["a", "b"], vec!["path"]),
            ("from = 'found'\nseparator = '|'\nfindings = ['x', 'y']", vec!["found"], vec!["x", "y"]),
        ] {
            let rule = rule(text).expect(text);
            assert_eq!((rule.sources(), rule.columns()), (sources, columns), "{text}");
        }
        let (between, columns) = pieces("p{a}/{b}.jpg").expect("text");
        assert_eq!(
            (between, columns),
            (["p", "/", ".jpg"].map(str::to_owned).into(), ["a", "b"].map(str::to_owned).into())
        );
    }

    #[test]
    fn rules_that_contradict_themselves_are_refused() {
        for (text, words) in [
            ("column = 'a'\nfrom = 'b'", "expected one of piece"),
            ("column = 'a'\nfrom = 'b'\npiece = 'c'\nunit = 'years'", "expected one of piece"),
            ("from = 'b'\npiece = 'c'", "column is missing"),
            ("column = 'a'\npiece = 'c'", "from is missing"),
            ("column = 'a'\nfrom = 'b'\nunit = 'months'", "unit = \"years\""),
            ("column = 'a'\nfrom = 'b'\npattern = '('", "pattern"),
            ("column = 'a'\nfrom = 'b'\npiece = 'c'\nothers = true", "go with separator only"),
            ("from = 'b'\nseparator = '|'", "findings = [...]"),
            ("column = 'a'\ntext = 'a{b'", "does not close it"),
            ("column = 'a'\ntext = 'a'", "names no {column}"),
            ("column = 'a'\nfrom = 'b'\ntext = '{b}'", "expected no from"),
        ] {
            let error = rule(text).expect_err(text);
            assert!(error.contains(words), "{error}");
        }
    }
}
