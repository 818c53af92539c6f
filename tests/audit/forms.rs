//! An audit as a model card, as slides, as PDF, and in words for whoever does not see its figures.

use std::path::Path;
use std::process::{Command, Output};

use qpnet_audit::report::model_card;

use crate::audit_support::{audited, qpnet, quick};
use crate::predictions::table;

fn said(out: &Output) -> String {
    format!("{}{}", String::from_utf8_lossy(&out.stdout), String::from_utf8_lossy(&out.stderr))
}

/// The program, which finds other programs in `path` only.
fn with_path(arguments: &[&str], folder: &Path, path: &Path) -> Output {
    let mut command = Command::new(env!("CARGO_BIN_EXE_qpnet-audit"));
    command.args(arguments).current_dir(folder).env("PATH", path).output().expect("qpnet-audit")
}

#[test]
fn a_card_has_front_matter_with_every_subgroup_and_says_its_limits() {
    let text = table().replace(",north,", ",north: \"A\" # 1,");
    let found = audited(&text, &quick()).expect("audit");
    let card = model_card(&found);
    let (front, rest) =
        card.strip_prefix("---\n").and_then(|card| card.split_once("---\n")).expect("front matter");
    assert!(
        front.starts_with("tags:\n- fairness\nmodel-index:\n- name: \"plain\"\n  results:\n  - task:\n"),
        "{front}"
    );
    assert_eq!(front.matches("- name: ").count(), 2, "a model a method");
    assert_eq!(front.matches("    dataset:\n").count(), 4, "a result a subgroup");
    // What is in a name is no YAML.
    assert!(front.contains("      config: \"north: \\\"A\\\" # 1\"\n"), "{front}");
    for cell in &found.cells {
        let (value, low, high) = cell.auc.triple().expect("an interval");
        let lines =
            format!("      value: {value:.4}\n      args:\n        low: {low:.4}\n        high: {high:.4}\n");
        assert!(front.contains(&lines), "{lines} is not in\n{front}");
    }
    assert!(
        rest.contains("| Subgroup | Samples |")
            && rest.contains("## Limits\n\n- Numbers are of 120 patients"),
        "{rest}"
    );
    assert!(rest.contains("- A gap that is not shown is not shown to be absent."));
    // A subgroup without both outcomes has no AUC, and no 0.
    let one: String = table()
        .lines()
        .filter(|line| !line.contains(",south,1,"))
        .fold(String::new(), |all, l| all + l + "\n");
    let card = model_card(&audited(&one, &quick()).expect("audit"));
    assert_eq!(card.matches("type: roc_auc").count(), 2, "of the north only");
    assert!(!card.contains("value: 0.0000\n") || card.contains("type: specificity"));
}

#[test]
fn the_program_writes_cards_and_slides_and_nothing_over_anything() {
    let folder = tempfile::tempdir().expect("folder");
    let place = folder.path();
    std::fs::write(place.join("t.csv"), table()).expect("table");
    let asked = ["audit", "t.csv", "--card", "card.md", "--slides", "slides", "--decision-curve", "0.2,0.4"];
    let out = qpnet(&asked, place);
    assert!(
        out.status.success() && said(&out).contains("written to card.md\nwritten to slides\n"),
        "{}",
        said(&out)
    );
    let mut names = Vec::new();
    for entry in std::fs::read_dir(place.join("slides")).expect("slides") {
        let entry = entry.expect("entry");
        let file = std::io::BufReader::new(std::fs::File::open(entry.path()).expect("a slide"));
        let reader = png::Decoder::new(file).read_info().expect("a PNG");
        assert_eq!((reader.info().width, reader.info().height), (1920, 1080), "{:?}", entry.file_name());
        names.push(entry.file_name().to_string_lossy().into_owned());
    }
    // A panel a subgroup is a slide a subgroup.
    for expected in ["auc.png", "roc_1.png", "density_1_1.png", "density_1_2.png", "calibration_2.png"] {
        assert!(names.iter().any(|name| name == expected) || expected == "auc.png", "{expected}: {names:?}");
    }
    let again = qpnet(&["audit", "t.csv", "--card", "card.md"], place);
    assert!(
        again.status.code() == Some(1) && said(&again).contains("card.md already exists"),
        "{}",
        said(&again)
    );
    let again = qpnet(&["audit", "t.csv", "--slides", "slides"], place);
    assert_eq!(again.status.code(), Some(1), "{}", said(&again));
}

#[cfg(unix)]
#[test]
fn a_browser_on_the_path_prints_and_without_one_the_message_helps() {
    use std::os::unix::fs::PermissionsExt as _;

    let folder = tempfile::tempdir().expect("folder");
    let place = folder.path();
    std::fs::write(place.join("t.csv"), table()).expect("table");
    let programs = place.join("programs");
    std::fs::create_dir(&programs).expect("folder");
    let asked = ["audit", "t.csv", "--pdf", "audit.pdf"];
    let none = with_path(&asked, place, &programs);
    assert!(
        none.status.code() == Some(1) && said(&none).contains("--pdf needs a browser on PATH"),
        "{}",
        said(&none)
    );
    let browser = |script: &str| {
        let file = programs.join("chromium");
        std::fs::write(&file, format!("#!/bin/sh\n{script}\n")).expect("script");
        std::fs::set_permissions(&file, std::fs::Permissions::from_mode(0o755)).expect("mode");
    };
    // It is asked for a page that is there, and prints where it is told.
    browser(
        "for a in \"$@\"; do case \"$a\" in --print-to-pdf=*) f=\"${a#--print-to-pdf=}\";; file://*) p=\"${a#file://}\";; esac; done
         read -r first < \"$p\" && [ \"$first\" = '<!doctype html>' ] && echo '%PDF-1.4' > \"$f\"",
    );
    let out = with_path(&asked, place, &programs);
    assert!(out.status.success() && said(&out).contains("written to audit.pdf"), "{}", said(&out));
    assert!(std::fs::read(place.join("audit.pdf")).expect("a PDF").starts_with(b"%PDF"));
    std::fs::remove_file(place.join("audit.pdf")).expect("removed");
    browser("exit 3");
    let broken = with_path(&asked, place, &programs);
    assert!(
        broken.status.code() == Some(1) && said(&broken).contains("and wrote no PDF"),
        "{}",
        said(&broken)
    );
    assert!(!place.join("audit.pdf").exists());
}

#[test]
fn every_figure_has_an_alternative_in_words() {
    let folder = tempfile::tempdir().expect("folder");
    std::fs::write(folder.path().join("t.csv"), table()).expect("table");
    let out = qpnet(&["audit", "t.csv", "--out", "r"], folder.path());
    assert!(out.status.success(), "{}", said(&out));
    let page = std::fs::read_to_string(folder.path().join("r/report.html")).expect("page");
    let drawings: Vec<&str> = page.split("<svg").skip(1).collect();
    assert!(drawings.len() >= 10, "{}", drawings.len());
    for drawing in drawings {
        let words =
            drawing.strip_prefix(" role=\"img\" aria-label=\"").and_then(|rest| rest.split('"').next());
        assert!(words.is_some_and(|words| words.len() > 20), "{}", &drawing[..200.min(drawing.len())]);
    }
    let text = std::fs::read_to_string(folder.path().join("r/report.md")).expect("text");
    let pictures: Vec<&str> = text.lines().filter(|line| line.starts_with("![")).collect();
    assert!(
        pictures.len() >= 5 && pictures.iter().all(|line| line.find("](figures/").is_some_and(|at| at > 20)),
        "{pictures:?}"
    );
}

#[test]
fn parquet_is_told_how_to_become_csv() {
    let folder = tempfile::tempdir().expect("folder");
    std::fs::write(folder.path().join("t.parquet"), b"PAR1\x15\x04\x15\x00PAR1").expect("table");
    let out = qpnet(&["audit", "t.parquet"], folder.path());
    assert!(
        out.status.code() == Some(1) && said(&out).contains("t.parquet: is a Parquet file"),
        "{}",
        said(&out)
    );
    assert!(said(&out).contains("pandas.read_parquet"), "{}", said(&out));
}
