//! The methods of a plan, and those that trace its frontier.

use super::error::GridError;
use super::path::changed;
use super::plan::Plan;
use super::words::{Change, listed};
use crate::experiment::{MethodKind, MethodSpec};

/// The methods of the frontier, by number.
pub(super) fn frontier(
    plan: &Plan,
    methods: &[MethodSpec],
    refuse: &dyn Fn(usize, String) -> GridError,
) -> Result<Vec<usize>, GridError> {
    let Some(entry) = &plan.frontier else { return Ok(Vec::new()) };
    let mut all: Vec<usize> = Vec::new();
    for key in &entry.methods {
        let place = methods.iter().position(|spec| spec.key == *key.get_ref());
        let Some(place) = place.filter(|place| !all.contains(place)) else {
            let known: Vec<&str> = methods.iter().map(|spec| spec.key.as_str()).collect();
            let message = format!(
                "the frontier is traced by methods of the plan, each once ({}), got {:?}",
                known.join(", "),
                key.get_ref()
            );
            return Err(refuse(key.span().start, message));
        };
        all.push(place);
    }
    if all.len() < 2 {
        let at = entry.methods.first().map_or(0, |key| key.span().start);
        return Err(refuse(at, "a frontier needs at least two methods".to_owned()));
    }
    Ok(all)
}

/// The methods of a plan, with their settings.
pub(super) fn methods(
    plan: &Plan,
    refuse: &dyn Fn(usize, String) -> GridError,
) -> Result<Vec<MethodSpec>, GridError> {
    let mut methods: Vec<MethodSpec> = Vec::new();
    for entry in &plan.methods {
        let (at, entry) = (entry.span().start, entry.get_ref());
        let listed_words = MethodSpec::list(&entry.word).map_err(|error| refuse(at, error.to_string()))?;
        let [mut spec] = <[MethodSpec; 1]>::try_from(listed_words)
            .map_err(|_| refuse(at, format!("expected one method, got {:?}", entry.word)))?;
        if !entry.set.is_empty() {
            let changes: Vec<Change<'_>> = listed(&entry.set).collect();
            let plain: Vec<(&str, &toml::Value)> =
                changes.iter().map(|(path, value, _)| (*path, *value)).collect();
            spec.method = changed(&spec.method, &plain)
                .map_err(|(number, message)| refuse(changes[number].2, message))?;
        }
        spec.key = entry.key.clone().unwrap_or(spec.key);
        spec.title = entry.title.clone().unwrap_or_else(|| entry.key.clone().unwrap_or(spec.title));
        if methods.iter().any(|other| other.key == spec.key) {
            return Err(refuse(
                at,
                format!("a method {:?} is there already: give this one another key", spec.key),
            ));
        }
        let plain = |letter: char| letter.is_ascii_alphanumeric() || letter == '_' || letter == '-';
        if spec.key.is_empty() || !spec.key.chars().all(plain) {
            return Err(refuse(at, format!("a key has letters, digits, _ and - alone, got {:?}", spec.key)));
        }
        // Its model is what transfers start from, under the name that they know.
        if (spec.method == MethodKind::Mixed) != (spec.key == MethodSpec::mixed().key) {
            return Err(refuse(
                at,
                "mixed has no settings of its own, and its key no other method".to_owned(),
            ));
        }
        methods.push(spec);
    }
    Ok(methods)
}
