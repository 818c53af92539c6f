//! The Pareto criterion on anybody's learning curve: a table of sizes, seeds, subgroups and values.

use std::collections::BTreeMap;
use std::io::Read;

use csv::StringRecord;
use serde::Serialize;

use super::AuditError;
use super::curve_points::{CurveAudit, CurveSummary, GROUPS, JudgedCurve, Most, two_groups};
use super::curve_rows::{SEED, SIZE, SUBGROUP, seed_number, size_fault, without_group};
use super::fault::{Fault, Wanted};
use super::fields::text;
use super::finder::{Asked, Finder};
use super::names::Names;
use super::number::{Numbers, whole};
use super::source::Source;
use super::table::{MOST_NAMES, alike};
use super::vocabulary::{NO_GROUP, Vocabulary};
use crate::rng::Streams;
use crate::stats::normal::student_factor;
use crate::stats::pareto::{Criterion, LearningCurve};
use crate::stats::{Estimate, StatsError};

/// Which column holds what. What is `None` is looked for under its usual name among the columns that have
/// no other role, but for the method; `none` means that no column has the role.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize)]
pub struct CurveColumns {
    /// Size of the dominant training set.
    pub size: Option<String>,
    /// Seed of training.
    pub seed: Option<String>,
    /// Subgroup that was tested.
    pub group: Option<String>,
    /// Its performance: more is better.
    pub value: Option<String>,
    /// Method, where the table has several.
    pub method: Option<String>,
    /// Tell no role from a name.
    pub no_guess: bool,
}

const VALUE: &[&str] = &["auc"];

/// Complete curves: a value for every method, subgroup, size and seed.
#[derive(Clone, Debug, PartialEq)]
pub struct CurveTable {
    /// The file, for messages.
    pub file: String,
    /// The column of the values.
    pub measure: String,
    /// Sizes, ascending.
    pub sizes: Vec<usize>,
    /// Seeds, ascending by name.
    pub seeds: Vec<String>,
    /// Both subgroups, the dominant one first.
    pub groups: [String; 2],
    /// Method, and `[subgroup][size][seed]`.
    pub values: Vec<(String, [Vec<Vec<f64>>; 2])>,
    /// What a reader must know about how the table was read.
    pub notes: Vec<String>,
}

/// Method, group, size and seed, with the value and its row.
type Entries = BTreeMap<(String, String, usize, String), (f64, u64)>;

/// What was read.
struct Curves {
    entries: Entries,
    /// The column of the values.
    measure: String,
    /// For the end of a message: whether the column of the subgroup was told from its name.
    told: String,
    notes: Vec<String>,
}

impl CurveTable {
    /// Read UTF-8 with a header, plain or compressed by gzip, its fields separated by commas, semicolons or
    /// tabs; `file` is its name in messages.
    ///
    /// # Errors
    /// [`AuditError`]: a column that is not there, a field that is no number, a point that is there
    /// twice or not at all, more or fewer than two subgroups, no subgroup `dominant`.
    pub fn parse(
        file: &str,
        bytes: impl Read,
        columns: &CurveColumns,
        words: &Vocabulary,
        dominant: &str,
    ) -> Result<Self, AuditError> {
        let Curves { entries, measure, told, notes } = read(file, bytes, columns, words)?;
        let fault = |message: String| AuditError::Whole { file: file.to_owned(), message };
        let distinct = |of: fn(&(String, String, usize, String)) -> String| {
            let mut names: Vec<String> = entries.keys().map(of).collect();
            names.sort_unstable();
            names.dedup();
            names
        };
        let (methods, groups, seeds) =
            (distinct(|key| key.0.clone()), distinct(|key| key.1.clone()), distinct(|key| key.3.clone()));
        let mut sizes: Vec<usize> = entries.keys().map(|key| key.2).collect();
        sizes.sort_unstable();
        sizes.dedup();
        if !groups.iter().any(|group| group == dominant) {
            return Err(AuditError::Unknown {
                what: "group",
                found: dominant.to_owned(),
                present: groups,
                told,
            });
        }
        let groups = two_groups(&groups, dominant).map_err(|message| fault(message + &told))?;
        let curve = |method: &String, group: &String| -> Result<Vec<Vec<f64>>, AuditError> {
            let at = |size: usize, seed: &String| {
                let key = (method.clone(), group.clone(), size, seed.clone());
                entries.get(&key).map(|entry| entry.0).ok_or_else(|| {
                    fault(format!(
                        "{method} has no value for {group}, size {size}, seed {seed}: curves must be complete"
                    ))
                })
            };
            sizes.iter().map(|&size| seeds.iter().map(|seed| at(size, seed)).collect()).collect()
        };
        let both =
            |method: &String| Ok((method.clone(), [curve(method, &groups[0])?, curve(method, &groups[1])?]));
        let values = methods.iter().map(both).collect::<Result<_, AuditError>>()?;
        Ok(Self { file: file.to_owned(), measure, sizes, seeds, groups, values, notes })
    }

    /// The Pareto criterion for every method. Without predictions only seeds vary: what the test
    /// set adds is unknown, and statements hold for this test set.
    ///
    /// # Errors
    /// [`AuditError::Stats`].
    pub fn judge(
        &self,
        criterion: &Criterion,
        replicates: usize,
        seed: u64,
    ) -> Result<CurveAudit, AuditError> {
        // No AUC lies outside 0 to 1, whatever Student's distribution says.
        let bounded = self.measure.eq_ignore_ascii_case("auc");
        let judged = self.values.iter().map(|(method, [dominant, less])| {
            let streams = Streams::new(seed).below("pareto").below(method);
            let curve = |table: &[Vec<f64>], name: &str| {
                LearningCurve::of_table(&self.sizes, table, replicates, &streams.below(name))
            };
            let judgement = criterion.judge(&curve(dominant, "dominant")?, &curve(less, "less")?)?;
            let level = 1.0 - criterion.alpha;
            let points = |table: &[Vec<f64>]| -> Result<Vec<Estimate>, StatsError> {
                table.iter().map(|row| over_seeds(row, level, bounded)).collect()
            };
            Ok(JudgedCurve { method: method.clone(), points: [points(dominant)?, points(less)?], judgement })
        });
        let summary = CurveSummary {
            file: self.file.clone(),
            measure: self.measure.clone(),
            from_predictions: false,
            sizes: self.sizes.clone(),
            seeds: self.seeds.clone(),
            groups: self.groups.clone(),
            tolerance: criterion.tolerance,
            alpha: criterion.alpha,
            notes: self.notes.clone(),
        };
        Ok(CurveAudit { summary, methods: judged.collect::<Result<_, AuditError>>()? })
    }
}

/// Mean over seeds with Student's interval; of a measure that is `bounded`, the part of it from 0 to 1.
fn over_seeds(values: &[f64], level: f64, bounded: bool) -> Result<Estimate, StatsError> {
    let count = values.len() as f64;
    let mean = values.iter().sum::<f64>() / count;
    let method = format!("mean of {count} seeds, Student, {:.0} %", 100.0 * level);
    let mut found = Estimate::bare(mean, method, values.len());
    if values.len() < 2 {
        found.reason = Some("one seed: no interval".to_owned());
        return Ok(found);
    }
    let squares: f64 = values.iter().map(|value| (value - mean).powi(2)).sum();
    let se = (squares / (count - 1.0) / count).sqrt();
    let half = student_factor(level, count - 1.0)? * se;
    let within = |limit: f64| if bounded { limit.clamp(0.0_f64.min(mean), 1.0_f64.max(mean)) } else { limit };
    (found.low, found.high, found.se) = (Some(within(mean - half)), Some(within(mean + half)), Some(se));
    Ok(found)
}

fn read(
    file: &str,
    bytes: impl Read,
    columns: &CurveColumns,
    words: &Vocabulary,
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
    let told = [group, size, seed, method.unwrap_or_default()].map(|place| guesses.of_place(place));
    let column = |place: usize| header[place].as_str();
    let most = [("subgroups", group, GROUPS), ("sizes", size, MOST_NAMES), ("seeds", seed, MOST_NAMES)];
    let most = most.into_iter().chain([("methods", method.unwrap_or_default(), MOST_NAMES)]);
    let most: Vec<Most<'_>> = most
        .zip(&told)
        .map(|((what, place, most), told)| Most { what, column: column(place), most, told })
        .collect();
    let mut names: [Names; 4] = std::array::from_fn(|_| Names::default());
    let (mut entries, mut numbers, mut left_out) = (Entries::new(), Numbers::new(source.separator), 0);
    let mut record = StringRecord::new();
    while let Some(line) = source.next(&mut record)? {
        let text = |place: usize| text(&record, place);
        let name = |place: usize| match text(place) {
            "" => Err(Fault {
                place,
                wanted: Wanted::Name,
                found: String::new(),
                expected: "a name".to_owned(),
            }),
            name => Ok(name),
        };
        let own = match text(group) {
            name if !words.says_nothing(name) => name,
            _ if words.keep_missing_groups => NO_GROUP,
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
                Fault { place: value, wanted: Wanted::Score, found: text(value).to_owned(), expected }
            })?;
            Ok::<_, Fault>((seed, method, size, number))
        };
        let (seed, method, size, number) = match fields() {
            Ok(found) => found,
            Err(fault) => {
                let mut is = |found: &str| match fault.wanted {
                    Wanted::Size => whole(found).is_none(),
                    Wanted::Score => numbers.read(found).is_err(),
                    _ => found.is_empty(),
                };
                let alike = alike(&mut source, &fault, |_| true, &mut is);
                let told = guesses.of_place(fault.place);
                return Err(fault.error(file, line, &header, &alike, &told));
            }
        };
        let seed_at = seed_number(&mut names[2], seed);
        let seed = names[2].name(seed_at).to_owned();
        for (at, name) in [(0, own), (1, size.to_string().as_str()), (3, method)] {
            names[at].number(name);
        }
        most.iter().zip(&names).try_for_each(|(most, names)| most.check(file, line, names))?;
        let key = (method.to_owned(), own.to_owned(), size, seed);
        if let Some((_, first)) = entries.get(&key) {
            let message = format!("repeats the point of row {first}");
            return Err(AuditError::Table { file: file.to_owned(), row: line, message });
        }
        entries.insert(key, (number, line));
    }
    if entries.is_empty() {
        return Err(whole_table("there is a header and no row with a subgroup".to_owned()));
    }
    let mut notes = Vec::new();
    if !guesses.words().is_empty() {
        notes.push(format!("columns told from their names: {}", guesses.words()));
    }
    notes.extend(without_group(left_out, column(group)));
    if numbers.has_commas() {
        notes.push("numbers have decimal commas".to_owned());
    }
    Ok(Curves { entries, measure: header[value].clone(), told: guesses.of_place(group), notes })
}
