//! Several trainings of a method, or several readers: one method with two sources of spread.

use super::names::Names;

/// Between a method and its training in one name.
const BETWEEN: char = '\u{1f}';

/// Which rows are of which training, as methods of their own.
#[derive(Clone, Debug, Default)]
pub(super) struct Trainings {
    /// The column that tells them apart.
    pub(super) column: String,
    pub(super) methods: Vec<String>,
    pub(super) seeds: Vec<String>,
    /// Method and seed of each training.
    pub(super) of: Vec<(usize, usize)>,
}

/// A method and a training as one name, under which its rows are read.
pub(super) fn joined(method: &str, seed: &str) -> String {
    format!("{method}{BETWEEN}{seed}")
}

/// Such a name as messages have it.
pub(super) fn shown(name: &str, column: &str) -> String {
    name.replace(BETWEEN, &format!(", {column} "))
}

impl Trainings {
    /// Of names that [`joined`] made.
    pub(super) fn of(names: &[String], column: &str) -> Self {
        let (mut methods, mut seeds, mut of) = (Names::default(), Names::default(), Vec::new());
        for name in names {
            let (method, seed) = name.split_once(BETWEEN).unwrap_or((name, ""));
            of.push((methods.number(method) as usize, seeds.number(seed) as usize));
        }
        Self { column: column.to_owned(), methods: methods.into_vec(), seeds: seeds.into_vec(), of }
    }

    /// The trainings of a method, by seed.
    pub(super) fn of_method(&self, method: usize) -> Vec<(usize, usize)> {
        let own = self.of.iter().enumerate().filter(|(_, of)| of.0 == method);
        let mut found: Vec<(usize, usize)> = own.map(|(training, of)| (of.1, training)).collect();
        found.sort_unstable();
        found
    }
}
