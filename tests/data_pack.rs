//! Packs: the same population with and without one, and nothing else ever taken for one.

use std::cell::RefCell;
use std::fs;
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Output, Stdio};
use std::time::{Duration, Instant};

use image::{Rgb, RgbImage};
use proptest::prelude::*;
use proptest::test_runner::TestRunner;
use qpnet_lib::data::{
    self, DataError, LoadOptions, Manifest, OnUnreadable, PackUse, Part, Population, SyntheticSizes,
};
use qpnet_lib::experiment::{self, MethodSpec, Places, Profile, RunConfig};
use qpnet_lib::rng::Streams;
use qpnet_lib::train::{Event, Progress};
use tempfile::TempDir;

const MANIFEST: &str = r#"
name = "toy"
title = "Toy"
kind = "files"
citation = "none"
licence = "none"
obtain = "make it"
folder = "toy"
default_scheme = "sex"
[table]
files = ["toy.csv"]
[columns]
sample = "id"
patient = "patient"
image = "image"
[label]
column = "dx"
positive = ["bad"]
negative = ["good"]
[images]
roots = ["images"]
patterns = ["{image}.png"]
[images.rule]
channels = 3
fit = "crop-centre"
[schemes.sex]
title = "sex"
subgroups = [
    { name = "male", role = "dominant", where = [{ column = "sex", in = ["m"] }] },
    { name = "female", role = "less-prevalent", where = [{ column = "sex", in = ["f"] }] },
]
[schemes.young]
title = "women of every age against young men"
subgroups = [
    { name = "female", role = "dominant", where = [{ column = "sex", in = ["f"] }] },
    { name = "young", role = "less-prevalent", where = [{ column = "sex", in = ["m"] }, { column = "age", max = 50 }] },
]
"#;

const IMAGES: u32 = 80;
const SIDE: i64 = 24;

/// Eighty pictures below a folder with a manifest, two rows for one of them, and a folder of packs.
struct Toy(TempDir);

impl Toy {
    fn new() -> Self {
        let toy = Self(tempfile::tempdir().expect("tempdir"));
        fs::create_dir_all(toy.path("toy/images")).expect("mkdir");
        fs::write(toy.path("toy.toml"), MANIFEST).expect("manifest");
        let mut rows = String::from("id,patient,image,dx,sex,age\n");
        for at in 0..IMAGES {
            let (dx, sex) = (["good", "bad"][at as usize % 2], ["m", "f"][at as usize / 2 % 2]);
            rows += &format!("s{at},p{at},s{at},{dx},{sex},{}\n", 20 + at);
            let wave =
                |x: u32, y: u32, k: u32| (127.0 + 120.0 * f64::from((x * k + y * 3) * (at + 1)).sin()) as u8;
            let picture =
                RgbImage::from_fn(40, 30, |x, y| Rgb([wave(x, y, 1), wave(x, y, 2), wave(y, x, 5)]));
            picture.save(toy.image(at)).expect("png");
        }
        rows += "again,p7,s7,bad,f,27\n";
        fs::write(toy.path("toy/toy.csv"), rows).expect("table");
        toy
    }

    fn path(&self, name: &str) -> PathBuf {
        self.0.path().join(name)
    }

    fn image(&self, at: u32) -> PathBuf {
        self.path(&format!("toy/images/s{at}.png"))
    }

    fn cache(&self) -> PathBuf {
        self.path("cache")
    }

    fn manifest(&self) -> Manifest {
        Manifest::find(self.path("toy.toml").to_str().expect("unicode")).expect("manifest")
    }

    fn pack(&self) -> Result<data::Packed, DataError> {
        data::pack(&self.manifest(), SIDE, Some(self.0.path()), &self.cache(), &|_, _| {})
    }

    fn load(&self, cache: Option<PathBuf>) -> Result<Population, DataError> {
        self.load_as("sex", SIDE, cache)
    }

    fn load_as(&self, scheme: &str, side: i64, cache: Option<PathBuf>) -> Result<Population, DataError> {
        let options = LoadOptions {
            scheme: scheme.into(),
            image_size: side,
            synthetic: SyntheticSizes::default(),
            data_root: Some(self.0.path().to_owned()),
            cache,
            on_unreadable: OnUnreadable::Fail,
        };
        data::load(&self.manifest(), &options, &Streams::new(1), &|_, _| {})
    }

    /// Why the pack is not used; the population is then the one without a pack.
    fn unfit(&self) -> String {
        let population = self.load(Some(self.cache())).expect("decoded");
        assert_same(&population, &self.load(None).expect("decoded"));
        match population.pack {
            PackUse::Unfit(reason) => {
                assert!(
                    reason.ends_with("; `qpnet data pack toy --size 24` makes one that fits"),
                    "{reason}"
                );
                reason
            }
            other => panic!("{other:?}"),
        }
    }

    fn program(&self, arguments: &[&str]) -> Command {
        let mut command = Command::new(env!("CARGO_BIN_EXE_qpnet"));
        command.args(["data", "pack", "toy.toml"]).args(arguments);
        command.current_dir(self.0.path()).env("QPNET_DATA", self.0.path()).env("QPNET_CACHE", self.cache());
        command
    }

    fn qpnet(&self, arguments: &[&str]) -> Output {
        self.program(arguments).output().expect("qpnet starts")
    }

    /// Names in the folder of packs.
    fn kept(&self) -> Vec<String> {
        let entries = fs::read_dir(self.cache()).expect("folder");
        entries.map(|entry| entry.expect("entry").file_name().to_string_lossy().into_owned()).collect()
    }
}

/// The same samples, parts, hashes, notes, and every pixel of every batch, bit by bit.
fn assert_same(a: &Population, b: &Population) {
    assert_eq!((&a.hash, &a.samples, &a.parts, &a.notes), (&b.hash, &b.samples, &b.parts, &b.notes));
    assert_eq!(a.leak_report(), b.leak_report());
    assert_eq!((a.images.len(), a.images.shape()), (b.images.len(), b.images.shape()));
    assert_eq!(a.images.pixels(), b.images.pixels());
    for part in Part::ALL {
        let mut order = a.indices(part, None);
        order.reverse();
        order.extend_from_within(..2); // any order, and repeats
        assert_eq!(a.images.batch(&order, tch::Device::Cpu), b.images.batch(&order, tch::Device::Cpu));
    }
}

fn text(output: &Output) -> String {
    format!("{}{}", String::from_utf8_lossy(&output.stdout), String::from_utf8_lossy(&output.stderr))
}

#[test]
fn a_population_is_the_same_with_a_pack() {
    let toy = Toy::new();
    let decoded = toy.load(None).expect("decoded");
    assert_eq!(decoded.pack, PackUse::Unasked);
    let made = toy.pack().expect("packed");
    assert_eq!((made.made, made.images, made.channels, made.side), (true, IMAGES as usize, 3, 24));
    assert_eq!(made.bytes, fs::metadata(&made.file).expect("file").len());
    assert_eq!(toy.kept().len(), 1, "{:?}", toy.kept());
    // Other schemes take other rows of the same pack.
    for scheme in ["sex", "young"] {
        let decoded = toy.load_as(scheme, SIDE, None).expect("decoded");
        let packed = toy.load_as(scheme, SIDE, Some(toy.cache())).expect("packed");
        assert_eq!(packed.pack, PackUse::Used(made.file.clone()));
        assert_eq!((packed.images.bytes(), decoded.images.bytes()), (0, decoded.samples.len() * 3 * 24 * 24));
        assert_same(&packed, &decoded);
    }
    let again = toy.pack().expect("there");
    assert_eq!((again.made, again.replaced, again.bytes), (false, None, made.bytes));
    // An open pack stays whole when another one takes its place.
    let open = toy.load(Some(toy.cache())).expect("packed");
    fs::remove_file(&made.file).expect("remove");
    assert_same(&open, &decoded);
}

#[test]
fn a_pack_whose_origin_has_changed_is_not_used_and_made_anew() {
    let toy = Toy::new();
    assert!(toy.unfit().starts_with("there is no "), "no folder yet");
    let file = toy.pack().expect("packed").file;
    let remade = |expected: &str| {
        let reason = toy.unfit();
        assert!(reason.contains(expected), "{expected:?} is not in {reason}");
        let made = toy.pack().expect("packed");
        assert!(made.made && made.replaced.is_some_and(|why| why.contains(expected)));
        assert_eq!(toy.load(Some(toy.cache())).expect("packed").pack, PackUse::Used(file.clone()));
    };
    // The same bytes at another time.
    let touched = fs::File::options().append(true).open(toy.image(3)).expect("open");
    touched.set_modified(std::time::SystemTime::UNIX_EPOCH + Duration::from_secs(1_000_000)).expect("touch");
    remade("s3.png has changed since it was made");
    // Other bytes.
    fs::copy(toy.image(9), toy.image(8)).expect("copy");
    remade("s8.png has changed since it was made");
    let table = fs::read_to_string(toy.path("toy/toy.csv")).expect("table");
    fs::write(toy.path("toy/toy.csv"), format!("{table}new,new,s1,good,m,30\n")).expect("table");
    remade("the table has changed since it was made");
    fs::write(toy.path("toy.toml"), MANIFEST.replace("title = \"Toy\"", "title = \"Toys\""))
        .expect("manifest");
    remade("the manifest has changed since it was made");
}

#[test]
fn another_rule_or_size_is_another_pack() {
    let toy = Toy::new();
    toy.pack().expect("packed");
    let other = toy.load_as("sex", 16, Some(toy.cache())).expect("decoded");
    assert!(
        matches!(&other.pack, PackUse::Unfit(reason) if reason.contains("there is no ")),
        "{:?}",
        other.pack
    );
    assert_same(&other, &toy.load_as("sex", 16, None).expect("decoded"));
    for (from, to) in [("crop-centre", "stretch"), ("channels = 3", "channels = 3\nmax_bytes = 100000")] {
        fs::write(toy.path("toy.toml"), MANIFEST.replace(from, to)).expect("manifest");
        assert!(toy.unfit().starts_with("there is no "), "{to}");
    }
    // A pack under the name of another is told by what is in it.
    let name = toy.kept().remove(0);
    let other =
        data::pack(&toy.manifest(), 16, Some(toy.0.path()), &toy.cache(), &|_, _| {}).expect("packed");
    fs::write(toy.path("toy.toml"), MANIFEST).expect("manifest");
    fs::rename(other.file, toy.cache().join(name)).expect("rename");
    assert!(toy.unfit().contains("it was made under another [images.rule]"));
}

/// Loading fails with a message that names the file, says `fault` and the remedy; packing mends it.
fn assert_damaged(toy: &Toy, file: &Path, fault: &str) {
    let error = toy.load(Some(toy.cache())).expect_err("damaged").to_string();
    assert!(error.starts_with(&file.display().to_string()) && error.contains(fault), "{fault:?}: {error}");
    assert!(error.ends_with("remove the file, or make it again with `qpnet data pack`"), "{error}");
}

#[test]
fn a_damaged_pack_is_an_error_and_is_made_anew() {
    let toy = Toy::new();
    let made = toy.pack().expect("packed");
    let whole = fs::read(&made.file).expect("read");
    let index = 4096 + IMAGES as usize * 3 * 24 * 24;
    for length in [0, 8, 4095, 4096, 5000, index, whole.len() - 1] {
        fs::write(&made.file, &whole[..length]).expect("cut");
        assert_damaged(&toy, &made.file, &format!("has {length} bytes"));
    }
    fs::write(&made.file, [&b"PK\x03\x04"[..], &whole[4..]].concat()).expect("other magic");
    assert_damaged(&toy, &made.file, "is no pack: it begins with \"PK");
    let decoded = toy.load(None).expect("decoded");
    // Whatever bit flips outside the pixels: an error, or another version, and never another result.
    let places = prop_oneof![0..64_usize, index..whole.len()];
    let flipped = |(at, bit): (usize, u32)| {
        let mut bytes = whole.clone();
        bytes[at] ^= 1 << bit;
        fs::write(&made.file, bytes).expect("write");
        match toy.load(Some(toy.cache())) {
            Err(error @ DataError::DamagedPack { .. }) => prop_assert!(error.to_string().contains(".qpk")),
            Err(error) => prop_assert!(false, "{error}"),
            Ok(population) => {
                prop_assert!((8..16).contains(&at), "byte {at}: {:?}", population.pack);
                prop_assert_eq!(population.images.pixels(), decoded.images.pixels());
            }
        }
        Ok(())
    };
    TestRunner::new(ProptestConfig::with_cases(60)).run(&(places, 0..8_u32), flipped).expect("holds");
    let mended = toy.pack().expect("packed");
    assert!(mended.made && mended.replaced.is_some());
    assert_eq!(fs::read(&made.file).expect("read"), whole);
    // A flipped bit among the pixels is what --check is for.
    let mut bytes = whole.clone();
    bytes[index - 1] ^= 1;
    fs::write(&made.file, bytes).expect("write");
    let output = toy.qpnet(&["--size", "24", "--check"]);
    assert_eq!(output.status.code(), Some(1), "{}", text(&output));
    assert!(text(&output).contains("WRONG: its pixels are not those that were written"), "{}", text(&output));
}

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
        let (told, data_root) = (Told::default(), Some(toy.0.path().to_owned()));
        let places = Places { data_root, cache };
        experiment::open(&config, &manifest, places, OnUnreadable::Fail, &told).expect("population");
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
    run.current_dir(toy.0.path()).env("QPNET_DATA", toy.0.path()).env("QPNET_CACHE", toy.cache());
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
