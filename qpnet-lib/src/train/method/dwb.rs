//! The dynamically weighted balanced loss, as a control.

use tch::Tensor;

use super::{Method, Outputs, State, Terms};
use crate::data::{Population, TaskKind};
use crate::loss::{Task, dwb_loss, dwb_weights};
use crate::model::QpNet;
use crate::rng::Streams;
use crate::train::{Batch, Cell};

/// DWB on QP-Net's batches: a rarer class weighs more as long as it is not recognised, and a
/// regulariser holds back over-confidence. Class frequencies are those of the training samples; of
/// findings, of each one's known states. It knows no subgroups. Without [`Method::members`], which counts,
/// all classes weigh 1.
///
/// # Source
/// Fernando & Tsokos 2021 (IEEE TNNLS 33:2940), the paper's reference 46. [`dwb_loss`].
#[derive(Debug, Default)]
pub struct Dwb {
    weights: Option<Tensor>, // (C), or (C, 2) of findings; in double precision on the processor
}

impl Method for Dwb {
    fn loss(&mut self, _net: &QpNet, batch: &Batch, outputs: &Outputs, _state: State) -> Terms {
        let logits = &outputs.logits;
        let classes = logits.size()[1];
        let shape = if batch.task == Task::MultiLabel { vec![classes, 2] } else { vec![classes] };
        let equal = || Tensor::ones(shape, tch::kind::DOUBLE_CPU);
        let weights = self.weights.as_ref().map_or_else(equal, Tensor::shallow_clone);
        let weights = weights.to_kind(logits.kind()).to_device(logits.device());
        Terms::mean_of(&dwb_loss(logits, &batch.labels, &weights, batch.task))
    }

    fn members(
        &mut self,
        all: Vec<(Cell, usize)>,
        population: &Population,
        _streams: &Streams,
    ) -> Vec<(Cell, usize)> {
        let samples = || all.iter().map(|&(_, position)| &population.samples[position]);
        let classes = population.classes.len();
        self.weights = Some(if population.task == TaskKind::MultiLabel {
            let of = |finding: usize| {
                let states = |present| samples().filter(|s| s.findings[finding] == Some(present)).count();
                dwb_weights(&[states(false), states(true)])
            };
            let pairs: Vec<f64> = (0..classes).flat_map(of).collect();
            Tensor::from_slice(&pairs).view([-1, 2])
        } else {
            let count = |class: usize| samples().filter(|sample| sample.label == class).count();
            Tensor::from_slice(&dwb_weights(&(0..classes).map(count).collect::<Vec<_>>()))
        });
        all
    }
}
