//! What kept runs and checkpoints are named by: every source that decides, and what the environment tells libtorch.

use std::collections::BTreeSet;
use std::path::{Path, PathBuf};
use std::process::{Command, Output};

use crate::tiny;

fn package() -> &'static Path {
    Path::new(env!("CARGO_MANIFEST_DIR"))
}

/// Every source by its path from the package.
fn all_sources() -> Vec<(PathBuf, String)> {
    crate::sources::all(package()).into_iter().collect()
}

#[test]
fn an_edit_of_any_source_that_decides_makes_every_kept_run_anew() {
    let folder = tempfile::tempdir().expect("tempdir");
    for (path, text) in all_sources() {
        let copy = folder.path().join(path);
        std::fs::create_dir_all(copy.parent().expect("folder")).expect("folder");
        std::fs::write(copy, text).expect("copy");
    }
    let hash = || crate::sources::training(folder.path(), "versions");
    let own = hash();
    assert_eq!(own, crate::sources::training(package(), "versions"), "the place is no part of it");
    let (mut deciding, mut apart) = (0, 0);
    for (path, text) in all_sources() {
        let copy = folder.path().join(&path);
        std::fs::write(&copy, text.clone() + "\n").expect("edit");
        let changed = hash() != own;
        assert_eq!(changed, crate::sources::decides(&path), "{}", path.display());
        *(if changed { &mut deciding } else { &mut apart }) += 1;
        std::fs::write(&copy, text).expect("back");
    }
    assert!(hash() == own && deciding > 100 && apart > 50, "{deciding} decide, {apart} do not");
    // The files that an earlier list had forgotten, and a file that nobody has thought of.
    for name in ["config", "kept", "predictions", "folder", "unfinished", "environment", "new_file"] {
        assert!(crate::sources::decides(&Path::new("src/experiment").join(format!("{name}.rs"))), "{name}");
    }
    assert!(
        ["interval", "student"]
            .iter()
            .all(|name| crate::sources::decides(&Path::new("audit/src/stats").join(format!("{name}.rs"))))
    );
    std::fs::write(folder.path().join("src/train/new_file.rs"), "// new\n").expect("file");
    assert!(hash() != own, "a new file decides until it is known not to");
    assert!(
        crate::sources::training(folder.path(), "other versions") != hash(),
        "versions of dependencies decide"
    );
    for place in crate::sources::APART {
        assert!(package().join(place).exists(), "{place} is no source any more");
    }
}

/// A source without its comments and tests.
fn code(text: &str) -> String {
    let lines = text.lines().take_while(|line| *line != "#[cfg(test)]");
    lines.map(|line| line.split("//").next().unwrap_or_default().to_owned() + "\n").collect()
}

fn words(text: &str) -> BTreeSet<&str> {
    text.split(|letter: char| !letter.is_alphanumeric() && letter != '_')
        .filter(|word| !word.is_empty())
        .collect()
}

/// What `use …;` statements of `code` import.
fn imports(code: &str) -> Vec<&str> {
    code.split("use ").skip(1).filter_map(|rest| rest.split(';').next()).collect()
}

#[test]
fn nothing_that_decides_uses_what_does_not() {
    let all = all_sources();
    // Statistics are added to a training that is over.
    let known = [("src/experiment/run.rs", "evaluate")];
    for (tree, floor) in [("audit/src", "stats"), ("src", "experiment")] {
        let home = format!("{tree}/{floor}");
        let below = format!("{home}/");
        let modules = crate::sources::APART.iter().filter_map(|apart| apart.strip_prefix(below.as_str()));
        let modules: BTreeSet<&str> =
            modules.map(|path| path.rsplit('/').next().unwrap_or(path).trim_end_matches(".rs")).collect();
        let root = format!("{home}/mod.rs");
        let (_, text) = all.iter().find(|(path, _)| *path == Path::new(&root)).expect("mod.rs");
        let text = code(text);
        // What the floor offers under its own name, from these modules.
        let mut names = modules.clone();
        for import in imports(&text) {
            if let Some((module, offered)) =
                import.split_once("::").filter(|(module, _)| modules.contains(module))
            {
                names.extend(words(offered).into_iter().filter(|_| module != "self"));
            }
        }
        for (path, text) in
            all.iter().filter(|(path, _)| crate::sources::decides(path) && *path != Path::new(&root))
        {
            let code = code(text);
            let at_home = path.starts_with(&home);
            let reaches = |import: &&str| {
                at_home && import.starts_with("super") || import.starts_with(&format!("crate::{floor}"))
            };
            let mut used: BTreeSet<&str> =
                imports(&code).into_iter().filter(reaches).flat_map(words).collect();
            for from in ["super::", "stats::", "experiment::"] {
                if at_home || from.starts_with(floor) {
                    used.extend(code.split(from).skip(1).filter_map(|rest| {
                        rest.split(|letter: char| !letter.is_alphanumeric() && letter != '_').next()
                    }));
                }
            }
            for name in used.intersection(&names) {
                let path = path.to_string_lossy();
                assert!(
                    known.contains(&(path.as_ref(), name)),
                    "{path} uses {name}, which build/sources.rs leaves out"
                );
            }
        }
    }
    // Figures, reports, audits and the program are on higher floors.
    for (path, text) in all.iter().filter(|(path, _)| crate::sources::decides(path)) {
        for floor in ["audit", "report", "figure", "prelude", "program"] {
            assert!(!code(text).contains(&format!("crate::{floor}")), "{} uses {floor}", path.display());
        }
    }
}

#[test]
fn every_line_of_the_table_names_a_test_that_there_is() {
    let table = std::fs::read_to_string(package().join("KEPT.md")).expect("KEPT.md");
    let lines: Vec<&str> =
        table.lines().filter(|line| line.starts_with("| ") && !line.starts_with("| what")).collect();
    assert!(lines.len() > 10);
    let names: BTreeSet<&str> = lines
        .iter()
        .flat_map(|line| line.rsplit('|').nth(1).unwrap_or_default().split('`').skip(1).step_by(2))
        .collect();
    let mut texts: Vec<String> = all_sources().into_iter().map(|(_, text)| text).collect();
    texts.extend(crate::sources::collect(&package().join("../tests")).into_values());
    for name in &names {
        assert!(texts.iter().any(|text| text.contains(&format!("fn {name}("))), "there is no test {name}");
    }
    assert!(names.len() > 5, "{names:?}");
}

const COMMON: [&str; 11] = tiny::run("synthetic", "2");

fn qpnet(folder: &Path, arguments: &[&str], variables: &[(&str, &str)]) -> Output {
    let mut command = Command::new(env!("CARGO_BIN_EXE_qpnet"));
    command.args(arguments).current_dir(folder).env_remove("ATEN_CPU_CAPABILITY");
    command.envs(variables.iter().copied()).output().expect("qpnet starts")
}

#[test]
fn a_variable_that_chooses_kernels_refuses_the_checkpoints_of_another_choice() {
    let folder = tempfile::tempdir().expect("tempdir");
    let checkpoints = folder.path().join("out.checkpoints");
    let arguments = [&COMMON[..], &["--out", "out"]].concat();
    // A run that is not complete: its checkpoints are those of a killed one.
    let mut command = Command::new(env!("CARGO_BIN_EXE_qpnet"));
    command.args(&arguments).args(["--checkpoint-every", "1"]).current_dir(folder.path());
    let mut child = command.env_remove("ATEN_CPU_CAPABILITY").spawn().expect("qpnet starts");
    let begun = std::time::Instant::now();
    while !checkpoints.join("mixed.safetensors").exists() {
        assert!(begun.elapsed().as_secs() < 120, "no checkpoint is written");
        std::thread::sleep(std::time::Duration::from_millis(2));
    }
    child.kill().expect("killed");
    child.wait().expect("ended");
    let other = qpnet(folder.path(), &arguments, &[("ATEN_CPU_CAPABILITY", "default")]);
    let message = String::from_utf8_lossy(&other.stderr).into_owned();
    assert_eq!(other.status.code(), Some(1), "{message}");
    assert!(message.contains("the environment variable ATEN_CPU_CAPABILITY differs"), "{message}");
    let same = qpnet(folder.path(), &arguments, &[("ONEDNN_VERBOSE", "0"), ("OMP_NUM_THREADS", "2")]);
    assert!(same.status.success(), "{}", String::from_utf8_lossy(&same.stderr));
}
