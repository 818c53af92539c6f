//! What a reader needs to get the same numbers.

use super::Table;
use super::verdict::CONTAMINATED;
use crate::data::Manifest;
use crate::experiment::{Environment, MethodSpec, RunConfig, Summary};

/// Command, data and versions behind a run.
pub fn provenance_table(summary: &Summary) -> Table {
    let command = command(&summary.config);
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
    if summary.contaminated {
        table.note(CONTAMINATED);
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
