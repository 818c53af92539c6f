//! Minimax Pareto fairness, as a control.

use std::collections::BTreeMap;

use tch::{Kind, Tensor};

use super::{Method, Outputs, State, Terms, kept};
use crate::loss::{Search, class_loss};
use crate::model::QpNet;
use crate::train::config_error::require;
use crate::train::{Batch, ConfigError, TrainError};

/// Names of the weights and of the rest of the search in a kept state.
const WEIGHTS: &str = "weights";
const ROUND: &str = "round";

/// Minimax Pareto fairness: the class losses of the subgroups, on QP-Net's batches, weighted so that the worst one is
/// as small as can be. Every `every` steps the weights move by [`Search::next`].
///
/// The published algorithm trains to the optimum for each weighting, with risks of the validation part, goes on from
/// the best model so far, and shrinks the learning rate where a round is dominated. A transfer takes as many steps as
/// every other one, so here: a round is `every` steps; its risks are the mean losses of its training batches;
/// the model is not set back; the learning rate is that of all methods; and the rule of selection that is
/// configured keeps an epoch, where the original keeps the round of the smallest worst risk.
///
/// # Source
/// Martinez, Bertran & Sapiro 2020, *Minimax Pareto fairness: a multi objective perspective* (arXiv 2011.01821).
#[derive(Debug)]
pub struct Minimax {
    alpha: f64,
    every: u32,
    search: Search,
    /// Sum of the losses of this round, and of how many batches: dominant, less-prevalent.
    sums: [f64; 2],
    steps: u32,
}

impl Minimax {
    /// With step `alpha` of the weights after every `every` steps.
    ///
    /// # Errors
    /// [`ConfigError`] unless `0 < alpha <= 1` and `every >= 1`.
    pub fn new(alpha: f64, every: u32) -> Result<Self, ConfigError> {
        require("alpha", "above 0 and at most 1", alpha, alpha > 0.0 && alpha <= 1.0)?;
        require("every", "at least 1", every, every >= 1)?;
        Ok(Self { alpha, every, search: Search::new(), sums: [0.0; 2], steps: 0 })
    }
}

impl Method for Minimax {
    fn loss(&mut self, _net: &QpNet, batch: &Batch, outputs: &Outputs, _state: State) -> Terms {
        let weight = self.search.weights[0];
        let found = class_loss(&outputs.logits, &batch.labels, &batch.subgroup, weight, batch.task);
        let (total, means) = (found.total, [found.dominant, found.less_prevalent]);
        self.sums = [0, 1].map(|g| self.sums[g] + means[g].double_value(&[]));
        self.steps += 1;
        if self.steps == self.every {
            let risks = self.sums.map(|sum| sum / f64::from(self.every));
            self.search = self.search.next(risks, self.alpha);
            (self.sums, self.steps) = ([0.0; 2], 0);
        }
        // The log's class loss is of the weighting that all methods share: one half each.
        let class = (&means[0] + &means[1]) / 2.0;
        Terms { total, class, subgroups: Some(means), domain: None }
    }

    fn state(&self) -> Vec<(String, Tensor)> {
        let Search { weights, best, decay } = self.search;
        let round = [best, decay, self.sums[0], self.sums[1], f64::from(self.steps)];
        vec![
            (WEIGHTS.to_owned(), Tensor::from_slice(&weights)),
            (ROUND.to_owned(), Tensor::from_slice(&round)),
        ]
    }

    fn restore(&mut self, state: &BTreeMap<String, Tensor>) -> Result<(), TrainError> {
        let weights = kept(state, WEIGHTS, &[2])?.to_kind(Kind::Double);
        let round = kept(state, ROUND, &[5])?.to_kind(Kind::Double);
        let at = |tensor: &Tensor, place: i64| tensor.double_value(&[place]);
        self.search =
            Search { weights: [0, 1].map(|g| at(&weights, g)), best: at(&round, 0), decay: at(&round, 1) };
        (self.sums, self.steps) = ([2, 3].map(|place| at(&round, place)), at(&round, 4) as u32);
        Ok(())
    }
}
