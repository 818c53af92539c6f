//! What the file of a grid may say. Unknown words are refused with their line.

use std::collections::BTreeMap;

use serde::Deserialize;
use toml::Spanned;

use super::columns::{FIXED, FRONTIER, TUNING};
use super::error::GridError;
use super::words::{Changes, DataSeed, MethodEntry, Seeds};
use crate::experiment::Profile;

/// The format that this program reads.
const FORMAT: u32 = 1;

/// A grid as its file has it.
#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct Plan {
    /// Version of the format.
    pub(super) format: Spanned<u32>,
    /// Where all settings come from that are not changed here.
    pub(super) profile: Profile,
    /// Data sets.
    pub(super) data: Vec<DataEntry>,
    /// What is trained.
    pub(super) methods: Vec<Spanned<MethodEntry>>,
    /// Seeds of training.
    pub(super) seeds: Spanned<Seeds>,
    /// Seed of the data, or that of the training.
    #[serde(default)]
    pub(super) data_seed: DataSeed,
    /// Folds of a cross-fitting by patient; none: one split.
    #[serde(default)]
    pub(super) folds: Option<Spanned<usize>>,
    /// Dominant training images, nested subsets; none: all.
    #[serde(default)]
    pub(super) sizes: Vec<Spanned<usize>>,
    /// Settings of every cell.
    #[serde(default)]
    pub(super) set: Changes,
    /// What is varied.
    #[serde(default)]
    pub(super) factors: Vec<Factor>,
    /// The method that others are compared with in tables.
    #[serde(default)]
    pub(super) reference: Option<Spanned<String>>,
    /// The methods that trace the re-weighting frontier.
    #[serde(default)]
    pub(super) frontier: Option<FrontierEntry>,
    /// How strengths of methods are chosen.
    #[serde(default)]
    pub(super) tuning: Option<TuningEntry>,
}

/// Equal tuning of methods.
#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct TuningEntry {
    /// Draws of each method.
    #[serde(default = "twelve")]
    pub(super) draws: Spanned<usize>,
    /// Seeds of training that are not used afterwards.
    pub(super) seeds: Spanned<Seeds>,
    /// The seed of the draws.
    #[serde(default = "one")]
    pub(super) seed: u64,
    /// How much validation AUC the dominant subgroup may lose.
    #[serde(default = "margin")]
    pub(super) allowed_loss: f64,
    /// By method and setting the limits between which it is drawn.
    pub(super) ranges: BTreeMap<String, BTreeMap<String, Spanned<[f64; 2]>>>,
}

fn twelve() -> Spanned<usize> {
    Spanned::new(0..0, 12)
}

fn one() -> u64 {
    1
}

fn margin() -> f64 {
    0.02
}

/// The re-weighting frontier.
#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct FrontierEntry {
    /// Keys of methods.
    pub(super) methods: Vec<Spanned<String>>,
}

/// A data set.
#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct DataEntry {
    /// A shipped manifest by name, or a path to a `.toml` file.
    pub(super) manifest: Spanned<String>,
    /// Schemes; none: the manifest's own.
    #[serde(default)]
    pub(super) schemes: Vec<Spanned<String>>,
    /// Leave out images that cannot be read.
    #[serde(default)]
    pub(super) skip_unreadable: bool,
}

/// Something that is varied: one path with its values, or levels that change several settings at once.
#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct Factor {
    /// The column of the table.
    pub(super) name: Spanned<String>,
    /// Which setting.
    pub(super) path: Option<Spanned<String>>,
    /// Its values.
    #[serde(default)]
    pub(super) values: Vec<Spanned<toml::Value>>,
    /// Named levels.
    #[serde(default)]
    pub(super) levels: Vec<Level>,
}

/// A level of a factor.
#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct Level {
    /// What stands in the table.
    pub(super) name: String,
    /// What it changes.
    pub(super) set: Changes,
}

impl Plan {
    /// The plan of a text; `file` is its name in messages.
    pub(super) fn parse(file: &str, text: &str) -> Result<Self, GridError> {
        let plan: Self = toml::from_str(text).map_err(|error| GridError::Plan {
            file: file.to_owned(),
            line: line_of(text, error.span().map_or(0, |span| span.start)),
            message: error.message().to_owned(),
        })?;
        let refuse = |at: usize, message: String| {
            Err(GridError::Plan { file: file.to_owned(), line: line_of(text, at), message })
        };
        if *plan.format.get_ref() != FORMAT {
            let message = format!("format must be {FORMAT}, got {}", plan.format.get_ref());
            return refuse(plan.format.span().start, message);
        }
        if let Some(twice) = plan.seeds.get_ref().twice() {
            return refuse(plan.seeds.span().start, twice);
        }
        for (what, none) in [("data", plan.data.is_empty()), ("methods", plan.methods.is_empty())] {
            if none {
                return refuse(0, format!("{what} is empty: a grid needs at least one"));
            }
        }
        for (i, factor) in plan.factors.iter().enumerate() {
            let name = factor.name.get_ref();
            let both = factor.path.is_some() != factor.values.is_empty() && factor.levels.is_empty();
            let levels = factor.path.is_none() && factor.values.is_empty() && !factor.levels.is_empty();
            if !(both || levels) {
                let message = format!("factor {name:?} must have either path and values, or levels");
                return refuse(factor.name.span().start, message);
            }
            let others = plan.factors[..i].iter().any(|other| other.name.get_ref() == name);
            let taken = plan.frontier.is_some() && FRONTIER.contains(&name.as_str())
                || plan.tuning.is_some() && TUNING.contains(&name.as_str());
            if others || taken || FIXED.contains(&name.as_str()) {
                let message = format!("a column {name:?} is there already: choose another name");
                return refuse(factor.name.span().start, message);
            }
        }
        Ok(plan)
    }
}

/// The 1-based line of the byte at `at`.
pub(super) fn line_of(text: &str, at: usize) -> usize {
    1 + text.as_bytes()[..at.min(text.len())].iter().filter(|byte| **byte == b'\n').count()
}

#[cfg(test)]
mod tests {
    use super::*;

    const PLAN: &str = "format = 1\nprofile = \"smoke\"\nseeds = [1, 2]\nmethods = [\"mixed\"]\n\n[[data]]\nmanifest = \"synthetic\"\n";

    fn refused(text: &str, line: usize, words: &str) {
        let message = Plan::parse("p.toml", text).expect_err(words).to_string();
        assert!(message.starts_with(&format!("p.toml:{line}: ")) && message.contains(words), "{message}");
    }

    #[test]
    fn what_nobody_understands_is_refused_with_its_line() {
        Plan::parse("p.toml", PLAN).expect("a plan");
        refused(&PLAN.replace("seeds", "sedes"), 3, "sedes");
        refused(&PLAN.replace("format = 1", "format = 2"), 1, "format must be 1, got 2");
        refused(&PLAN.replace("[1, 2]", "[1, 1]"), 3, "seed 1");
        refused(&PLAN.replace("[1, 2]", "\"many\""), 3, "seeds");
        refused(&PLAN.replace("[1, 2]", "{ from = 1, count = 9000000000000000000 }"), 3, "at most 1000000");
        refused(&PLAN.replace("\"mixed\"", "{ word = \"qpi\", sett = {} }"), 4, "sett");
        refused(&(PLAN.to_owned() + "scheme = \"moderate\"\n"), 8, "scheme");
        let factor = |rest: &str| format!("{PLAN}\n[[factors]]\nname = \"rate\"\n{rest}");
        refused(&factor("values = [1]\n"), 10, "either path and values, or levels");
        refused(&factor("path = \"a\"\n"), 10, "either");
        refused(&factor("path = \"a\"\nvalue = [1]\n"), 12, "value");
        refused(&factor("path = \"a\"\nvalues = [1]\n").replace("\"rate\"", "\"seed\""), 10, "\"seed\"");
    }
}
