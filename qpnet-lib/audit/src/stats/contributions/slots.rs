//! The same patients under many weights: those of a kernel that moves along an attribute.

use super::Contributions;
use super::side::{Moments, Side, Sum};

/// Sums of patients that are numbered from 0, by outcome.
pub(in crate::stats) struct Slots(Vec<[Sum; 2]>);

impl Slots {
    /// Of so many patients, without samples.
    pub fn new(patients: usize) -> Self {
        Self(vec![[Sum::default(); 2]; patients])
    }

    /// A sample of `patient` that counts `weight` and lies so far from the value of its outcome's mean.
    pub fn add(&mut self, patient: usize, outcome: usize, weight: f64, deviation: f64) {
        self.0[patient][outcome].add(weight, deviation);
    }

    /// The contributions to `value`, the sum of what each of `outcomes` contributes, and what each patient's is.
    pub fn read(&self, value: f64, outcomes: &[usize]) -> (Contributions, Vec<f64>) {
        let mut parts = vec![0.0; self.0.len()];
        let mut sides = Vec::with_capacity(outcomes.len());
        for &outcome in outcomes {
            let own: Vec<Sum> = self.0.iter().map(|sums| sums[outcome]).collect();
            let (side, scale) = Side::of(outcome == 1, &own);
            parts.iter_mut().zip(&own).for_each(|(part, sum)| *part += sum.moved(scale));
            sides.push(side);
        }
        let numbered: Vec<(usize, f64)> = parts.iter().copied().enumerate().collect();
        let moments = Moments::of(&numbered);
        (Contributions { value, parts: Vec::new(), moments, sides, identical: false }, parts)
    }
}
