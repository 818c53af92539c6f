//! A moving average of the weights.

use tch::TchError;

use crate::model::QpNet;

/// The network whose weights are the exponential moving average of a training's:
/// `e <- d e + (1 - d) w` after each step, beginning with the starting point.
///
/// Running statistics are not averaged: they are the training's own, which average already.
///
/// # Source
/// Polyak & Juditsky 1992, SIAM J. Control Optim. 30:838; the exponential form is that of common practice.
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
}
