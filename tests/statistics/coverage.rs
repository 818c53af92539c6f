//! How often nominal 95 % intervals hold the truth, by seeded simulation.
//!
//! `QPNET_COVERAGE_REPLICATES=20000 cargo test --test statistics coverage -- --nocapture` is the
//! long version; it prints the table.
#![expect(clippy::print_stdout, reason = "the long version is a table for a person")]

use qpnet_audit::rng::{Rng, Streams};
use qpnet_audit::stats::{Estimate, Form, delong, interval, normal, obuchowski};
use rand_distr::{Distribution, StandardNormal};
use statrs::distribution::{ContinuousCDF, Normal};

fn replicates() -> u64 {
    std::env::var("QPNET_COVERAGE_REPLICATES").ok().and_then(|r| r.parse().ok()).unwrap_or(4000)
}

/// Scores `N(shift y, 1)` with correlation `rho` inside a cluster.
struct Design {
    name: &'static str,
    auc: f64,
    /// Outcomes of one cluster each.
    clusters: Vec<Vec<bool>>,
    rho: f64,
}

struct Sample {
    labels: Vec<bool>,
    scores: Vec<f64>,
    other: Vec<f64>,
    clusters: Vec<usize>,
}

impl Design {
    /// Clusters of one outcome, `size` images each.
    fn pure(name: &'static str, auc: f64, positive: usize, negative: usize, size: usize, rho: f64) -> Self {
        let clusters = (0..positive + negative).map(|i| vec![i < positive; size]).collect();
        Self { name, auc, clusters, rho }
    }

    fn draw(&self, replicate: u64) -> Sample {
        let mut rng = Streams::new(11).at(self.name, replicate);
        let shift = std::f64::consts::SQRT_2 * Normal::standard().inverse_cdf(self.auc);
        let mut sample = Sample { labels: vec![], scores: vec![], other: vec![], clusters: vec![] };
        let normal = |rng: &mut Rng| -> f64 { StandardNormal.sample(rng) };
        for (id, outcomes) in self.clusters.iter().enumerate() {
            let common = [normal(&mut rng), normal(&mut rng)];
            for &outcome in outcomes {
                let shared = normal(&mut rng);
                let mut score = |common: f64| {
                    // The two models share half of an image's own noise.
                    let own = (shared + normal(&mut rng)) / std::f64::consts::SQRT_2;
                    shift * f64::from(u8::from(outcome))
                        + self.rho.sqrt() * common
                        + (1.0 - self.rho).sqrt() * own
                };
                sample.scores.push(score(common[0]));
                sample.other.push(score(common[1]));
                sample.labels.push(outcome);
                sample.clusters.push(id);
            }
        }
        sample
    }

    /// Percent of replicates whose interval holds `truth`.
    fn coverage(&self, what: &str, truth: f64, interval: impl Fn(&Sample) -> Estimate) -> f64 {
        let count = replicates();
        let hits = (0..count).filter(|&r| interval(&self.draw(r)).covers(truth) == Some(true)).count();
        let percent = 100.0 * hits as f64 / count as f64;
        println!("{:<42} {what:<28} {percent:6.2} %", self.name);
        percent
    }
}

fn nominal(percent: f64) {
    assert!((93.0..=97.0).contains(&percent), "{percent} % of nominal 95 % intervals hold the truth");
}

#[test]
fn delong_covers_on_independent_samples() {
    for design in [
        Design::pure("30 + 70, AUC 0.80", 0.8, 30, 70, 1, 0.0),
        Design::pure("20 + 20, AUC 0.90", 0.9, 20, 20, 1, 0.0),
        Design::pure("15 + 85, AUC 0.80", 0.8, 15, 85, 1, 0.0),
        Design::pure("60 + 60, AUC 0.75", 0.75, 60, 60, 1, 0.0),
        Design::pure("60 + 200, AUC 0.88", 0.88, 60, 200, 1, 0.0),
    ] {
        let single = |s: &Sample| delong::single(&s.labels, &s.scores, 0.95).expect("valid");
        let found = design.coverage("DeLong", design.auc, single);
        // Small cells are wider than they say, never narrower (stats::interval).
        assert!((93.0..=98.5).contains(&found), "{found} %");
        let plain = |s: &Sample| delong::single_with(&s.labels, &s.scores, 0.95, Form::Plain).expect("valid");
        design.coverage("DeLong, plain (for the record)", design.auc, plain);
    }
}

/// The table in the documentation of `stats::interval`. Few positives and an AUC near 1 are
/// the known weak place; Student's t must stay far better there than the plain form.
#[test]
fn forms_of_small_cells() {
    for (name, positives, negatives, auc) in [
        ("30 + 70, AUC 0.80, forms", 30, 70, 0.8),
        ("20 + 20, AUC 0.90, forms", 20, 20, 0.9),
        ("12 + 12, AUC 0.80, forms", 12, 12, 0.8),
        ("10 + 100, AUC 0.75, forms", 10, 100, 0.75),
        ("15 + 85, AUC 0.95, forms", 15, 85, 0.95),
        ("10 + 100, AUC 0.90, forms", 10, 100, 0.9),
        ("40 + 400, AUC 0.97, forms", 40, 400, 0.97),
    ] {
        let design = Design::pure(name, auc, positives, negatives, 1, 0.0);
        let with =
            |form| move |s: &Sample| delong::single_with(&s.labels, &s.scores, 0.95, form).expect("valid");
        let plain = design.coverage("plain", auc, with(Form::Plain));
        design.coverage("logit", auc, with(Form::Logit));
        let student = design.coverage("logit t", auc, with(Form::LogitT));
        assert!((92.5..=99.5).contains(&student) && student > plain, "{student} %");
    }
}

#[test]
fn delong_differences_cover_on_independent_samples() {
    let design = Design::pure("40 + 80, AUC 0.80, difference", 0.8, 40, 80, 1, 0.0);
    let paired = |s: &Sample| delong::paired(&s.labels, &s.scores, &s.other, 0.95).expect("valid").difference;
    nominal(design.coverage("DeLong, paired", 0.0, paired));
    let less = Design::pure("25 + 40, AUC 0.70, other group", 0.7, 25, 40, 1, 0.0);
    let count = std::cell::Cell::new(0u64);
    let unpaired = |s: &Sample| {
        let r = count.get();
        count.set(r + 1);
        let t = less.draw(r);
        let found = delong::unpaired(&s.labels, &s.scores, &t.labels, &t.scores, 0.95);
        found.expect("valid").difference
    };
    nominal(design.coverage("DeLong, two subgroups", 0.1, unpaired));
}

#[test]
fn obuchowski_covers_where_delong_does_not() {
    let mixed = Design {
        name: "60 patients, 1 + 2 images, AUC 0.80",
        auc: 0.8,
        clusters: vec![vec![true, false, false]; 60],
        rho: 0.5,
    };
    let lesions = Design::pure("40 + 80 lesions x 3 images, AUC 0.80", 0.8, 40, 80, 3, 0.6);
    let many = Design::pure("50 + 50 lesions x 10 images, AUC 0.85", 0.85, 50, 50, 10, 0.5);
    let pairs = Design::pure("30 + 60 patients x 2 images, AUC 0.80", 0.8, 30, 60, 2, 0.6);
    for design in [&mixed, &lesions, &many, &pairs] {
        let single = |s: &Sample| obuchowski::single(&s.labels, &s.scores, &s.clusters, 0.95).expect("valid");
        nominal(design.coverage("Obuchowski", design.auc, single));
        let paired = |s: &Sample| {
            let found = obuchowski::paired(&s.labels, &s.scores, &s.other, &s.clusters, 0.95);
            found.expect("valid").difference
        };
        nominal(design.coverage("Obuchowski, paired", 0.0, paired));
        let naive = |s: &Sample| delong::single(&s.labels, &s.scores, 0.95).expect("valid");
        let naive = design.coverage("DeLong, clusters ignored", design.auc, naive);
        if !std::ptr::eq(design, &raw const mixed) {
            assert!(naive < 90.0, "DeLong should cover too rarely here: {naive} %");
        }
    }
}

#[test]
fn the_paired_test_rejects_five_percent_under_the_null() {
    let design = Design::pure("40 + 80, AUC 0.80, null", 0.8, 40, 80, 1, 0.0);
    let count = replicates();
    let reject = |r: &u64| {
        let s = design.draw(*r);
        delong::paired(&s.labels, &s.scores, &s.other, 0.95).expect("valid").p < Some(0.05)
    };
    let percent = 100.0 * (0..count).filter(reject).count() as f64 / count as f64;
    println!("type-I error of the paired test: {percent:.2} %");
    assert!((4.0..=6.0).contains(&percent), "{percent} %");
}

#[test]
fn the_score_interval_of_a_perfect_area_is_not_too_short() {
    // With AUC 0.97 and 12 + 12 samples many draws are separated; overall coverage must hold.
    let z = normal::two_sided_factor(0.95).expect("level");
    let design = Design::pure("12 + 12, AUC 0.97", 0.97, 12, 12, 1, 0.0);
    let single = |s: &Sample| delong::single(&s.labels, &s.scores, 0.95).expect("valid");
    let percent = design.coverage("DeLong with score fall-back", 0.97, single);
    assert!(percent >= 93.0, "{percent} %");
    assert!(interval::newcombe(1.0, 12.0, 12.0, z).0 < 0.97);
}
