//! `qpnet pareto`.

use std::fs::File;
use std::path::PathBuf;

use anyhow::Context;
use clap::Args;
use qpnet_lib::audit::{CurveColumns, CurveTable};
use qpnet_lib::report;
use qpnet_lib::stats::pareto::Criterion;

use crate::print;

/// Arguments of `qpnet pareto`.
#[derive(Args)]
#[command(after_help = "The table has one row for every size, seed and subgroup (and method).\n\n\
Example:\n  qpnet pareto curve.csv --dominant PTC --value auc")]
pub struct Arguments {
    /// A CSV file: a learning curve over the dominant training set.
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
    #[arg(long, default_value = "auc")]
    value: String,
    /// Column of the method, where there are several.
    #[arg(long)]
    method: Option<String>,
    /// A fall below this does not matter.
    #[arg(long, default_value_t = 0.01)]
    tolerance: f64,
    /// Replicates of the bootstrap.
    #[arg(long, default_value_t = 4999)]
    replicates: usize,
}

/// Read, judge, show.
pub fn execute(arguments: &Arguments) -> anyhow::Result<()> {
    let Arguments { curve, size, seed, group, value, method, .. } = arguments;
    let columns = CurveColumns {
        size: size.clone(),
        seed: seed.clone(),
        group: group.clone(),
        value: value.clone(),
        method: method.clone(),
    };
    let name = curve.display().to_string();
    let file = File::open(curve).with_context(|| format!("cannot read {name}"))?;
    let table = CurveTable::parse(&name, file, &columns, &arguments.dominant)?;
    let criterion = Criterion { tolerance: arguments.tolerance, ..Criterion::default() };
    let judged = table.judge(&criterion, arguments.replicates, 1)?;
    let words = report::judged_curves_words(&judged, &table, &criterion);
    print(&format!("{}\n{words}\n", report::judged_curves_table(&judged, &table)))
}
