//! Columns by their names, said or usual.

use super::AuditError;

const LABEL: &[&str] = &["label", "y", "y_true", "target", "truth", "outcome", "malignant"];
const SCORE: &[&str] = &["score", "p", "prob", "probability", "y_score", "y_prob", "prediction", "pred"];
pub(super) const GROUP: &[&str] = &["group", "subgroup", "sex", "age_group", "site"];
pub(super) const PATIENT: &[&str] =
    &["patient", "patient_id", "patientid", "lesion_id", "case", "case_id", "subject"];
pub(super) const METHOD: &[&str] = &["method", "model", "classifier"];
pub(super) const SAMPLE: &[&str] = &["sample", "sample_id", "image", "image_id", "id"];
/// What scores and labels of several classes or findings begin with.
const SCORES: &str = "score_";
const LABELS: &str = "label_";

/// Looks for columns in a header.
pub(super) struct Finder<'a> {
    pub(super) file: &'a str,
    pub(super) header: &'a [String],
    /// Roles and columns that nobody named.
    pub(super) told: Vec<String>,
}

impl Finder<'_> {
    pub(super) fn named(&self, role: &'static str, name: &str) -> Result<usize, AuditError> {
        let place = self.header.iter().position(|column| column == name);
        place.ok_or_else(|| self.error(role, format!("{name:?} is not there")))
    }

    pub(super) fn all(&self, role: &'static str, asked: &[String]) -> Result<Vec<usize>, AuditError> {
        asked.iter().map(|name| self.named(role, name)).collect()
    }

    fn usual(&mut self, role: &str, usual: &[&str]) -> Option<usize> {
        let found = usual
            .iter()
            .find_map(|name| self.header.iter().position(|column| column.trim().eq_ignore_ascii_case(name)));
        self.told.extend(found.map(|place| format!("{role} = {}", self.header[place])));
        found
    }

    pub(super) fn optional(
        &mut self,
        role: &'static str,
        asked: Option<&str>,
        usual: &[&str],
    ) -> Result<Option<usize>, AuditError> {
        match asked {
            Some(name) => self.named(role, name).map(Some),
            None => Ok(self.usual(role, usual)),
        }
    }

    /// Places of the columns that begin with `prefix`.
    fn beginning(&self, prefix: &str) -> Vec<usize> {
        (0..self.header.len()).filter(|&place| self.header[place].starts_with(prefix)).collect()
    }

    pub(super) fn scores(&mut self) -> Result<Vec<usize>, AuditError> {
        if let Some(place) = self.usual("score", SCORE) {
            return Ok(vec![place]);
        }
        let several = self.beginning(SCORES);
        if several.len() < 2 {
            return Err(self.missing("score", "--score", SCORE));
        }
        self.told.push(format!("scores = {SCORES}… ({})", several.len()));
        Ok(several)
    }

    /// A label for each score where there are such columns, else one.
    pub(super) fn labels(&mut self, scores: &[usize]) -> Result<Vec<usize>, AuditError> {
        let label = |&score: &usize| {
            let name = format!("{LABELS}{}", self.header[score].strip_prefix(SCORES)?);
            self.header.iter().position(|column| *column == name)
        };
        let several: Option<Vec<usize>> = scores.iter().map(label).collect();
        if let Some(several) = several.filter(|found| found.len() > 1) {
            self.told.push(format!("labels = {LABELS}… ({})", several.len()));
            return Ok(several);
        }
        self.usual("label", LABEL)
            .map(|place| vec![place])
            .ok_or_else(|| self.missing("label", "--label", LABEL))
    }

    pub(super) fn missing(&self, role: &'static str, option: &str, usual: &[&str]) -> AuditError {
        self.error(role, format!("looked for {}; name it with {option}", usual.join(", ")))
    }

    fn error(&self, role: &'static str, hint: String) -> AuditError {
        AuditError::Column { file: self.file.to_owned(), role, hint, present: self.header.to_vec() }
    }
}
