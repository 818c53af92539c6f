//! Measures along an age: whether one band holds the whole curve, and how often a flat curve is called one that changes.

use super::sample::{normal, phi};
use super::{Design, Want};
use qpnet_audit::rng::{Rng, Streams};
use qpnet_audit::stats::along::{Curve, Measure, Measured, along, calibration_curve, grid};
use rand::RngExt;

/// Patients of ages from 20 to 80, and how their scores and outcomes come about.
#[derive(Clone, Copy)]
struct Made {
    patients: usize,
    images: usize,
    /// Whether ages pile up in the middle.
    bell: bool,
    /// Share of positives at the ages of 20 and of 80.
    positive: [f64; 2],
    /// How far positives are ahead at these ages.
    ahead: [f64; 2],
    bandwidth: f64,
}

const THRESHOLD: f64 = 0.6;

#[derive(Default)]
struct Sample {
    labels: Vec<bool>,
    scores: Vec<f64>,
    patients: Vec<usize>,
    ages: Vec<f64>,
    /// Right probabilities, and outcomes that are drawn from them.
    probabilities: Vec<f64>,
    events: Vec<bool>,
}

pub fn designs() -> Vec<Design> {
    let plain = Made {
        patients: 300,
        images: 1,
        bell: false,
        positive: [0.3, 0.6],
        ahead: [0.6, 2.0],
        bandwidth: 6.0,
    };
    vec![
        design("300 patients x 1 image", plain, (400, 4000)),
        design(
            "200 patients x 3 images, ages in a bell",
            Made { patients: 200, images: 3, bell: true, bandwidth: 5.0, ..plain },
            (400, 4000),
        ),
        design(
            "1000 patients x 1 image, one in ten positive",
            Made { patients: 1000, positive: [0.05, 0.15], ..plain },
            (0, 2000),
        ),
        design(
            "400 patients x 2 images, a flat curve",
            Made { patients: 400, images: 2, ahead: [1.2, 1.2], ..plain },
            (400, 4000),
        ),
        design(
            "80 patients x 2 images",
            Made { patients: 80, images: 2, bandwidth: 10.0, ..plain },
            (0, 4000),
        ),
    ]
}

impl Made {
    fn line([low, high]: [f64; 2], age: f64) -> f64 {
        low + (high - low) * (age - 20.0) / 60.0
    }

    fn age(&self, rng: &mut Rng) -> f64 {
        if !self.bell {
            return 20.0 + 60.0 * rng.random::<f64>();
        }
        loop {
            let age = 50.0 + 12.0 * normal(rng);
            if (20.0..=80.0).contains(&age) {
                return age;
            }
        }
    }

    fn density(&self, age: f64) -> f64 {
        if self.bell { (-((age - 50.0) / 12.0).powi(2) / 2.0).exp() } else { 1.0 }
    }

    fn draw(&self, rng: &mut Rng) -> Sample {
        let mut found = Sample::default();
        for patient in 0..self.patients {
            let age = self.age(rng);
            let positive = rng.random::<f64>() < Self::line(self.positive, age);
            let (own, other, chance) = (normal(rng), normal(rng), rng.random::<f64>());
            for _ in 0..self.images {
                let base = if positive { Self::line(self.ahead, age) } else { 0.0 };
                let half = std::f64::consts::FRAC_1_SQRT_2;
                found.scores.push(base + half * (own + normal(rng)));
                found.labels.push(positive);
                let odds = (-0.8 + 0.02 * (age - 50.0) + half * (other + normal(rng))).exp();
                found.probabilities.push(odds / (1.0 + odds));
                found.events.push(chance < odds / (1.0 + odds));
                found.patients.push(patient);
                found.ages.push(age);
            }
        }
        found
    }

    /// The smoothed AUC and sensitivity of the population at `x`, by Simpson's rule over ages.
    fn truth(&self, x: f64) -> [f64; 2] {
        const STEPS: usize = 600;
        let (mut sums, mut total) = ([0.0; 2], 0.0);
        for step in 0..=STEPS {
            let age = 20.0 + 60.0 * step as f64 / STEPS as f64;
            let edge = if step == 0 || step == STEPS {
                1.0
            } else if step % 2 == 1 {
                4.0
            } else {
                2.0
            };
            let kernel = (-((age - x) / self.bandwidth).powi(2) / 2.0).exp();
            let weight = edge * kernel * self.density(age) * Self::line(self.positive, age);
            let ahead = Self::line(self.ahead, age);
            // Negatives are the same at every age.
            sums[0] += weight * phi(ahead / std::f64::consts::SQRT_2);
            sums[1] += weight * phi(ahead - THRESHOLD);
            total += weight;
        }
        sums.map(|sum| sum / total)
    }
}

impl Sample {
    fn given(&self) -> Measured<'_> {
        let Self { labels, scores, patients, ages, .. } = self;
        Measured { labels, scores, patients, weights: None, at: ages }
    }

    fn events(&self) -> Measured<'_> {
        Measured { labels: &self.events, scores: &self.probabilities, ..self.given() }
    }
}

fn held(curve: &Curve, truth: impl Fn(f64) -> f64) -> f64 {
    let mut drawn = curve.drawn().peekable();
    assert!(drawn.peek().is_some(), "nothing is drawn");
    f64::from(u8::from(drawn.all(|(x, _, low, high)| (low..=high).contains(&truth(x)))))
}

/// Whether intervals of 95 % that hold point by point hold the whole curve.
fn held_by_points(curve: &Curve, truth: impl Fn(f64) -> f64) -> f64 {
    let inside = |point: &qpnet_audit::stats::along::Point| match (point.value, point.se) {
        (Some(value), Some(se)) => (value - truth(point.at)).abs() <= 1.96 * se,
        _ => true,
    };
    f64::from(u8::from(curve.points.iter().all(inside)))
}

fn design(name: &str, made: Made, draws: (u64, u64)) -> Design {
    let flat = made.ahead[0] == made.ahead[1];
    // With few patients near a point Student's t of each asks for more than the worst of them does.
    let wide = if made.patients < 100 { Want::Known(93.0, 100.0) } else { Want::Covers };
    let mut methods = vec![
        ("band of the AUC", wide),
        ("band of the sensitivity", wide),
        ("band of observed minus predicted", wide),
        ("band of the smooth calibration curve", wide),
        ("limits point by point taken for a band, AUC", Want::Shown),
    ];
    if flat {
        methods.push(("a flat AUC called one that changes", Want::Known(0.0, 6.0)));
    }
    Design::new("along", name, draws, methods, move |draw, rng| {
        let (sample, streams) = (made.draw(rng), Streams::new(draw));
        let points = grid(&sample.ages, made.bandwidth);
        let curve = |given: Measured<'_>, measure: Measure| {
            along(given, measure, (&points, Some(made.bandwidth)), 0.95, &streams).expect("valid")
        };
        let auc = curve(sample.given(), Measure::Auc);
        let sensitivity = curve(sample.given(), Measure::Sensitivity(THRESHOLD));
        let calibration = curve(sample.events(), Measure::Calibration);
        let smooth = calibration_curve(sample.events(), 0.95, &streams).expect("valid");
        assert!(!smooth.is_empty(), "nothing is drawn");
        let diagonal = smooth.iter().all(|point| (point.low..=point.high).contains(&point.predicted));
        let mut answers = vec![
            held(&auc, |x| made.truth(x)[0]),
            held(&sensitivity, |x| made.truth(x)[1]),
            held(&calibration, |_| 0.0),
            f64::from(u8::from(diagonal)),
            held_by_points(&auc, |x| made.truth(x)[0]),
        ];
        if flat {
            answers.push(f64::from(u8::from(auc.constant() == Some(false))));
        }
        answers
    })
}
