//! The ablation grid of equation 3, the sweep of sigma, and the controls of QP-Net.

use super::{MethodKind, MethodSpec, Profile, RunConfig, RunError};
use crate::data::Manifest;
use crate::loss::Gammas;
use crate::train::{QpiConfig, Selection};

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

/// A part of QP-Net.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Part {
    /// Delta adapts, instead of one half.
    AdaptiveDelta,
    /// The adversarial term.
    Adversary,
    /// MMD.
    Mmd,
    /// BSS.
    Bss,
}

impl Part {
    /// All four.
    pub const ALL: [Self; 4] = [Self::AdaptiveDelta, Self::Adversary, Self::Mmd, Self::Bss];

    /// For tables and figures.
    pub fn title(self) -> &'static str {
        match self {
            Self::AdaptiveDelta => "adaptive δ",
            Self::Adversary => "adversary",
            Self::Mmd => "MMD",
            Self::Bss => "BSS",
        }
    }

    /// Whether it is on.
    pub fn is_on(self, parts: Parts) -> bool {
        match self {
            Self::AdaptiveDelta => parts.adaptive,
            Self::Adversary => parts.adversarial,
            Self::Mmd => parts.mmd,
            Self::Bss => parts.bss,
        }
    }
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

/// The controls of the [`study`] that have a word of their own; further methods are compared elsewhere.
const CONTROLS: [&str; 3] = ["erm_plus", "group_balanced", "group_dro"];

/// Mixed, QP-Net, its controls, the grid and the sweep in one list, for one run a seed: all start
/// from the same Mixed model. A cell of the grid or a sigma that *is* QP-Net is not trained twice;
/// [`find`] knows it by its settings. The last control re-weights: `delta` a quarter, no other term.
pub fn study(full: QpiConfig, sigmas: &[f64]) -> Vec<MethodSpec> {
    let named = |spec: &MethodSpec| CONTROLS.contains(&spec.key.as_str());
    let mut methods =
        vec![MethodSpec::mixed(), MethodSpec { method: MethodKind::Qpi(full), ..MethodSpec::qpi() }];
    methods.extend(MethodSpec::known().into_iter().filter(named));
    let off = Gammas { d: 0.0, mmd: 0.0, bss: 0.0 };
    let quarter = QpiConfig { gammas: off, fixed_delta: Some(0.25), ..full };
    methods.push(MethodSpec::new("re_weighted", "Re-weighted, δ = ¼", MethodKind::Qpi(quarter)));
    let grid = Parts::grid().into_iter().map(|parts| parts.method(full));
    for spec in grid.chain(sigma_sweep(full, sigmas)) {
        if methods.iter().all(|known| known.method != spec.method) {
            methods.push(spec);
        }
    }
    methods
}

/// The sigmas of the sweep; the paper's 0.05 is among them.
pub const SIGMAS: [f64; 5] = [0.01, 0.02, 0.05, 0.1, 0.2];

/// The [`study`] on the synthetic population, where the dominant subgroup is largest.
///
/// The last epoch is kept throughout, so that losses are compared: a rule of selection would keep
/// the start of one method and the end of another. `smoke` has a smaller population and a few steps.
///
/// # Errors
/// [`RunError::Data`] from the manifest.
pub fn study_config(profile: Profile) -> Result<RunConfig, RunError> {
    let manifest = Manifest::find("synthetic")?;
    let methods = study(QpiConfig::paper(), &SIGMAS);
    let config = RunConfig::new("synthetic", &manifest, "moderate", &methods, profile, 1);
    Ok(comparing_losses(config))
}

/// Every transfer that has a word, re-weighting with `delta` a quarter, and the ablation grid of
/// the paper's preset, on a data set of one's own; the last epoch is kept as in [`study_config`].
pub fn everything_config(data: &str, manifest: &Manifest, scheme: &str, profile: Profile) -> RunConfig {
    let mut methods = study(QpiConfig::paper(), &[]);
    let first_cell = methods.iter().position(|spec| spec.key == "re_weighted").unwrap_or(methods.len());
    for spec in MethodSpec::known().into_iter().rev() {
        if spec.method.is_transfer() && methods.iter().all(|known| known.key != spec.key) {
            // A cell of the grid that has a word is called by it, as it is everywhere else.
            methods.retain(|known| known.method != spec.method);
            methods.insert(first_cell, spec);
        }
    }
    comparing_losses(RunConfig::new(data, manifest, scheme, &methods, profile, 1))
}

/// The settings under which methods are compared, not rules of selection.
fn comparing_losses(mut config: RunConfig) -> RunConfig {
    let settings = &mut config.settings;
    settings.synthetic.dominant_train = 6400;
    if config.profile == Profile::Smoke {
        settings.synthetic.dominant_train = 1600;
        (settings.base.epochs, settings.base.halve_every) = (8, 2);
        (settings.transfer.epochs, settings.transfer.steps_per_epoch) = (3, Some(8));
    }
    for training in [&mut settings.base, &mut settings.transfer] {
        training.selection = Selection::Last;
    }
    config
}

/// The method among `methods` that trains exactly `kind`, whatever it is called.
pub fn find(methods: &[MethodSpec], kind: MethodKind) -> Option<&MethodSpec> {
    methods.iter().find(|spec| spec.method == kind)
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
    fn a_study_trains_nothing_twice() {
        let full = QpiConfig::paper();
        let methods = study(full, &[0.01, 0.05, 0.2]);
        for (i, spec) in methods.iter().enumerate() {
            assert!(methods[..i].iter().all(|other| other.method != spec.method), "{}", spec.key);
            assert!(methods[..i].iter().all(|other| other.key != spec.key), "{}", spec.key);
        }
        // Mixed, QPI, three controls, re-weighting, 15 further cells, two further sigmas.
        assert_eq!(methods.len(), 6 + 15 + 2);
        let first: Vec<&str> = methods.iter().take(7).map(|spec| spec.key.as_str()).collect();
        let expected = ["mixed", "qpi", "erm_plus", "group_balanced", "group_dro", "re_weighted", "qpi_f000"];
        assert_eq!(first, expected, "committed figures are of this list");
        for parts in Parts::grid() {
            assert!(find(&methods, parts.method(full).method).is_some(), "{parts:?}");
        }
    }

    #[test]
    fn everything_holds_every_transfer_and_every_cell_once() {
        let manifest = Manifest::find("synthetic").expect("shipped");
        let config = everything_config("synthetic", &manifest, "moderate", Profile::Smoke);
        let methods = &config.methods;
        config.check().expect("keys differ");
        for (i, spec) in methods.iter().enumerate() {
            assert!(methods[..i].iter().all(|other| other.method != spec.method), "{}", spec.key);
        }
        for spec in MethodSpec::known().into_iter().filter(|spec| spec.method != MethodKind::Dc) {
            assert!(methods.contains(&spec), "{}", spec.key);
        }
        for parts in Parts::grid() {
            assert!(find(methods, parts.method(QpiConfig::paper()).method).is_some(), "{parts:?}");
        }
        assert_eq!(methods[0], MethodSpec::mixed());
        assert_eq!(config.settings.transfer.selection, Selection::Last);
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
