//! What a cell is named by, and what another cell of the store has otherwise.

use std::collections::BTreeMap;

use serde_json::Value;

use super::error::GridError;
use super::names::CellId;
use super::store::GridStore;
use crate::experiment::seal;

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
    let here = parts(key);
    let mut ids: Vec<CellId> = store.cells()?.into_keys().filter(|id| *id != own).collect();
    ids.sort_unstable();
    let mut best: Option<(CellId, Vec<Difference>)> = None;
    for id in ids {
        let Some(theirs) = seal::key_of(&store.folder(id)) else { continue };
        let found = differences(&here, &parts(&theirs));
        if best.as_ref().is_none_or(|(_, fewest)| found.len() < fewest.len()) {
            best = Some((id, found));
        }
    }
    Ok(best)
}

#[cfg(test)]
mod tests {
    use super::*;

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
