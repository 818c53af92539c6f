//! Columns that `predictions.csv` of `qpnet run` brings along: which role each subgroup has, and which part of the
//! data a row is of.

use std::collections::{BTreeMap, BTreeSet};

use csv::StringRecord;

use super::AuditError;
use super::fields::text;

/// Names of the columns, whatever their case.
const ROLE: &str = "role";
const PART: &str = "part";
/// What a role may be; a column with another word means something else.
const ROLES: [&str; 3] = ["dominant", "less-prevalent", "other"];
/// More values than this are no parts.
const MOST_PARTS: usize = 20;

/// What these columns have told so far.
#[derive(Default)]
pub(super) struct Companions {
    role: Option<usize>,
    part: Option<(usize, String)>,
    /// Subgroups that are called dominant, and those that are called something else.
    dominant: BTreeSet<u32>,
    others: BTreeSet<u32>,
    /// Rows of each part.
    parts: BTreeMap<String, usize>,
}

impl Companions {
    /// Look for them in `header`, among columns that are not `taken` and, if `guess`, by name.
    pub(super) fn new(header: &[String], taken: &[usize], guess: bool) -> Self {
        let called = |name: &str| {
            let free = |place: &usize| guess && !taken.contains(place);
            (0..header.len()).filter(free).find(|&place| header[place].eq_ignore_ascii_case(name))
        };
        let part = called(PART).map(|place| (place, header[place].clone()));
        Self { role: called(ROLE), part, ..Self::default() }
    }

    /// Where they stand.
    pub(super) fn used(&self) -> impl Iterator<Item = usize> {
        self.role.into_iter().chain(self.part.as_ref().map(|(place, _)| *place))
    }

    /// A row of `group`.
    pub(super) fn meet(&mut self, record: &StringRecord, group: u32) {
        if let Some(place) = self.role {
            match text(record, place) {
                role if role == ROLES[0] => self.dominant.insert(group),
                role if ROLES.contains(&role) => self.others.insert(group),
                _ => {
                    self.role = None; // a word of somebody else's
                    false
                }
            };
        }
        if let Some((place, _)) = self.part {
            match self.parts.get_mut(text(record, place)) {
                Some(rows) => *rows += 1,
                None => {
                    self.parts.insert(text(record, place).to_owned(), 1);
                }
            }
            if self.parts.len() > MOST_PARTS {
                self.part = None;
            }
        }
    }

    /// The number of the dominant subgroup, where the roles agree on one.
    pub(super) fn dominant(&self) -> Option<u32> {
        let mut called = self.dominant.iter().copied().filter(|group| !self.others.contains(group));
        let only = called.next().filter(|_| self.role.is_some() && self.dominant.len() == 1);
        only.filter(|_| called.next().is_none())
    }

    /// `Ok` where all rows are of one part, or parts are meant to be audited together.
    ///
    /// # Errors
    /// [`AuditError::Whole`] with the parts.
    pub(super) fn one_part(&self, file: &str, pool: bool) -> Result<(), AuditError> {
        let Some((_, column)) = self.part.as_ref().filter(|_| !pool && self.parts.len() > 1) else {
            return Ok(());
        };
        let rows = |(part, rows): (&String, &usize)| format!("{rows} of {part}");
        let listed: Vec<String> = self.parts.iter().map(rows).collect();
        let one = if self.parts.contains_key("test") {
            "test"
        } else {
            self.parts.keys().next().map_or("test", String::as_str)
        };
        let message = format!(
            "column {column}: rows are of several parts ({}): --only {column}={one} keeps one, --pool takes them \
             together",
            listed.join(", ")
        );
        Err(AuditError::Whole { file: file.to_owned(), message })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn met(header: &[&str], rows: &[(&[&str], u32)]) -> Companions {
        let header: Vec<String> = header.iter().map(|&name| name.to_owned()).collect();
        let mut found = Companions::new(&header, &[], true);
        for (row, group) in rows {
            found.meet(&StringRecord::from(row.to_vec()), *group);
        }
        found
    }

    #[test]
    fn roles_name_the_dominant_subgroup_where_they_agree() {
        let dominant = |rows: &[(&[&str], u32)]| met(&["Role"], rows).dominant();
        assert_eq!(dominant(&[(&["less-prevalent"], 0), (&["dominant"], 1), (&["other"], 2)]), Some(1));
        assert_eq!(dominant(&[(&["less-prevalent"], 0)]), None);
        assert_eq!(dominant(&[(&["dominant"], 0), (&["dominant"], 1)]), None, "two");
        assert_eq!(dominant(&[(&["dominant"], 0), (&["other"], 0)]), None, "both");
        assert_eq!(dominant(&[(&["dominant"], 0), (&["nurse"], 1)]), None, "another kind of role");
    }

    #[test]
    fn parts_are_told_apart() {
        let rows: [(&[&str], u32); 3] = [(&["test"], 0), (&["validation"], 0), (&["test"], 1)];
        let found = met(&["part"], &rows);
        let message = found.one_part("t.csv", false).expect_err("two parts").to_string();
        assert!(
            message.contains("2 of test, 1 of validation") && message.contains("--only part=test"),
            "{message}"
        );
        found.one_part("t.csv", true).expect("told");
        met(&["part"], &rows[..1]).one_part("t.csv", false).expect("one part");
        let taken = Companions::new(&["part".to_owned()], &[0], true);
        assert_eq!(taken.used().count(), 0, "a column with a role is no part");
    }
}
