//! The mix of cases of a run's subgroups: its test rows with further columns of the data set's tables, audited.

use std::collections::BTreeMap;

use super::predictions::{Prediction, to_csv};
use super::{Run, RunError};
use crate::audit::{Audit, AuditError, AuditOptions, Columns, Predictions, Reading, audit};
use crate::data::{CohortError, Manifest, columns};

/// Why the mix of cases cannot be looked at.
#[derive(Debug, thiserror::Error)]
pub enum CaseMixError {
    /// The tables of the data set.
    #[error(transparent)]
    Data(#[from] CohortError),
    /// The run.
    #[error(transparent)]
    Run(#[from] RunError),
    /// A sample that the tables do not have.
    #[error(
        "{sample:?} of the run is no sample of the tables of {data}: were they changed since it was trained?"
    )]
    NoSample {
        /// The sample.
        sample: String,
        /// The data set.
        data: String,
    },
    /// The audit.
    #[error(transparent)]
    Audit(#[from] AuditError),
    /// The table that is audited.
    #[error(transparent)]
    Csv(#[from] csv::Error),
}

/// The audit of one method's test rows with gaps at the mix of cases of the subgroup `reference`: `names` are columns of the
/// data set's tables whose values together are the strata. A missing value is a stratum of its own, `unknown`.
///
/// Gaps are `reference` minus the others. Kinds of cases that `reference` alone has are left out, so it should be the one
/// with fewer.
///
/// # Errors
/// [`CaseMixError`].
pub fn case_mix(run: &Run, method: &str, reference: &str, names: &[&str]) -> Result<Audit, CaseMixError> {
    let config = &run.config;
    let manifest = Manifest::find(&config.data).map_err(RunError::from)?;
    let strata = columns(&manifest, names, super::data_root().as_deref())?;
    let test = |row: &&Prediction| row.method == method && row.part == "test";
    let rows: Vec<Prediction> = run.predictions.iter().filter(test).cloned().collect();
    let table = joined(&rows, &run.summary.data.classes, names, &strata, &config.data)?;
    let own =
        Columns { standardise: names.iter().map(|name| (*name).to_owned()).collect(), ..Columns::default() };
    let reading = Reading { columns: own, ..Reading::default() };
    let file = format!("test rows of {method} on {}", config.data);
    let options = AuditOptions { dominant: Some(reference.to_owned()), ..AuditOptions::default() };
    Ok(audit(&Predictions::parse(&file, table.as_slice(), &reading)?, &options)?)
}

/// The rows as `predictions.csv` with further columns.
fn joined(
    rows: &[Prediction],
    classes: &[String],
    names: &[&str],
    strata: &BTreeMap<String, Vec<Option<String>>>,
    data: &str,
) -> Result<Vec<u8>, CaseMixError> {
    let plain = to_csv(rows, classes)?;
    let mut reader = csv::Reader::from_reader(plain.as_slice());
    let mut writer = csv::Writer::from_writer(Vec::new());
    let header = reader.headers()?.clone();
    writer.write_record(header.iter().chain(names.iter().copied()))?;
    for (record, row) in reader.records().zip(rows) {
        let values = strata
            .get(&row.sample_id)
            .ok_or_else(|| CaseMixError::NoSample { sample: row.sample_id.clone(), data: data.to_owned() })?;
        let record = record?;
        let more = values.iter().map(|value| value.as_deref().unwrap_or("unknown"));
        writer.write_record(record.iter().chain(more))?;
    }
    Ok(writer.into_inner().map_err(|error| csv::Error::from(error.into_error()))?)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn row(sample: &str) -> Prediction {
        Prediction {
            method: "mixed".into(),
            seed: 1,
            part: "test".into(),
            sample_id: sample.into(),
            patient_id: "p".into(),
            subgroup: "g".into(),
            role: "dominant".into(),
            label: 1,
            findings: vec![],
            scores: vec![0.25],
        }
    }

    #[test]
    fn every_row_gets_the_values_of_its_own_sample() {
        let values = |first: Option<&str>| vec![first.map(str::to_owned), Some("histo, twice".to_owned())];
        let strata = BTreeMap::from([("a".to_owned(), values(Some("nv"))), ("b".to_owned(), values(None))]);
        let found = joined(&[row("b"), row("a")], &[], &["dx", "dx_type"], &strata, "d").expect("joined");
        let expected = "method,seed,part,sample_id,patient_id,subgroup,role,label,score,dx,dx_type\n\
                        mixed,1,test,b,p,g,dominant,1,0.25,unknown,\"histo, twice\"\n\
                        mixed,1,test,a,p,g,dominant,1,0.25,nv,\"histo, twice\"\n";
        assert_eq!(String::from_utf8(found).expect("text"), expected);
        let error = joined(&[row("c")], &[], &["dx"], &strata, "d").expect_err("unknown").to_string();
        assert!(error.contains("\"c\"") && error.contains("tables of d"), "{error}");
    }
}
