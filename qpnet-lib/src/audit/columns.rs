//! Which column holds what: said by the user, or told from its name.

use super::AuditError;
use super::finder::{Finder, GROUP, METHOD, PATIENT, SAMPLE};
use super::question::{AuditTask, suffixes};

/// Names of columns; what is empty or `None` is looked for under the usual names.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Columns {
    /// The true outcome; of several findings one column each.
    pub label: Vec<String>,
    /// The score or probability; of several classes or findings one column each.
    pub score: Vec<String>,
    /// Names of the classes or findings, in the order of the scores.
    pub classes: Vec<String>,
    /// The subgroup.
    pub group: Option<String>,
    /// The patient, lesion or case that images share.
    pub patient: Option<String>,
    /// Who scored: several methods in one table.
    pub method: Option<String>,
    /// The sample, which methods share.
    pub sample: Option<String>,
    /// How much a sample counts; never told from a name.
    pub weights: Option<String>,
}

/// Where columns stand in a table.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Places {
    pub(super) task: AuditTask,
    /// Names of classes or findings; of one yes-or-no question none.
    pub(super) classes: Vec<String>,
    pub(super) labels: Vec<usize>,
    pub(super) scores: Vec<usize>,
    pub(super) group: usize,
    pub(super) patient: Option<usize>,
    pub(super) method: Option<usize>,
    pub(super) sample: Option<usize>,
    pub(super) weights: Option<usize>,
    /// Roles and columns that nobody named.
    pub(super) told: Vec<String>,
}

impl Columns {
    /// Find the columns in a header.
    ///
    /// # Errors
    /// [`AuditError::Column`] for a name that is not there, and for a label, score or group that no
    /// usual name tells; [`AuditError::Table`] for columns that do not fit each other.
    pub(super) fn places(&self, file: &str, header: &[String]) -> Result<Places, AuditError> {
        let mut finder = Finder { file, header, told: Vec::new() };
        let scores = match finder.all("score", &self.score)? {
            found if !found.is_empty() => found,
            _ => finder.scores()?,
        };
        let labels = match finder.all("label", &self.label)? {
            found if !found.is_empty() => found,
            _ => finder.labels(&scores)?,
        };
        let group = finder.optional("group", self.group.as_deref(), GROUP)?;
        let group = group.ok_or_else(|| finder.missing("group", "--group", GROUP))?;
        let patient = finder.optional("patient", self.patient.as_deref(), PATIENT)?;
        let method = finder.optional("method", self.method.as_deref(), METHOD)?;
        let sample = finder.optional("sample", self.sample.as_deref(), SAMPLE)?;
        let weights = self.weights.as_deref().map(|name| finder.named("weights", name)).transpose()?;
        let fault = |message| AuditError::Table { file: file.to_owned(), row: 1, message };
        let task = AuditTask::of(labels.len(), scores.len()).map_err(fault)?;
        let classes = self.classes(task, header, &labels, &scores).map_err(fault)?;
        let mut used: Vec<usize> = labels.iter().chain(&scores).copied().collect();
        used.extend([Some(group), method, weights].into_iter().flatten());
        if let Some((_, &twice)) = used.iter().enumerate().find(|(at, place)| used[..*at].contains(place)) {
            return Err(fault(format!("column {:?} is to be two things at once", header[twice])));
        }
        let told = finder.told;
        Ok(Places { task, classes, labels, scores, group, patient, method, sample, weights, told })
    }

    fn classes(
        &self,
        task: AuditTask,
        header: &[String],
        labels: &[usize],
        scores: &[usize],
    ) -> Result<Vec<String>, String> {
        let names = |places: &[usize]| places.iter().map(|&place| header[place].clone()).collect::<Vec<_>>();
        let told = |places: &[usize]| suffixes(&names(places)).unwrap_or_else(|| names(places));
        let found = match task {
            AuditTask::Binary if self.classes.is_empty() => return Ok(Vec::new()),
            AuditTask::Binary => return Err("there is one score: classes have no meaning".to_owned()),
            _ if !self.classes.is_empty() => self.classes.clone(),
            AuditTask::MultiClass => told(scores),
            AuditTask::MultiLabel => told(labels),
        };
        if found.len() != scores.len() {
            return Err(format!("{} classes are named for {} score columns", found.len(), scores.len()));
        }
        if let Some((_, name)) = found.iter().enumerate().find(|(at, name)| found[..*at].contains(name)) {
            return Err(format!("two classes are called {name:?}"));
        }
        // The same findings in another order: pairs would be wrong, and nothing else would tell.
        let (of_labels, of_scores) = (told(labels), told(scores));
        let crossed = (0..of_scores.len()).find(|&at| {
            task == AuditTask::MultiLabel
                && of_labels[at] != of_scores[at]
                && of_labels.contains(&of_scores[at])
        });
        crossed.map_or(Ok(found), |at| {
            let (label, score) = (&header[labels[at]], &header[scores[at]]);
            Err(format!("label {label} would go with score {score}; name both in the same order"))
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn header(names: &[&str]) -> Vec<String> {
        names.iter().map(|&name| name.to_owned()).collect()
    }

    #[test]
    fn usual_names_are_found_whatever_their_case_and_said() {
        let places = Columns::default().places("f.csv", &header(&["Image_ID", "Y", "Prob", "Sex"]));
        let places = places.expect("found");
        assert_eq!((places.labels, places.scores, places.group), (vec![1], vec![2], 3));
        assert_eq!((places.sample, places.patient, places.method), (Some(0), None, None));
        assert_eq!(places.told, ["score = Prob", "label = Y", "group = Sex", "sample = Image_ID"]);
    }

    #[test]
    fn several_scores_are_classes_or_findings() {
        let names = header(&["label", "score_a", "score_b", "label_a", "label_b", "group"]);
        let places = Columns::default().places("f.csv", &names).expect("findings");
        assert_eq!((places.task, places.labels), (AuditTask::MultiLabel, vec![3, 4]));
        assert_eq!(places.classes, ["a", "b"]);
        let columns = Columns { label: vec!["label".into()], ..Columns::default() };
        let places = columns.places("f.csv", &names).expect("classes");
        assert_eq!((places.task, places.scores), (AuditTask::MultiClass, vec![1, 2]));
        let crossed = Columns {
            score: header(&["score_b", "score_a"]),
            label: header(&["label_a", "label_b"]),
            ..Columns::default()
        };
        let error = crossed.places("f.csv", &names).expect_err("crossed").to_string();
        assert!(error.contains("label label_a would go with score score_b"), "{error}");
        let twice = Columns { score: header(&["label"]), label: header(&["label"]), ..Columns::default() };
        assert!(twice.places("f.csv", &names).expect_err("twice").to_string().contains("two things at once"));
    }

    #[test]
    fn what_is_missing_is_named_with_what_there_is() {
        let columns = Columns { score: vec!["risk".into()], ..Columns::default() };
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
