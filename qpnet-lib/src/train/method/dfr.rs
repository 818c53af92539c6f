//! Retraining of the last layer, as a control.

use super::{Method, Outputs, Selection, State, Terms};
use crate::data::Part;
use crate::loss::sample_loss;
use crate::model::{Mode, QpNet};
use crate::train::Batch;

/// DFR, deep feature reweighting: everything is frozen, running statistics included, but for the last
/// layer of the class head, which goes on from Mixed on QP-Net's balanced batches of the **validation**
/// part.
///
/// It uses the whole validation part of both subgroups, whose samples the features have not been fitted
/// to. That part can then choose no epoch: the last one is kept whatever is configured, and validation
/// AUCs in its history are those of training samples. Thresholds and prior corrections that are fitted on
/// validation flatter it too; its test scores do not. The original fits a logistic regression anew with
/// an L1 penalty, averaged over balanced subsets; here as many steps as any other transfer takes are its
/// only regulariser.
///
/// # Source
/// Kirichenko, Izmailov & Wilson 2023, *Last layer re-training is sufficient for robustness to spurious
/// correlations* (arXiv 2204.02937).
#[derive(Clone, Copy, Debug, Default)]
pub struct Dfr;

impl Method for Dfr {
    fn loss(&mut self, net: &QpNet, batch: &Batch, outputs: &Outputs, _state: State) -> Terms {
        let logits = net.classify_by_last_layer(&outputs.z);
        Terms::mean_of(&sample_loss(&logits, &batch.labels, batch.task))
    }

    fn part(&self) -> Part {
        Part::Validation
    }

    fn mode(&self) -> Mode {
        Mode::Evaluate
    }

    fn selection(&self) -> Option<Selection> {
        Some(Selection::Last)
    }
}
