//! Settings by their paths: `settings.base.learning_rate`, `settings.synthetic.test.0`.

use serde::Serialize;
use serde::de::DeserializeOwned;
use serde_json::Value;

/// What stands for an absent value, as TOML has none.
const NONE: &str = "none";

/// `of` with other values at some paths. A number in a path is a place in a list; the word `none` takes an optional
/// setting away.
///
/// # Errors
/// What is wrong, with the number of the change.
pub(super) fn changed<T: Serialize + DeserializeOwned>(
    of: &T,
    changes: &[(&str, &toml::Value)],
) -> Result<T, (usize, String)> {
    let mut tree = serde_json::to_value(of).map_err(|error| (0, error.to_string()))?;
    let mut result = None;
    // One after the other, so that the one that does not fit is known.
    for (number, (path, value)) in changes.iter().enumerate() {
        let wrong = |message: String| (number, format!("{path}: {message}"));
        let value = plain(value).map_err(wrong)?;
        put(&mut tree, path, value.clone()).map_err(wrong)?;
        let read: T = serde_json::from_value(tree.clone()).map_err(|error| wrong(error.to_string()))?;
        let back = serde_json::to_value(&read).map_err(|error| wrong(error.to_string()))?;
        // A variant without fields takes any field without a word.
        if !same(find(&back, path).unwrap_or(&Value::Null), &value) {
            return Err(wrong("there is no such setting".to_owned()));
        }
        tree = back;
        result = Some(read);
    }
    match result {
        Some(read) => Ok(read),
        None => serde_json::from_value(tree).map_err(|error| (0, error.to_string())),
    }
}

fn plain(value: &toml::Value) -> Result<Value, String> {
    if value.as_str() == Some(NONE) {
        return Ok(Value::Null);
    }
    serde_json::to_value(value).map_err(|error| error.to_string())
}

fn put(tree: &mut Value, path: &str, value: Value) -> Result<(), String> {
    let mut at = tree;
    for part in path.split('.') {
        if part.is_empty() {
            return Err("a path is names with dots between them".to_owned());
        }
        if at.is_null() {
            *at = Value::Object(serde_json::Map::new()); // an optional group of settings
        }
        at = match at {
            Value::Object(map) => map.entry(part).or_insert(Value::Null),
            Value::Array(list) => {
                let length = list.len();
                let place = part.parse().ok().and_then(|place: usize| list.get_mut(place));
                place.ok_or_else(|| {
                    format!("{part:?} must be a place from 0 to {}", length.saturating_sub(1))
                })?
            }
            other => return Err(format!("there is nothing below {other}")),
        };
    }
    *at = value;
    Ok(())
}

/// What stands at `path`.
pub(super) fn find<'a>(tree: &'a Value, path: &str) -> Option<&'a Value> {
    path.split('.').try_fold(tree, |at, part| match at {
        Value::Array(list) => list.get(part.parse::<usize>().ok()?),
        other => other.get(part),
    })
}

/// Equal, 1 and 1.0 alike; of a group what is asked for.
fn same(got: &Value, asked: &Value) -> bool {
    match (got, asked) {
        (Value::Number(got), Value::Number(asked)) => got.as_f64() == asked.as_f64(),
        (Value::Array(got), Value::Array(asked)) => {
            got.len() == asked.len() && got.iter().zip(asked).all(|(got, asked)| same(got, asked))
        }
        (Value::Object(got), Value::Object(asked)) => {
            asked.iter().all(|(name, asked)| same(got.get(name).unwrap_or(&Value::Null), asked))
        }
        (got, asked) => got == asked,
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::data::Manifest;
    use crate::experiment::{MethodKind, MethodSpec, Profile, RunConfig};

    fn config() -> RunConfig {
        let manifest = Manifest::find("synthetic").expect("shipped");
        RunConfig::new("synthetic", &manifest, "moderate", &[MethodSpec::qpi()], Profile::Smoke, 1)
    }

    fn with(path: &str, value: impl Into<toml::Value>) -> Result<RunConfig, String> {
        changed(&config(), &[(path, &value.into())]).map_err(|(_, message)| message)
    }

    #[test]
    fn a_setting_is_changed_where_it_stands_and_nothing_else() {
        let changed = with("settings.base.learning_rate", 0.5).expect("there");
        let mut own = config();
        own.settings.base.learning_rate = 0.5;
        assert_eq!(changed, own);
        assert_eq!(
            with("settings.base.learning_rate", 1).expect("a whole number").settings.base.learning_rate,
            1.0
        );
        assert_eq!(with("settings.synthetic.test.1", 8).expect("a place").settings.synthetic.test, [600, 8]);
        assert_eq!(with("settings.base.ema", 0.9).expect("optional").settings.base.ema, Some(0.9));
        assert_eq!(
            with("settings.base.steps_per_epoch", "none").expect("absent").settings.base.steps_per_epoch,
            None
        );
        let sigma = with("methods.0.method.sigma", 0.1).expect("of a method");
        assert!(matches!(sigma.methods[0].method, MethodKind::Qpi(qpi) if qpi.sigma == 0.1));
    }

    #[test]
    fn what_is_not_there_is_refused_with_what_there_is() {
        for (path, value, words) in [
            ("settings.base.learnign_rate", toml::Value::from(0.5), "learnign_rate"),
            ("settings.base.epochs", toml::Value::from(0.5), "floating point"),
            ("settings.synthetic.test.2", toml::Value::from(1), "from 0 to 1"),
            ("settings.base.batch.more", toml::Value::from(1), "nothing below 64"),
            ("settings..base", toml::Value::from(1), "dots"),
            ("methods.0.method.eta", toml::Value::from(1), "eta"),
        ] {
            let message = with(path, value).expect_err(path);
            assert!(message.contains(words), "{message}");
        }
        let erm = MethodSpec::new("m", "M", MethodKind::Dfr);
        let message = changed(&erm, &[("method.gamma", &toml::Value::from(1))]).expect_err("no field").1;
        assert!(message.contains("no such setting"), "{message}");
    }
}
