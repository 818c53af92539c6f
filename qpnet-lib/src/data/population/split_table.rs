//! A split as a table of its own.

use std::io::{self, Write};

use serde::Serialize;

use super::partition::Partition;
use crate::data::rule::part::Part;

/// One row of the split as a table.
#[derive(Serialize)]
struct Row<'a> {
    sample_id: &'a str,
    patient_id: &'a str,
    subgroup: &'a str,
    label: usize,
    part: &'a str,
    nested: Option<usize>,
}

impl Partition {
    /// `sample_id, patient_id, subgroup, label, part, nested` as CSV, in the order of the data
    /// set's table; `part` is `none` and `nested` is empty where there is none.
    pub fn csv(&self) -> String {
        let mut bytes = Vec::new();
        // Writing to memory cannot fail, and every row has the same fields.
        let _ = self.write_csv(&mut bytes);
        String::from_utf8(bytes).unwrap_or_default()
    }

    /// [`Self::csv`] written to `out`, row by row: of 400,000 rows the text takes 45 MB.
    ///
    /// # Errors
    /// Those of `out`.
    pub fn write_csv(&self, out: &mut dyn Write) -> io::Result<()> {
        let mut writer = csv::Writer::from_writer(out);
        for (at, sample) in self.samples.iter().enumerate() {
            let row = Row {
                sample_id: &sample.sample_id,
                patient_id: &sample.patient_id,
                subgroup: &self.scheme.subgroups[sample.subgroup],
                label: sample.label,
                part: self.parts[at].map_or("none", Part::as_str),
                nested: self.nested[at],
            };
            writer.serialize(row)?;
        }
        writer.flush()
    }
}
