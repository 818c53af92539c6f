//! The transfers that a study compares.

use serde::{Deserialize, Serialize};

use crate::train::QpiConfig;

/// How a network is brought to the less-prevalent subgroup.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum TransferKind {
    /// Trained on the less-prevalent training set alone: the paper's Delta CKA of Mixed.
    FineTuning,
    /// QP-Net.
    Qpi,
    /// QP-Net with delta fixed at 1/2, a control.
    ///
    /// The adaptive delta is anchored on M_2's dominant AUC. M_1, whose head is drawn, begins far
    /// below it, so that delta is near 1 and the "transfer to the less-prevalent subgroup" learns
    /// the dominant one until it catches up. That can change M_1's layers more, lower `CKA_1` and
    /// raise Delta CKA of QPI by the design, not by what QPI reuses. With delta at 1/2 both
    /// networks go through the same losses.
    QpiHalf,
}

impl TransferKind {
    /// All, in the order of results.
    pub const ALL: [Self; 3] = [Self::FineTuning, Self::Qpi, Self::QpiHalf];

    /// Its place in results.
    pub fn place(self) -> usize {
        self as usize
    }

    /// For tables and figures.
    pub fn title(self) -> &'static str {
        match self {
            Self::FineTuning => "fine-tuning",
            Self::Qpi => "QPI",
            Self::QpiHalf => "QPI with delta 1/2",
        }
    }

    /// The settings of QP-Net; `None` for fine-tuning.
    pub(super) fn qpi(self) -> Option<QpiConfig> {
        match self {
            Self::FineTuning => None,
            Self::Qpi => Some(QpiConfig::paper()),
            Self::QpiHalf => Some(QpiConfig { fixed_delta: Some(0.5), ..QpiConfig::paper() }),
        }
    }
}
