//! Ids that differ by next to nothing: by blanks, case or leading zeros.

use std::collections::{BTreeSet, HashMap};

use serde::Serialize;

/// Two ids of which one may be a slip of the other.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct LikeIds {
    /// As they stand in the table.
    pub ids: Vec<String>,
}

/// What is left of an id without blanks, case and the zeros that begin a number in it.
fn core(id: &str) -> String {
    let mut kept = String::with_capacity(id.len());
    let mut number = false; // inside one that has begun with another digit than zero
    let mut letters = id.chars().filter(|c| !c.is_whitespace()).peekable();
    while let Some(letter) = letters.next() {
        let digit = letter.is_ascii_digit();
        let more = letters.peek().is_some_and(char::is_ascii_digit);
        if letter == '0' && !number && more {
            continue;
        }
        number = digit;
        kept.extend(letter.to_lowercase());
    }
    kept
}

/// Every set of different ids that are one but for blanks, case and leading zeros, in order.
pub(in crate::data) fn alike<'a>(ids: impl IntoIterator<Item = &'a str>) -> Vec<LikeIds> {
    let mut by_core: HashMap<String, BTreeSet<&str>> = HashMap::new();
    let different: BTreeSet<&str> = ids.into_iter().collect();
    for id in different {
        by_core.entry(core(id)).or_default().insert(id);
    }
    let several = by_core.into_values().filter(|ids| ids.len() > 1);
    let mut found: Vec<LikeIds> =
        several.map(|ids| LikeIds { ids: ids.into_iter().map(str::to_owned).collect() }).collect();
    found.sort_by(|a, b| a.ids.cmp(&b.ids));
    found
}

/// One sentence on ids of the kind `what` that are alike; `None` where none are.
pub(in crate::data) fn words(what: &str, found: &[LikeIds]) -> Option<String> {
    let first = found.first()?;
    let quoted: Vec<String> = first.ids.iter().map(|id| format!("{id:?}")).collect();
    let others = match found.len() - 1 {
        0 => String::new(),
        more => format!(", and {more} more such sets"),
    };
    Some(format!(
        "{what} that differ by blanks, case or leading zeros only: {}{others}; if they are one, write them alike",
        quoted.join(" and ")
    ))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn slips_are_found_and_other_ids_are_not() {
        let ids = ["P02", "p02", "P2", "P 02", "P20", "P10", "0", "00", "a1b05", "a1b5", "a01b5", "a1b50"];
        let found = alike(ids.into_iter().chain(ids));
        let sets: Vec<Vec<&str>> =
            found.iter().map(|set| set.ids.iter().map(String::as_str).collect()).collect();
        assert_eq!(sets, [vec!["0", "00"], vec!["P 02", "P02", "P2", "p02"], vec!["a01b5", "a1b05", "a1b5"]]);
        let said = words("patients", &found).expect("some");
        assert!(
            said.starts_with("patients that differ") && said.contains("\"0\" and \"00\", and 2 more"),
            "{said}"
        );
        assert_eq!(words("patients", &alike(["a", "b", "10", "100", "1"])), None);
    }
}
