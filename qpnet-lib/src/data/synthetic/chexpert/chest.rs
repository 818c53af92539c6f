//! Samples of the generator of fourteen findings: one to three images a patient.

use rand::RngExt;

use super::findings::{FINDINGS, MENTIONED, REVERSED};
use super::patient::Patient;
use super::render::{Scene, render};
use crate::data::cohort::sample::Sample;
use crate::data::rule::generator::{Attribute, FINDING_NAMES};
use crate::data::rule::policy::Policy;
use crate::data::rule::task::stratum;
use crate::data::synthetic::artist::Artist;
use crate::data::synthetic::place::Place;
use crate::rng::Streams;

/// Most images of one patient.
const MOST_IMAGES: usize = 3;

/// The generator under one scheme.
pub(in crate::data::synthetic) struct Chest {
    scene: Scene,
    names: Vec<String>,
    attribute: Attribute,
    uncertain: Policy,
    blank: Policy,
}

impl Chest {
    pub(in crate::data::synthetic) fn new(attribute: Attribute, uncertain: Policy, blank: Policy) -> Self {
        Self {
            scene: Scene::default(),
            names: FINDING_NAMES.map(str::to_owned).into(),
            attribute,
            uncertain,
            blank,
        }
    }

    fn patient(&self, place: &Place, streams: &Streams) -> Patient {
        let mut rng = streams.at(&format!("{}-patient", place.cell()), place.patient as u64);
        Patient::draw(self.attribute, place.subgroup, &mut rng)
    }

    fn findings(&self, recorded: &[Option<i8>]) -> Vec<Option<bool>> {
        let known = |word: &Option<i8>| match word {
            None => self.blank.value(),
            Some(-1) => self.uncertain.value(),
            Some(word) => Some(*word == 1),
        };
        recorded.iter().map(known).collect()
    }
}

impl Artist for Chest {
    fn name(&self) -> &'static str {
        "synthetic-chexpert"
    }

    fn images(&self, cell: &str, number: usize, streams: &Streams) -> usize {
        streams.at(&format!("{cell}-images"), number as u64).random_range(1..=MOST_IMAGES)
    }

    fn draw(&self, place: &Place, side: usize, streams: &Streams) -> (Sample, Vec<f32>) {
        let (cell, number) = (place.cell(), place.patient);
        let patient = self.patient(place, streams);
        let index = number * MOST_IMAGES + place.image;
        let mut rng = streams.at(&format!("{cell}-image"), index as u64);
        let pixels = render(&self.scene, patient.style(), &patient.cues, side, &mut rng);
        let findings = self.findings(&patient.recorded);
        let sample = Sample {
            sample_id: format!("{cell}-{number:05}-{}", place.image),
            patient_id: format!("{cell}-{number:05}"),
            label: stratum(&self.names, &findings),
            subgroup: place.subgroup,
            findings,
        };
        (sample, pixels)
    }

    fn recipe(&self) -> String {
        let Self { scene, names: _, attribute, uncertain, blank } = self;
        format!("{scene:?} {FINDINGS:?} {MENTIONED} {REVERSED} {attribute:?} {uncertain:?} {blank:?}")
    }
}
