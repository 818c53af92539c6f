//! Which generator draws a scheme, and what it draws for one place of the population.

use super::chexpert::{Attribute, Chest};
use super::nodules::Nodules;
use super::params::{Conflict, Params};
use crate::data::population::loaded::Sample;
use crate::data::rule::label::Policy;
use crate::data::rule::part::Part;
use crate::data::rule::scheme::DOMINANT;
use crate::rng::Streams;

/// A generator with the settings of one scheme.
#[derive(Clone, Copy, Debug, PartialEq)]
pub enum Generator {
    /// Benign and malignant nodules.
    Nodules(Conflict),
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
    pub fn subgroups(self) -> [&'static str; 2] {
        match self {
            Self::Nodules(_) => ["dominant", "less-prevalent"],
            Self::Chexpert { attribute, .. } => attribute.subgroups(),
        }
    }

    pub(super) fn artist(self) -> Box<dyn Artist> {
        match self {
            Self::Nodules(conflict) => Box::new(Nodules { params: Params::preset(conflict) }),
            Self::Chexpert { attribute, uncertain, blank } => {
                Box::new(Chest::new(attribute, uncertain, blank))
            }
        }
    }

    /// Everything the images depend on beside sizes, seed and side.
    pub(crate) fn recipe(self) -> String {
        self.artist().recipe()
    }
}

/// What draws samples. Nothing depends on the sizes or on another image, so a smaller
/// population is a prefix of a larger one, whatever the number of threads.
pub(super) trait Artist: Sync {
    /// The name of the streams.
    fn name(&self) -> &'static str;
    /// How many images patient `number` of a cell has.
    fn images(&self, cell: &str, number: usize, streams: &Streams) -> usize;
    /// The sample at `place` and its pixels.
    fn draw(&self, place: &Place, side: usize, streams: &Streams) -> (Sample, Vec<f32>);
    /// Every parameter, for hashes.
    fn recipe(&self) -> String;
}

/// An image of a patient of a part and subgroup.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Place {
    /// The part.
    pub part: Part,
    /// The subgroup.
    pub subgroup: usize,
    /// The patient's number within part and subgroup.
    pub patient: usize,
    /// The image's number within the patient.
    pub image: usize,
}

impl Place {
    /// `train-dominant`, `test-less` …: the name of the part and subgroup in streams and ids.
    pub(super) fn cell(&self) -> String {
        cell(self.part, self.subgroup)
    }
}

fn cell(part: Part, subgroup: usize) -> String {
    format!("{part}-{}", if subgroup == DOMINANT { "dominant" } else { "less" })
}

/// The places of the first `count` images of a part and subgroup.
pub(super) fn places(
    artist: &dyn Artist,
    (part, subgroup, count): (Part, usize, usize),
    streams: &Streams,
) -> Vec<Place> {
    let name = cell(part, subgroup);
    let patients = (0..)
        .flat_map(|patient| (0..artist.images(&name, patient, streams)).map(move |image| (patient, image)));
    patients.take(count).map(|(patient, image)| Place { part, subgroup, patient, image }).collect()
}
