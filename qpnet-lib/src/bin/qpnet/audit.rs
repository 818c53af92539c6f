//! `qpnet audit`.

use std::path::PathBuf;

use clap::Args;
use qpnet_lib::audit::{self, AuditOptions, Columns, Predictions, Reading};
use qpnet_lib::{fs, report};

use crate::{bad_use, print};

/// Arguments of `qpnet audit`.
#[derive(Args)]
#[command(
    after_help = "Columns that are not named are looked for under usual names (label, y; score, p; group, sex; \
patient_id;\nmethod; sample_id). The folder gets report.html, report.md, summary.json and figures/.\n\n\
Example:\n  qpnet audit predictions.csv --label label --score score --group subgroup --out target/audit"
)]
pub struct Arguments {
    /// A CSV file: one row a sample, or one a sample and method.
    predictions: PathBuf,
    /// Column of the true outcome.
    #[arg(long)]
    label: Option<String>,
    /// The label that is positive, where labels are words.
    #[arg(long)]
    positive: Option<String>,
    /// Column of the score or probability.
    #[arg(long)]
    score: Option<String>,
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
            group: arguments.group.clone(),
            patient: arguments.patient.clone(),
            method: arguments.method.clone(),
            sample: arguments.sample.clone(),
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
    let predictions = Predictions::read(&arguments.predictions, &reading)?;
    let found = audit::audit(&predictions, &options)?;
    let json = serde_json::to_string_pretty(&found)? + "\n";
    if let Some(folder) = &arguments.out {
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
    for method in &found.methods {
        text += &format!("{}\n", report::cells_table(&found, method));
        if let Some(table) = report::calibration_table(&found, method) {
            text += &format!("{table}\n");
        }
    }
    text += &format!("{}\n", report::gaps_table(&found));
    if found.methods.len() > 1 {
        text += &format!("{}\n", report::against_table(&found));
    }
    if let Some(folder) = &arguments.out {
        text += &format!("written to {}\n", folder.display());
    }
    print(&text)
}
