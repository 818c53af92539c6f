//! The scores of one sample by one method: the interface to every later analysis.
//!
//! `predictions.csv` has the columns `method, seed, part, sample_id, patient_id, subgroup, role, label`,
//! where the role is `dominant`, `less-prevalent` or `other`, then by task:
//!
//! | task | `label` | further columns |
//! |---|---|---|
//! | binary | 0 or 1 | `score`: probability of 1 |
//! | multi-class | number of the class | `score_<class>` for each |
//! | multi-label | 1 if any finding is present | `label_<finding>` (1, 0, empty: not known), `score_<finding>` |

use csv::{ByteRecord, StringRecord};

use crate::data::{self, Part, Population};

/// One row of `predictions.csv`.
#[derive(Clone, Debug, PartialEq)]
pub struct Prediction {
    /// The method's key: `mixed`, `dc`, `qpi` …
    pub method: String,
    /// Root seed of training.
    pub seed: u64,
    /// `validation` or `test`.
    pub part: String,
    /// Sample.
    pub sample_id: String,
    /// Patient or lesion.
    pub patient_id: String,
    /// The subgroup's name.
    pub subgroup: String,
    /// Which part the subgroup plays: `dominant`, `less-prevalent`, `other`; empty in a table of an earlier
    /// version.
    pub role: String,
    /// The class; of several findings, 1 if any is present.
    pub label: usize,
    /// Findings of a multi-label task, else empty.
    pub findings: Vec<Option<bool>>,
    /// One probability for a binary task, else one a class or finding.
    pub scores: Vec<f64>,
}

const FIXED: [&str; 8] = ["method", "seed", "part", "sample_id", "patient_id", "subgroup", "role", "label"];
/// Where the role stands, which earlier versions did not write.
const ROLE: usize = 6;
const SCORE: &str = "score";

impl Prediction {
    /// The row of the sample at `position`.
    pub(super) fn of(
        method: &str,
        seed: u64,
        part: Part,
        population: &Population,
        position: usize,
        scores: &[f64],
    ) -> Self {
        let sample = &population.samples[position];
        Self {
            method: method.to_owned(),
            seed,
            part: part.to_string(),
            sample_id: sample.sample_id.clone(),
            patient_id: sample.patient_id.clone(),
            subgroup: population.scheme.subgroups[sample.subgroup].clone(),
            role: data::role_of(sample.subgroup).to_owned(),
            label: sample.label,
            findings: sample.findings.clone(),
            scores: scores.to_vec(),
        }
    }

    fn record(&self) -> ByteRecord {
        let fixed = [
            self.method.clone(),
            self.seed.to_string(),
            self.part.clone(),
            self.sample_id.clone(),
            self.patient_id.clone(),
            self.subgroup.clone(),
            self.role.clone(),
            self.label.to_string(),
        ];
        let finding =
            |known: &Option<bool>| known.map_or(String::new(), |present| u8::from(present).to_string());
        let findings = self.findings.iter().map(finding);
        // Shortest text that reads back to the same bits.
        let scores = self.scores.iter().map(f64::to_string);
        fixed.into_iter().chain(findings).chain(scores).collect::<Vec<_>>().into()
    }

    fn parse(columns: &Columns, row: &StringRecord) -> Result<Self, String> {
        let text = |at: usize| row.get(at).unwrap_or_default();
        let word = |at: usize| text(at).to_owned();
        let finding = |&at: &usize| match text(at) {
            "" => Ok(None),
            "0" => Ok(Some(false)),
            "1" => Ok(Some(true)),
            other => Err(format!("{}: expected 0, 1 or nothing, got {other:?}", columns.names[at])),
        };
        let number = |&at: &usize| {
            let parsed = text(at).parse().ok().filter(|value: &f64| value.is_finite());
            parsed.ok_or_else(|| format!("{}: expected a number, got {:?}", columns.names[at], text(at)))
        };
        let whole = |at: usize| -> Result<u64, String> {
            let parsed = text(at).parse();
            parsed.map_err(|_| format!("{}: expected a whole number, got {:?}", columns.names[at], text(at)))
        };
        Ok(Self {
            method: word(0),
            seed: whole(1)?,
            part: word(2),
            sample_id: word(3),
            patient_id: word(4),
            subgroup: word(5),
            role: if columns.roles { word(ROLE) } else { String::new() },
            label: whole(columns.fixed() - 1)? as usize,
            findings: columns.findings.iter().map(finding).collect::<Result<_, _>>()?,
            scores: columns.scores.iter().map(number).collect::<Result<_, _>>()?,
        })
    }
}

/// Where findings and scores stand in a row.
struct Columns {
    names: Vec<String>,
    /// Whether there are roles.
    roles: bool,
    findings: Vec<usize>,
    scores: Vec<usize>,
}

impl Columns {
    fn of(header: &StringRecord) -> Result<Self, String> {
        let names: Vec<String> = header.iter().map(str::to_owned).collect();
        let roles = names.get(ROLE).is_some_and(|name| name == FIXED[ROLE]);
        let expected: Vec<&str> = FIXED.into_iter().filter(|name| roles || *name != FIXED[ROLE]).collect();
        if names.len() <= expected.len() || names[..expected.len()] != expected {
            return Err(format!(
                "expected columns {}, then scores; got {}",
                FIXED.join(", "),
                names.join(", ")
            ));
        }
        let starting = |prefix: &str| -> Vec<usize> {
            (expected.len()..names.len()).filter(|&at| names[at].starts_with(prefix)).collect()
        };
        Ok(Self { findings: starting("label_"), scores: starting(SCORE), names, roles })
    }

    /// How many columns stand before those of the task.
    fn fixed(&self) -> usize {
        if self.roles { FIXED.len() } else { FIXED.len() - 1 }
    }
}

/// The rows as `predictions.csv`; `classes` are the names of the outputs.
///
/// # Errors
/// What the CSV writer says.
pub(super) fn to_csv(rows: &[Prediction], classes: &[String]) -> Result<Vec<u8>, csv::Error> {
    let mut writer = csv::Writer::from_writer(Vec::new());
    let first = rows.first();
    let mut header: Vec<String> = FIXED.map(str::to_owned).to_vec();
    if first.is_some_and(|row| !row.findings.is_empty()) {
        header.extend(classes.iter().map(|name| format!("label_{name}")));
    }
    match first.map_or(1, |row| row.scores.len()) {
        1 => header.push(SCORE.to_owned()),
        _ => header.extend(classes.iter().map(|name| format!("{SCORE}_{name}"))),
    }
    writer.write_record(&header)?;
    for row in rows {
        writer.write_byte_record(&row.record())?;
    }
    writer.into_inner().map_err(|error| error.into_error().into())
}

/// Read what [`to_csv`] wrote.
///
/// # Errors
/// The row, counted from 1 with the header, and what is wrong with it.
pub(super) fn from_csv(bytes: &[u8]) -> Result<Vec<Prediction>, (usize, String)> {
    let mut reader = csv::Reader::from_reader(bytes);
    let header = reader.headers().map_err(|error| (1, error.to_string()))?;
    let columns = Columns::of(header).map_err(|message| (1, message))?;
    let parse = |(i, row): (usize, Result<StringRecord, csv::Error>)| {
        let row = row.map_err(|error| (i + 2, error.to_string()))?;
        Prediction::parse(&columns, &row).map_err(|message| (i + 2, message))
    };
    reader.records().enumerate().map(parse).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn row(findings: Vec<Option<bool>>, scores: Vec<f64>) -> Prediction {
        Prediction {
            method: "qpi".into(),
            seed: u64::MAX,
            part: "test".into(),
            sample_id: "a, \"b\"".into(),
            patient_id: "p".into(),
            subgroup: "0-59".into(),
            role: "dominant".into(),
            label: 1,
            findings,
            scores,
        }
    }

    #[test]
    fn every_task_reads_back_to_the_same_bits() {
        let names = ["x", "y, z"].map(str::to_owned).to_vec();
        for (findings, scores) in [
            (vec![], vec![1.0 / 3.0]),
            (vec![], vec![0.1, 1e-300]),
            (vec![Some(true), None], vec![0.1 + 0.2, 0.5]),
        ] {
            let rows = vec![row(findings, scores)];
            let bytes = to_csv(&rows, &names).expect("csv");
            assert_eq!(from_csv(&bytes).expect("back"), rows);
        }
    }

    #[test]
    fn a_table_of_an_earlier_version_has_no_roles() {
        let old = "method,seed,part,sample_id,patient_id,subgroup,label,score\nm,1,test,a,p,g,1,0.5\n";
        let rows = from_csv(old.as_bytes()).expect("read");
        assert_eq!((rows[0].role.as_str(), rows[0].label, &rows[0].scores[..]), ("", 1, &[0.5][..]));
    }

    #[test]
    fn a_bad_row_is_named() {
        let bytes = to_csv(&[row(vec![], vec![0.5])], &[]).expect("csv");
        let text = String::from_utf8(bytes).expect("text").replace(",0.5", ",NaN");
        let (row, message) = from_csv(text.as_bytes()).expect_err("NaN");
        assert!(row == 2 && message.contains("score") && message.contains("NaN"), "{row} {message}");
        let (row, message) = from_csv(b"a,b\n").expect_err("header");
        assert!(row == 1 && message.contains("sample_id"), "{message}");
    }
}
