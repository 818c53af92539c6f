//! Coverage of intervals and size of tests by seeded simulation: the designs, their truths, and what is
//! asked of each method. `tests/statistics/simulated.rs` runs them with few draws, the example `simulate` with
//! many.

mod along;
mod areas;
mod bootstraps;
mod calibration;
mod comparisons;
mod curves;
mod decisions;
mod few;
mod frontier;
mod handful;
mod power;
mod range;
mod rates;
mod sample;
mod standard;
mod trainings;
mod transferred;

use qpnet_audit::rng::{Rng, Streams};
use rayon::prelude::*;

/// What the rate of a method must be, in percent.
#[derive(Clone, Copy)]
pub enum Want {
    /// A nominal 95 % interval: 93 to 97.
    Covers,
    /// A test at 5 %: 4 to 6.
    Rejects,
    /// Known to be elsewhere, between these; the documentation of the method says why.
    Known(f64, f64),
    /// For comparison; nothing is asked.
    Shown,
}

impl Want {
    pub fn bounds(self) -> (f64, f64) {
        match self {
            Self::Covers => (93.0, 97.0),
            Self::Rejects => (4.0, 6.0),
            Self::Known(low, high) => (low, high),
            Self::Shown => (0.0, 100.0),
        }
    }

    /// The bounds, widened by two standard errors of `count` draws at each: a rate at the bound fails
    /// once in forty, one in the middle never, and one as far outside again is found out.
    pub fn holds(self, percent: f64, count: u64) -> bool {
        let (low, high) = self.bounds();
        let se = |at: f64| (at * (100.0 - at) / count as f64).sqrt();
        (low - 2.0 * se(low)..=high + 2.0 * se(high)).contains(&percent)
    }
}

/// Number and generator of a draw; the answers of the methods.
type Draw = dyn Fn(u64, &mut Rng) -> Vec<f64> + Sync + Send;

/// One design, on whose draws several methods answer.
pub struct Design {
    pub topic: &'static str,
    name: String,
    /// Draws of the short and of the long version.
    draws: (u64, u64),
    /// Methods with what is asked of them.
    methods: Vec<(String, Want)>,
    /// For each method 1 if its interval holds the truth or its test rejects (or a share in between).
    draw: Box<Draw>,
}

/// A rate that was found.
pub struct Found {
    pub design: String,
    pub method: String,
    pub want: Want,
    pub percent: f64,
    pub count: u64,
}

impl Found {
    pub fn holds(&self) -> bool {
        self.want.holds(self.percent, self.count)
    }
}

impl Design {
    pub fn new(
        topic: &'static str,
        name: impl Into<String>,
        draws: (u64, u64),
        methods: Vec<(impl Into<String>, Want)>,
        draw: impl Fn(u64, &mut Rng) -> Vec<f64> + Sync + Send + 'static,
    ) -> Self {
        let methods = methods.into_iter().map(|(name, want)| (name.into(), want)).collect();
        Self { topic, name: name.into(), draws, methods, draw: Box::new(draw) }
    }

    /// The rates of the short version (none of a design that it leaves out), or of a share of the long one.
    pub fn run(&self, share: Option<f64>) -> Vec<Found> {
        let count = share.map_or(self.draws.0, |share| (self.draws.1 as f64 * share).max(2.0) as u64);
        if count == 0 {
            return Vec::new();
        }
        let streams = Streams::new(41);
        let one = |s: u64| (self.draw)(s, &mut streams.at(&self.name, s));
        let answers: Vec<Vec<f64>> = (0..count).into_par_iter().map(one).collect();
        let found = |(at, (method, want)): (usize, &(String, Want))| {
            let percent = 100.0 * answers.iter().map(|answer| answer[at]).sum::<f64>() / count as f64;
            let (design, method) = (self.name.clone(), method.clone());
            Found { design, method, want: *want, percent, count }
        };
        self.methods.iter().enumerate().map(found).collect()
    }
}

/// All designs; topics in the order of the table.
pub fn designs() -> Vec<Design> {
    [
        areas::designs(),
        bootstraps::designs(),
        comparisons::designs(),
        rates::designs(),
        calibration::designs(),
        decisions::designs(),
        curves::designs(),
        few::designs(),
        frontier::designs(),
        range::designs(),
        handful::designs(),
        transferred::designs(),
        standard::designs(),
        power::designs(),
        along::designs(),
        trainings::designs(),
    ]
    .into_iter()
    .flatten()
    .collect()
}
