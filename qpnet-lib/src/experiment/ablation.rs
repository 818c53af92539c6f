//! The ablation grid of equation 3, the sweep of sigma, and the controls of QP-Net.

use super::{MethodKind, MethodSpec};
use crate::loss::Gammas;
use crate::train::QpiConfig;

/// One cell of the ablation grid: which parts of QP-Net are on.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Parts {
    /// Adaptive delta, or fixed at one half.
    pub adaptive: bool,
    /// The adversarial term.
    pub adversarial: bool,
    /// MMD.
    pub mmd: bool,
    /// BSS.
    pub bss: bool,
}

impl Parts {
    /// All sixteen: delta fixed or adaptive, each gamma off or on.
    pub fn grid() -> Vec<Self> {
        let bit = |number: usize, place: usize| number >> place & 1 == 1;
        let parts =
            |n: usize| Self { adaptive: bit(n, 3), adversarial: bit(n, 2), mmd: bit(n, 1), bss: bit(n, 0) };
        (0..16).map(parts).collect()
    }

    /// QP-Net with these parts of `full`.
    pub fn method(self, full: QpiConfig) -> MethodSpec {
        let on = |on: bool, gamma: f64| if on { gamma } else { 0.0 };
        let Gammas { d, mmd, bss } = full.gammas;
        let gammas = Gammas { d: on(self.adversarial, d), mmd: on(self.mmd, mmd), bss: on(self.bss, bss) };
        let fixed_delta = if self.adaptive { full.fixed_delta } else { Some(0.5) };
        let config = QpiConfig { gammas, fixed_delta, ..full };
        MethodSpec::new(self.key(), self.title(), MethodKind::Qpi(config))
    }

    /// `qpi_a101`: adaptive delta, adversary on, MMD off, BSS on.
    fn key(self) -> String {
        let digit = u8::from;
        let delta = if self.adaptive { 'a' } else { 'f' };
        format!("qpi_{delta}{}{}{}", digit(self.adversarial), digit(self.mmd), digit(self.bss))
    }

    fn title(self) -> String {
        let mut words = vec![if self.adaptive { "adaptive δ" } else { "δ = ½" }];
        for (on, word) in [(self.adversarial, "adversary"), (self.mmd, "MMD"), (self.bss, "BSS")] {
            if on {
                words.push(word);
            }
        }
        words.join(" + ")
    }
}

/// QP-Net at several values of sigma (Supplementary Fig 1), everything else as `full`.
pub fn sigma_sweep(full: QpiConfig, sigmas: &[f64]) -> Vec<MethodSpec> {
    let method = |&sigma: &f64| {
        let config = QpiConfig { sigma, ..full };
        MethodSpec::new(format!("qpi_sigma_{sigma}"), format!("σ = {sigma}"), MethodKind::Qpi(config))
    };
    sigmas.iter().map(method).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_grid_holds_every_combination_once() {
        let mut keys: Vec<String> =
            Parts::grid().into_iter().map(|parts| parts.method(QpiConfig::paper()).key).collect();
        keys.sort();
        keys.dedup();
        assert_eq!(keys.len(), 16);
    }

    #[test]
    fn everything_on_is_the_full_method_and_everything_off_weighs_nothing() {
        let on = Parts { adaptive: true, adversarial: true, mmd: true, bss: true };
        assert_eq!(on.method(QpiConfig::paper()).method, MethodKind::Qpi(QpiConfig::paper()));
        let off = Parts { adaptive: false, adversarial: false, mmd: false, bss: false };
        let MethodKind::Qpi(config) = off.method(QpiConfig::paper()).method else { panic!("QPI") };
        assert_eq!(config.gammas, Gammas { d: 0.0, mmd: 0.0, bss: 0.0 });
        assert_eq!(config.fixed_delta, Some(0.5));
    }
}
