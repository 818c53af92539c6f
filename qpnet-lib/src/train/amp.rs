//! Mixed precision: the scale of the loss.
//!
//! On CUDA the network may compute in half precision (`TrainConfig::amp`): convolutions and matrix
//! products of the forward pass, and with them their gradients. Features, logits and every loss are
//! single precision, weights and Adam's moments stay so; validation is not concerned. Small gradients
//! vanish in half precision (below 6e-8), so the loss is multiplied by a power of two before and
//! gradients are divided by it after, which is exact. Where a gradient overflows, the step is left out
//! and the scale is halved.
//!
//! The binding offers autocast for CUDA only, and libtorch's default kind there, which is float16; it
//! cannot ask for bfloat16.

use serde::{Deserialize, Serialize};

/// The scale of the loss, and how it moves.
///
/// # Source
/// Micikevicius et al. 2018 (arXiv 1710.03740); constants of PyTorch's `GradScaler`.
#[derive(Clone, Copy, Debug, PartialEq, Serialize, Deserialize)]
pub(super) struct LossScale {
    value: f64,
    /// Steps since the last overflow or growth.
    good: u32,
}

/// Steps without overflow after which the scale doubles.
const PATIENCE: u32 = 2000;

impl Default for LossScale {
    fn default() -> Self {
        Self { value: 65536.0, good: 0 }
    }
}

impl LossScale {
    /// What the loss is multiplied by.
    pub(super) fn value(self) -> f64 {
        self.value
    }

    /// After a step: `overflow` says that a gradient was not finite. False when the scale is at its
    /// end, and gradients overflow without help.
    pub(super) fn follow(&mut self, overflow: bool) -> bool {
        if overflow {
            *self = Self { value: self.value / 2.0, good: 0 };
            return self.value >= 1.0;
        }
        self.good += 1;
        if self.good == PATIENCE {
            *self = Self { value: self.value * 2.0, good: 0 };
        }
        true
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_scale_halves_at_once_and_doubles_after_many_good_steps() {
        let mut scale = LossScale::default();
        assert!(scale.follow(true));
        assert_eq!(scale.value(), 32768.0);
        for _ in 0..PATIENCE - 1 {
            assert!(scale.follow(false));
        }
        assert_eq!(scale.value(), 32768.0);
        assert!(scale.follow(true) && scale.value() == 16384.0, "an overflow begins the count anew");
        (0..PATIENCE).for_each(|_| assert!(scale.follow(false)));
        assert_eq!(scale.value(), 32768.0);
        let halvings = (0..).take_while(|_| scale.follow(true)).count();
        assert_eq!(halvings, 15, "at 2^-1 it gives up");
    }
}
