//! Which column holds what: said by the user, or told from its name.

use super::AuditError;

/// Names of columns; what is `None` is looked for under the usual names.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Columns {
    /// The true outcome.
    pub label: Option<String>,
    /// The score or probability.
    pub score: Option<String>,
    /// The subgroup.
    pub group: Option<String>,
    /// The patient, lesion or case that images share.
    pub patient: Option<String>,
    /// Who scored: several methods in one table.
    pub method: Option<String>,
    /// The sample, which methods share.
    pub sample: Option<String>,
}

/// Where columns stand in a table.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Places {
    pub(super) label: usize,
    pub(super) score: usize,
    pub(super) group: usize,
    pub(super) patient: Option<usize>,
    pub(super) method: Option<usize>,
    pub(super) sample: Option<usize>,
}

const LABEL: &[&str] = &["label", "y", "y_true", "target", "truth", "outcome", "malignant"];
const SCORE: &[&str] = &["score", "p", "prob", "probability", "y_score", "y_prob", "prediction", "pred"];
const GROUP: &[&str] = &["group", "subgroup", "sex", "age_group", "site"];
const PATIENT: &[&str] = &["patient", "patient_id", "patientid", "lesion_id", "case", "case_id", "subject"];
const METHOD: &[&str] = &["method", "model", "classifier"];
const SAMPLE: &[&str] = &["sample", "sample_id", "image", "image_id", "id"];

impl Columns {
    /// Find the columns in a header.
    ///
    /// # Errors
    /// [`AuditError::Column`] for a name that is not there, and for a label, score or group that no
    /// usual name tells.
    pub(super) fn places(&self, file: &str, header: &[String]) -> Result<Places, AuditError> {
        let finder = Finder { file, header };
        Ok(Places {
            label: finder.needed("label", "--label", self.label.as_deref(), LABEL)?,
            score: finder.needed("score", "--score", self.score.as_deref(), SCORE)?,
            group: finder.needed("group", "--group", self.group.as_deref(), GROUP)?,
            patient: finder.optional("patient", self.patient.as_deref(), PATIENT)?,
            method: finder.optional("method", self.method.as_deref(), METHOD)?,
            sample: finder.optional("sample", self.sample.as_deref(), SAMPLE)?,
        })
    }
}

struct Finder<'a> {
    file: &'a str,
    header: &'a [String],
}

impl Finder<'_> {
    fn needed(
        &self,
        role: &'static str,
        option: &str,
        asked: Option<&str>,
        usual: &[&str],
    ) -> Result<usize, AuditError> {
        let none = || format!("looked for {}; name it with {option}", usual.join(", "));
        self.optional(role, asked, usual)?.ok_or_else(|| self.error(role, none()))
    }

    fn optional(
        &self,
        role: &'static str,
        asked: Option<&str>,
        usual: &[&str],
    ) -> Result<Option<usize>, AuditError> {
        let place = |name: &str| self.header.iter().position(|column| column == name);
        match asked {
            Some(name) => {
                place(name).map(Some).ok_or_else(|| self.error(role, format!("{name:?} is not there")))
            }
            None => Ok(usual.iter().find_map(|name| {
                self.header.iter().position(|column| column.trim().eq_ignore_ascii_case(name))
            })),
        }
    }

    fn error(&self, role: &'static str, hint: String) -> AuditError {
        AuditError::Column { file: self.file.to_owned(), role, hint, present: self.header.to_vec() }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn header(names: &[&str]) -> Vec<String> {
        names.iter().map(|&name| name.to_owned()).collect()
    }

    #[test]
    fn usual_names_are_found_whatever_their_case() {
        let places = Columns::default().places("f.csv", &header(&["Image_ID", "Y", "Prob", "Sex"]));
        let places = places.expect("found");
        assert_eq!((places.label, places.score, places.group), (1, 2, 3));
        assert_eq!((places.sample, places.patient, places.method), (Some(0), None, None));
    }

    #[test]
    fn what_is_missing_is_named_with_what_there_is() {
        let columns = Columns { score: Some("risk".into()), ..Columns::default() };
        let error =
            columns.places("f.csv", &header(&["y", "score", "sex"])).expect_err("no risk").to_string();
        assert_eq!(
            error,
            "f.csv: no column for the score: \"risk\" is not there; the table has y, score, sex"
        );
        let error = Columns::default().places("f.csv", &header(&["y", "score", "hospital"]));
        let error = error.expect_err("no group").to_string();
        assert!(error.contains("name it with --group; the table has y, score, hospital"), "{error}");
    }
}
