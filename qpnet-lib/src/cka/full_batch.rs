//! CKA of all images at once.

use tch::Tensor;

use super::gram::check_rows;
use super::{CkaError, Gram, features, hsic};

/// Biased linear CKA, as Kornblith et al. 2019 define it; `None` where a layer says the same of
/// every image.
///
/// It lies in [0, 1], and for layers wider than `n` it is near 1 whatever they represent.
///
/// # Shapes
/// `x (n, p)`, `y (n, q)`, `n >= 2`; rows belong to the same images.
///
/// # Errors
/// [`CkaError`]: other shapes, different `n`, too few images, a number that is not finite.
pub fn biased(x: &Tensor, y: &Tensor) -> Result<Option<f64>, CkaError> {
    let (n, p, q) = shapes(x, y, 2, "biased CKA")?;
    let parts = if by_features(n, p, q) {
        features::biased(x, y)?
    } else {
        hsic::biased(&Gram::new(x)?, &Gram::new(y)?)
    };
    Ok(parts.ratio())
}

/// Debiased linear CKA, from `HSIC_1`; `None` where a layer says the same of every image.
///
/// It lies in [-1, 1] and is about 0 for unrelated layers of any width.
///
/// # Shapes
/// `x (n, p)`, `y (n, q)`, `n >= 4`; rows belong to the same images.
///
/// # Errors
/// [`CkaError`]: other shapes, different `n`, too few images, a number that is not finite.
pub fn debiased(x: &Tensor, y: &Tensor) -> Result<Option<f64>, CkaError> {
    let (n, p, q) = shapes(x, y, hsic::FEWEST, "debiased CKA")?;
    let parts = if by_features(n, p, q) {
        features::unbiased(x, y)?
    } else {
        hsic::unbiased(&Gram::new(x)?, &Gram::new(y)?)
    };
    Ok(parts.ratio())
}

fn shapes(x: &Tensor, y: &Tensor, needed: usize, what: &'static str) -> Result<(u128, u128, u128), CkaError> {
    let of = |tensor: &Tensor| match tensor.size().as_slice() {
        &[n, features] => Ok((n as usize, features as u128)),
        other => Err(CkaError::Shape { got: other.to_vec() }),
    };
    let ((n, p), (right, q)) = (of(x)?, of(y)?);
    check_rows(n, right, needed, what)?;
    Ok((n as u128, p, q))
}

/// Whether three covariance matrices are fewer multiplications than two Gram matrices.
fn by_features(n: u128, p: u128, q: u128) -> bool {
    p * p + q * q + p * q < n * (p + q)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::rng::Streams;
    use approx::assert_abs_diff_eq;
    use rand_distr::{Distribution, StandardNormal};
    use tch::{Device, Kind};

    fn normal(seed: u64, n: i64, features: i64) -> Tensor {
        let draws = StandardNormal.sample_iter(Streams::new(seed).get("x"));
        let draws: Vec<f64> = draws.take((n * features) as usize).collect();
        Tensor::from_slice(&draws).view([n, features]) + 3.0
    }

    fn value(found: Result<Option<f64>, CkaError>) -> f64 {
        found.expect("comparable").expect("defined")
    }

    const TOLERANCE: f64 = 1e-10;

    #[test]
    fn a_layer_is_like_itself_its_rotations_and_its_multiples() {
        // Wide goes by Gram matrices, tall by covariances.
        for (n, features) in [(12, 40), (60, 5)] {
            let x = normal(1, n, features);
            let (rotation, _) = Tensor::linalg_qr(&normal(2, features, features), "reduced");
            let turned = x.matmul(&rotation) * -7.5;
            for cka in [biased, debiased] {
                assert_abs_diff_eq!(value(cka(&x, &x)), 1.0, epsilon = TOLERANCE);
                assert_abs_diff_eq!(value(cka(&x, &turned)), 1.0, epsilon = TOLERANCE);
                let y = normal(3, n, 7) + x.narrow(1, 0, 1);
                let reference = value(cka(&x, &y));
                assert!(reference < 0.99);
                assert_abs_diff_eq!(value(cka(&turned, &y)), reference, epsilon = TOLERANCE);
                assert_abs_diff_eq!(value(cka(&y, &x)), reference, epsilon = TOLERANCE);
            }
        }
    }

    #[test]
    fn both_routes_agree() {
        let (x, y) = (normal(4, 20, 6), normal(5, 20, 9));
        let grams = (Gram::new(&x).expect("gram"), Gram::new(&y).expect("gram"));
        let of = |parts: hsic::Parts| parts.ratio().expect("defined");
        let gram = of(hsic::unbiased(&grams.0, &grams.1));
        assert_abs_diff_eq!(of(features::unbiased(&x, &y).expect("features")), gram, epsilon = TOLERANCE);
        let gram = of(hsic::biased(&grams.0, &grams.1));
        assert_abs_diff_eq!(of(features::biased(&x, &y).expect("features")), gram, epsilon = TOLERANCE);
    }

    #[test]
    fn unrelated_wide_layers_look_alike_only_to_the_biased_estimator() {
        let draws = (0..50).map(|draw| {
            let (x, y) = (normal(100 + draw, 20, 500), normal(200 + draw, 20, 500));
            (value(biased(&x, &y)), value(debiased(&x, &y)))
        });
        let draws: Vec<(f64, f64)> = draws.collect();
        let mean = |of: fn(&(f64, f64)) -> f64| draws.iter().map(of).sum::<f64>() / draws.len() as f64;
        assert!(mean(|draw| draw.0) > 0.9, "{}", mean(|draw| draw.0));
        // One draw has a standard error of about sqrt(2) / n = 0.07, their mean 0.01.
        assert!(mean(|draw| draw.1).abs() < 0.04, "{}", mean(|draw| draw.1));
    }

    #[test]
    fn what_cannot_be_compared_is_refused_or_undefined() {
        let x = normal(1, 6, 3);
        assert_eq!(debiased(&x, &normal(2, 5, 3)), Err(CkaError::Rows { left: 6, right: 5 }));
        let few = debiased(&normal(1, 3, 3), &normal(2, 3, 3));
        assert_eq!(few, Err(CkaError::TooFew { estimator: "debiased CKA", needed: 4, got: 3 }));
        assert!(matches!(biased(&x, &x.unsqueeze(0)), Err(CkaError::Shape { .. })));
        let broken = &x * f64::NAN;
        assert_eq!(biased(&x, &broken), Err(CkaError::NotFinite));
        let constant = Tensor::full([6, 3], 0.1, (Kind::Float, Device::Cpu));
        for wide in [1, 50] {
            let constant = constant.repeat([1, wide]);
            assert_eq!(biased(&x, &constant), Ok(None));
            assert_eq!(debiased(&x, &constant), Ok(None));
        }
    }
}
