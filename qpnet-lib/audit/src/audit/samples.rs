//! The samples of a table: what is true of them, whoever scored them.

use super::AuditError;
use super::names::Names;
use super::vocabulary::Open;

/// One column a property; a sample is a place in them.
#[derive(Clone, Debug, Default)]
pub(super) struct Samples {
    pub(super) groups: Vec<u32>,
    pub(super) patients: Vec<u32>,
    /// `[n x classes]`; `None` where an outcome is not known.
    pub(super) targets: Vec<Option<bool>>,
    pub(super) weights: Vec<f64>,
    /// The stratum of each; empty where no column says.
    pub(super) strata: Vec<u32>,
    /// The continuous attribute of each, NaN where it is not known; empty where no column says.
    pub(super) along: Vec<f64>,
    /// Places among the targets whose outcome the table does not state plainly, ascending, whatever became
    /// of it; of one label for several classes the first.
    pub(super) open: Vec<usize>,
    /// The line where a sample stood first.
    lines: Vec<u32>,
}

/// A sample as one row tells it.
pub(super) struct Told<'a> {
    pub(super) group: u32,
    pub(super) patient: u32,
    pub(super) targets: &'a [Option<bool>],
    /// Which of the targets are not stated plainly.
    pub(super) open: &'a [(usize, Open)],
    pub(super) weight: f64,
    pub(super) stratum: Option<u32>,
    pub(super) along: Option<f64>,
    pub(super) line: u32,
}

impl Samples {
    /// How many there are.
    pub(super) fn len(&self) -> usize {
        self.groups.len()
    }

    /// The line where a sample stood first.
    pub(super) fn line(&self, sample: u32) -> u32 {
        self.lines[sample as usize]
    }

    /// Add sample number `at`, or compare it with what was said before: the first line, and what
    /// differs. Whether it is new.
    pub(super) fn meet(&mut self, at: u32, told: &Told<'_>) -> Result<bool, (u32, &'static str)> {
        let (at, width) = (at as usize, told.targets.len());
        if at == self.len() {
            self.groups.push(told.group);
            self.patients.push(told.patient);
            self.targets.extend_from_slice(told.targets);
            self.weights.push(told.weight);
            self.strata.extend(told.stratum);
            self.along.extend(told.along);
            self.lines.push(told.line);
            if !told.open.is_empty() {
                self.open.extend(told.open.iter().map(|(class, _)| at * width + class));
            }
            return Ok(true);
        }
        let differs = [
            ("label", self.targets[at * width..(at + 1) * width] != *told.targets),
            ("group", self.groups[at] != told.group),
            ("patient", self.patients[at] != told.patient),
            ("weight", self.weights[at].to_bits() != told.weight.to_bits()),
            ("stratum (--standardise)", told.stratum.is_some_and(|stratum| self.strata[at] != stratum)),
            (
                "attribute (--along)",
                told.along.is_some_and(|along| self.along[at].to_bits() != along.to_bits()),
            ),
        ];
        let found = differs.into_iter().find(|(_, differs)| *differs);
        found.map_or(Ok(false), |(what, _)| Err((self.lines[at], what)))
    }

    /// How many patients have samples in more than one subgroup.
    pub(super) fn shared_patients(&self) -> usize {
        let patients = self.patients.iter().max().map_or(0, |&most| most as usize + 1);
        let (mut group, mut shared) = (vec![u32::MAX; patients], vec![false; patients]);
        for (&patient, &own) in self.patients.iter().zip(&self.groups) {
            let known = &mut group[patient as usize];
            shared[patient as usize] |= *known != u32::MAX && *known != own;
            *known = own;
        }
        shared.into_iter().filter(|&shared| shared).count()
    }
}

/// How rows name their sample.
pub(super) enum SampleNames {
    /// A column does.
    Named(Names),
    /// Every row is one of its own.
    Rows(u32),
}

impl SampleNames {
    /// The number of the sample of a row.
    pub(super) fn number(&mut self, name: Option<&str>) -> u32 {
        match self {
            Self::Named(names) => names.number(name.unwrap_or_default()),
            Self::Rows(count) => {
                *count += 1;
                *count - 1
            }
        }
    }

    /// As messages call it.
    pub(super) fn name(&self, sample: u32, line: u32) -> String {
        match self {
            Self::Named(names) => names.name(sample).to_owned(),
            Self::Rows(_) => format!("row {line}"),
        }
    }
}

/// Rows `first` and `second` of one sample contradict each other.
pub(super) fn contradiction(
    file: &str,
    sample: String,
    what: &'static str,
    (first, second): (u32, u32),
    told: String,
) -> AuditError {
    let (first, second) = (first.into(), second.into());
    AuditError::Contradiction { file: file.to_owned(), sample, what, first, second, told }
}
