//! What a reader needs to get the same numbers.

use super::Table;
use crate::experiment::{Environment, RunConfig, Summary};

/// Command, data and versions behind a run.
pub fn provenance_table(summary: &Summary) -> Table {
    let RunConfig { data, scheme, methods, profile, seed, .. } = &summary.config;
    let methods: Vec<&str> = methods.iter().map(|method| method.key()).collect();
    let command = format!(
        "qpnet run --data {data} --scheme {scheme} --methods {} --profile {profile} --seed {seed} --out DIR",
        methods.join(",")
    );
    let Environment { qpnet, libtorch, tch, polars, rustc, platform, device, threads } = &summary.environment;
    let mut table = Table::new("Reproducibility", ["What", "Value"]);
    for (what, value) in [
        ("the same numbers", command),
        ("data", format!("{} ({})", summary.data.title, summary.data.licence)),
        ("data hash", summary.data.hash.clone()),
        ("qpnet", qpnet.clone()),
        ("libtorch, tch", format!("{libtorch}, {tch}")),
        ("polars", polars.clone()),
        ("compiler", rustc.clone()),
        ("machine", format!("{platform}, {device}, {threads} threads")),
    ] {
        table.row([what.to_owned(), value]);
    }
    table
}
