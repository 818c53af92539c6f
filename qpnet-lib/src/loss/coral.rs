//! CORAL: distance between the covariances of the two subgroups' features.

use tch::Tensor;

/// CORAL loss between two sets of features.
///
/// # Formula
/// ```text
/// L_CORAL = 1 / (4 D^2) |C_domi - C_less|_F^2,     C = 1/(n - 1) sum_i (z_i - mean z)(z_i - mean z)^T
/// ```
/// Means are not compared: a translation of either subgroup changes nothing.
///
/// # Shapes
/// `domi (n, D)`, `less (m, D)`; result: scalar, 0 where a subgroup has fewer than two samples.
///
/// # Source
/// Sun & Saenko 2016, *Deep CORAL* (arXiv 1607.01719), equations 1–3.
pub fn coral(domi: &Tensor, less: &Tensor) -> Tensor {
    if domi.size()[0] < 2 || less.size()[0] < 2 {
        return Tensor::zeros([], (domi.kind(), domi.device()));
    }
    let width = domi.size()[1] as f64;
    let difference = covariance(domi) - covariance(less); // (D, D)
    difference.square().sum(domi.kind()) / (4.0 * width * width)
}

fn covariance(z: &Tensor) -> Tensor {
    let centred = z - z.mean_dim(0, true, z.kind()); // (n, D)
    centred.transpose(0, 1).matmul(&centred) / (z.size()[0] as f64 - 1.0)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn two_points_by_hand() {
        // C_domi = diag(2, 0) from (1, 5) and (-1, 5), C_less = [[8, 8], [8, 8]] from (2, 2), (-2, -2):
        // 36 + 64 + 64 + 64 = 228 over 16.
        let domi = Tensor::from_slice(&[1.0f64, 5.0, -1.0, 5.0]).view([2, 2]);
        let less = Tensor::from_slice(&[2.0f64, 2.0, -2.0, -2.0]).view([2, 2]);
        assert!((coral(&domi, &less).double_value(&[]) - 228.0 / 16.0).abs() < 1e-13);
        assert_eq!(coral(&domi, &domi).double_value(&[]), 0.0);
    }

    #[test]
    fn one_sample_has_no_covariance() {
        let (one, two) = (Tensor::ones([1, 3], tch::kind::DOUBLE_CPU), Tensor::eye(2, tch::kind::DOUBLE_CPU));
        assert_eq!(coral(&one, &Tensor::eye(3, tch::kind::DOUBLE_CPU)).double_value(&[]), 0.0);
        assert_eq!(coral(&two, &two.narrow(0, 0, 1)).double_value(&[]), 0.0);
    }
}
