//! One estimate over several seeds.

use super::{CkaError, Jackknife};
use crate::stats::Estimate;
use crate::stats::interval::satterthwaite;
use crate::stats::normal::{percent, student_factor};

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
    let count = seeds.len();
    let terms: Vec<(f64, &Jackknife)> = seeds.iter().map(|seed| (1.0 / count as f64, *seed)).collect();
    let mean = Jackknife::combine(&terms)?;
    let over_images = mean.estimate(level)?;
    let Some(se_images) = over_images.se else { return Ok(over_images) };
    if count < 2 {
        return Ok(over_images.flagged(Some("one seed: the interval is over images only".to_owned())));
    }
    let squares: f64 = seeds.iter().map(|seed| (seed.value - mean.value).powi(2)).sum();
    let (images, between) = (se_images.powi(2), squares / (count as f64 - 1.0) / count as f64);
    let se = (images + between).sqrt();
    let factor = student_factor(level, satterthwaite(images, mean.without.len(), between, count))?;
    let (low, high) = (mean.value - factor * se, mean.value + factor * se);
    let groups = mean.without.len();
    let method = format!("jackknife over {groups} groups and {count} seeds, t, {}", percent(level));
    Ok(Estimate { se: Some(se), ..Estimate::new(mean.value, low, high, method, mean.images) })
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
}
