//! Samples of the binary generator: two images per patient.

use super::artist::Artist;
use super::place::Place;
use super::render::{Patient, render};
use crate::data::cohort::sample::Sample;
use crate::data::rule::params::Params;
use crate::data::rule::part::Part;
use crate::rng::Streams;

/// Images of one patient.
const IMAGES_PER_PATIENT: usize = 2;

/// The binary generator under one conflict.
pub(super) struct Nodules {
    pub params: Params,
}

impl Artist for Nodules {
    fn name(&self) -> &'static str {
        "synthetic"
    }

    fn images(&self, _cell: &str, _number: usize, _streams: &Streams) -> usize {
        IMAGES_PER_PATIENT
    }

    fn draw(&self, place: &Place, side: usize, streams: &Streams) -> (Sample, Vec<f32>) {
        let (cell, number) = (place.cell(), place.patient);
        let mut rng = streams.at(&format!("{cell}-patient"), number as u64);
        let patient = Patient::draw(&self.params, place.subgroup, number, &mut rng);
        let index = number * IMAGES_PER_PATIENT + place.image;
        let mut rng = streams.at(&format!("{cell}-image"), index as u64);
        let pixels = render(&self.params, place.subgroup, &patient, side, &mut rng);
        let sample = Sample {
            sample_id: format!("{cell}-{number:05}-{}", place.image),
            patient_id: format!("{cell}-{number:05}"),
            label: if place.part == Part::Test && self.params.clean_test {
                patient.truth
            } else {
                patient.label
            },
            subgroup: place.subgroup,
            findings: Vec::new(),
        };
        (sample, pixels)
    }

    fn recipe(&self) -> String {
        format!("{:?}", self.params)
    }
}
