//! `places.csv`: where every training stands, and the gains that follow.

use std::path::Path;

use super::error::TableError;
use super::place::{GridPlace, Reader};
use crate::experiment::grid::columns::PLACES;
use crate::stats::StatsError;
use crate::stats::frontier::{Gain, Place, gains};

/// Where the trainings of a grid stand in the plane of both AUCs.
#[derive(Clone, Debug)]
pub struct Places {
    /// The points.
    pub points: Vec<GridPlace>,
    /// Methods on the frontier, then the others.
    pub methods: Vec<String>,
    /// How many are on the frontier.
    pub frontier: usize,
    /// Seeds in ascending order.
    pub seeds: Vec<u64>,
    /// By point, seed and method.
    places: Vec<Vec<Vec<Option<Place>>>>,
}

/// The gain of a method at a point.
#[derive(Clone, Debug)]
pub struct PlacedGain {
    /// Number of the point.
    pub point: usize,
    /// The method.
    pub method: String,
    /// Its gain over the frontier.
    pub gain: Gain,
}

impl Places {
    /// Read the table.
    ///
    /// # Errors
    /// [`TableError`].
    pub fn read(file: &Path) -> Result<Self, TableError> {
        let (reader, mut rows) = Reader::open(file, &PLACES)?;
        let mut found = Vec::new();
        for record in rows.records() {
            let line = reader.line(record)?;
            let place = Place { dominant: line.typed("dominant")?, less: line.typed("less")? };
            let on: bool = line.typed("frontier")?;
            found.push((
                line.place()?,
                line.text("method").to_owned(),
                on,
                line.typed::<u64>("seed")?,
                place,
            ));
        }
        let (mut points, mut methods): (Vec<GridPlace>, [Vec<String>; 2]) = Default::default();
        let mut seeds: Vec<u64> = found.iter().map(|row| row.3).collect();
        seeds.sort_unstable();
        seeds.dedup();
        for (point, method, on, ..) in &found {
            if !points.contains(point) {
                points.push(point.clone());
            }
            let (own, other) = if *on { (0, 1) } else { (1, 0) };
            if methods[other].contains(method) {
                return Err(
                    reader.rows(format!("{method} is on the frontier in some rows and not in others"))
                );
            }
            if !methods[own].contains(method) {
                methods[own].push(method.clone());
            }
        }
        let frontier = methods[0].len();
        let methods = methods.concat();
        let mut places = vec![vec![vec![None; methods.len()]; seeds.len()]; points.len()];
        for (point, method, _, seed, place) in found {
            let at = |wanted: Option<usize>| wanted.unwrap_or_default(); // all were just listed
            let p = at(points.iter().position(|own| *own == point));
            let s = at(seeds.iter().position(|own| *own == seed));
            let m = at(methods.iter().position(|own| *own == method));
            if places[p][s][m].replace(place).is_some() {
                return Err(reader.rows(format!("{method} of seed {seed} stands there twice at one point")));
            }
        }
        Ok(Self { points, methods, frontier, seeds, places })
    }

    /// Where all methods stand on average over the seeds in which all of them were trained, in their order, and how many
    /// seeds these are; nothing without one.
    pub fn means(&self, point: usize) -> Option<(Vec<Place>, usize)> {
        let whole: Vec<Vec<Place>> =
            self.places[point].iter().filter_map(|seed| seed.iter().copied().collect()).collect();
        let mean = |method: usize| Place::mean(whole.iter().map(|seed| seed[method]));
        (!whole.is_empty()).then(|| ((0..self.methods.len()).map(mean).collect(), whole.len()))
    }

    /// The seeds, by number, in which every method of every point was trained.
    pub fn complete(&self) -> Vec<usize> {
        let has = |s: &usize| self.places.iter().all(|point| point[*s].iter().all(Option::is_some));
        (0..self.seeds.len()).filter(has).collect()
    }

    /// The gains of all methods at all points over the seeds of `only` that have them; seeds have test samples of
    /// their own.
    ///
    /// # Errors
    /// As [`gains`].
    pub fn gains(&self, only: &[usize], level: f64) -> Result<Vec<PlacedGain>, StatsError> {
        let (on, count) = (self.frontier, self.methods.len());
        let mut all = Vec::new();
        for (point, places) in self.places.iter().enumerate() {
            let whole = |method: usize| {
                let has = |seed: &usize| (0..on).chain([method]).all(|which| places[*seed][which].is_some());
                only.iter().copied().filter(has).collect()
            };
            let seeds: Vec<Vec<usize>> = (on..count).map(whole).collect();
            let found = gains(None, level, on, &seeds, |seed, which, _| places[seed][which])?;
            let named = found.into_iter().zip(&self.methods[on..]);
            all.extend(named.map(|(gain, method)| PlacedGain { point, method: method.clone(), gain }));
        }
        Ok(all)
    }
}
