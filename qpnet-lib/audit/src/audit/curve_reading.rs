//! How a table of learning curves is read, beside its columns.

use csv::StringRecord;

use super::AuditError;
use super::companions::Companions;
use super::fields::text;
use super::names::Names;
use super::only::{only_places, words};
use super::vocabulary::Vocabulary;

/// What rows mean, and which of them count.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct CurveReading {
    /// What the words of outcomes and names mean.
    pub words: Vocabulary,
    /// Columns and the values that rows must have there; other rows are left out.
    pub only: Vec<(String, String)>,
    /// Take rows of several parts (a column `part`) together; they are refused otherwise.
    pub pool: bool,
    /// The dominant subgroup; the one that a column `role` calls dominant unless said.
    pub dominant: Option<String>,
}

/// What decides about rows beside their own fields.
pub(super) struct Rules<'a> {
    file: &'a str,
    reading: &'a CurveReading,
    only: Vec<(usize, &'a str)>,
    companions: Companions,
}

impl<'a> Rules<'a> {
    /// `taken` are the columns that have a role.
    pub(super) fn new(
        file: &'a str,
        header: &[String],
        reading: &'a CurveReading,
        mut taken: Vec<usize>,
        guess: bool,
    ) -> Result<Self, AuditError> {
        let only = only_places(file, header, &reading.only)?;
        taken.extend(only.iter().map(|(place, _)| *place));
        Ok(Self { file, reading, only, companions: Companions::new(header, &taken, guess) })
    }

    /// Whether a row counts.
    pub(super) fn keep(&self, record: &StringRecord) -> bool {
        self.only.iter().all(|(place, value)| text(record, *place) == *value)
    }

    /// A row that counts, of the subgroup with this number.
    pub(super) fn meet(&mut self, record: &StringRecord, group: u32) {
        self.companions.meet(record, group);
    }

    /// What a reader must know about these rules.
    pub(super) fn note(&self, dominant: &str) -> Option<String> {
        let told = self.reading.dominant.is_none();
        told.then(|| format!("the dominant subgroup is {dominant}, as column role says"))
    }

    /// Whether the rows that were met can be judged together.
    ///
    /// # Errors
    /// [`AuditError::Whole`]: no row, or several parts.
    pub(super) fn judged(&self, groups: &Names) -> Result<(), AuditError> {
        if groups.len() > 0 {
            return self.companions.one_part(self.file, self.reading.pool);
        }
        let message = match self.reading.only.as_slice() {
            [] => "there is a header and no row with a subgroup".to_owned(),
            rules => format!("no row with a subgroup has {}", words(rules)),
        };
        Err(AuditError::Whole { file: self.file.to_owned(), message })
    }

    /// The dominant subgroup: the one that was named, or that the roles name; `told` is whether the column of
    /// subgroups was told from its name.
    ///
    /// # Errors
    /// [`AuditError::Unknown`] for a name that is not there, [`AuditError::Whole`] where nothing names one.
    pub(super) fn dominant(&self, groups: &Names, told: &str) -> Result<String, AuditError> {
        let mut present: Vec<String> =
            (0..groups.len() as u32).map(|number| groups.name(number).to_owned()).collect();
        present.sort_unstable();
        match (&self.reading.dominant, self.companions.dominant()) {
            (Some(named), _) if present.contains(named) => Ok(named.clone()),
            (Some(named), _) => {
                let (found, told) = (named.clone(), told.to_owned());
                Err(AuditError::Unknown { what: "group", found, present, told })
            }
            (None, Some(number)) => Ok(groups.name(number).to_owned()),
            (None, None) => {
                let message = format!(
                    "which subgroup is dominant? There are {}, and no column role calls one so: name it with \
                     --dominant{told}",
                    present.join(", ")
                );
                Err(AuditError::Whole { file: self.file.to_owned(), message })
            }
        }
    }
}
