//! What the crate of the audit stands on.

use std::process::Command;

/// Packages that `arguments` of `cargo tree` name, each once.
fn packages(arguments: &[&str]) -> Vec<String> {
    let cargo = std::env::var_os("CARGO").unwrap_or_else(|| "cargo".into());
    let mut command = Command::new(cargo);
    command.current_dir(env!("CARGO_MANIFEST_DIR")).args(["tree", "--locked", "--prefix", "none"]);
    let out = command.args(["--format", "{p}"]).args(arguments).output().expect("cargo");
    assert!(out.status.success(), "{}", String::from_utf8_lossy(&out.stderr));
    let text = String::from_utf8(out.stdout).expect("text");
    let mut names: Vec<String> =
        text.lines().filter_map(|line| line.split_whitespace().next()).map(str::to_owned).collect();
    names.sort_unstable();
    names.dedup();
    names
}

/// libtorch, tables, decoders, and what is compiled from C.
fn is_heavy(name: &str) -> bool {
    let own = ["tch", "torch-sys", "polars", "image", "zune-jpeg", "jpeg-decoder", "gif", "ring", "cc"];
    own.contains(&name) || name.starts_with("polars-") || name.starts_with("arrow")
}

#[test]
fn an_audit_needs_no_libtorch_no_tables_and_no_decoders() {
    let audit = packages(&["--package", "qpnet-audit", "--edges", "normal,build"]);
    let heavy: Vec<&String> = audit.iter().filter(|name| is_heavy(name)).collect();
    assert!(heavy.is_empty(), "{heavy:?}");
    assert!(audit.len() > 30 && audit.iter().any(|name| name == "plotters"), "{audit:?}");
    // The same question of the library finds them.
    let library = packages(&["--package", "qpnet-lib", "--edges", "normal,build"]);
    for name in ["tch", "polars", "image", "qpnet-audit"] {
        assert!(library.iter().any(|other| other == name), "{name} in {library:?}");
    }
}

#[test]
fn without_the_program_there_are_no_files_and_no_threads() {
    let bare = packages(&["--package", "qpnet-audit", "--edges", "normal,build", "--no-default-features"]);
    for name in ["clap", "anyhow", "tempfile", "rayon"] {
        assert!(!bare.iter().any(|other| other == name), "{name} in {bare:?}");
    }
}
