//! The verb `audit`.

use std::path::PathBuf;

use crate::audit::{
    self, AuditError, AuditOptions, Columns, Cut, Predictions, Reading, Scale, Unknown, Vocabulary,
};
use crate::metrics::ThresholdRule;
use crate::report;
use clap::Args;

use super::further::FurtherArguments;
use super::output::{self, Made, OutputArguments};
use super::rules::{CROSSED, blank, named_cuts, only, pairs, single_cut};
use super::{bad_use, explain, print};

pub use super::help::help;

/// Its arguments.
#[derive(Args)]
pub struct Arguments {
    /// A CSV file, or JSON lines: one row a sample, or one a sample and method.
    #[arg(required_unless_present = "explain")]
    predictions: Option<PathBuf>,
    /// Print how each number is computed, with the source of the formula, and do nothing else.
    #[arg(long)]
    explain: bool,
    /// Column of the true outcome; of several findings a list.
    #[arg(long, value_delimiter = ',')]
    label: Vec<String>,
    /// The label that is positive, where labels are words.
    #[arg(long)]
    positive: Option<String>,
    /// The labels that are negative then [default: all others].
    #[arg(long, value_delimiter = ',', requires = "positive", allow_hyphen_values = true)]
    negative: Vec<String>,
    /// Words that mean "not known" in outcomes, subgroups and patients, besides the empty field.
    #[arg(long, value_delimiter = ',', allow_hyphen_values = true)]
    missing: Vec<String>,
    /// What an outcome of -1 becomes: ignore, zeros or ones [default: it is refused].
    #[arg(long)]
    uncertain: Option<Unknown>,
    /// What an empty outcome becomes: ignore or zeros [default: ignore among findings, else refused].
    #[arg(long, value_parser = blank)]
    blank: Option<Unknown>,
    /// What becomes of rows without a subgroup: ignore, or keep them as a subgroup of their own.
    #[arg(long, default_value = "ignore", value_parser = ["ignore", "keep"])]
    missing_group: String,
    /// Limits that cut a subgroup of numbers into ranges, such as 40,60, or age=40,60 of crossed ones; none: the
    /// numbers are names.
    #[arg(long, value_parser = Cut::parse_named, allow_negative_numbers = true)]
    cut: Vec<(Option<String>, Cut)>,
    /// Column of the score or probability; of several classes or findings a list.
    #[arg(long, value_delimiter = ',')]
    score: Vec<String>,
    /// Names of the classes or findings, in the order of the scores [default: what distinguishes the
    /// columns].
    #[arg(long, value_delimiter = ',')]
    classes: Vec<String>,
    /// Column of the subgroup; with --cross several, one option each.
    #[arg(long)]
    group: Vec<String>,
    /// Subgroups are the crossings of all --group columns; p-values of gaps are Holm's over all of them.
    #[arg(long)]
    cross: bool,
    /// Subgroups of fewer patients are named and not scored [default: 20 with --cross, else 0].
    #[arg(long, value_name = "PATIENTS")]
    smallest: Option<usize>,
    /// Column of the patient, lesion or case that rows share.
    #[arg(long)]
    patient: Option<String>,
    /// Column that makes rows without a patient units of their own, such as the image.
    #[arg(long)]
    patient_fallback: Option<String>,
    /// Column of the method.
    #[arg(long)]
    method: Option<String>,
    /// Column that tells the trainings of a method apart, such as its seed, or its readers: they are one method, and
    /// intervals contain their spread and that of patients. Needs a column of samples.
    #[arg(long, visible_alias = "reader-column", value_name = "COLUMN")]
    seed_column: Option<String>,
    /// Column of the sample, which methods share.
    #[arg(long)]
    sample: Option<String>,
    /// Column of how much a sample counts: a number, 0 or more. All measures are then weighted.
    #[arg(long)]
    weights: Option<String>,
    /// Columns whose values make cases comparable, such as dx,dx_type: subgroups are compared at the dominant
    /// one's mix of them, beside the plain gap.
    #[arg(long, value_delimiter = ',')]
    standardise: Vec<String>,
    /// Column of a number, such as age: AUC, sensitivity at the threshold and calibration along it, each with one band for
    /// its whole curve. It may also be a --group that --cut cuts.
    #[arg(long, value_name = "COLUMN")]
    along: Option<String>,
    /// Bandwidth of the kernel, in the units of --along [default: from the column's values alone].
    #[arg(long, requires = "along")]
    bandwidth: Option<f64>,
    /// Tell no column from its name.
    #[arg(long)]
    no_guess: bool,
    /// Keep only rows in which COLUMN is VALUE, such as part=test.
    #[arg(long, value_name = "COLUMN=VALUE")]
    only: Vec<String>,
    /// Audit rows of several parts (a column `part`) together; they are refused otherwise.
    #[arg(long)]
    pool: bool,
    /// The method that others are compared with [default: the first].
    #[arg(long)]
    reference: Option<String>,
    /// The dominant subgroup [default: the one that a column `role` calls dominant, else the one with most
    /// patients].
    #[arg(long)]
    dominant: Option<String>,
    /// How much the dominant subgroup's AUC may lose.
    #[arg(long, default_value_t = 0.02)]
    margin: f64,
    /// Probabilities at which net benefit is found in every subgroup, such as 0.05,0.1,0.2.
    #[arg(long, value_delimiter = ',', conflicts_with = "ranks")]
    decision_curve: Vec<f64>,
    /// List what was not estimated and why, and the smallest and the largest gaps that it allows; all else stays.
    #[arg(long)]
    ledger: bool,
    /// Say for every comparison from which difference on a single test would have shown it so often, such as 0.8, and
    /// how many patients --half-width needs.
    #[arg(long)]
    power: Option<f64>,
    /// The half-width of an interval of a difference in AUC for which patients are counted.
    #[arg(long, default_value_t = 0.05, requires = "power")]
    half_width: f64,
    /// Positive is who scores this or more; of several the first is that of the main tables [default: 0.5;
    /// with --ranks or --threshold-from none].
    #[arg(long, allow_negative_numbers = true, value_delimiter = ',')]
    threshold: Vec<f64>,
    /// Rows that choose thresholds and are never judged, such as part=validation; an --only of another column holds for
    /// them too.
    #[arg(long, value_name = "COLUMN=VALUE")]
    threshold_from: Vec<String>,
    /// How they choose: youden, sensitivity=0.9, specificity=0.9; or a list [default: youden].
    #[arg(long, value_delimiter = ',', requires = "threshold_from")]
    rule: Vec<ThresholdRule>,
    /// One threshold for all subgroups, or one for each, chosen on its own rows.
    #[arg(long, default_value = "all", value_parser = ["all", "subgroup"], requires = "threshold_from")]
    threshold_per: String,
    /// Scores are no probabilities: leave calibration out.
    #[arg(long)]
    ranks: bool,
    /// What scores are: probability, percent or logit. Thresholds are probabilities.
    #[arg(long, default_value = "probability", conflicts_with = "ranks")]
    scale: Scale,
    /// Seed of the bootstrap.
    #[arg(long, default_value_t = 1)]
    seed: u64,
    #[command(flatten)]
    output: OutputArguments,
    #[command(flatten)]
    further: FurtherArguments,
    /// One JSON object with every number, instead of tables.
    #[arg(long)]
    json: bool,
    /// Print the answer, the gaps, what must be known and what was asked for, 20 rows a table, without the table of every
    /// class and subgroup.
    #[arg(long, conflicts_with = "json")]
    brief: bool,
}

/// Read, audit, show.
pub fn execute(arguments: &Arguments, program: &str) -> anyhow::Result<()> {
    let table = match &arguments.predictions {
        Some(table) if !arguments.explain => table,
        _ => return print(&explain::text()),
    };
    match (arguments.group.len(), arguments.cross) {
        (0 | 1, true) => return Err(bad_use("--cross needs two or more --group COLUMN")),
        (2.., false) => {
            return Err(bad_use(
                "several --group columns: --cross makes subgroups of their crossings; else give one",
            ));
        }
        _ => {}
    }
    let reading = Reading {
        columns: Columns {
            label: arguments.label.clone(),
            score: arguments.score.clone(),
            classes: arguments.classes.clone(),
            group: arguments.group.first().cloned(),
            cross: arguments.group.iter().skip(1).cloned().collect(),
            patient: arguments.patient.clone(),
            patient_fallback: arguments.patient_fallback.clone(),
            method: arguments.method.clone(),
            seed: arguments.seed_column.clone(),
            sample: arguments.sample.clone(),
            weights: arguments.weights.clone(),
            standardise: arguments.standardise.clone(),
            along: arguments.along.clone(),
            no_guess: arguments.no_guess,
        },
        words: Vocabulary {
            positive: arguments.positive.clone(),
            negative: arguments.negative.clone(),
            missing: arguments.missing.clone(),
            uncertain: arguments.uncertain,
            blank: arguments.blank,
            keep_missing_groups: arguments.missing_group == "keep",
        },
        scale: if arguments.ranks { Scale::Rank } else { arguments.scale },
        cut: single_cut(&arguments.cut)?,
        cuts: named_cuts(&arguments.cut),
        only: only(&arguments.only)?,
        pool: arguments.pool,
        ledger: arguments.ledger,
        threshold_from: pairs("--threshold-from", &arguments.threshold_from)?,
    };
    let chosen = !arguments.threshold_from.is_empty();
    let (first, further) = match arguments.threshold.split_first() {
        Some((first, further)) => (Some(*first), further.to_vec()),
        None => ((!arguments.ranks && !chosen).then_some(0.5), Vec::new()),
    };
    let rules = match chosen && arguments.rule.is_empty() {
        true => vec![ThresholdRule::Youden],
        false => arguments.rule.clone(),
    };
    let options = AuditOptions {
        reference: arguments.reference.clone(),
        dominant: arguments.dominant.clone(),
        margin: arguments.margin,
        smallest: arguments.smallest.unwrap_or(if arguments.cross { CROSSED } else { 0 }),
        decision_curve: arguments.decision_curve.clone(),
        bandwidth: arguments.bandwidth,
        ledger: arguments.ledger,
        power: arguments.power,
        half_width: arguments.half_width,
        threshold: first,
        thresholds: further,
        rules,
        threshold_per_group: arguments.threshold_per == "subgroup",
        seed: arguments.seed,
        probabilities: !arguments.ranks,
        ..AuditOptions::default()
    };
    // What the command line says wrongly is told before a long table is read.
    options.check().map_err(bad_use)?;
    let output = arguments.output.take(&["report.html", "report.md", "summary.json", "figures"])?;
    let further = arguments.further.take()?;
    let mut bytes = output::open(table)?;
    let predictions = Predictions::parse(&table.display().to_string(), &mut bytes, &reading)?;
    let made = Made::from(bytes, table, program)?;
    eprintln!("{} rows read; resampling patients", predictions.rows());
    let found = audit::audit(&predictions, &options).map_err(|error| match error {
        AuditError::Unknown { .. } => bad_use(error),
        other => other.into(),
    })?;
    let json = made.json(&found)?;
    let mut document = None;
    if output.is_some() || further.draws() {
        eprintln!("drawing");
        let mut drawn = report::audit_document(&found, &predictions, &options)?;
        let stamp = report::stamp_table(&made.stamp, &found.file, &made.table_sha256);
        drawn.heading("Reproducibility").table(stamp);
        document = Some(drawn);
    }
    if let Some((output, document)) = output.as_ref().zip(document.as_ref()) {
        output.write(|stage| {
            for figure in document.figures() {
                figure.save(stage.path().join("figures"))?;
            }
            stage.write("summary.json", json.as_bytes())?;
            stage.write("report.md", document.markdown().as_bytes())?;
            Ok(stage.write("report.html", document.html().as_bytes())?)
        })?;
    }
    let written = further.write(&found, document.as_ref())?;
    if arguments.json {
        eprint!("{written}");
        return print(&json);
    }
    let (words, tables) = match arguments.brief {
        true => (report::audit_brief_words(&found), report::audit_brief_tables(&found)),
        false => (report::audit_words(&found), report::audit_tables(&found)),
    };
    let mut text = format!("{words}\n\n");
    for table in tables.iter().flat_map(|(_, tables)| tables) {
        text += &format!("{table}\n");
    }
    if let Some(output) = &output {
        text += &output.words();
    }
    text += &written;
    print(&text)
}
