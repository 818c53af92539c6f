//! The verb `audit`.

use std::path::PathBuf;

use crate::audit::{
    self, AuditError, AuditOptions, Columns, Cut, Predictions, Reading, Scale, Unknown, Vocabulary,
};
use crate::report;
use clap::Args;

use super::output::{self, Made, OutputArguments};
use super::{bad_use, print};

const HELP: &str = "\
Columns that are not named are looked for under usual names, whatever their case, among the columns that
have no other role; the report says which were found. `none` as a name means that no column has the role.
{names}
Several score columns with one label are classes, with as many labels they are findings (score_<class> and
label_<finding> are found by themselves): each is audited against the rest, and methods are compared by the
mean of the AUCs. Tables may be compressed by gzip; fields are separated by commas, semicolons or tabs, and
with the latter two numbers may have decimal commas.

Outcomes are 1 and 0, true and false, yes and no, t and f, y and n, or words (--positive, --negative). Empty
ones are left out among several findings and refused otherwise, unless --blank says what they are; -1 is
refused unless --uncertain does. What was left out or filled in is counted, and how often, by subgroup, is
part of the report. Intervals of rates are Wilson's at the effective number of patients; where rows are
independent that is their number less one (1 of 22: 0.008 to 0.224).

The folder gets report.html, report.md, summary.json and figures/. Exit code 0: done, 1: the table is wrong,
2: an option is.

Examples:
  {program} audit data-manifests/examples/predictions.csv --label malignant --score p --group subgroup --patient patient --method model --out target/audit
  {program} audit predictions.csv --label dx --score p_mel,p_nv,p_bcc --group sex --patient lesion_id
  {program} audit predictions.csv --label y1,y2 --score p1,p2 --group site --weights w --json
  {program} audit chest.csv.gz --group age --cut 40,80 --uncertain ignore --blank zeros --missing NA,unknown --brief";

/// The help page of `program`, with the names that tell a role.
pub fn help(program: &str) -> String {
    let line = |(role, names): (&str, &[&str])| format!("  {role:<8} {}\n", names.join(", "));
    HELP.replace("{names}\n", &Columns::usual_names().map(line).concat()).replace("{program}", program)
}

/// Its arguments.
#[derive(Args)]
pub struct Arguments {
    /// A CSV file: one row a sample, or one a sample and method.
    predictions: PathBuf,
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
    /// Limits that cut a subgroup of numbers into ranges, such as 40,60; none: the numbers are names.
    #[arg(long, value_parser = Cut::parse, allow_negative_numbers = true)]
    cut: Option<Cut>,
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
    /// Column that makes rows without a patient units of their own, such as the image.
    #[arg(long)]
    patient_fallback: Option<String>,
    /// Column of the method.
    #[arg(long)]
    method: Option<String>,
    /// Column of the sample, which methods share.
    #[arg(long)]
    sample: Option<String>,
    /// Column of how much a sample counts: a number, 0 or more. All measures are then weighted.
    #[arg(long)]
    weights: Option<String>,
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
    /// Positive is who scores this or more [default: 0.5; with --ranks nobody is called anything].
    #[arg(long, allow_negative_numbers = true)]
    threshold: Option<f64>,
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
    /// One JSON object with every number, instead of tables.
    #[arg(long)]
    json: bool,
    /// Print the answer, the gaps and what must be known, without the table of every class and subgroup.
    #[arg(long, conflicts_with = "json")]
    brief: bool,
}

/// An empty outcome is no finding.
pub(super) fn blank(word: &str) -> Result<Unknown, String> {
    match word.parse()? {
        Unknown::Ones => Err("expected ignore or zeros".to_owned()),
        other => Ok(other),
    }
}

/// The words of --only.
pub(super) fn only(rules: &[String]) -> anyhow::Result<Vec<(String, String)>> {
    let pair = |rule: &String| {
        let pair = rule.split_once('=').map(|(column, value)| (column.to_owned(), value.to_owned()));
        pair.ok_or_else(|| bad_use(format!("--only {rule}: expected COLUMN=VALUE")))
    };
    rules.iter().map(pair).collect()
}

/// Read, audit, show.
pub fn execute(arguments: &Arguments, program: &str) -> anyhow::Result<()> {
    let reading = Reading {
        columns: Columns {
            label: arguments.label.clone(),
            score: arguments.score.clone(),
            classes: arguments.classes.clone(),
            group: arguments.group.clone(),
            patient: arguments.patient.clone(),
            patient_fallback: arguments.patient_fallback.clone(),
            method: arguments.method.clone(),
            sample: arguments.sample.clone(),
            weights: arguments.weights.clone(),
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
        cut: arguments.cut.clone().unwrap_or_default(),
        only: only(&arguments.only)?,
        pool: arguments.pool,
    };
    let options = AuditOptions {
        reference: arguments.reference.clone(),
        dominant: arguments.dominant.clone(),
        margin: arguments.margin,
        threshold: arguments.threshold.or((!arguments.ranks).then_some(0.5)),
        seed: arguments.seed,
        probabilities: !arguments.ranks,
        ..AuditOptions::default()
    };
    // What the command line says wrongly is told before a long table is read.
    options.check().map_err(bad_use)?;
    let output = arguments.output.take(&["report.html", "report.md", "summary.json", "figures"])?;
    let table = &arguments.predictions;
    let mut bytes = output::open(table)?;
    let predictions = Predictions::parse(&table.display().to_string(), &mut bytes, &reading)?;
    let made = Made::from(bytes, table, program)?;
    eprintln!("{} rows read; resampling patients", predictions.rows());
    let found = audit::audit(&predictions, &options).map_err(|error| match error {
        AuditError::Unknown { .. } => bad_use(error),
        other => other.into(),
    })?;
    let json = made.json(&found)?;
    if let Some(output) = &output {
        eprintln!("drawing");
        let mut document = report::audit_document(&found, &predictions, &options)?;
        document.heading("Reproducibility").table(report::stamp_table(
            &made.stamp,
            &found.file,
            &made.table_sha256,
        ));
        output.write(|stage| {
            for figure in document.figures() {
                figure.save(stage.path().join("figures"))?;
            }
            stage.write("summary.json", json.as_bytes())?;
            stage.write("report.md", document.markdown().as_bytes())?;
            Ok(stage.write("report.html", document.html().as_bytes())?)
        })?;
    }
    if arguments.json {
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
    print(&text)
}
