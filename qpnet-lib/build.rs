//! Writes the place of libtorch into every program and test of this package (rpath), so that
//! they run without `LD_LIBRARY_PATH`. Also passes the versions that a run reports, and a hash of
//! the sources that decide about its predictions (`build/sources.rs`): another hash, another run.

use std::hash::{DefaultHasher, Hash, Hasher};
use std::path::{Path, PathBuf};
use std::process::Command;

#[path = "build/sources.rs"]
mod sources;

fn main() {
    println!("cargo:rerun-if-env-changed=LIBTORCH");
    println!("cargo:rerun-if-changed=../Cargo.lock");
    let mut version = "unknown".to_owned();
    if let Some(libtorch) = std::env::var_os("LIBTORCH").map(PathBuf::from) {
        let lib = libtorch.join("lib");
        let lib = lib.canonicalize().unwrap_or(lib);
        println!("cargo:rustc-link-arg=-Wl,-rpath,{}", lib.display());
        version = libtorch_version(&libtorch);
    }
    println!("cargo:rustc-env=QPNET_LIBTORCH={version}");
    let rustc = std::env::var_os("RUSTC").unwrap_or_else(|| "rustc".into());
    let version = Command::new(rustc).arg("--version").output().ok();
    let version = version.and_then(|out| String::from_utf8(out.stdout).ok()).unwrap_or_default();
    println!("cargo:rustc-env=QPNET_RUSTC={}", version.trim());
    println!("cargo:rerun-if-changed=build");
    for tree in sources::TREES {
        for entry in std::fs::read_dir(tree).into_iter().flatten().flatten() {
            if sources::decides(&entry.path()) {
                println!("cargo:rerun-if-changed={}", entry.path().display());
            }
        }
    }
    // No lock file beside the package (an unpacked crate): the versions are then unknown.
    let lock = std::fs::read_to_string("../Cargo.lock").unwrap_or_default();
    println!("cargo:rustc-env=QPNET_SOURCES={:016x}", sources::training(Path::new(""), &lock));
    println!("cargo:rustc-env=QPNET_DECODER={:016x}", decoder(Path::new("src"), &lock));
    for (name, variable) in [("tch", "QPNET_TCH"), ("polars", "QPNET_POLARS")] {
        println!("cargo:rustc-env={variable}={}", locked_version(&lock, name));
    }
}

/// A hash over what turns image files into pixels: the sources of `data` (too many rather than too few) and the
/// versions of the decoders. Another hash, and packs are made anew.
fn decoder(src: &Path, lock: &str) -> u64 {
    let decoders = ["image", "zune-jpeg", "zune-core", "png", "fast_image_resize"]
        .map(|name| format!("name = \"{name}\""));
    // All versions of each: plotters brings an older `image`.
    let lines = lock.lines().zip(lock.lines().skip(1));
    let versions: Vec<_> = lines.filter(|(name, _)| decoders.iter().any(|decoder| decoder == name)).collect();
    let mut hasher = DefaultHasher::new();
    (sources::collect(&src.join("data")), versions).hash(&mut hasher);
    hasher.finish()
}

/// The version of a Python wheel (`version.py`) or of a zip from pytorch.org (`build-version`).
fn libtorch_version(libtorch: &Path) -> String {
    let wheel = std::fs::read_to_string(libtorch.join("version.py")).unwrap_or_default();
    let of_wheel = wheel.lines().find_map(|line| line.strip_prefix("__version__ = "));
    let of_zip = || std::fs::read_to_string(libtorch.join("build-version")).unwrap_or_default();
    let version = of_wheel.map_or_else(of_zip, |text| text.trim_matches(['\'', '"']).to_owned());
    if version.trim().is_empty() { "unknown".to_owned() } else { version.trim().to_owned() }
}

/// The version of package `name` in the text of a `Cargo.lock`.
fn locked_version(lock: &str, name: &str) -> String {
    let header = format!("name = \"{name}\"");
    let after = lock.lines().skip_while(|line| *line != header).nth(1);
    let version = after.and_then(|line| line.strip_prefix("version = "));
    version.map_or_else(|| "unknown".to_owned(), |text| text.trim_matches('"').to_owned())
}
