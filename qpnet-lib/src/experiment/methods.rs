//! The methods that can be compared: the words of the command line, and what each trains.
//!
//! A method is registered here in three lines: its variant of [`MethodKind`], the objective that is made
//! of it, and its word and title in [`MethodSpec::known`]. All else it says itself ([`Method`]).

use serde::{Deserialize, Serialize};

use super::RunError;
use crate::loss::Gammas;
use crate::train::{
    ConfigError, Coral, DeltaPart, Dfr, Dwb, Erm, FixedDelta, Flsd, Focal, GroupBalanced, GroupDro, Kendall,
    Method, Minimax, Qpi, QpiConfig, Reweighted, Rwg, Subg,
};

/// What a method trains. All but the first two start from the Mixed model.
#[derive(Clone, Copy, Debug, PartialEq, Serialize, Deserialize)]
#[serde(tag = "kind", rename_all = "snake_case")]
pub enum MethodKind {
    /// Mixed training, equation 5: one model for everybody.
    Mixed,
    /// Divide-and-conquer, equations 6 and 7: one model a subgroup, each evaluated on its own.
    Dc,
    /// Quasi-Pareto Improvement by QP-Net, equations 1–3, from the Mixed model.
    Qpi(QpiConfig),
    /// Control: Mixed, trained on for the steps of the transfer. What more training does alone.
    ErmPlus,
    /// Control: the same on QP-Net's batches. What balanced batches do without QP-Net's losses.
    GroupBalanced,
    /// Control: GroupDRO on QP-Net's batches, from Mixed.
    GroupDro {
        /// Step size of the groups' weights.
        eta: f64,
    },
    /// Control: every cell subsampled to the smallest ([`Subg`]).
    Subg,
    /// Control: images drawn by inverse frequency of their cell ([`Rwg`]).
    Rwg,
    /// Control: losses weighted by inverse frequency of their cell ([`Reweighted`]).
    Reweighted,
    /// Control: focal loss ([`Focal`]).
    Focal {
        /// The exponent.
        gamma: f64,
    },
    /// Control: focal loss with sample-dependent exponent ([`Flsd`]).
    Flsd,
    /// Control: dynamically weighted balanced loss ([`Dwb`]).
    Dwb,
    /// Control: alignment of covariances ([`Coral`]).
    Coral {
        /// Weight of the distance.
        gamma: f64,
    },
    /// Control: the last layer retrained on validation ([`Dfr`]).
    Dfr,
    /// Control: learnt weights of the subgroups ([`Kendall`]).
    Kendall {
        /// Their step, in learning rates of the network.
        factor: f64,
    },
    /// Control: a fixed weight of the dominant subgroup, a point of the re-weighting frontier ([`FixedDelta`]).
    Delta {
        /// The weight.
        delta: f64,
    },
    /// Control: minimax Pareto fairness ([`Minimax`]).
    Minimax {
        /// Step of the groups' weights.
        alpha: f64,
        /// Steps of the network between two of theirs.
        every: u32,
    },
}

impl MethodKind {
    /// Whether the method starts from the Mixed model.
    pub fn is_transfer(self) -> bool {
        !matches!(self, Self::Mixed | Self::Dc)
    }

    /// The objective, ready to be trained.
    ///
    /// # Errors
    /// [`ConfigError`] where a setting makes no sense.
    pub fn objective(self) -> Result<Box<dyn Method>, ConfigError> {
        Ok(match self {
            Self::Mixed | Self::Dc | Self::ErmPlus => Box::new(Erm),
            Self::Qpi(config) => Box::new(Qpi::new(config)?),
            Self::GroupBalanced => Box::new(GroupBalanced),
            Self::GroupDro { eta } => Box::new(GroupDro::new(eta)?),
            Self::Subg => Box::new(Subg),
            Self::Rwg => Box::new(Rwg),
            Self::Reweighted => Box::new(Reweighted::default()),
            Self::Focal { gamma } => Box::new(Focal::new(gamma)?),
            Self::Flsd => Box::new(Flsd),
            Self::Dwb => Box::new(Dwb::default()),
            Self::Coral { gamma } => Box::new(Coral::new(gamma)?),
            Self::Dfr => Box::new(Dfr),
            Self::Kendall { factor } => Box::new(Kendall::new(factor)?),
            Self::Delta { delta } => Box::new(FixedDelta::new(delta)?),
            Self::Minimax { alpha, every } => Box::new(Minimax::new(alpha, every)?),
        })
    }

    /// QP-Net with delta one half and the terms of `gammas` alone: a cell of the ablation grid.
    fn single(gammas: Gammas) -> Self {
        Self::Qpi(QpiConfig { gammas, fixed_delta: Some(0.5), ..QpiConfig::paper() })
    }
}

/// A method under the names it has on the command line, in tables and in figures.
///
/// A run may hold several methods of one kind (an ablation): their keys differ.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct MethodSpec {
    /// The word of the command line and of `predictions.csv`.
    pub key: String,
    /// The name in tables and figures.
    pub title: String,
    /// What it trains.
    pub method: MethodKind,
}

impl MethodSpec {
    /// Whether it measures delta on the test part, which then proves nothing any more.
    pub fn is_steered_by_test(&self) -> bool {
        matches!(self.method, MethodKind::Qpi(qpi) if qpi.measure_on == DeltaPart::Test)
    }

    /// A method under names of one's own.
    pub fn new(key: impl Into<String>, title: impl Into<String>, method: MethodKind) -> Self {
        Self { key: key.into(), title: title.into(), method }
    }

    /// Mixed training.
    pub fn mixed() -> Self {
        Self::new("mixed", "Mixed", MethodKind::Mixed)
    }

    /// Divide-and-conquer.
    pub fn dc() -> Self {
        Self::new("dc", "Divide-and-conquer", MethodKind::Dc)
    }

    /// QPI with the paper's preset.
    pub fn qpi() -> Self {
        Self::new("qpi", "QPI", MethodKind::Qpi(QpiConfig::paper()))
    }

    /// All methods that have a word on the command line, in the order in which they are shown.
    pub fn known() -> Vec<Self> {
        let gammas = QpiConfig::paper().gammas;
        vec![
            Self::mixed(),
            Self::dc(),
            Self::qpi(),
            Self::new("erm_plus", "Mixed + more steps", MethodKind::ErmPlus),
            Self::new("group_balanced", "Group-balanced", MethodKind::GroupBalanced),
            Self::new("group_dro", "GroupDRO", MethodKind::GroupDro { eta: 0.01 }),
            Self::new("subg", "SUBG", MethodKind::Subg),
            Self::new("rwg", "RWG", MethodKind::Rwg),
            Self::new("reweighted", "Loss re-weighting", MethodKind::Reweighted),
            Self::new("focal", "Focal", MethodKind::Focal { gamma: 3.0 }),
            Self::new("flsd", "FLSD-53", MethodKind::Flsd),
            Self::new("dwb", "DWB", MethodKind::Dwb),
            Self::new("dann", "DANN", MethodKind::single(Gammas { mmd: 0.0, bss: 0.0, ..gammas })),
            Self::new("mmd", "MMD only", MethodKind::single(Gammas { d: 0.0, bss: 0.0, ..gammas })),
            Self::new("bss", "BSS only", MethodKind::single(Gammas { d: 0.0, mmd: 0.0, ..gammas })),
            Self::new("coral", "CORAL", MethodKind::Coral { gamma: 1.0 }),
            Self::new("dfr", "DFR", MethodKind::Dfr),
            Self::new("kendall", "Kendall weighting", MethodKind::Kendall { factor: 100.0 }),
            Self::new("delta_50", "δ = 0.5", MethodKind::Delta { delta: 0.5 }),
            Self::new("delta_35", "δ = 0.35", MethodKind::Delta { delta: 0.35 }),
            Self::new("delta_25", "δ = 0.25", MethodKind::Delta { delta: 0.25 }),
            Self::new("delta_10", "δ = 0.1", MethodKind::Delta { delta: 0.1 }),
            Self::new("delta_0", "δ = 0", MethodKind::Delta { delta: 0.0 }),
            Self::new("minimax", "Minimax Pareto", MethodKind::Minimax { alpha: 0.5, every: 5 }),
        ]
    }

    /// A list such as `mixed,dc,qpi`, without repetitions, in the order of [`Self::known`].
    ///
    /// # Errors
    /// [`RunError::Method`] for an unknown word or an empty list.
    pub fn list(words: &str) -> Result<Vec<Self>, RunError> {
        let known = Self::known();
        let mut wanted = Vec::new();
        for word in words.split(',').map(str::trim) {
            let place = known.iter().position(|spec| spec.key == word);
            let unknown = || RunError::Method {
                got: word.to_owned(),
                known: known.iter().map(|spec| spec.key.clone()).collect(),
            };
            wanted.push(place.ok_or_else(unknown)?);
        }
        Ok(known
            .iter()
            .enumerate()
            .filter(|(i, _)| wanted.contains(i))
            .map(|(_, spec)| spec.clone())
            .collect())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn lists_are_ordered_and_unknown_words_refused() {
        let list = MethodSpec::list("qpi, mixed,qpi").expect("list");
        assert_eq!(list, [MethodSpec::mixed(), MethodSpec::qpi()]);
        let error = MethodSpec::list("mixed,erm").expect_err("unknown").to_string();
        assert!(error.contains("erm") && error.contains("group_dro, subg, rwg"), "{error}");
        assert!(MethodSpec::list("").is_err());
    }

    #[test]
    fn a_method_survives_the_configuration_file() {
        for spec in MethodSpec::known() {
            let text = toml::to_string(&spec).expect("toml");
            assert_eq!(toml::from_str::<MethodSpec>(&text).expect("back"), spec, "{text}");
            assert_eq!(MethodSpec::list(&spec.key).expect("its word"), [spec]);
        }
    }

    #[test]
    fn no_two_words_train_the_same_and_settings_are_refused() {
        let known = MethodSpec::known();
        for (i, spec) in known.iter().enumerate() {
            assert!(known[..i].iter().all(|other| other.key != spec.key && other.title != spec.title));
            assert!(known[..i].iter().all(|other| other.method != spec.method), "{}", spec.key);
            assert!(spec.method.objective().is_ok(), "{}", spec.key);
        }
        for (wrong, words) in [
            (
                MethodKind::Focal { gamma: 0.5 },
                "gamma of the focal loss must be 0 or a finite number >= 1, got 0.5",
            ),
            (MethodKind::Coral { gamma: -1.0 }, "gamma of CORAL must be a finite number >= 0, got -1"),
            (MethodKind::Kendall { factor: 0.0 }, "factor must be a finite number > 0, got 0"),
            (MethodKind::GroupDro { eta: f64::NAN }, "eta must be a finite number > 0, got NaN"),
            (MethodKind::Delta { delta: 1.5 }, "delta must be between 0 and 1, got 1.5"),
            (MethodKind::Minimax { alpha: 0.0, every: 5 }, "alpha must be above 0 and at most 1, got 0"),
            (MethodKind::Minimax { alpha: 0.5, every: 0 }, "every must be at least 1, got 0"),
        ] {
            let error = wrong.objective().err().map(|error| error.to_string()).unwrap_or_default();
            assert!(error.contains(words), "{error}");
        }
    }
}
