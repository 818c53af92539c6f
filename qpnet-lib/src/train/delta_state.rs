//! The anchor `A_mix` and the adaptive delta from one epoch to the next.

use std::collections::HashMap;

use serde::{Deserialize, Serialize};

use super::evaluate::{Scores, auc_of, labels_of, predict};
use super::{DeltaPart, QpiConfig, Setup, TrainError};
use crate::data::{Part, TaskKind};
use crate::loss::{adaptive_delta, adaptive_delta_se};
use crate::model::QpNet;
use crate::stats::obuchowski;

/// The Mixed model's AUC on the dominant subgroup, `A_mix`, fixed during the transfer.
#[derive(Clone, Debug, PartialEq)]
pub struct Anchor {
    auc: f64,
    part: DeltaPart,
    positions: Vec<usize>,
    patients: Vec<usize>,
    scores: Scores,
}

impl Anchor {
    /// Measure `A_mix` of `net` on the dominant samples of `part`.
    ///
    /// # Errors
    /// [`TrainError::NoAnchor`] where they lack a class.
    pub fn measure(net: &QpNet, setup: &Setup, part: DeltaPart) -> Result<Self, TrainError> {
        let wanted = match part {
            DeltaPart::Validation => Part::Validation,
            DeltaPart::Test => Part::Test,
        };
        let positions = setup.population.indices(wanted, Some(0));
        let scores = predict(net, setup.population, &positions, setup.device);
        match auc_of(setup.population, &positions, &scores)? {
            Some(auc) => {
                let patients = numbered_patients(setup, &positions);
                Ok(Self { auc, part, positions, patients, scores })
            }
            None => Err(TrainError::NoAnchor {
                model: setup.model.to_owned(),
                reason: format!("the {wanted} samples of the dominant subgroup lack a class"),
            }),
        }
    }

    /// `A_mix`.
    pub fn auc(&self) -> f64 {
        self.auc
    }
}

/// A number for every patient, one entry a sample.
fn numbered_patients(setup: &Setup, positions: &[usize]) -> Vec<usize> {
    let mut numbers: HashMap<&str, usize> = HashMap::new();
    let mut number = |position: &usize| {
        let next = numbers.len();
        *numbers.entry(&setup.population.samples[*position].patient_id).or_insert(next)
    };
    positions.iter().map(&mut number).collect()
}

/// Delta with the standard error that it has from the finite validation set.
#[derive(Clone, Copy, Debug, Default, PartialEq, Serialize, Deserialize)]
pub(super) struct DeltaValue {
    pub(super) value: f64,
    pub(super) se: Option<f64>,
}

/// Delta for the next epoch (equations 13 and 14), from the scores of `net` on the dominant
/// validation samples.
///
/// The standard error is that of the paired difference `A_domi - A_mix` on the same patients;
/// the macro AUC of several classes has none here.
pub(super) fn next_delta(
    config: &QpiConfig,
    anchor: &Anchor,
    net: &QpNet,
    validation: &Scores,
    setup: &Setup,
) -> Result<DeltaValue, TrainError> {
    if let Some(value) = config.fixed_delta {
        return Ok(DeltaValue { value, se: None });
    }
    let of_test;
    let scores = match anchor.part {
        DeltaPart::Validation => validation,
        DeltaPart::Test => {
            of_test = predict(net, setup.population, &anchor.positions, setup.device);
            &of_test
        }
    };
    // Both differences are defined, since the anchor is, on the same labels.
    if setup.population.task != TaskKind::Binary {
        let auc = auc_of(setup.population, &anchor.positions, scores)?.unwrap_or(anchor.auc);
        return Ok(DeltaValue { value: adaptive_delta(auc, anchor.auc, config.sigma), se: None });
    }
    let labels = labels_of(setup.population, &anchor.positions);
    let (now, then) = (&scores.values, &anchor.scores.values);
    let paired = obuchowski::paired(&labels, now, then, &anchor.patients, 0.95)?;
    let difference = paired.difference.value.unwrap_or(0.0);
    let value = adaptive_delta(anchor.auc + difference, anchor.auc, config.sigma);
    Ok(DeltaValue { value, se: paired.difference.se.map(|se| adaptive_delta_se(value, se, config.sigma)) })
}
