//! One table out of several: renamed and derived columns, other tables joined by a key.

use std::collections::HashMap;
use std::path::Path;

use polars::prelude::{Column, NamedFrom, Series};

use super::error::TableError;
use super::text::Table;
use crate::data::rule::file_source::TableRule;
use crate::data::rule::join::JoinRule;
use crate::data::rule::words::plain;

/// Read the table of `rule` below `folder`, or below `beside`, the folder of the manifest, with everything
/// that is joined to it, and what a reader should know about the joins.
///
/// A column is derived before the joins where its source is there, else after them.
///
/// # Errors
/// Missing or malformed tables, unknown key columns, a key twice, a column that says different things in
/// two tables.
pub fn read(folder: &Path, beside: &Path, rule: &TableRule) -> Result<(Table, Vec<String>), TableError> {
    let place = |beside_manifest| if beside_manifest { beside } else { folder };
    let own = place(rule.beside_manifest);
    let mut table = match &rule.stack[..] {
        [] => Table::find(own, &rule.files, &rule.header)?,
        files => Table::stacked(own, files, &rule.header, rule.stack_column.as_deref())?,
    };
    let mut notes = std::mem::take(&mut table.notes);
    table.rename(&rule.rename)?;
    let mut later = Vec::new();
    for derive in &rule.derive {
        // Without joins a missing column is told at once.
        if rule.join.is_empty() || derive.sources().iter().all(|column| table.has(column)) {
            table.derive(derive, &rule.missing)?;
        } else {
            later.push(derive);
        }
    }
    for join in &rule.join {
        match Table::find(place(join.beside_manifest), &join.files, &join.header) {
            Err(TableError::NoTable { tried, .. }) if join.optional => {
                notes.push(format!("without the columns of {}, which is not there", tried.join(" or ")));
            }
            other => {
                let mut other = other?;
                notes.append(&mut other.notes);
                other.rename(&rule.rename)?;
                notes.extend(table.join(other, join, &rule.missing)?);
            }
        }
    }
    for derive in later {
        table.derive(derive, &rule.missing)?;
    }
    Ok((table, notes))
}

impl Table {
    fn join(
        &mut self,
        mut other: Table,
        rule: &JoinRule,
        missing: &[String],
    ) -> Result<Option<String>, TableError> {
        let key = rule.key.as_ref().unwrap_or(&rule.on);
        if let Some(columns) = &rule.columns {
            for column in columns {
                other.cells(column, &[])?;
            }
            let wanted = columns.iter().chain([key]).map(String::as_str).collect();
            other.forget_all_but(&wanted);
        }
        let mut place: HashMap<&str, usize> = HashMap::new();
        for (at, id) in other.column(key, missing)?.into_iter().enumerate() {
            let Some(id) = id else { continue };
            if let Some(first) = place.insert(plain(id), at) {
                return Err(TableError::DuplicateId {
                    file: other.file.clone(),
                    id: id.to_owned(),
                    first: other.rows[first],
                    second: other.rows[at],
                });
            }
        }
        let ids = self.column(&rule.on, missing)?;
        let matches: Vec<Option<usize>> =
            ids.into_iter().map(|id| id.and_then(|id| place.get(plain(id)).copied())).collect();
        let taken: Vec<String> = other.names().filter(|name| name != key).collect();
        for name in taken {
            let here = rule.rename.get(&name).unwrap_or(&name);
            let values = other.column(&name, &[])?;
            let mut joined: Vec<Option<&str>> =
                matches.iter().map(|at| at.and_then(|at| values[at])).collect();
            if !self.has(here) {
                let column = Series::new(here.as_str().into(), joined).into();
                self.add(column)?;
                continue;
            }
            // Both tables say it: they must agree, and one fills the other's gaps.
            let mut filled = false;
            for (at, (own, joined)) in self.column(here, missing)?.into_iter().zip(&mut joined).enumerate() {
                let known = joined.filter(|word| !missing.iter().any(|gap| gap == word));
                match (own, known) {
                    (Some(own), Some(known)) if plain(own) != plain(known) => {
                        return Err(self.fault(
                            self.rows[at],
                            format!(
                                "column {here:?} has {own:?}, and {known:?} in row {} of {}; correct one of them, or \
                                 in [[table.join]] name the columns to take (columns = [...]) or what they are \
                                 called here (rename = {{ {here} = \"...\" }})",
                                matches[at].map_or(1, |at| other.rows[at]),
                                other.file
                            ),
                        ));
                    }
                    (None, Some(_)) => filled = true,
                    (own, _) => *joined = own,
                }
            }
            if filled {
                let joined: Vec<Option<String>> =
                    joined.into_iter().map(|word| word.map(str::to_owned)).collect();
                let column: Column = Series::new(here.as_str().into(), joined).into();
                self.replace(column)?;
            }
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
        let (table, notes) = read(folder.path(), folder.path(), &rule).expect("tables");
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
            ("PATIENT,x\np1,a\n", "row 2: column \"x\" has \"1\", and \"a\" in row 2"),
            ("PATIENTS,y\np1,a\n", "did you mean \"PATIENTS\""),
        ] {
            let error = {
                let folder = folder(other);
                read(folder.path(), folder.path(), &rule(joined))
            }
            .expect_err(expected)
            .to_string();
            assert!(error.contains(expected), "{error}");
        }
    }

    #[test]
    fn only_an_optional_table_may_be_absent() {
        let folder = folder("");
        let absent = |optional| {
            rule(&format!("join = [{{ files = ['absent.csv'], on = 'id', optional = {optional} }}]"))
        };
        let (_, notes) = read(folder.path(), folder.path(), &absent(true)).expect("optional");
        assert!(notes[0].contains("absent.csv"), "{notes:?}");
        assert!(matches!(
            read(folder.path(), folder.path(), &absent(false)),
            Err(TableError::NoTable { .. })
        ));
    }
}
