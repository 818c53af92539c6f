//! What happened in every epoch of every model.

use serde::{Deserialize, Serialize};

/// One epoch of one model. An entry that has no meaning for a method is empty.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
pub struct EpochRecord {
    /// Which model: `mixed`, `dc:dominant`, `dc:less_prevalent`, `qpi`.
    pub model: String,
    /// Root seed.
    pub seed: u64,
    /// Counted from 1; 0 is the starting point, before any step.
    pub epoch: usize,
    /// Optimisation steps done so far.
    pub steps: usize,
    /// Learning rate of this epoch.
    pub learning_rate: Option<f64>,
    /// Weight of the dominant subgroup used in this epoch.
    pub delta: Option<f64>,
    /// Its standard error, from that of `A_domi - A_mix` on the same patients.
    pub delta_se: Option<f64>,
    /// Mean over the epoch's steps of the total loss.
    pub loss: Option<f64>,
    /// … of the class loss `L_y`.
    pub loss_class: Option<f64>,
    /// … of `L_domi`.
    pub loss_dominant: Option<f64>,
    /// … of `L_less`.
    pub loss_less_prevalent: Option<f64>,
    /// … of `L_d`.
    pub loss_adversarial: Option<f64>,
    /// … of `L_MMD`.
    pub loss_mmd: Option<f64>,
    /// … of `L_BSS`.
    pub loss_bss: Option<f64>,
    /// … of the mean off-diagonal kernel value.
    pub mean_kernel: Option<f64>,
    /// … of the discriminator's balanced accuracy.
    pub discriminator_accuracy: Option<f64>,
    /// Validation AUC over all samples after the epoch.
    pub auc: Option<f64>,
    /// Validation AUC on the dominant subgroup.
    pub auc_dominant: Option<f64>,
    /// Validation AUC on the less-prevalent subgroup.
    pub auc_less_prevalent: Option<f64>,
    /// Whether this epoch's weights were kept.
    pub selected: bool,
}

/// The epochs of one or more models, in order.
pub type History = Vec<EpochRecord>;

impl EpochRecord {
    /// The epoch in one line, for a listener.
    pub(super) fn note(&self) -> String {
        let show =
            |name: &str, value: Option<f64>| value.map_or(String::new(), |v| format!(" {name} {v:.3}"));
        format!(
            "epoch {}{}{}{}{}",
            self.epoch,
            show("loss", self.loss),
            show("delta", self.delta),
            show("val AUC dominant", self.auc_dominant),
            show("val AUC less-prevalent", self.auc_less_prevalent),
        )
    }
}
