//! One estimate over several seeds.

use super::jackknife::within_one;
use super::{CkaError, Jackknife};
use crate::stats::normal::percent;
use crate::stats::student::{student_factor, two_sided_student_p};
use crate::stats::{Comparison, Estimate};

/// The mean over seeds with an interval over images and seeds.
///
/// All seeds were measured on the same images, whose sampling they share; so the standard error
/// over images is that of the mean, by the joint jackknife. The scatter between seeds is added:
///
/// # Formula
/// `se^2 = se_images(mean)^2 + s^2 / S`, with `s` the standard deviation of the `S` seeds, and
/// Student's t with Satterthwaite's degrees of freedom. What seeds and images do together is
/// counted in both parts, so the interval is a little too wide rather than too narrow.
///
/// One seed gives its interval over images with a flag.
///
/// # Errors
/// [`CkaError`]: no seed, seeds on different images, or a confidence level outside (0, 1).
pub fn over_seeds(seeds: &[&Jackknife], level: f64) -> Result<Estimate, CkaError> {
    Ok(test_over_seeds(seeds, level)?.difference)
}

/// [`over_seeds`] of a difference, with the two-sided test of "no difference" that belongs to its
/// interval.
///
/// A difference of 0 in every replicate of every seed has `z = 0` and `p = 1`; without a standard
/// error there is no test.
///
/// # Errors
/// As [`over_seeds`].
pub fn test_over_seeds(seeds: &[&Jackknife], level: f64) -> Result<Comparison, CkaError> {
    let mean = mean_of(seeds)?;
    let over_images = mean.estimate(level)?;
    let Some(se_images) = over_images.se else {
        return Ok(Comparison { difference: over_images, z: None, df: None, p: None });
    };
    if seeds.len() < 2 {
        return Ok(tested(over_images.flagged(Some(ONE_SEED.into())), mean.without.len() as f64 - 1.0));
    }
    let (se, df) = joint(se_images, &mean, seeds, 1.0);
    let factor = student_factor(level, df)?;
    let (low, high) = (mean.value - factor * se, mean.value + factor * se);
    let estimate = Estimate::new(mean.value, low, high, method(&mean, seeds, "", level), mean.images);
    Ok(tested(Estimate { se: Some(se), ..estimate }, df))
}

/// The mean of one layer's CKA over seeds, with an interval that stays in [-1, 1].
///
/// # Formula
/// As [`over_seeds`], on Fisher's scale `atanh`: the part of the images from the jackknife of
/// `atanh(mean)`, that of the seeds times `1 / (1 - mean^2)`, the scale's slope at the mean. Where
/// a CKA is 1, Fisher's scale has no place for it, and the plain interval is cut instead.
///
/// # Errors
/// As [`over_seeds`].
pub fn cka_over_seeds(seeds: &[&Jackknife], level: f64) -> Result<Estimate, CkaError> {
    let mean = mean_of(seeds)?;
    if seeds.len() < 2 {
        let one = mean.fisher(level)?;
        let flag = one.low.map(|_| ONE_SEED.to_owned());
        return Ok(one.flagged(flag));
    }
    let plain = within_one(over_seeds(seeds, level)?);
    let Some(se_images) = mean.fisher_error() else { return Ok(plain) };
    let (se, df) = joint(se_images, &mean, seeds, 1.0 / (1.0 - mean.value.powi(2)));
    let (centre, half) = (mean.value.atanh(), student_factor(level, df)? * se);
    let (low, high) = ((centre - half).tanh(), (centre + half).tanh());
    let method = method(&mean, seeds, "Fisher, ", level);
    Ok(Estimate { low: Some(low), high: Some(high), method, ..plain })
}

const ONE_SEED: &str = "one seed: the interval is over images only";

fn mean_of(seeds: &[&Jackknife]) -> Result<Jackknife, CkaError> {
    let terms: Vec<(f64, &Jackknife)> = seeds.iter().map(|seed| (1.0 / seeds.len() as f64, *seed)).collect();
    Jackknife::combine(&terms)
}

/// Standard error and degrees of freedom over images and seeds, on a scale of this `slope`.
fn joint(se_images: f64, mean: &Jackknife, seeds: &[&Jackknife], slope: f64) -> (f64, f64) {
    let count = seeds.len();
    let squares: f64 = seeds.iter().map(|seed| (slope * (seed.value - mean.value)).powi(2)).sum();
    let (images, between) = (se_images.powi(2), squares / (count as f64 - 1.0) / count as f64);
    let se = (images + between).sqrt();
    // Without any spread there are no degrees of freedom, and nothing to widen.
    let df = if se > 0.0 { satterthwaite(images, mean.without.len(), between, count) } else { f64::INFINITY };
    (se, df)
}

fn method(mean: &Jackknife, seeds: &[&Jackknife], form: &str, level: f64) -> String {
    let (groups, count) = (mean.without.len(), seeds.len());
    format!("jackknife over {groups} groups and {count} seeds, {form}t, {}", percent(level))
}

/// Satterthwaite's degrees of freedom of a variance `p + q`, of `m` and `n` units.
fn satterthwaite(p: f64, m: usize, q: f64, n: usize) -> f64 {
    let part = |v: f64, k: usize| v * v / (k as f64 - 1.0);
    (p + q).powi(2) / (part(p, m) + part(q, n))
}

/// The estimate with the test that its interval inverts.
fn tested(difference: Estimate, df: f64) -> Comparison {
    let z = match difference.value.zip(difference.se) {
        Some((value, se)) if se > 0.0 => Some(value / se),
        Some((0.0, _)) => Some(0.0),
        _ => None,
    };
    let p = z.map(|z| two_sided_student_p(z, df));
    Comparison { p, z, df: Some(df).filter(|df| z.is_some() && df.is_finite()), difference }
}

#[cfg(test)]
mod tests {
    use super::*;
    use approx::assert_abs_diff_eq;

    #[test]
    fn the_scatter_between_seeds_is_added() {
        let of = |shift: f64| Jackknife {
            value: 0.2 + shift,
            without: [0.18, 0.2, 0.22].map(|value| value + shift).to_vec(),
            images: 12,
        };
        let (low, high) = (of(-0.1), of(0.1));
        let images = of(0.0).standard_error().expect("three groups");
        let found = over_seeds(&[&low, &high], 0.95).expect("paired");
        // Two seeds 0.2 apart: s^2 / S = 0.02 / 2.
        assert_abs_diff_eq!(found.se.expect("se"), (images * images + 0.01).sqrt(), epsilon = 1e-12);
        assert_abs_diff_eq!(found.value.expect("value"), 0.2, epsilon = 1e-12);
        let one = over_seeds(&[&low], 0.95).expect("one");
        assert!(one.flag.is_some());
        let same = over_seeds(&[&low, &low], 0.95).expect("two");
        assert_abs_diff_eq!(same.se.expect("se"), images, epsilon = 1e-12);
        assert!(over_seeds(&[], 0.95).is_err());
    }

    #[test]
    fn the_test_inverts_the_interval() {
        let of = |shift: f64| Jackknife {
            value: 0.2 + shift,
            without: [0.15, 0.2, 0.22, 0.24].map(|value| value + shift).to_vec(),
            images: 12,
        };
        let (low, high) = (of(-0.03), of(0.03));
        for seeds in [&[&low, &high][..], &[&high]] {
            let tested = test_over_seeds(seeds, 0.95).expect("paired");
            let p = tested.p.expect("a standard error");
            // At the level 1 - p the interval ends at 0.
            let at = over_seeds(seeds, 1.0 - p).expect("level");
            assert_abs_diff_eq!(at.low.expect("limit"), 0.0, epsilon = 1e-6);
            assert_eq!(tested.difference, over_seeds(seeds, 0.95).expect("level"));
        }
        let still = Jackknife { value: 0.0, without: vec![0.0; 3], images: 3 };
        let tested = test_over_seeds(&[&still, &still], 0.95).expect("paired");
        assert_eq!((tested.z, tested.p), (Some(0.0), Some(1.0)));
        let bare = Jackknife { value: 0.1, without: vec![], images: 3 };
        assert_eq!(test_over_seeds(&[&bare], 0.95).expect("bare").p, None);
    }

    #[test]
    fn a_cka_over_seeds_stays_within_one() {
        let of =
            |value: f64| Jackknife { value, without: vec![value - 0.004, value, value + 0.004], images: 9 };
        let (low, high) = (of(0.99), of(0.93));
        let seeds = [&low, &high];
        let plain = over_seeds(&seeds, 0.95).expect("paired");
        let found = cka_over_seeds(&seeds, 0.95).expect("paired");
        assert!(plain.high > Some(1.0), "two seeds: symmetric limits leave the range, {plain:?}");
        assert_eq!(found.value, plain.value);
        let (value, below, above) = found.triple().expect("an interval");
        assert!(-1.0 < below && below < value && value < above && above < 1.0, "{found:?}");
        assert!(found.method.contains("2 seeds, Fisher"), "{}", found.method);

        // Far from 1 and with many seeds alike, both scales agree.
        let seeds: Vec<Jackknife> = [0.29, 0.3, 0.31, 0.3].map(of).to_vec();
        let seeds: Vec<&Jackknife> = seeds.iter().collect();
        let (plain, found) =
            (over_seeds(&seeds, 0.95).expect("ok"), cka_over_seeds(&seeds, 0.95).expect("ok"));
        assert_abs_diff_eq!(found.low.expect("low"), plain.low.expect("low"), epsilon = 5e-4);
        assert_abs_diff_eq!(found.high.expect("high"), plain.high.expect("high"), epsilon = 5e-4);

        // Unchanged layers, one of them or all.
        let same = Jackknife { value: 1.0, without: vec![1.0; 3], images: 9 };
        let found = cka_over_seeds(&[&same, &same], 0.95).expect("paired");
        assert_eq!((found.low, found.high), (Some(1.0), Some(1.0)));
        let found = cka_over_seeds(&[&same, &low], 0.95).expect("paired");
        assert!(found.high <= Some(1.0) && found.low >= Some(-1.0), "{found:?}");
        let one = cka_over_seeds(&[&low], 0.95).expect("one");
        assert!(one.flag.is_some() && one.high < Some(1.0));
        assert!(cka_over_seeds(&[], 0.95).is_err());
    }
}
