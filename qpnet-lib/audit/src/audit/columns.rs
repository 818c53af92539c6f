//! Which column holds what: said by the user, or told from its name.

use super::AuditError;
use super::finder::{Asked, Finder, GROUP, Guesses, LABEL, METHOD, PATIENT, SAMPLE, SCORE};
use super::question::{AuditTask, suffixes};

/// Names of columns. What is empty or `None` is looked for under the usual names among the columns that
/// have no other role; `none` means that no column has the role.
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
    /// Further attributes: subgroups are the crossings of all their values.
    pub cross: Vec<String>,
    /// The patient, lesion or case that images share.
    pub patient: Option<String>,
    /// Where the patient is not known, this makes the row a unit of its own; never told from a name.
    pub patient_fallback: Option<String>,
    /// Who scored: several methods in one table.
    pub method: Option<String>,
    /// The training of a method, such as its seed, or the reader: several are one method; never told from a name.
    pub seed: Option<String>,
    /// The sample, which methods share.
    pub sample: Option<String>,
    /// How much a sample counts; never told from a name.
    pub weights: Option<String>,
    /// What makes cases comparable, such as the diagnosis: their values together are strata; never told from a name.
    pub standardise: Vec<String>,
    /// A continuous attribute, along which measures are drawn; never told from a name.
    pub along: Option<String>,
    /// Tell no role from a name.
    pub no_guess: bool,
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
    /// Further attributes that are crossed with the subgroup.
    pub(super) crossed: Vec<usize>,
    pub(super) patient: Option<usize>,
    pub(super) patient_fallback: Option<usize>,
    pub(super) method: Option<usize>,
    pub(super) seed: Option<usize>,
    pub(super) sample: Option<usize>,
    pub(super) weights: Option<usize>,
    pub(super) strata: Vec<usize>,
    pub(super) along: Option<usize>,
    /// Roles and columns that nobody named.
    pub(super) told: Guesses,
}

impl Places {
    /// Columns that have a role.
    pub(super) fn used(&self) -> Vec<usize> {
        let Self { group, patient, patient_fallback, method, seed, sample, weights, along, .. } = self;
        let single = [Some(*group), *patient, *patient_fallback, *method, *seed, *sample, *weights, *along];
        let several = self.labels.iter().chain(&self.scores).chain(&self.strata).chain(&self.crossed);
        several.copied().chain(single.into_iter().flatten()).collect()
    }
}

impl Columns {
    /// The names from which a role is told, whatever their case, by role.
    pub fn usual_names() -> [(&'static str, &'static [&'static str]); 6] {
        [
            ("label", LABEL),
            ("score", SCORE),
            ("group", GROUP),
            ("patient", PATIENT),
            ("method", METHOD),
            ("sample", SAMPLE),
        ]
    }

    /// Find the columns in a header.
    ///
    /// # Errors
    /// [`AuditError::Column`] for a name that is not there, and for a label, score or group that no
    /// usual name tells; [`AuditError::Whole`] for columns that do not fit each other.
    pub(super) fn places(&self, file: &str, header: &[String]) -> Result<Places, AuditError> {
        let fault = |message| AuditError::Whole { file: file.to_owned(), message };
        let mut finder = Finder::new(file, header, !self.no_guess);
        // What the user names comes first, so that nothing of it is told to be something else.
        let scores = finder.all_named("score", &self.score)?;
        let labels = finder.all_named("label", &self.label)?;
        let strata = finder.all_named("standardise", &self.standardise)?;
        let optional = [
            ("group", &self.group),
            ("patient", &self.patient),
            ("method", &self.method),
            ("sample", &self.sample),
            ("weights", &self.weights),
            ("patient-fallback", &self.patient_fallback),
            ("along", &self.along),
            ("seed-column", &self.seed),
        ];
        for (role, name) in optional {
            finder.named(role, name.as_deref())?;
        }
        // After the first attribute, which the role finds.
        let crossed = finder.all_named("group", &self.cross)?;
        if let Some(message) = finder.twice() {
            return Err(fault(message));
        }
        let scores = match (scores.is_empty(), self.score.is_empty()) {
            (false, _) => scores,
            (true, true) => finder.scores()?,
            (true, false) => return Err(finder.missing("score", Asked::Something, SCORE)),
        };
        let labels = match (labels.is_empty(), self.label.is_empty()) {
            (false, _) => labels,
            (true, true) => finder.labels(&scores)?,
            (true, false) => return Err(finder.missing("label", Asked::Something, LABEL)),
        };
        let task = AuditTask::of(labels.len(), scores.len());
        let task = task.map_err(|message| fault(message + &finder.told.all()))?;
        let mut usual = |role, name: &Option<String>, usual: &[&str]| {
            finder.usual(role, Asked::about(name.as_deref()), usual)
        };
        let group = usual("group", &self.group, GROUP);
        let patient = usual("patient", &self.patient, PATIENT);
        let method = usual("method", &self.method, METHOD);
        let sample = usual("sample", &self.sample, SAMPLE);
        let [weights, patient_fallback, along, seed] = [
            ("weights", &self.weights),
            ("patient-fallback", &self.patient_fallback),
            ("along", &self.along),
            ("seed-column", &self.seed),
        ]
        .map(|(role, name)| name.as_ref().and_then(|_| usual(role, name, &[])));
        let group =
            group.ok_or_else(|| finder.missing("group", Asked::about(self.group.as_deref()), GROUP))?;
        let hint = finder.told.all();
        if let (Some(place), None) = (seed, sample) {
            return Err(fault(format!(
                "column {}: trainings share samples, and no column says which row is of which sample: name it with --sample{hint}",
                header[place]
            )));
        }
        let fault = |message: String| fault(message + &hint);
        let classes = self.classes(task, header, &labels, &scores).map_err(fault)?;
        let told = finder.told;
        Ok(Places {
            task,
            classes,
            labels,
            scores,
            group,
            crossed,
            patient,
            patient_fallback,
            method,
            seed,
            sample,
            weights,
            strata,
            along,
            told,
        })
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
        assert_eq!(places.told.words(), "score = Prob, label = Y, group = Sex, sample = Image_ID");
    }

    #[test]
    fn a_named_column_is_nothing_else_and_guesses_can_be_switched_off() {
        let own = |role: &str| Columns {
            label: if role == "label" { header(&["case"]) } else { Vec::new() },
            group: (role == "group").then(|| "model".into()),
            ..Columns::default()
        };
        let places = own("label").places("f.csv", &header(&["sex", "case", "p"])).expect("label");
        assert_eq!((places.labels, places.patient, places.group), (vec![1], None, 0));
        let places = own("group").places("f.csv", &header(&["image", "model", "y", "p"])).expect("group");
        assert_eq!((places.group, places.method, places.sample), (1, None, Some(0)));
        // The next usual name is taken where the first one has a role.
        let places = own("label").places("f.csv", &header(&["sex", "case", "p", "subject"])).expect("label");
        assert_eq!(places.patient, Some(3));

        let names = header(&["y", "p", "sex", "model", "case", "id"]);
        let all = Columns::default().places("f.csv", &names).expect("told");
        assert_eq!((all.patient, all.method, all.sample), (Some(4), Some(3), Some(5)));
        let none = |role: &str| (!role.is_empty()).then(|| "none".to_owned());
        let off = Columns { method: none("m"), patient: none("p"), ..Columns::default() };
        let off = off.places("f.csv", &names).expect("two off");
        assert_eq!((off.patient, off.method, off.sample), (None, None, Some(5)));
        let bare =
            Columns { label: header(&["y"]), score: header(&["p"]), no_guess: true, ..Columns::default() };
        let error = bare.places("f.csv", &names).expect_err("no group").to_string();
        assert!(
            error.contains(
                "none is told from its name (p is the score, y is the label); name it with --group"
            ),
            "{error}"
        );
        let bare = Columns { group: Some("sex".into()), ..bare };
        let bare = bare.places("f.csv", &names).expect("named");
        assert_eq!(
            (bare.patient, bare.method, bare.sample, bare.told.words()),
            (None, None, None, String::new())
        );
        let none = Columns { label: header(&["none"]), ..Columns::default() };
        assert!(
            none.places("f.csv", &names)
                .expect_err("no label")
                .to_string()
                .contains("no column for the label")
        );
        let called = header(&["none", "p", "sex"]);
        assert!(none.places("f.csv", &called).expect_err("a column").to_string().contains("rename it"));
    }

    #[test]
    fn both_roles_of_a_column_are_said() {
        let names = header(&["y", "p", "sex", "id"]);
        let twice = Columns { group: Some("sex".into()), method: Some("sex".into()), ..Columns::default() };
        let error = twice.places("f.csv", &names).expect_err("twice").to_string();
        assert!(error.contains("column \"sex\" is to be two things at once, group and method"), "{error}");
        // Each sample a patient of its own, by name.
        let same = Columns { patient: Some("id".into()), sample: Some("id".into()), ..Columns::default() };
        assert_eq!(same.places("f.csv", &names).expect("same").patient, Some(3));
        let doubled = Columns { score: header(&["p", "p"]), ..Columns::default() };
        assert!(
            doubled.places("f.csv", &names).expect_err("p").to_string().contains("named twice for the score")
        );
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
