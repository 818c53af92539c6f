//! Size of tests of methods, of families of tests, and of tests over data sets.

use super::sample::{Sample, normal, small};
use super::{Design, Want};
use qpnet_audit::rng::Rng;
use qpnet_audit::stats::critical_difference::CriticalDifference;
use qpnet_audit::stats::friedman::friedman;
use qpnet_audit::stats::multiplicity::{benjamini_hochberg, holm};
use qpnet_audit::stats::normal::two_sided_p;
use qpnet_audit::stats::quasi_pareto::{Claim, Scored, quasi_pareto};
use qpnet_audit::stats::signed_rank::signed_rank;

const DRAWS: (u64, u64) = (3000, 20_000);

pub fn designs() -> Vec<Design> {
    let mut found: Vec<Design> =
        [1, 3, 10].into_iter().flat_map(|images| [superiority(images), inferiority(images)]).collect();
    found.extend([families(0.0), families(0.5), shares()]);
    found.extend([(10, 9.0), (20, 9.0), (40, 1.0), (100, 9.0)].map(|(n, digits)| ranks(n, digits)));
    found.extend([(5, 3), (4, 4), (12, 4), (30, 8)].map(|(n, k)| blocks(n, k)));
    found
}

fn scored(s: &Sample) -> Scored<'_> {
    Scored { labels: &s.labels, method: &s.scores, reference: &s.other, patients: &s.patients }
}

fn claimed(less: &Sample, dominant: &Sample) -> f64 {
    let found = quasi_pareto(scored(less), scored(dominant), 0.02, 0.05).expect("valid");
    f64::from(u8::from(found.claim == Claim::Shown))
}

fn draws(images: usize) -> (u64, u64) {
    if images > 5 { (1000, 20_000) } else { DRAWS }
}

/// No gain for the less-prevalent subgroup, and clearly no loss for the dominant one.
fn superiority(images: usize) -> Design {
    let name = format!("quasi-Pareto claim, no gain, x {images} images");
    Design::new(
        "tests",
        name,
        draws(images),
        vec![("intersection-union test", Want::Rejects)],
        move |_, rng| {
            let less = Sample::draw(rng, [40, 60], images, [0.75; 2]);
            let dominant = Sample::draw(rng, [60, 90], images, [0.97, 0.7]);
            vec![claimed(&less, &dominant)]
        },
    )
}

/// A loss of the margin for the dominant subgroup, and a clear gain for the less-prevalent one.
fn inferiority(images: usize) -> Design {
    let name = format!("quasi-Pareto claim, loss of the margin, x {images} images");
    Design::new(
        "tests",
        name,
        draws(images),
        vec![("intersection-union test", Want::Rejects)],
        move |_, rng| {
            let less = Sample::draw(rng, [40, 60], images, [0.97, 0.6]);
            let dominant = Sample::draw(rng, [100, 150], images, [0.80, 0.82]);
            vec![claimed(&less, &dominant)]
        },
    )
}

fn deviates<const N: usize>(rng: &mut Rng, rho: f64) -> [f64; N] {
    let common = normal(rng);
    std::array::from_fn(|_| rho.sqrt() * common + (1.0 - rho).sqrt() * normal(rng))
}

fn any(adjusted: &[Option<f64>]) -> f64 {
    adjusted.iter().map(|&p| small(p)).fold(0.0, f64::max)
}

/// Five true null hypotheses: any rejection is a false claim.
fn families(rho: f64) -> Design {
    // With dependent tests Holm's procedure is cautious.
    let want = if rho > 0.0 { Want::Known(2.0, 6.0) } else { Want::Rejects };
    let name = format!("five true null hypotheses, correlation {rho}");
    let methods = vec![("Holm, any false claim", want), ("Benjamini-Hochberg, any false claim", want)];
    Design::new("tests", name, (5000, 40_000), methods, move |_, rng| {
        let p: Vec<Option<f64>> = deviates::<5>(rng, rho).iter().map(|&z| Some(two_sided_p(z))).collect();
        vec![any(&holm(&p).expect("probabilities")), any(&benjamini_hochberg(&p).expect("probabilities"))]
    })
}

/// Ten of twenty null hypotheses are false by three standard errors.
fn shares() -> Design {
    let methods = vec![
        ("Holm, any false claim", Want::Known(2.0, 6.0)),
        // The expected share is half of the level, as half of the hypotheses are true.
        ("Benjamini-Hochberg, twice the share of false claims", Want::Rejects),
    ];
    Design::new("tests", "ten of twenty null hypotheses false", (5000, 40_000), methods, |_, rng| {
        let z: [f64; 20] = deviates(rng, 0.0);
        let p: Vec<Option<f64>> = z
            .iter()
            .enumerate()
            .map(|(i, z)| Some(two_sided_p(z + if i < 10 { 3.0 } else { 0.0 })))
            .collect();
        let rejected = benjamini_hochberg(&p).expect("probabilities");
        let count = |part: &[Option<f64>]| part.iter().map(|&p| small(p)).sum::<f64>();
        let share = count(&rejected[10..]) / count(&rejected).max(1.0);
        vec![any(&holm(&p).expect("probabilities")[10..]), 2.0 * share]
    })
}

/// Differences that are symmetric around 0, rounded to so many digits.
fn ranks(n: usize, digits: f64) -> Design {
    let kind = if digits < 5.0 { "with ties" } else { "without ties" };
    let name = format!("{n} data sets, two methods alike, {kind}");
    Design::new("tests", name, DRAWS, vec![("Wilcoxon signed-rank test", Want::Rejects)], move |_, rng| {
        let scale = 10f64.powf(digits);
        let differences: Vec<f64> = (0..n).map(|_| (normal(rng) * scale).round() / scale).collect();
        vec![small(signed_rank(&differences).expect("finite").map(|found| found.p))]
    })
}

/// The largest level up to 5 %, in percent to two places, of a test by rank sums, by all arrangements
/// of the rows after the first.
fn attainable(n: usize, k: usize) -> f64 {
    let mut orders = vec![vec![]];
    for _ in 0..k {
        let longer = |order: &Vec<usize>| {
            let order = order.clone();
            (1..=k).filter(|j| !order.contains(j)).map(|j| [&order[..], &[j]].concat()).collect::<Vec<_>>()
        };
        orders = orders.iter().flat_map(longer).collect();
    }
    let all = orders.len().pow(n as u32 - 1);
    let statistic = |arrangement: usize| {
        let row = |i: usize| &orders[arrangement / orders.len().pow(i as u32) % orders.len()];
        // The last row is in the first order throughout.
        (0..k).map(|j| (0..n).map(|i| row(i)[j]).sum::<usize>().pow(2)).sum::<usize>()
    };
    let mut found: Vec<usize> = (0..all).map(statistic).collect();
    found.sort_unstable_by(|a, b| b.cmp(a));
    let mut level = 0;
    for equal in found.chunk_by(|a, b| a == b) {
        if (level + equal.len()) * 20 > all {
            break;
        }
        level += equal.len();
    }
    (10_000.0 * level as f64 / all as f64).round() / 100.0
}

/// `k` methods alike on `n` data sets of very different levels.
fn blocks(n: usize, k: usize) -> Design {
    // Few data sets have few different rank sums: an exact test has one level, and it is not 5 %.
    let want = if n < 10 { Want::Known(attainable(n, k), attainable(n, k)) } else { Want::Rejects };
    let methods = vec![
        ("Friedman", want),
        // The approximation that large tables get fails on small ones, by 7 of 100 with four of four.
        ("Friedman, Iman-Davenport", if n < 10 { Want::Known(3.0, 8.0) } else { Want::Rejects }),
        ("Friedman, chi-square", Want::Known(2.0, 6.0)),
        ("Nemenyi, any pair", Want::Known(2.0, 6.0)),
    ];
    Design::new("tests", format!("{n} data sets, {k} methods alike"), DRAWS, methods, move |_, rng| {
        let table: Vec<Vec<f64>> = (0..n)
            .map(|_| {
                let level = 3.0 * normal(rng);
                (0..k).map(|_| level + normal(rng)).collect()
            })
            .collect();
        let found = friedman(&table).expect("valid");
        let pairs = CriticalDifference::of(&found.ranks, n, 0.05).expect("valid");
        let any = (0..k).any(|a| (0..a).any(|b| pairs.differ(a, b)));
        vec![small(found.p), small(found.p_f), small(found.p_chi), f64::from(u8::from(any))]
    })
}
