//! Each cue can be seen: a simple statistic of the image separates the finding, and points the
//! other way in the patients in whom the cue is reversed.

use rayon::prelude::*;

use super::cue::Cue;
use super::findings::FINDINGS;
use super::patient::Patient;
use super::render::{Scene, render};
use crate::data::rule::generator::Attribute;
use crate::data::rule::role::{DOMINANT, LESS_PREVALENT};
use crate::metrics::auc;
use crate::rng::Streams;

const SIDE: usize = 64;

/// A picture with coordinates.
struct Picture(Vec<f32>);

impl Picture {
    /// Mean of `value` over the pixels where `inside(u, v)`.
    fn mean(&self, inside: impl Fn(f64, f64) -> bool, value: impl Fn(usize, f64) -> f64) -> f64 {
        let (mut sum, mut count) = (0.0, 0.0);
        for (at, pixel) in self.0.iter().enumerate() {
            if inside(position(at % SIDE), position(at / SIDE)) {
                sum += value(at, f64::from(*pixel));
                count += 1.0;
            }
        }
        sum / count
    }

    fn brightness(&self, inside: impl Fn(f64, f64) -> bool) -> f64 {
        self.mean(inside, |_, pixel| pixel)
    }

    /// Mean of a small disc.
    fn spot(&self, x: f64, y: f64, radius: f64) -> f64 {
        let index = |at: f64| (((at + 1.0) / 2.0 * SIDE as f64) as usize).min(SIDE - 1);
        let (mut sum, mut count) = (0.0, 0.0);
        for row in index(y - radius)..=index(y + radius) {
            for column in index(x - radius)..=index(x + radius) {
                if (position(column) - x).hypot(position(row) - y) < radius {
                    sum += f64::from(self.0[row * SIDE + column]);
                    count += 1.0;
                }
            }
        }
        sum / f64::max(count, 1.0)
    }

    /// The centre of what is dark, away from the edges.
    fn centre(&self) -> [f64; 2] {
        let inside = |u: f64, v: f64| u.abs() < 0.8 && v.abs() < 0.65;
        let level = self.brightness(inside);
        let dark = |pixel: f64| (level - pixel).max(0.0);
        let weight = self.mean(inside, |_, pixel| dark(pixel));
        let axis =
            |of: fn(usize) -> usize| self.mean(inside, |at, pixel| dark(pixel) * position(of(at))) / weight;
        [axis(|at| at % SIDE), axis(|at| at / SIDE)]
    }

    /// How strongly rings around the nodule's centre vary five and eight times a turn, as its
    /// border does: the largest of several radii.
    fn jaggedness(&self) -> f64 {
        const STEPS: usize = 48;
        let [x, y] = self.centre();
        let angle = |step: usize| step as f64 * std::f64::consts::TAU / STEPS as f64;
        let power = |radius: f64| {
            let ring: Vec<f64> = (0..STEPS)
                .map(|step| self.spot(x + radius * angle(step).cos(), y + radius * angle(step).sin(), 0.06))
                .collect();
            let wave = |order: f64| {
                let part = |of: fn(f64) -> f64| -> f64 {
                    ring.iter().enumerate().map(|(step, value)| value * of(order * angle(step))).sum()
                };
                part(f64::cos).powi(2) + part(f64::sin).powi(2)
            };
            wave(5.0) + wave(8.0)
        };
        (5..14).map(|k| power(0.05 * f64::from(k))).fold(0.0, f64::max)
    }

    /// Larger where the cue is stronger.
    fn statistic(&self, cue: Cue) -> f64 {
        let edge = |u: f64, v: f64| u.hypot(v) > 0.85;
        match cue {
            Cue::Size => {
                let [x, y] = self.centre();
                let ring = |u: f64, v: f64| (0.38..0.55).contains(&(u - x).hypot(v - y));
                (self.brightness(edge) - self.brightness(ring))
                    / (self.brightness(edge) - self.spot(x, y, 0.25)).max(0.2)
            }
            Cue::Echogenicity => {
                let [x, y] = self.centre();
                (self.brightness(edge) + 2.0) / (self.spot(x, y, 0.25) + 2.0)
            }
            Cue::Satellites => {
                let spots = (0..60).map(|at| {
                    let (column, row) = (at % 6, at / 6);
                    let u = 0.6 + 0.05 * f64::from(column % 6);
                    let v = 0.25 + 0.065 * f64::from(row);
                    self.spot(u, v, 0.1).max(self.spot(-u, v, 0.1))
                });
                spots.fold(f64::MIN, f64::max) - self.brightness(|_, v| v > 0.25)
            }
            Cue::Coarseness => {
                let [x, y] = self.centre();
                let inside = |u: f64, v: f64| (u - x).hypot(v - y) < 0.28;
                let level = self.brightness(inside);
                // Neighbours at this distance agree where the speckle is coarse.
                let lag = |at: usize| f64::from(self.0[at + 3]) + f64::from(self.0[at + 3 * SIDE]);
                let both = |at: usize, pixel: f64| (pixel - level) * (lag(at) - 2.0 * level);
                self.mean(inside, both) / self.mean(inside, |_, pixel| (pixel - level).powi(2))
            }
            Cue::Spiculation => self.jaggedness(),
            Cue::Height => -self.centre()[1],
            Cue::Side => self.centre()[0],
            Cue::Attenuation => {
                let beside = |v: f64, low: f64, high: f64| (low..high).contains(&v);
                let top = self.brightness(|u, v| u.abs() > 0.75 && beside(v, -0.6, -0.2));
                let bottom = self.brightness(|u, v| u.abs() > 0.9 && beside(v, 0.3, 1.0));
                (top + 2.0) / (bottom + 2.0)
            }
            Cue::Line => {
                let rows = (0..SIDE).map(position).filter(|v| *v < -0.6);
                let row = |at: f64| self.brightness(|_, v| (v - at).abs() < 0.04);
                let bright = rows.map(row).fold(f64::MIN, f64::max);
                bright - self.brightness(|_, v| (-0.6..-0.4).contains(&v))
            }
        }
    }
}

fn position(i: usize) -> f64 {
    (i as f64 + 0.5) / SIDE as f64 * 2.0 - 1.0
}

/// AUC of each cue's statistic for its finding, in 1,200 patients of one subgroup.
fn areas(attribute: Attribute, subgroup: usize) -> Vec<(&'static str, Option<Attribute>, f64)> {
    let streams = Streams::new(8);
    let scene = Scene::default();
    let drawn: Vec<(Patient, Picture)> = (0..1200u64)
        .into_par_iter()
        .map(|at| {
            let patient = Patient::draw(attribute, subgroup, &mut streams.at("patient", at));
            let mut rng = streams.at("image", at);
            let pixels = render(&scene, patient.style(), &patient.cues, SIDE, &mut rng);
            (patient, Picture(pixels))
        })
        .collect();
    let visible = FINDINGS.iter().enumerate().filter_map(|(index, finding)| {
        let (cue, _) = finding.cue?;
        let scores: Vec<f64> = drawn.par_iter().map(|(_, picture)| picture.statistic(cue)).collect();
        let labels: Vec<bool> = drawn.iter().map(|(patient, _)| patient.truth[index]).collect();
        let area = auc(&labels, &scores).expect("finite scores").expect("both outcomes");
        Some((finding.name, finding.reversed_in, area))
    });
    visible.collect()
}

#[test]
fn every_cue_is_visible_and_reversed_where_it_should_be() {
    for attribute in [Attribute::Age, Attribute::Race] {
        for subgroup in [DOMINANT, LESS_PREVALENT] {
            for (name, reversed_in, area) in areas(attribute, subgroup) {
                if subgroup == LESS_PREVALENT && reversed_in == Some(attribute) {
                    assert!(area < 0.45, "{attribute:?} {subgroup} {name}: {area:.3}");
                } else {
                    assert!(area > 0.6, "{attribute:?} {subgroup} {name}: {area:.3}");
                }
            }
        }
    }
}
