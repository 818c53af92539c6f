//! `qpnet audit`.

use std::path::PathBuf;

use clap::Args;
use qpnet_lib::audit::{self, AuditError, AuditOptions, Columns, Predictions, Reading};
use qpnet_lib::{fs, report};

use crate::{bad_use, print};

const HELP: &str = "\
Columns that are not named are looked for under usual names (label, y; score, p; group, sex; patient_id;
method; sample_id; score_<class> and label_<finding>), and the report says which were found. Several score
columns with one label are classes, with as many labels they are findings: each is audited against the
rest, and methods are compared by the mean of the AUCs. The folder gets report.html, report.md,
summary.json and figures/. Exit code 0: done, 1: the table is wrong, 2: an option is.

Examples:
  qpnet audit data-manifests/examples/predictions.csv --label malignant --score p --group subgroup --patient patient --method model --out target/audit
  qpnet audit predictions.csv --label dx --score p_mel,p_nv,p_bcc --group sex --patient lesion_id
  qpnet audit predictions.csv --label y1,y2 --score p1,p2 --group site --weights w --json";

/// Arguments of `qpnet audit`.
#[derive(Args)]
#[command(after_help = HELP)]
pub struct Arguments {
    /// A CSV file: one row a sample, or one a sample and method.
    predictions: PathBuf,
    /// Column of the true outcome; of several findings a list.
    #[arg(long, value_delimiter = ',')]
    label: Vec<String>,
    /// The label that is positive, where labels are words.
    #[arg(long)]
    positive: Option<String>,
    /// Column of the score or probability; of several classes or findings a list.
    #[arg(long, value_delimiter = ',')]
    score: Vec<String>,
    /// Names of the classes or findings, in the order of the scores [default: what distinguishes the
    /// columns].
    #[arg(long, value_delimiter = ',')]
    classes: Vec<String>,
    /// Column of the subgroup.
    #[arg(long)]
    group: Option<String>,
    /// Column of the patient, lesion or case that rows share.
    #[arg(long)]
    patient: Option<String>,
    /// Column of the method.
    #[arg(long)]
    method: Option<String>,
    /// Column of the sample, which methods share.
    #[arg(long)]
    sample: Option<String>,
    /// Column of how much a sample counts: a number, 0 or more. All measures are then weighted.
    #[arg(long)]
    weights: Option<String>,
    /// Keep only rows in which COLUMN is VALUE, such as part=test.
    #[arg(long, value_name = "COLUMN=VALUE")]
    only: Vec<String>,
    /// The method that others are compared with [default: the first].
    #[arg(long)]
    reference: Option<String>,
    /// The dominant subgroup [default: the one with most patients].
    #[arg(long)]
    dominant: Option<String>,
    /// How much the dominant subgroup's AUC may lose.
    #[arg(long, default_value_t = 0.02)]
    margin: f64,
    /// Positive is who scores this or more.
    #[arg(long, default_value_t = 0.5, allow_negative_numbers = true)]
    threshold: f64,
    /// Scores are no probabilities: leave calibration out.
    #[arg(long)]
    ranks: bool,
    /// Seed of the bootstrap.
    #[arg(long, default_value_t = 1)]
    seed: u64,
    /// Folder for the report; without it only the tables are printed.
    #[arg(long)]
    out: Option<PathBuf>,
    /// One JSON object with every number, instead of tables.
    #[arg(long)]
    json: bool,
}

/// Read, audit, show.
pub fn execute(arguments: &Arguments) -> anyhow::Result<()> {
    let only = arguments.only.iter().map(|rule| {
        let pair = rule.split_once('=').map(|(column, value)| (column.to_owned(), value.to_owned()));
        pair.ok_or_else(|| bad_use(format!("--only {rule}: expected COLUMN=VALUE")))
    });
    let reading = Reading {
        columns: Columns {
            label: arguments.label.clone(),
            score: arguments.score.clone(),
            classes: arguments.classes.clone(),
            group: arguments.group.clone(),
            patient: arguments.patient.clone(),
            method: arguments.method.clone(),
            sample: arguments.sample.clone(),
            weights: arguments.weights.clone(),
        },
        positive: arguments.positive.clone(),
        only: only.collect::<Result<_, _>>()?,
    };
    let options = AuditOptions {
        reference: arguments.reference.clone(),
        dominant: arguments.dominant.clone(),
        margin: arguments.margin,
        threshold: arguments.threshold,
        seed: arguments.seed,
        probabilities: !arguments.ranks,
        ..AuditOptions::default()
    };
    // What the command line says wrongly is told before a long table is read.
    options.check().map_err(bad_use)?;
    let predictions = Predictions::read(&arguments.predictions, &reading)?;
    eprintln!("{} rows read; resampling patients", predictions.rows());
    let found = audit::audit(&predictions, &options).map_err(|error| match error {
        AuditError::Unknown { .. } => bad_use(error),
        other => other.into(),
    })?;
    let json = serde_json::to_string_pretty(&found)? + "\n";
    if let Some(folder) = &arguments.out {
        eprintln!("drawing");
        let document = report::audit_document(&found, &predictions, &options)?;
        for figure in document.figures() {
            figure.save(folder.join("figures"))?;
        }
        fs::write_atomic(&folder.join("summary.json"), json.as_bytes())?;
        fs::write_atomic(&folder.join("report.md"), document.markdown().as_bytes())?;
        fs::write_atomic(&folder.join("report.html"), document.html().as_bytes())?;
    }
    if arguments.json {
        return print(&json);
    }
    let mut text = format!("{}\n\n", report::audit_words(&found));
    for table in report::audit_tables(&found).iter().flat_map(|(_, tables)| tables) {
        text += &format!("{table}\n");
    }
    if let Some(folder) = &arguments.out {
        text += &format!("written to {}\n", folder.display());
    }
    print(&text)
}
