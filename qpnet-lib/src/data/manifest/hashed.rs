//! The part of a manifest that can change a result: what enters the hashes of populations and of kept runs.

use std::ops::Range;

use toml::Spanned;
use toml::de::{DeTable, DeValue};

/// Who may get the data.
const ACCESS: &str = "access";
/// Where the files come from, and what they should be.
const FILES: &str = "files";

/// How training changes pictures: it stands in the configuration of a run.
const AUGMENT: &str = "augment";
/// What samples are asked.
const LABEL: &str = "label";
/// Refuses data and changes none.
const CHECK: &str = "one_per_patient";

/// `text` without the lines of the top-level keys `access` and `files`, which say how to get the data and
/// nothing of what is made of them, without `augment`, and without the line of `label.one_per_patient`; comments and
/// empty lines above `augment` and an entry of `files` go with it.
///
/// Lines are found through the parser's spans, not by their looks: a line inside a longer string or a key of
/// another table stays, whatever it begins with. A text that is no TOML stays whole.
pub(in crate::data) fn hashed_text(text: &str) -> String {
    let Ok(document) = DeTable::parse(text) else { return text.to_owned() };
    let document = document.get_ref();
    let mut ends = Vec::new();
    document.values().for_each(|value| add_ends(value, &mut ends));
    let mut cuts = Vec::new();
    let with_comments = |cut: Range<usize>| {
        // Upwards over comments, but never into what another key says.
        let floor = ends.iter().copied().filter(|end| *end <= cut.start).max().unwrap_or(0);
        above(text, cut.start, floor)..cut.end
    };
    for (key, value) in document {
        match key.get_ref().as_ref() {
            ACCESS => cuts.push(lines(text, key.span().start..value.span().end)),
            FILES => cuts.extend(entries(text, key.span().start, value).into_iter().map(with_comments)),
            AUGMENT => cuts.extend(section(text, key.span().start, value).into_iter().map(with_comments)),
            LABEL => cuts.extend(check_line(text, value)),
            _ => {}
        }
    }
    cuts.sort_by_key(|cut| cut.start);
    let mut kept = String::with_capacity(text.len());
    let mut at = 0;
    for cut in cuts {
        kept += &text[at..cut.start.max(at)];
        at = cut.end.max(at);
    }
    kept + &text[at..]
}

/// The line of `label.one_per_patient`, where it has one for itself.
fn check_line(text: &str, label: &Spanned<DeValue<'_>>) -> Option<Range<usize>> {
    let (key, value) = label.get_ref().as_table()?.get_key_value(CHECK)?;
    let line = lines(text, key.span().start..value.span().end);
    text[line.clone()].trim_start().starts_with(CHECK).then_some(line)
}

/// The lines of `files`: one block for each `[[files]]`, or one for `files = [...]`.
fn entries(text: &str, key: usize, value: &Spanned<DeValue<'_>>) -> Vec<Range<usize>> {
    let tables: Vec<_> = value.get_ref().as_array().into_iter().flat_map(|array| array.iter()).collect();
    let has_header = |table: &&Spanned<DeValue<'_>>| text[table.span()].starts_with("[[");
    if tables.is_empty() || !tables.iter().all(has_header) {
        return vec![lines(text, key..value.span().end)];
    }
    let block = |table: &Spanned<DeValue<'_>>| {
        let mut ends = Vec::new();
        add_ends(table, &mut ends);
        lines(text, table.span().start..ends.into_iter().max().unwrap_or(table.span().end))
    };
    tables.into_iter().map(block).collect()
}

/// The lines of a table: one block below its header, one for `key = { ... }`, or one for each dotted key.
fn section(text: &str, key: usize, value: &Spanned<DeValue<'_>>) -> Vec<Range<usize>> {
    let Some(table) = value.get_ref().as_table() else { return Vec::new() };
    let mut ends = Vec::new();
    add_ends(value, &mut ends);
    let end = ends.into_iter().max().unwrap_or(key);
    if text[lines(text, key..key)].trim_start().starts_with('[') || text[value.span()].starts_with('{') {
        return vec![lines(text, key..end)];
    }
    table.iter().map(|(key, value)| lines(text, key.span().start..value.span().end)).collect()
}

/// Where this value and all values in it end. The span of a table is that of its header.
fn add_ends(value: &Spanned<DeValue<'_>>, ends: &mut Vec<usize>) {
    ends.push(value.span().end);
    match value.get_ref() {
        DeValue::Array(array) => array.iter().for_each(|value| add_ends(value, ends)),
        DeValue::Table(table) => table.values().for_each(|value| add_ends(value, ends)),
        _ => {}
    }
}

/// `range`, widened to whole lines with their ends.
fn lines(text: &str, range: Range<usize>) -> Range<usize> {
    let start = text[..range.start].rfind('\n').map_or(0, |at| at + 1);
    let end = text[range.end..].find('\n').map_or(text.len(), |at| range.end + at + 1);
    start..end
}

/// The first of the comments and empty lines that end at `start`, none of which begins before `floor`.
fn above(text: &str, mut start: usize, floor: usize) -> usize {
    while start > floor {
        let line = text[..start - 1].rfind('\n').map_or(0, |at| at + 1);
        let words = text[line..start].trim();
        if line < floor || !(words.is_empty() || words.starts_with('#')) {
            break;
        }
        start = line;
    }
    start
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::data::Manifest;
    use sha2::{Digest, Sha256};

    /// The beginnings of the hashes that kept runs and committed notebooks were made with; manifests that nobody
    /// has run yet may still change.
    const SHIPPED: [(&str, &str); 10] = [
        ("chexpert", "b8bd409917af714e"),
        ("ddti", "8206525baf3ffd08"),
        ("ham10000-multiclass", "ea451f43f6a96611"),
        ("ham10000", "f99b88d477b0f865"),
        ("isic2019", "b27f281779e15ce9"),
        ("synthetic-chexpert", "ece882ec337fccd3"),
        ("synthetic", "18c37f2240da0c21"),
        ("thyroid-hf", "4538b8c7ed972f78"),
        ("thyroid", "ab827df67a2d75ca"),
        ("tn-scui", "7c7e395061f09d2d"),
    ];

    #[test]
    fn where_files_come_from_has_not_changed_what_shipped_data_are() {
        for (name, expected) in SHIPPED {
            let hashed = hashed_text(&Manifest::find(name).expect("shipped").text);
            let hash = Sha256::digest(hashed.as_bytes());
            let hash: String = hash.iter().take(8).map(|byte| format!("{byte:02x}")).collect();
            assert_eq!(hash, expected, "{name}:\n{hashed}");
        }
    }

    const BARE: &str = "name = \"a\"\ntext = \"\"\"\n[[files]]\naccess = \"x\"\n# b\"\"\"\n# kept\n\n\
        [rename]\naccess = \"y\"\nfiles = [\"z\"]\n";

    #[test]
    fn entries_go_with_their_comments_wherever_they_stand() {
        let entry = "[[files]]\npath = \"a.csv\"\n# of the copy\nsha256 = \"00\" # short\n";
        let last = format!("{BARE}\n# The files.\n\n{entry}\n  [[ files ]]\nbytes = 1");
        assert_eq!(hashed_text(&last), BARE);
        let (head, tail) = BARE.split_at(BARE.find("[rename]").expect("table"));
        // The empty line and the comment above belong to the entry there.
        let middle = hashed_text(&format!("{head}{entry}\n{tail}"));
        assert_eq!(middle, BARE.replace("# kept\n\n", "\n"));
        let inline = "access = 'open' # to all\n\"files\" = [\n  { path = \"a\" },\n  # more\n]\n";
        assert_eq!(hashed_text(&format!("{inline}{BARE}")), BARE);
        assert_eq!(hashed_text(&format!("files = []\r\n{BARE}")), BARE);
    }

    #[test]
    fn what_only_looks_like_such_a_key_stays() {
        assert_eq!(hashed_text(BARE), BARE);
        // The comment's line ends a string of another key.
        let text = format!("text = \"\"\"\n# a\n# b\"\"\"\n[[files]]\npath = \"a\"\n{}", "[rename]\n");
        assert_eq!(hashed_text(&text), "text = \"\"\"\n# a\n# b\"\"\"\n[rename]\n");
        assert_eq!(hashed_text("no toml ["), "no toml [");
    }
}
