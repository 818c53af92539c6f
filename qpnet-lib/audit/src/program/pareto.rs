//! The verb `pareto`.

use std::path::PathBuf;

use clap::Args;

use crate::audit::{
    AuditError, CurveColumns, CurvePredictionColumns, CurvePredictions, CurveReading, CurveTable, Unknown,
    Vocabulary,
};
use crate::report;
use crate::stats::pareto::Criterion;

use super::output::{self, Made, OutputArguments};
use super::rules::{blank, only};
use super::{bad_use, print};

const HELP: &str = "\
The table has one row for every size, seed and subgroup (and method), or, with --score, one for every
test sample of each: AUCs are then computed, and patients resampled jointly for all trainings. The folder
gets curve.svg, curve.png, curve.csv, summary.json and report.md. Exit code 0: judged, whatever the
verdict; 1: the table is wrong; 2: an option is.

Columns that are not named are looked for under usual names, whatever their case, among the columns that
have no other role: size; seed; subgroup, group; auc; with --score also label, y, y_true, target, truth,
outcome, malignant for the label and sample_id, sample, image_id, image, id for the sample. `none` as a name
means that no column has the role. Fields, words and numbers are read as `{program} audit` reads them, and so are
columns `part` and `role`, as `qpnet run` writes them.

Examples:
  {program} pareto data-manifests/examples/learning-curve.csv --dominant dominant --method method --out target/pareto
  {program} pareto predictions.csv --only part=test --dominant PTC --score score --label label --sample sample_id --patient patient_id";

/// The help page of `program`.
pub fn help(program: &str) -> String {
    HELP.replace("{program}", program)
}

/// Its arguments.
#[derive(Args)]
pub struct Arguments {
    /// A CSV file: a learning curve over the dominant training set, or the predictions behind it.
    curve: PathBuf,
    /// The dominant subgroup; the table has one other [default: the one that a column `role` calls dominant].
    #[arg(long)]
    dominant: Option<String>,
    /// Column of the size of the dominant training set [default: size].
    #[arg(long)]
    size: Option<String>,
    /// Column of the seed of training [default: seed].
    #[arg(long)]
    seed: Option<String>,
    /// Column of the subgroup [default: subgroup, group].
    #[arg(long)]
    group: Option<String>,
    /// Column of the performance; more is better [default: auc].
    #[arg(long, conflicts_with = "score")]
    value: Option<String>,
    /// Column of the score: the table has predictions.
    #[arg(long)]
    score: Option<String>,
    /// Column of the true outcome (with --score).
    #[arg(long, requires = "score")]
    label: Option<String>,
    /// The label that is positive, where labels are words.
    #[arg(long, requires = "score")]
    positive: Option<String>,
    /// The labels that are negative then [default: all others].
    #[arg(long, value_delimiter = ',', requires = "positive", allow_hyphen_values = true)]
    negative: Vec<String>,
    /// Words that mean "not known" in outcomes, subgroups and patients, besides the empty field.
    #[arg(long, value_delimiter = ',', allow_hyphen_values = true)]
    missing: Vec<String>,
    /// What an outcome of -1 becomes: ignore, zeros or ones [default: it is refused].
    #[arg(long, requires = "score")]
    uncertain: Option<Unknown>,
    /// What an empty outcome becomes: ignore or zeros [default: it is refused].
    #[arg(long, requires = "score", value_parser = blank)]
    blank: Option<Unknown>,
    /// What becomes of rows without a subgroup: ignore, or keep them as a subgroup of their own.
    #[arg(long, default_value = "ignore", value_parser = ["ignore", "keep"])]
    missing_group: String,
    /// Column of the test sample (with --score) [default: sample_id and others].
    #[arg(long, requires = "score")]
    sample: Option<String>,
    /// Column of the patient (with --score); without one samples count as independent.
    #[arg(long, requires = "score")]
    patient: Option<String>,
    /// Column that makes samples without a patient units of their own, such as the sample.
    #[arg(long, requires = "score")]
    patient_fallback: Option<String>,
    /// Column of the method, where there are several.
    #[arg(long)]
    method: Option<String>,
    /// Tell no column from its name.
    #[arg(long)]
    no_guess: bool,
    /// Keep only rows in which COLUMN is VALUE, such as part=test.
    #[arg(long, value_name = "COLUMN=VALUE")]
    only: Vec<String>,
    /// Judge rows of several parts (a column `part`) together; they are refused otherwise.
    #[arg(long)]
    pool: bool,
    /// A fall below this does not matter.
    #[arg(long, default_value_t = 0.01)]
    tolerance: f64,
    /// Replicates of the bootstrap.
    #[arg(long, default_value_t = 4999, value_parser = clap::value_parser!(u32).range(99..=1_000_000))]
    replicates: u32,
    #[command(flatten)]
    output: OutputArguments,
    /// One JSON object with every number, instead of the table.
    #[arg(long)]
    json: bool,
}

/// Read, judge, show.
pub fn execute(arguments: &Arguments, program: &str) -> anyhow::Result<()> {
    let Arguments { curve, size, seed, group, value, method, tolerance, .. } = arguments;
    if !(*tolerance > 0.0 && tolerance.is_finite()) {
        return Err(bad_use(format!("--tolerance {tolerance}: expected a number above 0")));
    }
    let criterion = Criterion { tolerance: *tolerance, ..Criterion::default() };
    let reading = CurveReading {
        words: Vocabulary {
            positive: arguments.positive.clone(),
            negative: arguments.negative.clone(),
            missing: arguments.missing.clone(),
            uncertain: arguments.uncertain,
            blank: arguments.blank,
            keep_missing_groups: arguments.missing_group == "keep",
        },
        only: only(&arguments.only)?,
        pool: arguments.pool,
        dominant: arguments.dominant.clone(),
    };
    let name = curve.display().to_string();
    let output =
        arguments.output.take(&["curve.svg", "curve.png", "curve.csv", "summary.json", "report.md"])?;
    let mut file = output::open(curve)?;
    let (size, seed, group, method) = (size.clone(), seed.clone(), group.clone(), method.clone());
    let no_guess = arguments.no_guess;
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
            patient_fallback: arguments.patient_fallback.clone(),
            label: arguments.label.clone(),
            score: score.clone(),
            method,
            no_guess,
        };
        let table = CurvePredictions::parse(&name, &mut file, &columns, &reading).map_err(wrong)?;
        eprintln!("resampling patients");
        table.judge(&criterion, replicates, 1)?
    } else {
        let columns = CurveColumns { size, seed, group, value: value.clone(), method, no_guess };
        let table = CurveTable::parse(&name, &mut file, &columns, &reading).map_err(wrong)?;
        table.judge(&criterion, replicates, 1)?
    };
    let (table, text) = (report::judged_curves_table(&judged), report::judged_curves_words(&judged));
    let made = Made::from(file, curve, program)?;
    let json = made.json(&judged)?;
    if let Some(output) = &output {
        let figure = report::judged_curves_figure(&judged)?;
        let behind = report::stamp_table(&made.stamp, &name, &made.table_sha256);
        let page = format!(
            "# {}\n\n{text}\n\n![{}](curve.png)\n\n{}\n\n{}\n{}",
            figure.title,
            figure.title,
            figure.caption,
            table.markdown(),
            behind.markdown()
        );
        output.write(|stage| {
            figure.save(stage.path())?;
            stage.write("summary.json", json.as_bytes())?;
            Ok(stage.write("report.md", page.as_bytes())?)
        })?;
    }
    if arguments.json {
        return print(&json);
    }
    let kept = output.map_or_else(String::new, |output| output.words());
    print(&format!("{text}\n\n{table}{kept}"))
}
