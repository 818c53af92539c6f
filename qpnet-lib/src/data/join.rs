//! One table out of several: renamed and derived columns, other tables joined by a key.

use std::collections::HashMap;
use std::path::Path;

use polars::prelude::{Column, NamedFrom, Series};
use serde::Deserialize;

use super::error::DataError;
use super::file_source::TableRule;
use super::table::Table;

/// `[[table.join]]`: columns of another table, row by row of the first one.
#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct JoinRule {
    /// Names to try, in order.
    pub files: Vec<String>,
    /// The key's column in the first table.
    pub on: String,
    /// The key's column in the other table, unique there; the same name by default.
    pub key: Option<String>,
    /// Go on without the columns when none of the files exists.
    #[serde(default)]
    pub optional: bool,
}

/// `[[table.derive]]`: a new column out of the pieces of a path.
#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct DeriveRule {
    /// The new column.
    pub column: String,
    /// The column that holds a path.
    pub from: String,
    /// The first piece between slashes that begins like this.
    pub piece: String,
}

/// Read the table of `rule` below `folder`, with everything that is joined to it, and what a
/// reader should know about the joins.
///
/// # Errors
/// Missing or malformed tables, unknown key columns, a key twice, a column in two tables.
pub fn read(folder: &Path, rule: &TableRule) -> Result<(Table, Vec<String>), DataError> {
    let mut table = Table::find(folder, &rule.files)?;
    let mut notes = Vec::new();
    table.rename(rule)?;
    for derive in &rule.derive {
        table.derive(derive, &rule.missing)?;
    }
    for join in &rule.join {
        match Table::find(folder, &join.files) {
            Err(DataError::NoTable { tried, .. }) if join.optional => {
                notes.push(format!("without the columns of {}, which is not there", tried.join(" or ")));
            }
            other => {
                let mut other = other?;
                other.rename(rule)?;
                notes.extend(table.join(&other, join, &rule.missing)?);
            }
        }
    }
    Ok((table, notes))
}

impl Table {
    fn fault(&self, row: usize, message: String) -> DataError {
        DataError::Table { file: self.file.clone(), row, message }
    }

    fn has(&self, name: &str) -> bool {
        self.frame.get_column_index(name).is_some()
    }

    fn add(&mut self, column: Column) -> Result<(), DataError> {
        let name = column.name().clone();
        if self.has(&name) {
            return Err(self.fault(1, format!("already has a column {name:?}; rename one of the two")));
        }
        match self.frame.with_column(column) {
            Ok(_) => Ok(()),
            Err(error) => Err(self.fault(1, format!("column {name:?} cannot be added: {error}"))),
        }
    }

    /// Copies of one data set differ in their headers: the first name becomes the second.
    fn rename(&mut self, rule: &TableRule) -> Result<(), DataError> {
        for (old, new) in &rule.rename {
            if self.has(old) && !self.has(new) {
                let renamed = self.frame.rename(old, new.as_str().into()).map(|_| ());
                renamed.map_err(|error| self.fault(1, format!("cannot rename {old:?}: {error}")))?;
            }
        }
        Ok(())
    }

    fn derive(&mut self, rule: &DeriveRule, missing: &[String]) -> Result<(), DataError> {
        let paths = self.column(&rule.from, missing)?.into_iter();
        let values: Vec<Option<&str>> =
            paths.map(|path| path?.split('/').find(|piece| piece.starts_with(&rule.piece))).collect();
        self.add(Series::new(rule.column.as_str().into(), values).into())
    }

    fn join(
        &mut self,
        other: &Table,
        rule: &JoinRule,
        missing: &[String],
    ) -> Result<Option<String>, DataError> {
        let key = rule.key.as_ref().unwrap_or(&rule.on);
        let mut place: HashMap<&str, usize> = HashMap::new();
        for (at, id) in other.column(key, missing)?.into_iter().enumerate() {
            let Some(id) = id else { continue };
            if let Some(first) = place.insert(id, at) {
                return Err(DataError::DuplicateId {
                    file: other.file.clone(),
                    id: id.to_owned(),
                    first: other.rows[first],
                    second: other.rows[at],
                });
            }
        }
        let ids = self.column(&rule.on, missing)?;
        let matches: Vec<Option<usize>> =
            ids.into_iter().map(|id| id.and_then(|id| place.get(id).copied())).collect();
        for name in other.frame.get_column_names().into_iter().filter(|name| name.as_str() != key) {
            let values = other.column(name, &[])?;
            let joined: Vec<Option<&str>> = matches.iter().map(|at| at.and_then(|at| values[at])).collect();
            self.add(Series::new(name.clone(), joined).into())?;
        }
        // The length keeps (a, bc) and (ab, c) apart in the hash.
        self.bytes.reserve_exact(8 + other.bytes.len());
        self.bytes.extend((other.bytes.len() as u64).to_le_bytes());
        self.bytes.extend(&other.bytes);
        let alone = matches.iter().filter(|at| at.is_none()).count();
        let note = || format!("{alone} rows of {} have no row in {}", self.file, other.file);
        Ok((alone > 0).then(note))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const MAIN: &str = "Path,x\na/p1/s/1.jpg,1\na/p2/s/1.jpg,2\na/p1/s/2.jpg,3\nb.jpg,4\n";

    fn folder(other: &str) -> tempfile::TempDir {
        let folder = tempfile::tempdir().expect("tempdir");
        std::fs::write(folder.path().join("main.csv"), MAIN).expect("write");
        std::fs::write(folder.path().join("other.csv"), other).expect("write");
        folder
    }

    fn rule(text: &str) -> TableRule {
        let derive = "derive = [{ column = 'id', from = 'Path', piece = 'p' }]";
        toml::from_str(&format!("files = ['main.csv']\n{derive}\n{text}")).expect("rule")
    }

    #[test]
    fn rows_find_their_partner_by_a_derived_key() {
        let folder = folder("PATIENT,race\np2,Black\np1,White\n");
        let rule = rule(
            "join = [{ files = ['other.csv'], on = 'id', key = 'PATIENT' }]\nrename = { race = 'RACE' }",
        );
        let (table, notes) = read(folder.path(), &rule).expect("tables");
        let word = Some::<&str>;
        assert_eq!(table.column("id", &[]).expect("id"), [word("p1"), word("p2"), word("p1"), None]);
        let races = table.column("RACE", &[]).expect("race");
        assert_eq!(races, [word("White"), word("Black"), word("White"), None]);
        assert_eq!(notes.len(), 1);
        assert!(notes[0].starts_with("1 rows of"), "{notes:?}");
        assert!(table.bytes.len() > MAIN.len(), "the other table's bytes are part of the hash");
    }

    #[test]
    fn ambiguous_joins_are_refused() {
        let joined = "join = [{ files = ['other.csv'], on = 'id', key = 'PATIENT' }]";
        for (other, expected) in [
            ("PATIENT,race\np1,a\np1,b\n", "rows 2 and 3"),
            ("PATIENT,x\np1,a\n", "already has a column \"x\""),
            ("PATIENTS,y\np1,a\n", "did you mean \"PATIENTS\""),
        ] {
            let error = read(folder(other).path(), &rule(joined)).expect_err(expected).to_string();
            assert!(error.contains(expected), "{error}");
        }
    }

    #[test]
    fn only_an_optional_table_may_be_absent() {
        let folder = folder("");
        let absent = |optional| {
            rule(&format!("join = [{{ files = ['absent.csv'], on = 'id', optional = {optional} }}]"))
        };
        let (_, notes) = read(folder.path(), &absent(true)).expect("optional");
        assert!(notes[0].contains("absent.csv"), "{notes:?}");
        assert!(matches!(read(folder.path(), &absent(false)), Err(DataError::NoTable { .. })));
    }
}
