//! A method beside the frontier: places are means over seeds, and what each seed contributes is told by leaving it out.

use super::curve::{Frontier, Place};

/// A method beside the frontier, on some samples.
pub(super) struct Seen {
    pub(super) value: f64,
    /// What each seed contributes.
    pub(super) by_seed: Vec<f64>,
    pub(super) outside: f64,
    pub(super) mean_outside: bool,
    pub(super) dominated_by: Option<usize>,
    pub(super) identical: bool,
}

impl Seen {
    /// `None` where a place is undefined, or there is no seed.
    pub(super) fn of(
        places: &[Vec<Option<Place>>],
        seeds: &[usize],
        frontier: usize,
        method: usize,
    ) -> Option<Self> {
        let row = |&seed: &usize| -> Option<Vec<Place>> {
            let mut row: Vec<Place> = places[seed][..frontier].iter().copied().collect::<Option<_>>()?;
            row.push(places[seed][frontier + method]?);
            Some(row)
        };
        let rows: Vec<Vec<Place>> = seeds.iter().map(row).collect::<Option<_>>()?;
        let apart = |row: &[Place]| Some((Frontier::new(&row[..frontier])?, row[frontier]));
        let mean = |without: Option<usize>| -> Option<Vec<Place>> {
            let kept = || rows.iter().enumerate().filter(|(s, _)| Some(*s) != without).map(|(_, row)| row);
            let count = kept().count();
            let sum = |k: usize| kept().fold(Place::default(), |sum, row| sum + row[k]);
            (count > 0).then(|| (0..=frontier).map(|k| sum(k) / count as f64).collect())
        };
        let gain = |row: &[Place]| apart(row).map(|(line, place)| line.gain(place));
        let all = mean(None)?;
        let (line, place) = apart(&all)?;
        let (value, count) = (line.gain(place), rows.len() as f64);
        let mut by_seed = vec![value];
        if rows.len() > 1 {
            let one = |s| Some(count * value - (count - 1.0) * gain(&mean(Some(s))?)?);
            by_seed = (0..rows.len()).map(one).collect::<Option<_>>()?;
        }
        let outside =
            |row: &Vec<Place>| apart(row).is_some_and(|(line, place)| !line.at(place.dominant).inside);
        Some(Self {
            value,
            by_seed,
            outside: rows.iter().filter(|row| outside(row)).count() as f64 / count,
            mean_outside: !line.at(place.dominant).inside,
            dominated_by: all[..frontier].iter().position(|point| point.dominates(place)),
            identical: rows.iter().all(|row| row[..frontier].contains(&row[frontier])),
        })
    }
}
