//! Weighting of the subgroups by learnt uncertainty, as a control.

use std::collections::BTreeMap;

use tch::{Kind, Tensor};

use super::{Method, Outputs, State, Terms, kept};
use crate::loss::{sample_loss, subgroup_means, uncertainty_weighted};
use crate::model::QpNet;
use crate::train::{Batch, ConfigError, TrainError};

/// Name of what is learnt in a kept state.
const LOG_VARIANCES: &str = "log_variances";

/// Kendall's uncertainty weighting with the subgroups' class losses as its two tasks, on QP-Net's batches:
/// in place of delta, log-variances `s` are learnt together with the network. What stays hard weighs
/// less, so that it is a control for the thought that any learnt weighting would do.
///
/// `s` starts at 0 and follows its gradient `1/2 - exp(-s_g) L_g`, bounded by nature, in plain steps of
/// `factor` times the network's learning rate.
///
/// # Source
/// Kendall, Gal & Cipolla 2018, *Multi-task learning using uncertainty to weigh losses for scene geometry
/// and semantics* (arXiv 1705.07115). [`uncertainty_weighted`].
#[derive(Debug)]
pub struct Kendall {
    factor: f64,
    log_variances: Tensor, // s (2): dominant, less-prevalent; on the device of the last batch
}

impl Kendall {
    /// With steps of `factor` times the learning rate of the network.
    ///
    /// # Errors
    /// [`ConfigError`] when `factor` is not a finite number > 0.
    pub fn new(factor: f64) -> Result<Self, ConfigError> {
        ConfigError::positive("factor", factor)?;
        Ok(Self { factor, log_variances: leaf(&Tensor::zeros([2], tch::kind::FLOAT_CPU)) })
    }
}

impl Method for Kendall {
    fn loss(&mut self, _net: &QpNet, batch: &Batch, outputs: &Outputs, _state: State) -> Terms {
        let losses = sample_loss(&outputs.logits, &batch.labels, batch.task);
        let [(domi, has_domi), (less, has_less)] = subgroup_means(&losses, &batch.subgroup);
        if self.log_variances.device() != losses.device() {
            self.log_variances = leaf(&self.log_variances.to_device(losses.device()));
        }
        let (means, present) = (Tensor::stack(&[&domi, &less], 0), Tensor::stack(&[has_domi, has_less], 0));
        let total = uncertainty_weighted(&means, &self.log_variances, &present);
        // The log's class loss is of the weighting that all methods share: one half each.
        let class = means.mean(losses.kind()).detach();
        Terms { total, class, subgroups: Some([domi.detach(), less.detach()]), domain: None }
    }

    fn stepped(&mut self, rate: f64) {
        let gradient = self.log_variances.grad();
        if gradient.defined() {
            self.log_variances = leaf(&(self.log_variances.detach() - rate * self.factor * gradient));
        }
    }

    fn state(&self) -> Vec<(String, Tensor)> {
        vec![(LOG_VARIANCES.to_owned(), self.log_variances.detach().copy())]
    }

    fn restore(&mut self, state: &BTreeMap<String, Tensor>) -> Result<(), TrainError> {
        self.log_variances = leaf(&kept(state, LOG_VARIANCES, &[2])?.to_kind(Kind::Float));
        Ok(())
    }
}

/// A tensor of the same values that gathers its own gradient.
fn leaf(values: &Tensor) -> Tensor {
    values.detach().set_requires_grad(true)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_kept_is_what_is_restored_and_anything_else_is_refused() {
        let mut method = Kendall::new(100.0).expect("factor");
        method.log_variances = leaf(&Tensor::from_slice(&[0.25f32, -1.5]));
        let state: BTreeMap<String, Tensor> = method.state().into_iter().collect();
        let mut other = Kendall::new(100.0).expect("factor");
        other.restore(&state).expect("restored");
        assert!(other.log_variances.equal(&method.log_variances) && other.log_variances.requires_grad());
        let error = other.restore(&BTreeMap::new()).expect_err("nothing").to_string();
        assert!(error.contains("log_variances must be a tensor of shape [2], got nothing"), "{error}");
        let three = BTreeMap::from([(LOG_VARIANCES.to_owned(), Tensor::zeros([3], tch::kind::FLOAT_CPU))]);
        let error = other.restore(&three).expect_err("three").to_string();
        assert!(error.contains("got shape [3]"), "{error}");
        for wrong in [0.0, -1.0, f64::NAN] {
            let error = Kendall::new(wrong).expect_err("factor").to_string();
            assert!(error.contains("factor must be a finite number > 0"), "{error}");
        }
    }

    #[test]
    fn a_step_follows_the_gradient_once() {
        let mut method = Kendall::new(100.0).expect("factor");
        method.stepped(0.5); // nothing to follow yet
        let losses = Tensor::from_slice(&[2.0f32, 0.25]);
        uncertainty_weighted(&losses, &method.log_variances, &Tensor::from_slice(&[1.0f32, 1.0])).backward();
        method.stepped(0.001);
        method.stepped(0.001); // the gradient is used up
        // s - 0.1 (1/2 - l)
        assert!((method.log_variances.double_value(&[0]) - 0.15).abs() < 1e-7);
        assert!((method.log_variances.double_value(&[1]) + 0.025).abs() < 1e-7);
    }
}
