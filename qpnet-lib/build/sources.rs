// Which sources decide about a training, and a hash over them. Part of build.rs, and of the test that edits each.

use std::collections::BTreeMap;
use std::hash::{DefaultHasher, Hash, Hasher};
use std::path::{Path, PathBuf};

/// Where the sources of the library are, from its package.
pub const TREES: [&str; 2] = ["audit/src", "src"];

/// What decides about nothing that is kept: statistics, figures and reports are made anew from kept predictions, and
/// what makes a configuration is in the key by what it has made. All other files decide, new ones as well.
pub const APART: [&str; 49] = [
    "audit/src/audit",
    "audit/src/figure",
    "audit/src/main.rs",
    "audit/src/program",
    "audit/src/report",
    "audit/src/stats/along",
    "audit/src/stats/best_minus_worst.rs",
    "audit/src/stats/bootstrap",
    "audit/src/stats/calibration_error.rs",
    "audit/src/stats/clustered_mean.rs",
    "audit/src/stats/critical_difference.rs",
    "audit/src/stats/crossed.rs",
    "audit/src/stats/delong.rs",
    "audit/src/stats/friedman",
    "audit/src/stats/friedman.rs",
    "audit/src/stats/frontier",
    "audit/src/stats/inverted.rs",
    "audit/src/stats/multiplicity.rs",
    "audit/src/stats/net_benefit.rs",
    "audit/src/stats/pareto",
    "audit/src/stats/power",
    "audit/src/stats/power.rs",
    "audit/src/stats/proportion",
    "audit/src/stats/proportion.rs",
    "audit/src/stats/quasi_pareto.rs",
    "audit/src/stats/roc_band.rs",
    "audit/src/stats/seeds.rs",
    "audit/src/stats/signed_rank.rs",
    "audit/src/stats/standardised",
    "audit/src/stats/standardised.rs",
    "audit/src/stats/studentised.rs",
    "audit/src/stats/trainings.rs",
    "src/bin",
    "src/data/cohort/columns.rs",
    "src/experiment/ablation.rs",
    "src/experiment/case_mix.rs",
    "src/experiment/cka_study/average.rs",
    "src/experiment/cka_study/claim.rs",
    "src/experiment/cka_study/layer_test.rs",
    "src/experiment/classes.rs",
    "src/experiment/contrast.rs",
    "src/experiment/curve",
    "src/experiment/evaluate",
    "src/experiment/grid",
    "src/experiment/notebook.rs",
    "src/experiment/preset.rs",
    "src/experiment/repeats.rs",
    "src/prelude.rs",
    "src/report",
];

/// Is the source `path`, relative to the package, one that decides?
pub fn decides(path: &Path) -> bool {
    !APART.iter().any(|apart| path.starts_with(apart))
}

/// Every Rust source below `folder` with its text.
pub fn collect(folder: &Path) -> BTreeMap<PathBuf, String> {
    let mut files = BTreeMap::new();
    for entry in std::fs::read_dir(folder).into_iter().flatten().flatten() {
        let place = entry.path();
        if place.is_dir() {
            files.extend(collect(&place));
        } else if place.extension().is_some_and(|extension| extension == "rs") {
            let text = std::fs::read_to_string(&place).unwrap_or_default();
            files.insert(place, text);
        }
    }
    files
}

/// Every Rust source of the library by its path from the package, which is in `folder`.
pub fn all(folder: &Path) -> BTreeMap<PathBuf, String> {
    let within = |path: PathBuf| path.strip_prefix(folder).unwrap_or(&path).to_owned();
    let trees = TREES.iter().flat_map(|tree| collect(&folder.join(tree)));
    trees.map(|(path, text)| (within(path), text)).collect()
}

/// A hash over names and contents of the sources of the package in `folder` that decide, and over `versions`, the text
/// of a `Cargo.lock`.
pub fn training(folder: &Path, versions: &str) -> u64 {
    let deciding: BTreeMap<PathBuf, String> =
        all(folder).into_iter().filter(|(path, _)| decides(path)).collect();
    let mut hasher = DefaultHasher::new();
    (deciding, versions).hash(&mut hasher);
    hasher.finish()
}
