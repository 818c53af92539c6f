//! What a cell is named by, and what another cell of the store has otherwise.

use std::collections::BTreeMap;

use serde_json::Value;

use super::error::GridError;
use super::names::CellId;
use super::store::GridStore;

/// What makes a cell the one that it is: every part of its key by its path.
pub type Parts = BTreeMap<String, String>;

/// A part that differs: its path, here, and there.
pub type Difference = (String, Option<String>, Option<String>);

/// The parts of a key.
pub fn parts(key: &str) -> Parts {
    let mut all = Parts::new();
    flatten("", &serde_json::from_str(key).unwrap_or(Value::Null), &mut all);
    all
}

fn flatten(path: &str, value: &Value, all: &mut Parts) {
    let below = |name: &str| if path.is_empty() { name.to_owned() } else { format!("{path}.{name}") };
    match value {
        Value::Object(map) => map.iter().for_each(|(name, value)| flatten(&below(name), value, all)),
        Value::Array(list) => {
            list.iter().enumerate().for_each(|(at, value)| flatten(&below(&at.to_string()), value, all));
        }
        Value::String(word) => {
            all.insert(path.to_owned(), word.clone());
        }
        other => {
            all.insert(path.to_owned(), other.to_string());
        }
    }
}

/// What is otherwise in `there`.
pub fn differences(here: &Parts, there: &Parts) -> Vec<Difference> {
    let names = here.keys().chain(there.keys().filter(|name| !here.contains_key(*name)));
    let different = names.filter(|name| here.get(*name) != there.get(*name));
    different.map(|name| (name.clone(), here.get(name).cloned(), there.get(name).cloned())).collect()
}

/// The kept cell that is most like `key`, but not it, with what it has otherwise.
///
/// # Errors
/// [`GridError::File`].
pub fn nearest(
    store: &GridStore,
    key: &str,
    own: CellId,
) -> Result<Option<(CellId, Vec<Difference>)>, GridError> {
    let mut ids: Vec<CellId> = store.cells()?.into_keys().filter(|id| *id != own).collect();
    ids.sort_unstable();
    let keys = ids.into_iter().filter_map(|id| Some((id, store.key(id)?)));
    Ok(most_like(key, keys))
}

/// Of some cells with their keys the one that is most like `key`, with what it has otherwise; the first of several.
pub fn most_like(
    key: &str,
    cells: impl IntoIterator<Item = (CellId, String)>,
) -> Option<(CellId, Vec<Difference>)> {
    let here = parts(key);
    let found = cells.into_iter().map(|(id, theirs)| (id, differences(&here, &parts(&theirs))));
    found.min_by_key(|(_, different)| different.len())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_first_of_those_with_the_fewest_differences_is_most_like() {
        let cell = |byte: u8, seed: u64, size: u64| {
            (CellId([byte; 16]), format!("{{\"seed\":{seed},\"size\":{size}}}"))
        };
        let found = most_like(&cell(0, 1, 400).1, [cell(1, 2, 800), cell(2, 1, 800), cell(3, 1, 1600)]);
        let (id, different) = found.expect("three cells");
        assert_eq!((id, different.len()), (CellId([2; 16]), 1));
        assert!(most_like("{}", []).is_none());
    }

    #[test]
    fn only_what_differs_is_said() {
        let one = parts(r#"{"config":{"seed":1,"methods":[{"key":"qpi"}]},"recipe":"a"}"#);
        let other = parts(r#"{"config":{"seed":2,"methods":[{"key":"qpi"}],"weights":"w"},"recipe":"a"}"#);
        assert_eq!(one["config.methods.0.key"], "qpi");
        assert_eq!(
            differences(&one, &other),
            [
                ("config.seed".to_owned(), Some("1".to_owned()), Some("2".to_owned())),
                ("config.weights".to_owned(), None, Some("w".to_owned())),
            ]
        );
        assert!(differences(&one, &one.clone()).is_empty());
    }
}
