//! An image of a generated population by its place: part, subgroup, patient, number.

use crate::data::rule::part::Part;
use crate::data::rule::role::DOMINANT;

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

pub(super) fn cell(part: Part, subgroup: usize) -> String {
    format!("{part}-{}", if subgroup == DOMINANT { "dominant" } else { "less" })
}
