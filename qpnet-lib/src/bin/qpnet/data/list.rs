//! `qpnet data list`.

use std::process::ExitCode;

use clap::Args;
use qpnet_lib::data::Manifest;
use qpnet_lib::report;
use serde_json::json;

use qpnet_audit::program::print;

/// Arguments of `qpnet data list`.
#[derive(Args)]
pub struct Arguments {
    #[command(flatten)]
    root: super::Root,
    /// One JSON object instead of a table.
    #[arg(long)]
    json: bool,
}

/// Print the shipped manifests.
pub fn execute(arguments: &Arguments) -> anyhow::Result<ExitCode> {
    let root = arguments.root.path();
    let manifests: Result<Vec<Manifest>, _> = Manifest::shipped().into_iter().map(Manifest::find).collect();
    let manifests = manifests?;
    if arguments.json {
        let entry = |manifest: &Manifest| {
            let schemes: Vec<&str> = manifest.schemes.iter().map(|scheme| scheme.name.as_str()).collect();
            json!({
                "name": manifest.name,
                "title": manifest.title,
                "task": manifest.task(),
                "access": manifest.access,
                "default_scheme": manifest.default_scheme,
                "schemes": schemes,
                "here": manifest.is_present(root.as_deref()),
            })
        };
        let entries: Vec<_> = manifests.iter().map(entry).collect();
        print(&(serde_json::to_string_pretty(&json!({ "data_root": root, "data": entries }))? + "\n"))?;
    } else {
        print(&format!("{}", report::manifests_table(&manifests, root.as_deref())))?;
    }
    Ok(ExitCode::SUCCESS)
}
