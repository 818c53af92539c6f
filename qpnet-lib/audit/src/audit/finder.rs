//! Columns by their names, said or usual.

use super::AuditError;

pub(super) const LABEL: &[&str] = &["label", "y", "y_true", "target", "truth", "outcome", "malignant"];
pub(super) const SCORE: &[&str] =
    &["score", "p", "prob", "probability", "y_score", "y_prob", "prediction", "pred"];
pub(super) const GROUP: &[&str] = &["group", "subgroup", "sex", "age_group", "site"];
pub(super) const PATIENT: &[&str] =
    &["patient", "patient_id", "patientid", "lesion_id", "case", "case_id", "subject"];
pub(super) const METHOD: &[&str] = &["method", "model", "classifier"];
pub(super) const SAMPLE: &[&str] = &["sample", "sample_id", "image", "image_id", "id"];
/// What scores and labels of several classes or findings begin with.
const SCORES: &str = "score_";
const LABELS: &str = "label_";
/// As the name of a role: no column has it, and none is told from its name.
pub(super) const NONE: &str = "none";

/// A role that was told from the names of its columns.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Told {
    role: &'static str,
    places: Vec<usize>,
    /// As notes say it: `group = sex`.
    words: String,
}

/// The roles that nobody named.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(super) struct Guesses(Vec<Told>);

impl Guesses {
    /// `group = sex, method = model`; empty where everything was named.
    pub(super) fn words(&self) -> String {
        self.0.iter().map(|told| told.words.as_str()).collect::<Vec<_>>().join(", ")
    }

    /// Whether `role` was told from a name.
    pub(super) fn has(&self, role: &str) -> bool {
        self.0.iter().any(|told| told.role == role)
    }

    /// For the end of a message about the column at `place`: that its role was told from its name.
    pub(super) fn of_place(&self, place: usize) -> String {
        let found = self.0.iter().find(|told| told.places.contains(&place));
        found.map_or_else(String::new, |told| {
            let role = told.role;
            format!("; the column was told from its name to be the {role}: --{role} names another, or {NONE}")
        })
    }

    /// For the end of a message about the column of `role`.
    pub(super) fn of_role(&self, role: &str) -> String {
        let place = self.0.iter().find(|told| told.role == role).and_then(|told| told.places.first());
        place.map_or_else(String::new, |&place| self.of_place(place))
    }

    /// For the end of a message about several columns.
    pub(super) fn all(&self) -> String {
        if self.0.is_empty() { String::new() } else { format!("; told from names: {}", self.words()) }
    }
}

/// Looks for columns in a header. Whatever the user names comes first: a named column is never told to
/// be something else.
pub(super) struct Finder<'a> {
    pub(super) file: &'a str,
    pub(super) header: &'a [String],
    /// Whether roles may be told from names.
    guesses: bool,
    /// Roles and places that the user named.
    named: Vec<(&'static str, usize)>,
    pub(super) told: Guesses,
}

impl<'a> Finder<'a> {
    pub(super) fn new(file: &'a str, header: &'a [String], guesses: bool) -> Self {
        Self { file, header, guesses, named: Vec::new(), told: Guesses::default() }
    }

    /// The column that the user named for `role`; `None` where the user named none.
    pub(super) fn named(
        &mut self,
        role: &'static str,
        name: Option<&str>,
    ) -> Result<Option<usize>, AuditError> {
        let Some(name) = name.map(str::trim) else { return Ok(None) };
        let place = self.header.iter().position(|column| column == name);
        if name == NONE {
            return match place {
                None => Ok(None),
                Some(_) => {
                    Err(self.error(role, format!("{NONE:?} means that no column has the role; rename it")))
                }
            };
        }
        let place = place.ok_or_else(|| self.error(role, format!("{name:?} is not there")))?;
        self.named.push((role, place));
        Ok(Some(place))
    }

    /// As [`Finder::named`], for several.
    pub(super) fn all_named(
        &mut self,
        role: &'static str,
        names: &[String],
    ) -> Result<Vec<usize>, AuditError> {
        let found = names.iter().map(|name| self.named(role, Some(name)));
        Ok(found.collect::<Result<Vec<_>, _>>()?.into_iter().flatten().collect())
    }

    /// Two roles that the user gave to one column, but for a patient that is the sample, an outcome whose classes are
    /// also strata, and an attribute that is cut into subgroups or strata and drawn along as it is.
    pub(super) fn twice(&self) -> Option<String> {
        let units = ["patient", "sample", "patient-fallback"];
        let others = [["label", "standardise"], ["group", "along"], ["standardise", "along"]];
        let together = |a: &str, b: &str| {
            let both = |own: &[&str]| own.contains(&a) && own.contains(&b);
            both(&units) || others.iter().any(|own| both(own))
        };
        let apart = |a: &str, b: &str| a == b && !units.contains(&a) || !together(a, b);
        let mut pairs =
            self.named.iter().enumerate().flat_map(|(at, b)| self.named[..at].iter().map(move |a| (a, b)));
        let ((one, place), (other, _)) = pairs.find(|(a, b)| a.1 == b.1 && apart(a.0, b.0))?;
        let name = &self.header[*place];
        Some(match one == other {
            true => format!("column {name:?} is named twice for the {one}"),
            false => format!("column {name:?} is to be two things at once, {one} and {other}"),
        })
    }

    /// The column of `role`: the named one, or one that has a usual name and no role yet.
    pub(super) fn usual(&mut self, role: &'static str, asked: Asked, usual: &[&str]) -> Option<usize> {
        if asked != Asked::Nothing {
            return self.named.iter().find(|(named, _)| *named == role).map(|&(_, place)| place);
        }
        let called = |name: &&str, place: &usize| self.header[*place].eq_ignore_ascii_case(name);
        let found = usual.iter().find_map(|name| self.free().find(|place| called(name, place)))?;
        let words = format!("{role} = {}", self.header[found]);
        self.told.0.push(Told { role, places: vec![found], words });
        Some(found)
    }

    /// Columns that may still be told to be something.
    fn free(&self) -> impl Iterator<Item = usize> {
        let taken = |place: &usize| {
            // What stands in for a patient is an id, and may be that of the sample.
            self.named.iter().any(|(role, named)| named == place && *role != "patient-fallback")
                || self.told.0.iter().any(|told| told.places.contains(place))
        };
        (0..self.header.len()).filter(move |place| self.guesses && !taken(place))
    }

    pub(super) fn scores(&mut self) -> Result<Vec<usize>, AuditError> {
        if let Some(place) = self.usual("score", Asked::Nothing, SCORE) {
            return Ok(vec![place]);
        }
        let several: Vec<usize> =
            self.free().filter(|&place| self.header[place].starts_with(SCORES)).collect();
        if several.len() < 2 {
            return Err(self.missing("score", Asked::Nothing, SCORE));
        }
        let words = format!("scores = {SCORES}… ({})", several.len());
        self.told.0.push(Told { role: "score", places: several.clone(), words });
        Ok(several)
    }

    /// A label for each score where there are such columns, else one.
    pub(super) fn labels(&mut self, scores: &[usize]) -> Result<Vec<usize>, AuditError> {
        let label = |&score: &usize| {
            let name = format!("{LABELS}{}", self.header[score].strip_prefix(SCORES)?);
            self.free().find(|&place| self.header[place] == name)
        };
        let several: Option<Vec<usize>> = scores.iter().map(label).collect();
        if let Some(several) = several.filter(|found| found.len() > 1) {
            let words = format!("labels = {LABELS}… ({})", several.len());
            self.told.0.push(Told { role: "label", places: several.clone(), words });
            return Ok(several);
        }
        let found = self.usual("label", Asked::Nothing, LABEL);
        found.map(|place| vec![place]).ok_or_else(|| self.missing("label", Asked::Nothing, LABEL))
    }

    /// That `role`, which is needed, has no column; `asked` is what was said about it.
    pub(super) fn missing(&self, role: &'static str, asked: Asked, usual: &[&str]) -> AuditError {
        let looked = match self.guesses && asked == Asked::Nothing {
            true => format!("looked for {}", usual.join(", ")),
            false => "none is told from its name".to_owned(),
        };
        let used: Vec<String> = self
            .named
            .iter()
            .map(|(named, place)| format!("{} is the {named}", self.header[*place]))
            .collect();
        let used = if used.is_empty() { String::new() } else { format!(" ({})", used.join(", ")) };
        self.error(role, format!("{looked}{used}{}; name it with --{role}", self.told.all()))
    }

    fn error(&self, role: &'static str, hint: String) -> AuditError {
        AuditError::Column { file: self.file.to_owned(), role, hint, present: self.header.to_vec() }
    }
}

/// What the user said about a role.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Asked {
    /// Nothing: it may be told from a name.
    Nothing,
    /// A name, or that no column has it.
    Something,
}

impl Asked {
    pub(super) fn about(name: Option<&str>) -> Self {
        if name.is_some() { Self::Something } else { Self::Nothing }
    }
}
