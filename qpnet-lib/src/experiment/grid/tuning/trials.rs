//! The cells of tuning, and the grid that it leads to.

use std::collections::{BTreeMap, HashSet};

use super::choice::Choices;
use super::draws::draws;
use crate::experiment::grid::error::GridError;
use crate::experiment::grid::expand::{Grid, Point, levels};
use crate::experiment::grid::path::changed;
use crate::experiment::grid::plan::{Plan, TuningEntry, line_of};
use crate::experiment::grid::words::listed;
use crate::experiment::{MethodKind, MethodSpec};

/// Tuning as a plan asks for it.
#[derive(Clone, Debug)]
pub struct Tuning {
    /// Its cells: the points of the plan with Mixed and every draw of every tuned method.
    pub grid: Grid,
    /// What is tuned.
    pub methods: Vec<Tuned>,
    /// How much validation AUC the dominant subgroup may lose.
    pub allowed_loss: f64,
    /// The seed of the draws.
    pub seed: u64,
    /// What was chosen, as far as it is known.
    pub choices: Choices,
}

/// A method that is tuned.
#[derive(Clone, Debug, PartialEq)]
pub struct Tuned {
    /// Its number in the plan.
    pub method: usize,
    /// The settings that are drawn.
    pub paths: Vec<String>,
    /// The values of every draw.
    pub values: Vec<Vec<f64>>,
    /// The number of its first draw among the methods of the tuning grid.
    pub first: usize,
}

impl Tuned {
    /// The settings of a draw: `gammas.d = 0.1, gammas.mmd = 2.5`.
    pub fn words(&self, draw: usize) -> String {
        let settings = self.paths.iter().zip(&self.values[draw]);
        settings.map(|(path, value)| format!("{path} = {value}")).collect::<Vec<_>>().join(", ")
    }

    /// A method with the settings of a draw.
    fn with(&self, draw: usize, spec: &MethodSpec) -> Result<MethodSpec, String> {
        let values: Vec<toml::Value> =
            self.values[draw].iter().map(|value| toml::Value::Float(*value)).collect();
        let changes: Vec<(&str, &toml::Value)> = self.paths.iter().map(String::as_str).zip(&values).collect();
        let method: MethodKind = changed(&spec.method, &changes).map_err(|(_, message)| message)?;
        method.objective().map_err(|error| error.to_string())?;
        Ok(MethodSpec { method, ..spec.clone() })
    }
}

impl Tuning {
    /// That of the text of a plan, whose grid is `grid`; `None` where it tunes nothing.
    ///
    /// # Errors
    /// [`GridError::Plan`] with the line of what cannot be.
    pub fn parse(grid: &Grid, text: &str) -> Result<Option<Self>, GridError> {
        let plan = Plan::parse(&grid.file, text)?;
        let Some(entry) = &plan.tuning else { return Ok(None) };
        let found = set_twice(&plan, entry).map_or_else(|| Self::of(entry, grid), Err);
        found.map(Some).map_err(|(at, message)| GridError::Plan {
            file: grid.file.clone(),
            line: line_of(text, at),
            message,
        })
    }

    /// What cannot be is said with its place in the plan.
    fn of(entry: &TuningEntry, grid: &Grid) -> Result<Self, (usize, String)> {
        let seeds = &entry.seeds.get_ref().0;
        let at = entry.seeds.span().start;
        if let Some(twice) = entry.seeds.get_ref().twice() {
            return Err((at, twice));
        }
        if let Some(seed) = seeds.iter().find(|seed| grid.seeds.contains(seed)) {
            return Err((
                at,
                format!("seed {seed} is one of the plan's: tuning takes seeds that are not used again"),
            ));
        }
        let draws_at = entry.draws.span().start;
        if *entry.draws.get_ref() == 0 {
            return Err((draws_at, "draws must be at least 1, got 0".to_owned()));
        }
        if !(entry.allowed_loss >= 0.0 && entry.allowed_loss <= 1.0) {
            return Err((
                draws_at,
                format!("allowed_loss must be between 0 and 1, got {}", entry.allowed_loss),
            ));
        }
        let own = &grid.points[0].methods;
        let mut methods: Vec<Tuned> = Vec::new();
        for (key, ranges) in &entry.ranges {
            let at = ranges.values().next().map_or(draws_at, |range| range.span().start);
            let Some(method) = own.iter().position(|spec| spec.key == *key) else {
                let known: Vec<&str> = own.iter().map(|spec| spec.key.as_str()).collect();
                return Err((at, format!("no method is called {key:?}; there are {}", known.join(", "))));
            };
            if ranges.is_empty() || !own[method].method.is_transfer() {
                return Err((
                    at,
                    format!("{key}: tuning needs a transfer and a range of at least one setting"),
                ));
            }
            for range in ranges.values() {
                let [from, to] = *range.get_ref();
                if !(from > 0.0 && to >= from && to.is_finite()) {
                    let message =
                        format!("a range is two numbers above 0, the smaller first, got [{from}, {to}]");
                    return Err((range.span().start, message));
                }
            }
            let first = 1 + methods.iter().map(|tuned| tuned.values.len()).sum::<usize>();
            let limits: Vec<[f64; 2]> = ranges.values().map(|range| *range.get_ref()).collect();
            let values = draws(entry.seed, key, &limits, *entry.draws.get_ref());
            let tuned = Tuned { method, paths: ranges.keys().cloned().collect(), values, first };
            let usual = grid.points.iter().map(|point| &point.methods[method]);
            for (draw, spec) in
                (0..tuned.values.len()).flat_map(|draw| usual.clone().map(move |spec| (draw, spec)))
            {
                tuned.with(draw, spec).map_err(|message| (at, format!("{key}: {message}")))?;
            }
            methods.push(tuned);
        }
        if methods.is_empty() {
            return Err((draws_at, "tuning needs [tuning.ranges.KEY] of at least one method".to_owned()));
        }
        let point = |point: &Point| {
            let mut all = vec![MethodSpec::mixed()];
            for tuned in &methods {
                let spec = &point.methods[tuned.method];
                all.extend((0..tuned.values.len()).filter_map(|draw| tuned.with(draw, spec).ok()));
            }
            Point { methods: all, ..point.clone() }
        };
        let points = grid.points.iter().map(point).collect();
        let trials = Grid {
            points,
            seeds: seeds.clone(),
            reference: MethodSpec::mixed().key,
            frontier: Vec::new(),
            waiting: HashSet::new(),
            trials: methods
                .iter()
                .flat_map(|tuned| (0..tuned.values.len()).map(move |draw| tuned.words(draw)))
                .collect(),
            ..grid.clone()
        };
        let (allowed_loss, seed) = (entry.allowed_loss, entry.seed);
        Ok(Self { grid: trials, methods, allowed_loss, seed, choices: BTreeMap::new() })
    }

    /// `grid` with what was chosen; rows of tuned methods at points where nothing is chosen yet wait.
    #[must_use]
    pub fn applied(&mut self, mut grid: Grid, choices: Choices) -> Grid {
        for (number, point) in grid.points.iter_mut().enumerate() {
            for tuned in &self.methods {
                let chosen = choices.get(&(number, tuned.method)).and_then(|choice| choice.chosen);
                match chosen.and_then(|draw| tuned.with(draw, &point.methods[tuned.method]).ok()) {
                    Some(spec) => point.methods[tuned.method] = spec,
                    None => {
                        grid.waiting.insert((number, tuned.method));
                    }
                }
            }
        }
        self.choices = choices;
        grid
    }
}

/// A setting that is tuned and set as well, with its place.
fn set_twice(plan: &Plan, entry: &TuningEntry) -> Option<(usize, String)> {
    let tuned = |path: &str| {
        let mut all = entry
            .ranges
            .iter()
            .flat_map(|(key, ranges)| ranges.keys().map(move |setting| format!("methods.{key}.{setting}")));
        all.any(|own| own == path)
    };
    let varied =
        plan.factors.iter().flat_map(|factor| levels(factor).into_iter().flat_map(|level| level.changes));
    let mut all = listed(&plan.set).chain(varied);
    let (path, _, at) = all.find(|(path, ..)| tuned(path))?;
    Some((at, format!("{path} is tuned: it cannot be set as well")))
}
