//! What a reader needs to get the same numbers.

use super::Table;
use super::verdict::CONTAMINATED;
use crate::data::Manifest;
use crate::experiment::{DataSummary, Environment, MethodSpec, RunConfig, Summary};

/// Command, data and versions behind a run.
pub fn provenance_table(summary: &Summary) -> Table {
    let command = command(&summary.config);
    let mut table = reproducibility(vec![("the same numbers", command)], &summary.data, &summary.environment);
    if summary.contaminated {
        table.note(CONTAMINATED);
    }
    table
}

/// What was `done`, then the data and the versions behind it.
pub(super) fn reproducibility(
    done: Vec<(&str, String)>,
    data: &DataSummary,
    environment: &Environment,
) -> Table {
    let Environment { qpnet, libtorch, tch, polars, rustc, platform, device, threads, .. } = environment;
    let mut table = Table::new("Reproducibility", ["What", "Value"]);
    let behind = [
        ("data", format!("{} ({})", data.title, data.licence)),
        ("cite", data.citation.clone()),
        ("data hash", data.hash.clone()),
        ("qpnet", qpnet.clone()),
        ("libtorch, tch", format!("{libtorch}, {tch}")),
        ("polars", polars.clone()),
        ("compiler", rustc.clone()),
        ("machine", format!("{platform}, {device}, {threads} threads")),
    ];
    for (what, value) in done.into_iter().chain(behind) {
        table.row([what.to_owned(), value]);
    }
    table
}

/// The command line that repeats `config`, where words suffice; otherwise its file does.
pub(super) fn command(config: &RunConfig) -> String {
    let RunConfig { data, scheme, methods, profile, seed, threads, settings, .. } = config;
    let keys: Vec<&str> = methods.iter().map(|method| method.key.as_str()).collect();
    let said = Manifest::find(data).ok().zip(MethodSpec::list(&keys.join(",")).ok());
    let words = said.map(|(manifest, methods)| {
        let mut plain = RunConfig::new(data, &manifest, scheme, &methods, *profile, *seed);
        (plain.threads, plain.settings.image_size) = (*threads, settings.image_size);
        plain
    });
    if words.as_ref() != Some(config) {
        return "qpnet run --config config.toml --out DIR, with this run's config.toml".to_owned();
    }
    format!(
        "qpnet run --data {data} --scheme {scheme} --methods {} --profile {profile} --seed {seed} \
         --image-size {} --threads {threads} --out DIR",
        keys.join(","),
        settings.image_size
    )
}
