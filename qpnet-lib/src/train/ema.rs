//! A moving average of the weights.

use std::collections::BTreeMap;

use tch::{TchError, Tensor};

use crate::model::{Mode, QpNet};

/// The network whose weights are the exponential moving average of a training's:
/// `e <- d e + (1 - d) w` after each step, beginning with the starting point.
///
/// Between validations its running statistics are the training's, which belong to other weights. Before it is
/// judged it gets its own ([`Self::take_statistics`]).
///
/// # Source
/// Polyak & Juditsky 1992, SIAM J. Control Optim. 30:838; the exponential form is that of common practice. Own
/// statistics: Izmailov et al. 2018, *Averaging weights leads to wider optima* (arXiv 1803.05407), section 3.2.
#[derive(Debug)]
pub(super) struct Ema {
    decay: f64,
    net: QpNet,
}

impl Ema {
    pub(super) fn new(net: &QpNet, decay: f64) -> Result<Self, TchError> {
        Ok(Self { decay, net: net.duplicate()? })
    }

    /// The network with the averaged weights.
    pub(super) fn net(&self) -> &QpNet {
        &self.net
    }

    /// Take in the weights after a step.
    pub(super) fn follow(&mut self, net: &QpNet) {
        let theirs = net.var_store().variables();
        tch::no_grad(|| {
            for (name, mut mean) in self.net.var_store().variables() {
                let weight = &theirs[&name];
                let _ = if weight.requires_grad() {
                    mean.lerp_(weight, 1.0 - self.decay)
                } else {
                    mean.copy_(weight);
                    mean
                };
            }
        });
    }

    /// Give batch normalisation the statistics of the averaged weights: the mean over `batches` of what each layer
    /// sees in each, whatever the running statistics were.
    ///
    /// # Formula
    /// One batch moves a running statistic `r` to `(1 - m) r + m b`. From `r = 0` that is `m b`, from a large `r` it
    /// is little but `(1 - m) r`: the two tell `m` and `b` of every layer, whose momentum the network does not say.
    pub(super) fn take_statistics(&self, batches: impl Iterator<Item = Tensor>) {
        let is_running =
            |(name, _): &(String, Tensor)| name.ends_with(".running_mean") || name.ends_with(".running_var");
        // So large that `m` is exact to single precision, whatever the batch adds.
        const LARGE: f64 = 1_048_576.0;
        let running: BTreeMap<String, Tensor> =
            self.net.var_store().variables().into_iter().filter(is_running).collect();
        if running.is_empty() {
            return;
        }
        let after = |start: f64, images: &Tensor| -> Vec<Tensor> {
            running.values().for_each(|statistic| drop(statistic.shallow_clone().fill_(start)));
            let _ = self.net.features(images, Mode::Train);
            running.values().map(Tensor::copy).collect()
        };
        tch::no_grad(|| {
            let (mut sums, mut momenta, mut count) = (Vec::<Tensor>::new(), Vec::<Tensor>::new(), 0);
            for images in batches {
                let moved = after(0.0, &images);
                if sums.is_empty() {
                    // The same batch again, from another start.
                    let momentum = |(from, zero): (Tensor, &Tensor)| 1.0 - (from - zero) / LARGE;
                    momenta = after(LARGE, &images).into_iter().zip(&moved).map(momentum).collect();
                    sums = moved;
                } else {
                    sums.iter_mut().zip(&moved).for_each(|(sum, moved)| *sum += moved);
                }
                count += 1;
            }
            for ((statistic, sum), momentum) in running.values().zip(&sums).zip(&momenta) {
                statistic.shallow_clone().copy_(&(sum / momentum / f64::from(count)));
            }
        });
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::model::ModelConfig;
    use tch::Device;

    #[test]
    fn the_average_is_that_of_its_closed_form() {
        const DECAY: f64 = 0.75;
        const STEPS: i32 = 6;
        // Weights are single precision.
        const TOLERANCE: f64 = 1e-6;
        let net = QpNet::new(&ModelConfig::narrow(1, 2, 4), 1, Device::Cpu).expect("network");
        let mut ema = Ema::new(&net, DECAY).expect("average");
        let mut bias = net.var_store().variables()["class_head.1.bias"].shallow_clone();
        let mut mean = net.var_store().variables()["bn1.running_mean"].shallow_clone();
        let start = bias.double_value(&[0]);
        let mut expected = DECAY.powi(STEPS) * start;
        for step in 1..=STEPS {
            let value = f64::from(step * step) / 10.0;
            let _ = tch::no_grad(|| (bias.fill_(value), mean.fill_(value)));
            ema.follow(&net);
            // sum of (1 - d) d^(n - k) w_k
            expected += (1.0 - DECAY) * DECAY.powi(STEPS - step) * value;
        }
        let variables = ema.net().var_store().variables();
        let got = variables["class_head.1.bias"].double_value(&[0]);
        assert!((got - expected).abs() < TOLERANCE, "{got} instead of {expected}");
        assert!((got - bias.double_value(&[0])).abs() > 0.1, "the average lags behind");
        assert!(variables["bn1.running_mean"].equal(&mean), "running statistics are the training's own");
        // What did not move is its own average, up to the rounding of each step.
        let still = "class_head.0.weight";
        let gap = (&variables[still] - &net.var_store().variables()[still]).abs().max();
        assert!(gap.double_value(&[]) < TOLERANCE);
    }

    #[test]
    fn statistics_are_the_mean_over_batches_and_belong_to_the_averaged_weights() {
        // A statistic is a quotient of single-precision numbers, of which the largest are a few units.
        const TOLERANCE: f64 = 1e-4;
        let net = QpNet::new(&ModelConfig::narrow(1, 2, 4), 1, Device::Cpu).expect("network");
        let ema = Ema::new(&net, 0.5).expect("average");
        let batch = |k: i64| {
            let values: Tensor =
                Tensor::arange(8 * 256, (tch::Kind::Float, Device::Cpu)) * (0.3 + 0.1 * k as f64);
            values.sin().view([8, 1, 16, 16]) * (1.0 + k as f64)
        };
        let weights = |net: &QpNet| net.var_store().variables()["conv1.weight"].copy();
        let before = weights(ema.net());
        // By hand: what the first layer gives, batch by batch.
        let mut means = Vec::new();
        let mut variances = Vec::new();
        for k in 0..3 {
            let seen = tch::no_grad(|| {
                let first = net.var_store().variables();
                let padding = [first["conv1.weight"].size()[2] / 2; 2];
                batch(k).conv2d(&first["conv1.weight"], None::<Tensor>, [2, 2], padding, [1, 1], 1)
            });
            means.push(seen.mean_dim([0i64, 2, 3].as_slice(), false, tch::Kind::Double));
            variances.push(seen.var_dim([0i64, 2, 3].as_slice(), true, false));
        }
        let mean =
            |all: Vec<Tensor>| Tensor::stack(&all, 0).to_kind(tch::Kind::Double).mean_dim(0, false, None);
        // Whatever the statistics were before.
        let mut stale = ema.net().var_store().variables()["bn1.running_mean"].shallow_clone();
        let _ = tch::no_grad(|| stale.fill_(77.0));
        ema.take_statistics((0..3).map(batch));
        let variables = ema.net().var_store().variables();
        for (name, expected) in [("bn1.running_mean", mean(means)), ("bn1.running_var", mean(variances))] {
            let gap = (variables[name].to_kind(tch::Kind::Double) - expected).abs().max().double_value(&[]);
            assert!(gap < TOLERANCE, "{name} is off by {gap}");
        }
        assert!(weights(ema.net()).equal(&before), "weights stay");
        assert!(!net.var_store().variables()["bn1.running_mean"].equal(&variables["bn1.running_mean"]));
    }
}
