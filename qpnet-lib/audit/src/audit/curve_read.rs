//! The rows of a learning curve.

use std::collections::BTreeMap;
use std::io::Read;

use csv::StringRecord;

use super::AuditError;
use super::curve_columns::CurveColumns;
use super::curve_fields::{SEED, SIZE, SUBGROUP, seed_number, size_fault, without_group};
use super::curve_points::{GROUPS, Most};
use super::curve_reading::{CurveReading, Rules};
use super::fault::{Fault, Wanted, alike};
use super::fields::{fault, text};
use super::finder::{Asked, Finder};
use super::names::Names;
use super::number::{Numbers, whole};
use super::row::MOST_NAMES;
use super::source::Source;
use super::vocabulary::NO_GROUP;

const VALUE: &[&str] = &["auc"];

/// Method, group, size and seed, with the value and its row.
pub(super) type Entries = BTreeMap<(String, String, usize, String), (f64, u64)>;

/// What was read.
pub(super) struct Curves {
    pub(super) entries: Entries,
    /// The column of the values.
    pub(super) measure: String,
    pub(super) dominant: String,
    /// For the end of a message: whether the column of the subgroup was told from its name.
    pub(super) told: String,
    pub(super) notes: Vec<String>,
}

/// Read the rows of a curve.
///
/// # Errors
/// As [`CurveTable::parse`](super::CurveTable::parse).
pub(super) fn read(
    file: &str,
    bytes: impl Read,
    columns: &CurveColumns,
    reading: &CurveReading,
) -> Result<Curves, AuditError> {
    let mut source = Source::open(file, bytes)?;
    let header = source.header.clone();
    let mut finder = Finder::new(file, &header, !columns.no_guess);
    let asked = [
        ("size", &columns.size, SIZE),
        ("seed", &columns.seed, SEED),
        ("group", &columns.group, SUBGROUP),
        ("value", &columns.value, VALUE),
        ("method", &columns.method, &[]),
    ];
    for (role, name, _) in asked {
        finder.named(role, name.as_deref())?;
    }
    let whole_table = |message: String| AuditError::Whole { file: file.to_owned(), message };
    if let Some(message) = finder.twice() {
        return Err(whole_table(message));
    }
    let mut needed = |at: usize| {
        let (role, name, usual) = asked[at];
        let asked = Asked::about(name.as_deref());
        let predictions = if role == "value" { ", or for predictions --score and --label" } else { "" };
        finder.usual(role, asked, usual).ok_or_else(|| match finder.missing(role, asked, usual) {
            AuditError::Column { file, role, hint, present } => {
                AuditError::Column { file, role, hint: hint + predictions, present }
            }
            other => other,
        })
    };
    let (size, seed, group, value) = (needed(0)?, needed(1)?, needed(2)?, needed(3)?);
    let method = finder.usual("method", Asked::Something, &[]);
    let guesses = finder.told;
    let tellings = [group, size, seed, method.unwrap_or_default()].map(|place| guesses.of_place(place));
    let column = |place: usize| header[place].as_str();
    let most = [("subgroups", group, GROUPS), ("sizes", size, MOST_NAMES), ("seeds", seed, MOST_NAMES)];
    let most = most.into_iter().chain([("methods", method.unwrap_or_default(), MOST_NAMES)]);
    let most: Vec<Most<'_>> = most
        .zip(&tellings)
        .map(|((what, place, most), told)| Most { what, column: column(place), most, told })
        .collect();
    let mut names: [Names; 4] = std::array::from_fn(|_| Names::default());
    let (mut entries, mut numbers, mut left_out) = (Entries::new(), Numbers::new(source.separator), 0);
    let taken = [size, seed, group, value].into_iter().chain(method).collect();
    let mut rules = Rules::new(file, &header, reading, taken, !columns.no_guess)?;
    let (mut record, mut repeated) = (StringRecord::new(), None);
    while let Some(line) = source.next(&mut record)? {
        if !rules.keep(&record) {
            continue;
        }
        let text = |place: usize| text(&record, place);
        let name = |place: usize| match text(place) {
            "" => Err(fault(place, Wanted::Name, "", "a name".to_owned())),
            name => Ok(name),
        };
        let own = match text(group) {
            name if !reading.words.says_nothing(name) => name,
            _ if reading.words.keep_missing_groups => NO_GROUP,
            _ => {
                left_out += 1;
                continue;
            }
        };
        let mut fields = || {
            let seed = name(seed)?;
            let method = method.map_or(Ok("the model"), name)?;
            let size = whole(text(size)).ok_or_else(|| size_fault(size, text(size)))?;
            let number = numbers.read(text(value)).map_err(|why| {
                let expected = format!("a finite number{why}; curves must be complete");
                fault(value, Wanted::Score, text(value), expected)
            })?;
            Ok::<_, Box<Fault>>((seed, method, size, number))
        };
        let (seed, method, size, number) = match fields() {
            Ok(found) => found,
            Err(fault) => {
                let mut is = |found: &str| match fault.wanted {
                    Wanted::Size => whole(found).is_none(),
                    Wanted::Score => numbers.read(found).is_err(),
                    _ => found.is_empty(),
                };
                let kept = |record: &StringRecord| rules.keep(record);
                let alike = alike(&mut source, &fault, kept, &mut is);
                let told = guesses.of_place(fault.place);
                return Err(fault.error(file, line, &header, &alike, &told));
            }
        };
        let seed_at = seed_number(&mut names[2], seed);
        let seed = names[2].name(seed_at).to_owned();
        rules.meet(&record, names[0].number(own));
        for (at, name) in [(1, size.to_string().as_str()), (3, method)] {
            names[at].number(name);
        }
        most.iter().zip(&names).try_for_each(|(most, names)| most.check(file, line, names))?;
        let key = (method.to_owned(), own.to_owned(), size, seed);
        match entries.get(&key) {
            None => {
                entries.insert(key, (number, line));
            }
            // Told at the end: the rows may be of several parts, and then that is what is wrong.
            Some((_, first)) => {
                let message = format!("repeats the point of row {first}");
                repeated.get_or_insert(AuditError::Table { file: file.to_owned(), row: line, message });
            }
        }
    }
    rules.judged(&names[0])?;
    if let Some(error) = repeated {
        return Err(error);
    }
    let told = guesses.of_place(group);
    let dominant = rules.dominant(&names[0], &told)?;
    let mut notes = Vec::new();
    if !guesses.words().is_empty() {
        notes.push(format!("columns told from their names: {}", guesses.words()));
    }
    notes.extend(rules.note(&dominant));
    notes.extend(without_group(left_out, column(group)));
    if numbers.has_commas() {
        notes.push("numbers have decimal commas".to_owned());
    }
    Ok(Curves { entries, measure: header[value].clone(), dominant, told, notes })
}
