//! The program as its user meets it: exit codes, one clear message, nothing half-written.

use std::path::Path;
use std::process::{Command, Output};

use crate::tiny;

fn qpnet(arguments: &[&str], folder: &Path) -> Output {
    let mut command = Command::new(env!("CARGO_BIN_EXE_qpnet"));
    command.args(arguments).current_dir(folder).env_remove("QPNET_DATA").env_remove("QPNET_PROFILE");
    command.output().expect("qpnet starts")
}

fn stderr(output: &Output) -> String {
    String::from_utf8_lossy(&output.stderr).into_owned()
}

/// `qpnet run` with these arguments fails with `code`, says `words`, and leaves nothing.
fn refused(arguments: &[&str], code: i32, words: &[&str]) {
    let folder = tempfile::tempdir().expect("tempdir");
    let output = qpnet(&[&["run", "--out", "out"], arguments].concat(), folder.path());
    let message = stderr(&output);
    assert_eq!(output.status.code(), Some(code), "{arguments:?}: {message}");
    for word in words {
        assert!(message.contains(word), "{arguments:?}: {word:?} is not in {message}");
    }
    assert!(!message.contains("backtrace") && !message.contains("panicked"), "{message}");
    assert_eq!(std::fs::read_dir(folder.path()).expect("folder").count(), 0, "{arguments:?}");
}

#[test]
fn bad_use_ends_with_2_and_says_what_is_possible() {
    refused(&["--data", "ham1000"], 2, &["ham1000", "ham10000"]);
    refused(&["--data", "synthetic", "--scheme", "moderat"], 2, &["moderat", "aligned"]);
    refused(&["--data", "synthetic", "--methods", "mixed,erm"], 2, &["erm", "mixed, dc, qpi"]);
    refused(&["--data", "synthetic", "--profile", "tiny"], 2, &["tiny", "smoke, small or paper"]);
    refused(&["--data", "synthetic", "--preset", "supplement"], 2, &["supplement", "paper or public_code"]);
    refused(&["--data", "synthetic", "--device", "gpu"], 2, &["gpu", "cuda:N"]);
    refused(&["--data", "synthetic", "--image-size", "4"], 2, &["4", "16"]);
    refused(
        &["--data", "synthetic", "--backbone", "vgg16"],
        2,
        &["vgg16", "resnet, densenet121, efficientnet_b0 or efficientnet_lite0"],
    );
    refused(&[], 2, &["--data"]);
    refused(&["--data", "synthetic", "--batch", "2"], 2, &["2", "4"]);
    refused(&["--data", "synthetic", "--rotate", "181"], 2, &["rotate_degrees", "between 0 and 180", "181"]);
    refused(&["--data", "synthetic", "--flip", "up"], 2, &["up", "on", "off"]);
    refused(&["--data", "synthetic", "--ema", "1"], 2, &["ema", "below 1"]);
    refused(&["--data", "synthetic", "--checkpoint-every", "0"], 2, &["0", "1"]);
}

#[test]
fn settings_of_cuda_are_refused_on_the_processor() {
    let on_cpu = |extra: &[&str], words: &[&str]| {
        refused(&[&["--data", "synthetic", "--device", "cpu"], extra].concat(), 1, words);
    };
    on_cpu(&["--amp"], &["amp must be false on the processor"]);
    on_cpu(&["--tf32", "on"], &["tf32 is a setting of CUDA", "the device is cpu"]);
    on_cpu(&["--nondeterministic"], &["nondeterministic is a setting of CUDA", "--device cuda"]);
    on_cpu(&["--weights", "none.safetensors"], &["none.safetensors", "check the path"]);
    refused(&["--data", "synthetic", "--weights-prefix", "module."], 2, &["--weights"]);
}

#[test]
fn an_ablation_refuses_what_it_does_not_know_before_it_trains() {
    for (arguments, code, words) in [
        (&["--data", "ham1000"][..], 2, "ham10000"),
        (&["--data", "synthetic", "--scheme", "moderat"], 2, "aligned"),
        (&["--data", "synthetic", "--profile", "tiny"], 2, "smoke, small or paper"),
        (&["--data", "synthetic", "--seeds", "1,1"], 2, "seed 1 is given twice"),
        (&["--data", "ham10000"], 1, "QPNET_DATA"),
        // What is asked of CUDA reaches an ablation, too.
        (&["--data", "synthetic", "--device", "cpu", "--tf32", "off"], 1, "tf32 is a setting of CUDA"),
        (
            &["--data", "synthetic", "--device", "cpu", "--nondeterministic"],
            1,
            "nondeterministic is a setting",
        ),
    ] {
        let folder = tempfile::tempdir().expect("tempdir");
        let output = qpnet(&[&["ablate", "--out", "out"], arguments].concat(), folder.path());
        assert_eq!(output.status.code(), Some(code), "{arguments:?}: {}", stderr(&output));
        assert!(stderr(&output).contains(words), "{arguments:?}: {}", stderr(&output));
        assert_eq!(std::fs::read_dir(folder.path()).expect("folder").count(), 0, "{arguments:?}");
    }
}

#[test]
fn what_is_missing_ends_with_1_and_names_the_remedy() {
    refused(&["--data", "ham10000"], 1, &["QPNET_DATA", "ham10000"]);
    refused(&["--data", "synthetic", "--device", "cuda:999"], 1, &["CUDA device number 999", "--device cpu"]);
}

#[test]
fn an_output_folder_in_use_is_refused_before_training() {
    let folder = tempfile::tempdir().expect("tempdir");
    std::fs::create_dir(folder.path().join("out")).expect("folder");
    std::fs::write(folder.path().join("out/mine.txt"), "keep").expect("file");
    let output = qpnet(&["run", "--data", "synthetic", "--out", "out"], folder.path());
    assert_eq!(output.status.code(), Some(1));
    assert!(stderr(&output).contains("no empty folder"), "{}", stderr(&output));
    assert_eq!(std::fs::read_to_string(folder.path().join("out/mine.txt")).expect("file"), "keep");

    // The working folder itself cannot be replaced; that is known before training, too.
    let empty = tempfile::tempdir().expect("tempdir");
    let output = qpnet(&["run", "--data", "synthetic", "--out", "."], empty.path());
    assert_eq!(output.status.code(), Some(1), "{}", stderr(&output));
    assert!(!stderr(&output).contains("mixed"), "{}", stderr(&output));

    std::fs::write(folder.path().join("file"), "").expect("file");
    let output = qpnet(&["run", "--data", "synthetic", "--out", "file/out"], folder.path());
    let message = stderr(&output);
    assert_eq!(output.status.code(), Some(1), "{message}");
    assert_eq!(message.matches("os error").count(), 1, "the cause stands once: {message}");
}

#[test]
fn another_backbone_is_as_narrow_as_the_profiles_own_and_is_kept_as_augmentation_is() {
    let folder = tempfile::tempdir().expect("tempdir");
    let output = qpnet(
        &[
            &tiny::run("synthetic", "1")[..],
            &["--backbone", "densenet121", "--flip", "off", "--rotate", "5", "--out", "out"],
        ]
        .concat(),
        folder.path(),
    );
    assert!(output.status.success(), "{}", stderr(&output));
    let config = std::fs::read_to_string(folder.path().join("out/config.toml")).expect("config");
    let config: toml::Table = config.parse().expect("toml");
    let model = &config["settings"]["model"];
    assert_eq!(model["backbone"].as_str(), Some("densenet121"));
    assert_eq!(model["multipliers"]["width"].as_float(), Some(0.125));
    for training in ["base", "transfer"] {
        let augment = &config["settings"][training]["augment"];
        assert_eq!(augment["flip"].as_bool(), Some(false));
        assert_eq!(augment["rotate_degrees"].as_float(), Some(5.0));
    }
}

#[test]
fn a_run_leaves_a_whole_folder_and_one_object_on_standard_output() {
    let folder = tempfile::tempdir().expect("tempdir");
    let arguments = [&tiny::run("synthetic", "2")[..], &["--json", "--out", "out"]].concat();
    let output = qpnet(&arguments, folder.path());
    assert!(output.status.success(), "{}", stderr(&output));
    let summary: serde_json::Value = serde_json::from_slice(&output.stdout).expect("one JSON object");
    assert_eq!(summary["methods"][0]["method"], "mixed");
    assert!(summary["methods"][0]["subgroups"][0]["auc"]["low"].is_number());
    assert!(summary["environment"]["libtorch"].as_str().expect("version").starts_with("2."));
    let mut names: Vec<String> = std::fs::read_dir(folder.path().join("out"))
        .expect("folder")
        .map(|entry| entry.expect("entry").file_name().to_string_lossy().into_owned())
        .collect();
    names.sort();
    let expected = [
        "config.toml",
        "environment.json",
        "fig4a_synthetic_moderate.csv",
        "fig4a_synthetic_moderate.png",
        "fig4a_synthetic_moderate.svg",
        "history.csv",
        "manifest.toml",
        "predictions.csv",
        "summary.json",
    ];
    assert_eq!(names, expected);
    let lines = stderr(&output);
    let mixed = lines.lines().filter(|line| line.starts_with("mixed ") && line.ends_with(" s)"));
    assert_eq!(mixed.count(), 1, "each stage says what it came to and how long it took: {lines}");
}

#[test]
fn help_shows_an_example() {
    let folder = tempfile::tempdir().expect("tempdir");
    for arguments in [&["--help"][..], &["run", "--help"]] {
        let output = qpnet(arguments, folder.path());
        let text = String::from_utf8_lossy(&output.stdout);
        assert!(output.status.success() && text.contains("qpnet run --data synthetic"), "{text}");
    }
}
