//! Means over an epoch of the logged terms.

use std::collections::BTreeMap;

use tch::{Kind, Tensor};

use super::{EpochRecord, Terms};

/// Sums of the logged terms, kept as tensors so that the log costs a GPU no synchronisation of its own.
#[derive(Default)]
pub(super) struct TermSums {
    steps: f64,
    sums: Vec<Option<Tensor>>,
}

impl TermSums {
    pub(super) fn add(&mut self, terms: &Terms) {
        let subgroups = terms.subgroups.as_ref();
        let domain = terms.domain.as_ref();
        let mut all = vec![Some(&terms.total), Some(&terms.class)];
        all.extend((0..2).map(|i| subgroups.map(|parts| &parts[i])));
        all.extend((0..5).map(|i| domain.map(|parts| &parts[i])));
        self.sums.resize_with(all.len(), || None);
        for (sum, term) in self.sums.iter_mut().zip(all) {
            if let Some(term) = term {
                let term = term.detach().to_kind(Kind::Double);
                *sum = Some(match sum.take() {
                    Some(sum) => sum.to_device(term.device()) + term,
                    None => term,
                });
            }
        }
        self.steps += 1.0;
    }

    pub(super) fn write(&self, record: &mut EpochRecord) {
        let mean = |i: usize| {
            let sum = self.sums.get(i).and_then(Option::as_ref);
            sum.map(|sum: &Tensor| sum.double_value(&[]) / self.steps)
        };
        record.loss = mean(0);
        record.loss_class = mean(1);
        record.loss_dominant = mean(2);
        record.loss_less_prevalent = mean(3);
        record.loss_adversarial = mean(4);
        record.loss_mmd = mean(5);
        record.loss_bss = mean(6);
        record.mean_kernel = mean(7);
        record.discriminator_accuracy = mean(8);
    }

    /// How many steps the sums are over.
    pub(super) fn steps(&self) -> f64 {
        self.steps
    }

    /// The sums by number, for a checkpoint.
    pub(super) fn state(&self) -> Vec<(String, Tensor)> {
        let of = |(number, sum): (usize, &Option<Tensor>)| Some((number.to_string(), sum.as_ref()?.copy()));
        self.sums.iter().enumerate().filter_map(of).collect()
    }

    /// Go on from sums over `steps` steps.
    pub(super) fn restored(steps: f64, kept: &BTreeMap<String, Tensor>) -> Self {
        let number = |name: &String| name.parse::<usize>().ok();
        let length = kept.keys().filter_map(number).max().map_or(0, |last| last + 1);
        let sum = |number: usize| kept.get(&number.to_string()).map(Tensor::copy);
        Self { steps, sums: (0..length).map(sum).collect() }
    }
}
