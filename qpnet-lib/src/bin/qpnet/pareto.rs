//! `qpnet pareto`.

use std::fs::File;
use std::path::PathBuf;

use anyhow::Context;
use clap::Args;
use qpnet_lib::audit::{AuditError, CurveColumns, CurvePredictionColumns, CurvePredictions, CurveTable};
use qpnet_lib::stats::pareto::Criterion;
use qpnet_lib::{fs, report};

use crate::{bad_use, print};

const HELP: &str = "\
The table has one row for every size, seed and subgroup (and method), or, with --score, one for every
test sample of each: AUCs are then computed, and patients resampled jointly for all trainings. The folder
gets curve.svg, curve.png, curve.csv, summary.json and report.md. Exit code 0: judged, whatever the
verdict; 1: the table is wrong; 2: an option is.

Examples:
  qpnet pareto data-manifests/examples/learning-curve.csv --dominant dominant --method method --out target/pareto
  qpnet pareto predictions.csv --dominant PTC --score score --label label --sample sample_id --patient patient_id";

/// Arguments of `qpnet pareto`.
#[derive(Args)]
#[command(after_help = HELP)]
pub struct Arguments {
    /// A CSV file: a learning curve over the dominant training set, or the predictions behind it.
    curve: PathBuf,
    /// The dominant subgroup; the table has one other.
    #[arg(long)]
    dominant: String,
    /// Column of the size of the dominant training set.
    #[arg(long, default_value = "size")]
    size: String,
    /// Column of the seed of training.
    #[arg(long, default_value = "seed")]
    seed: String,
    /// Column of the subgroup.
    #[arg(long, default_value = "subgroup")]
    group: String,
    /// Column of the performance; more is better.
    #[arg(long, default_value = "auc", conflicts_with = "score")]
    value: String,
    /// Column of the score: the table has predictions.
    #[arg(long)]
    score: Option<String>,
    /// Column of the true outcome, 0 or 1 (with --score).
    #[arg(long, default_value = "label", requires = "score")]
    label: String,
    /// Column of the test sample (with --score).
    #[arg(long, default_value = "sample_id", requires = "score")]
    sample: String,
    /// Column of the patient (with --score); without one samples count as independent.
    #[arg(long, requires = "score")]
    patient: Option<String>,
    /// Column of the method, where there are several.
    #[arg(long)]
    method: Option<String>,
    /// A fall below this does not matter.
    #[arg(long, default_value_t = 0.01)]
    tolerance: f64,
    /// Replicates of the bootstrap.
    #[arg(long, default_value_t = 4999, value_parser = clap::value_parser!(u32).range(99..=1_000_000))]
    replicates: u32,
    /// Folder for figure, numbers and report; without it only the table is printed.
    #[arg(long)]
    out: Option<PathBuf>,
    /// One JSON object with every number, instead of the table.
    #[arg(long)]
    json: bool,
}

/// Read, judge, show.
pub fn execute(arguments: &Arguments) -> anyhow::Result<()> {
    let Arguments { curve, size, seed, group, value, method, dominant, tolerance, .. } = arguments;
    if !(*tolerance > 0.0 && tolerance.is_finite()) {
        return Err(bad_use(format!("--tolerance {tolerance}: expected a number above 0")));
    }
    let criterion = Criterion { tolerance: *tolerance, ..Criterion::default() };
    let name = curve.display().to_string();
    let file = File::open(curve).with_context(|| format!("cannot read {name}"))?;
    let (size, seed, group, method) = (size.clone(), seed.clone(), group.clone(), method.clone());
    let wrong = |error: AuditError| match error {
        AuditError::Unknown { .. } => bad_use(error),
        other => other.into(),
    };
    let replicates = arguments.replicates as usize;
    let judged = if let Some(score) = &arguments.score {
        let columns = CurvePredictionColumns {
            size,
            seed,
            group,
            sample: arguments.sample.clone(),
            patient: arguments.patient.clone(),
            label: arguments.label.clone(),
            score: score.clone(),
            method,
        };
        let table = CurvePredictions::parse(&name, file, &columns, dominant).map_err(wrong)?;
        eprintln!("resampling patients");
        table.judge(&criterion, replicates, 1)?
    } else {
        let columns = CurveColumns { size, seed, group, value: value.clone(), method };
        CurveTable::parse(&name, file, &columns, dominant).map_err(wrong)?.judge(&criterion, replicates, 1)?
    };
    let (table, words) = (report::judged_curves_table(&judged), report::judged_curves_words(&judged));
    let json = serde_json::to_string_pretty(&judged)? + "\n";
    if let Some(folder) = &arguments.out {
        let figure = report::judged_curves_figure(&judged)?;
        figure.save(folder)?;
        fs::write_atomic(&folder.join("summary.json"), json.as_bytes())?;
        let text = format!(
            "# {}\n\n{words}\n\n![{}](curve.png)\n\n{}\n\n{}",
            figure.title,
            figure.title,
            figure.caption,
            table.markdown()
        );
        fs::write_atomic(&folder.join("report.md"), text.as_bytes())?;
    }
    if arguments.json {
        return print(&json);
    }
    let kept = arguments
        .out
        .as_ref()
        .map_or_else(String::new, |folder| format!("written to {}\n", folder.display()));
    print(&format!("{table}\n{words}\n{kept}"))
}
