//! The methods that can be compared: what each trains, and from where.

use serde::{Deserialize, Serialize};

use super::RunError;
use crate::train::{DeltaPart, QpiConfig};

/// What a method trains.
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
}

impl MethodKind {
    /// Whether the method starts from the Mixed model.
    pub fn is_transfer(self) -> bool {
        !matches!(self, Self::Mixed | Self::Dc)
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
        vec![
            Self::mixed(),
            Self::dc(),
            Self::qpi(),
            Self::new("erm_plus", "Mixed + more steps", MethodKind::ErmPlus),
            Self::new("group_balanced", "Group-balanced", MethodKind::GroupBalanced),
            Self::new("group_dro", "GroupDRO", MethodKind::GroupDro { eta: 0.01 }),
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
        assert!(error.contains("erm") && error.contains("group_dro"), "{error}");
        assert!(MethodSpec::list("").is_err());
    }

    #[test]
    fn a_method_survives_the_configuration_file() {
        for spec in MethodSpec::known() {
            let text = toml::to_string(&spec).expect("toml");
            assert_eq!(toml::from_str::<MethodSpec>(&text).expect("back"), spec, "{text}");
        }
    }
}
