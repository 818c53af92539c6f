// Which sources decide about a training, and a hash over them. Part of build.rs, and of the test that edits each.

use std::collections::BTreeMap;
use std::hash::{DefaultHasher, Hash, Hasher};
use std::path::{Path, PathBuf};

/// What decides about nothing that is kept, below `src`: statistics, figures and reports are made anew from kept
/// predictions, and what makes a configuration is in the key by what it has made. All other files decide, new ones
/// as well.
pub const APART: [&str; 34] = [
    "audit",
    "bin",
    "figure",
    "prelude.rs",
    "report",
    "experiment/ablation.rs",
    "experiment/cka_study/average.rs",
    "experiment/cka_study/claim.rs",
    "experiment/cka_study/layer_test.rs",
    "experiment/classes.rs",
    "experiment/contrast.rs",
    "experiment/curve",
    "experiment/evaluate",
    "experiment/notebook.rs",
    "experiment/preset.rs",
    "experiment/repeats.rs",
    "stats/best_minus_worst.rs",
    "stats/bootstrap",
    "stats/calibration_error.rs",
    "stats/clustered_mean.rs",
    "stats/critical_difference.rs",
    "stats/crossed.rs",
    "stats/delong.rs",
    "stats/friedman",
    "stats/friedman.rs",
    "stats/inverted.rs",
    "stats/multiplicity.rs",
    "stats/pareto",
    "stats/proportion.rs",
    "stats/quasi_pareto.rs",
    "stats/roc_band.rs",
    "stats/seeds.rs",
    "stats/signed_rank.rs",
    "stats/studentised.rs",
];

/// Is the source `path`, relative to `src`, one that decides?
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

/// A hash over names and contents of the sources below `src` that decide, and over `versions`, the text of a
/// `Cargo.lock`.
pub fn training(src: &Path, versions: &str) -> u64 {
    let files = collect(src);
    let within = |path: &PathBuf| path.strip_prefix(src).unwrap_or(path).to_owned();
    let named = files.iter().map(|(path, text)| (within(path), text));
    let deciding: BTreeMap<PathBuf, &String> = named.filter(|(path, _)| decides(path)).collect();
    let mut hasher = DefaultHasher::new();
    (deciding, versions).hash(&mut hasher);
    hasher.finish()
}
