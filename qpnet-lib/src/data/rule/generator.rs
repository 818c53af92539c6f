//! Which generator draws a scheme, and what its populations are called.

use serde::{Deserialize, Serialize};

use super::conflict::Conflict;
use super::params::Params;
use super::policy::Policy;

/// A generator with the settings of one scheme.
#[derive(Clone, Debug, PartialEq)]
pub enum Generator {
    /// Benign and malignant nodules.
    Nodules(Conflict),
    /// The same with every number given.
    Own(Box<Params>),
    /// Fourteen findings.
    Chexpert {
        /// What makes the two subgroups.
        attribute: Attribute,
        /// What an uncertain finding becomes.
        uncertain: Policy,
        /// What a finding that is not mentioned becomes.
        blank: Policy,
    },
}

impl Generator {
    /// Display names: dominant, less-prevalent.
    pub fn subgroups(&self) -> [&'static str; 2] {
        match self {
            Self::Nodules(_) | Self::Own(_) => ["dominant", "less-prevalent"],
            Self::Chexpert { attribute, .. } => attribute.subgroups(),
        }
    }
}

/// What makes the two subgroups of a scheme.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Attribute {
    /// 18 to 80 years against more.
    Age,
    /// White, Asian or other against Black.
    Race,
}

impl Attribute {
    /// Display names: dominant, less-prevalent.
    pub fn subgroups(self) -> [&'static str; 2] {
        match self {
            Self::Age => ["18-80", ">80"],
            Self::Race => ["White, Asian, other", "Black"],
        }
    }
}

/// The names of the fourteen findings, in CheXpert's order.
pub const FINDING_NAMES: [&str; 14] = [
    "No Finding",
    "Enlarged Cardiomediastinum",
    "Cardiomegaly",
    "Lung Opacity",
    "Lung Lesion",
    "Edema",
    "Consolidation",
    "Pneumonia",
    "Atelectasis",
    "Pneumothorax",
    "Pleural Effusion",
    "Pleural Other",
    "Fracture",
    "Support Devices",
];
