//! The two sets of constants that there are for QP-Net: the paper's, and those of its public code.

use std::str::FromStr;

use super::{MethodKind, RunConfig, RunError};
use crate::loss::Gammas;

/// Constants of losses, heads and optimiser.
///
/// | | `paper` | `public_code` |
/// |---|---|---|
/// | gamma of adversary, MMD, BSS | 0.1, 0.8, 0.001 (candidates: its Supplement was not at hand) | 0.1, 0.8, 0.9 |
/// | heads, from 100 features to classes | one hidden layer of 50 | hidden layers of 70, 50 and 20 |
/// | Adam's decays | 0.9, 0.999 | 0.9, 0.99 |
/// | weight decay | 0 | 0.03 |
///
/// Only constants are taken from the public code: losses are those of the equations under both.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Preset {
    /// What the paper says.
    #[default]
    Paper,
    /// What its public code has.
    PublicCode,
}

impl FromStr for Preset {
    type Err = RunError;

    fn from_str(word: &str) -> Result<Self, RunError> {
        match word {
            "paper" => Ok(Self::Paper),
            "public_code" => Ok(Self::PublicCode),
            _ => Err(RunError::Preset(word.to_owned())),
        }
    }
}

impl RunConfig {
    /// The same experiment with the constants of `preset`. Terms that a method leaves out stay out. The
    /// settings of a new configuration are those of the paper.
    pub fn with_preset(mut self, preset: Preset) -> Self {
        if preset == Preset::Paper {
            return self;
        }
        let on = |gamma: f64, value: f64| if gamma > 0.0 { value } else { 0.0 };
        for spec in &mut self.methods {
            if let MethodKind::Qpi(config) = &mut spec.method {
                let Gammas { d, mmd, bss } = config.gammas;
                config.gammas = Gammas { d: on(d, 0.1), mmd: on(mmd, 0.8), bss: on(bss, 0.9) };
            }
        }
        self.settings.model.features = 100;
        self.settings.model.hidden = vec![70, 50, 20];
        for training in [&mut self.settings.base, &mut self.settings.transfer] {
            training.betas = Some([0.9, 0.99]);
            training.weight_decay = 0.03;
        }
        self
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::data::Manifest;
    use crate::experiment::{MethodSpec, Profile};

    #[test]
    fn constants_change_and_terms_that_are_off_stay_off() {
        let manifest = Manifest::find("synthetic").expect("shipped");
        let methods = MethodSpec::list("mixed,qpi,dann").expect("known");
        let paper = RunConfig::new("synthetic", &manifest, "moderate", &methods, Profile::Smoke, 1);
        assert_eq!(paper.clone().with_preset("paper".parse().expect("known")), paper);
        let public = paper.clone().with_preset("public_code".parse().expect("known"));
        let gammas = |config: &RunConfig, at: usize| match config.methods[at].method {
            MethodKind::Qpi(config) => config.gammas,
            _ => panic!("no QP-Net"),
        };
        assert_eq!(gammas(&public, 1), Gammas { d: 0.1, mmd: 0.8, bss: 0.9 });
        assert_eq!(gammas(&public, 2), Gammas { d: 0.1, mmd: 0.0, bss: 0.0 });
        assert_eq!(public.methods[0], paper.methods[0]);
        for training in [public.settings.base, public.settings.transfer] {
            assert_eq!((training.betas, training.weight_decay), (Some([0.9, 0.99]), 0.03));
            training.check().expect("sound");
        }
        assert_eq!(public.settings.model.hidden, [70, 50, 20]);
        let error = "supplement".parse::<Preset>().expect_err("unknown").to_string();
        assert_eq!(error, "unknown preset \"supplement\": expected paper or public_code");
    }
}
