//! The program makes packs, shows them, checks them, and runs say whether they used one.

use std::cell::RefCell;
use std::fs;
use std::path::PathBuf;
use std::process::{Child, Command, Stdio};
use std::time::{Duration, Instant};

use qpnet_lib::data::PackUse;
use qpnet_lib::experiment::{self, MethodSpec, Places, Profile, RunConfig};
use qpnet_lib::train::{Event, Progress};

use super::harness::{SIDE, Toy};
use crate::toy::text;

/// Keeps what it is told.
#[derive(Default)]
struct Told(RefCell<Vec<String>>);

impl Progress for Told {
    fn on(&self, event: Event<'_>) {
        if let Event::Warning(text) | Event::Note(text) = event {
            self.0.borrow_mut().push(text.to_owned());
        }
    }
}

#[test]
fn an_experiment_says_where_its_images_come_from() {
    let toy = Toy::new();
    let manifest = toy.manifest();
    let methods = MethodSpec::list("mixed").expect("known");
    let mut config = RunConfig::new("toy.toml", &manifest, "sex", &methods, Profile::Smoke, 1);
    config.settings.image_size = SIDE;
    let told = |cache: Option<PathBuf>| {
        let (told, data_root) = (Told::default(), Some(toy.root().to_owned()));
        let places = Places { data_root, cache };
        experiment::open(&config, &manifest, places, &told).expect("population");
        let mut lines = told.0.into_inner();
        if lines.is_empty() { String::new() } else { lines.remove(0) }
    };
    assert!(!told(None).contains("images "));
    assert!(told(Some(toy.cache())).starts_with("images were decoded: there is no "));
    let file = toy.pack().expect("packed").file;
    assert_eq!(told(Some(toy.cache())), format!("images from {}", file.display()));
    // The program looks where QPNET_CACHE says: a pack that is cut off ends the run before it begins.
    fs::File::options().write(true).open(&file).expect("open").set_len(5000).expect("cut");
    let mut run = Command::new(env!("CARGO_BIN_EXE_qpnet"));
    run.args(["run", "--data", "toy.toml", "--methods", "mixed", "--image-size", "24", "--out", "out"]);
    run.current_dir(toy.root()).env("QPNET_DATA", toy.root()).env("QPNET_CACHE", toy.cache());
    let output = run.output().expect("qpnet starts");
    assert_eq!(output.status.code(), Some(1), "{}", text(&output));
    assert!(text(&output).contains("has 5000 bytes") && text(&output).contains("remove the file"));
    assert!(!toy.path("out").exists());
}

#[test]
fn images_that_cannot_be_packed_are_all_listed() {
    let toy = Toy::new();
    fs::remove_file(toy.image(5)).expect("remove");
    let whole = fs::read(toy.image(7)).expect("read");
    fs::write(toy.image(7), &whole[..whole.len() / 2]).expect("cut");
    fs::write(toy.image(70), b"text").expect("write");
    let error = toy.pack().expect_err("three are bad").to_string();
    assert!(error.starts_with("3 of 80 images cannot be packed: row 7: no image \"s5\"; row 9: "), "{error}");
    assert!(error.contains("s7.png: cannot be decoded") && error.contains("row 72: "), "{error}");
    assert_eq!(toy.kept(), Vec::<String>::new());
    let output = toy.qpnet(&["--json"]);
    assert_eq!((output.status.code(), output.stdout.len()), (Some(1), 0), "{}", text(&output));
}

#[test]
fn the_program_makes_shows_and_checks_a_pack() {
    let toy = Toy::new();
    let json = |arguments: &[&str], code: i32| -> serde_json::Value {
        let output = toy.qpnet(arguments);
        assert_eq!(output.status.code(), Some(code), "{}", text(&output));
        serde_json::from_slice(&output.stdout).expect("one object")
    };
    let absent = json(&["--size", "24", "--check", "--json"], 1);
    assert!(absent["problems"][0].as_str().expect("words").starts_with("there is no "), "{absent}");
    let made = json(&["--size", "24", "--json"], 0);
    assert_eq!((&made["made"], &made["images"], &made["side"]), (&true.into(), &80.into(), &24.into()));
    assert_eq!(json(&["--size", "24", "--json"], 0)["made"], false);
    assert!(text(&toy.qpnet(&["--size", "24"])).contains("a valid pack is there already"));
    let checked = json(&["--size", "24", "--check", "--json"], 0);
    assert_eq!((&checked["images"], &checked["problems"]), (&80.into(), &serde_json::json!([])));
    // The file's time says nothing of its bytes; --check reads them.
    let then = fs::metadata(toy.image(3)).expect("facts").modified().expect("time");
    let mut bytes = fs::read(toy.image(3)).expect("read");
    let last = bytes.len() - 1;
    bytes[last] ^= 1;
    fs::write(toy.image(3), bytes).expect("write");
    fs::File::options().append(true).open(toy.image(3)).expect("open").set_modified(then).expect("touch");
    let changed = json(&["--size", "24", "--check", "--json"], 1);
    assert!(changed["problems"][0].as_str().expect("words").ends_with("is not the file that was packed"));
}

#[test]
fn a_folder_that_cannot_be_written_to_is_named() {
    let toy = Toy::new();
    let blocked = toy.path("toy.toml").join("cache");
    let output = toy.qpnet(&["--cache", blocked.to_str().expect("unicode")]);
    let words = text(&output);
    assert_eq!(output.status.code(), Some(1), "{words}");
    assert!(words.contains("toy.toml") && words.contains("a part of the path is a file"), "{words}");
    let output = toy.program(&[]).env_remove("QPNET_CACHE").output().expect("qpnet starts");
    assert_eq!(output.status.code(), Some(2), "{}", text(&output));
    assert!(
        text(&output).contains("expected --cache FOLDER, or the variable QPNET_CACHE"),
        "{}",
        text(&output)
    );
    assert!(!toy.cache().exists());
    #[cfg(unix)]
    {
        use std::os::unix::fs::PermissionsExt;
        let mut closed = toy.path("closed");
        fs::create_dir(&closed).expect("mkdir");
        fs::set_permissions(&closed, fs::Permissions::from_mode(0o555)).expect("chmod");
        // Root may write anywhere but to the kernel's own folders.
        if fs::write(closed.join("probe"), b"").is_ok() {
            closed = "/sys/kernel".into();
        }
        let output = toy.qpnet(&["--cache", closed.to_str().expect("unicode")]);
        let words = text(&output);
        assert_eq!(output.status.code(), Some(1), "{words}");
        assert!(words.contains("cannot write") && words.contains(&closed.display().to_string()), "{words}");
        assert!(words.contains("choose a folder you may write to"), "{words}");
    }
}

#[test]
fn two_processes_may_pack_at_once() {
    let toy = Toy::new();
    let start = || -> Child {
        let mut command = toy.program(&["--size", "256", "--json"]);
        command.stdout(Stdio::piped()).stderr(Stdio::piped()).spawn().expect("qpnet starts")
    };
    let outputs = [start(), start()].map(|child| child.wait_with_output().expect("qpnet ends"));
    for output in &outputs {
        assert!(output.status.success(), "{}", text(output));
    }
    let [name] = &toy.kept()[..] else { panic!("{:?}", toy.kept()) };
    let both = fs::read(toy.cache().join(name)).expect("read");
    // A third one alone has the same bytes.
    let alone = toy.qpnet(&["--size", "256", "--cache", "alone"]);
    assert!(alone.status.success(), "{}", text(&alone));
    assert!(both == fs::read(toy.path("alone").join(name)).expect("read"), "{name} differs");
    assert!(toy.qpnet(&["--size", "256", "--check"]).status.success());
}

#[test]
fn a_killed_pack_leaves_nothing_that_is_taken_for_one() {
    let toy = Toy::new();
    let mut child = toy.program(&["--size", "1024"]).stderr(Stdio::null()).spawn().expect("qpnet starts");
    let begun = Instant::now();
    while !toy.cache().exists() || toy.kept().is_empty() {
        assert!(begun.elapsed() < Duration::from_secs(60), "nothing is written");
        std::thread::sleep(Duration::from_millis(1));
    }
    child.kill().expect("kill");
    assert_eq!(child.wait().expect("ends").code(), None, "it had ended before it was killed");
    assert!(toy.kept().iter().all(|name| name.starts_with(".tmp-")), "{:?}", toy.kept());
    let population = toy.load_as("sex", 1024, Some(toy.cache())).expect("decoded");
    assert!(matches!(population.pack, PackUse::Unfit(reason) if reason.starts_with("there is no ")));
}
