//! What a reader needs to get the same numbers.

use super::Table;
use super::verdict::CONTAMINATED;
use crate::experiment::{Environment, RunConfig, Summary};

/// Command, data and versions behind a run.
pub fn provenance_table(summary: &Summary) -> Table {
    let RunConfig { data, scheme, methods, profile, seed, threads, settings, .. } = &summary.config;
    let methods: Vec<&str> = methods.iter().map(|method| method.key.as_str()).collect();
    let command = format!(
        "qpnet run --data {data} --scheme {scheme} --methods {} --profile {profile} --seed {seed} \
         --image-size {} --threads {threads} --out DIR",
        methods.join(","),
        settings.image_size
    );
    let Environment { qpnet, libtorch, tch, polars, rustc, platform, device, threads } = &summary.environment;
    let mut table = Table::new("Reproducibility", ["What", "Value"]);
    for (what, value) in [
        ("the same numbers", command),
        ("data", format!("{} ({})", summary.data.title, summary.data.licence)),
        ("cite", summary.data.citation.clone()),
        ("data hash", summary.data.hash.clone()),
        ("qpnet", qpnet.clone()),
        ("libtorch, tch", format!("{libtorch}, {tch}")),
        ("polars", polars.clone()),
        ("compiler", rustc.clone()),
        ("machine", format!("{platform}, {device}, {threads} threads")),
    ] {
        table.row([what.to_owned(), value]);
    }
    table.note("the command repeats the profile's settings; config.toml has those of this run");
    if summary.contaminated {
        table.note(CONTAMINATED);
    }
    table
}
