//! A small data set on disk, whole, to be spoilt by each test: manifest, table, pictures.
#![allow(dead_code)] // every test file uses its own part of it

use std::fs;
use std::path::PathBuf;
use std::process::{Command, Output};

use image::{GrayImage, Luma};
use serde_json::Value;
use tempfile::TempDir;

/// One scheme, by sex, and a binary label.
pub const MANIFEST: &str = r#"
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
missing = ["NA"]

[columns]
sample = "id"
patient = "patient"
image = "id"

[label]
column = "dx"
positive = ["bad"]
negative = ["good"]

[images]
roots = ["images"]
patterns = ["{image}.png", "{image}.jpg"]
rule = { channels = 1, mean = [0.5], std = [0.5], max_pixels = 10000 }

[schemes.sex]
title = "sex"
subgroups = [
    { name = "male", role = "dominant", where = [{ column = "sex", in = ["m"] }] },
    { name = "female", role = "less-prevalent", where = [{ column = "sex", in = ["f"] }] },
]
"#;

/// A second scheme.
pub const AGE: &str = r#"
[schemes.age]
title = "age"
subgroups = [
    { name = "young", role = "dominant", where = [{ column = "age", max = 59 }] },
    { name = "old", role = "less-prevalent", where = [{ column = "age", min = 60 }] },
]
"#;

/// What a complete copy of 40 patients with two pictures each holds.
pub const EXPECTED: &str = "expected = { samples = 80, positives = 40 }\n";

/// A data root with a manifest beside it. Sex and diagnosis alternate from patient to patient;
/// picture `i` is in row `i + 2`, of age `20 + i`.
pub struct Toy {
    pub root: TempDir,
    pub manifest: String,
    pub header: &'static str,
    pub rows: Vec<String>,
}

/// Smooth blobs at places that `seed` decides.
pub fn picture(seed: u32) -> GrayImage {
    GrayImage::from_fn(48, 48, |x, y| {
        let blob = |k: u32| {
            // Knuth's multiplicative hash: places without a pattern.
            let place = (seed * 4 + k + 1).wrapping_mul(2_654_435_761);
            let (dx, dy) =
                (x as i32 - (place >> 8 & 31) as i32 - 8, y as i32 - (place >> 20 & 31) as i32 - 8);
            100.0 * (f64::from(-(dx * dx + dy * dy)) / 60.0).exp()
        };
        Luma([(15.0 + (0..4).map(blob).sum::<f64>()).min(255.0) as u8])
    })
}

impl Toy {
    /// A data root without anything in it yet.
    pub fn empty() -> Self {
        let root = tempfile::tempdir().expect("tempdir");
        let header = "id,patient,dx,sex,age";
        Self { root, manifest: MANIFEST.to_owned(), header, rows: Vec::new() }
    }

    /// `patients` with `images` each, nothing wrong with them.
    pub fn new(patients: usize, images: usize) -> Self {
        let mut toy = Self::empty();
        fs::create_dir_all(toy.path("toy/images")).expect("mkdir");
        for at in 0..patients * images {
            let patient = at / images;
            let (sex, dx) = (["m", "f"][patient % 2], ["good", "bad"][patient / 2 % 2]);
            toy.rows.push(format!("s{at},p{patient},{dx},{sex},{}", 20 + at));
            picture(at as u32).save(toy.image(&format!("s{at}.png"))).expect("png");
        }
        toy
    }

    /// A path below the data root.
    pub fn path(&self, name: &str) -> PathBuf {
        self.root.path().join(name)
    }

    /// The place of a picture.
    pub fn image(&self, name: &str) -> PathBuf {
        self.path("toy/images").join(name)
    }

    /// The table as it stands now.
    pub fn table(&self) -> String {
        format!("{}\n{}\n", self.header, self.rows.join("\n"))
    }

    /// Write the table, and the manifest as `toy.toml` beside the folder.
    pub fn save(&self) {
        fs::write(self.path("toy/toy.csv"), self.table()).expect("table");
        fs::write(self.path("toy.toml"), &self.manifest).expect("manifest");
    }

    /// The program, started in the data root.
    pub fn qpnet(&self, arguments: &[&str]) -> Output {
        let mut command = Command::new(env!("CARGO_BIN_EXE_qpnet"));
        command.args(arguments).current_dir(self.root.path()).env("QPNET_DATA", self.root.path());
        command.env_remove("QPNET_PROFILE").output().expect("qpnet starts")
    }

    /// Exit code of `qpnet … --json` and the object on standard output.
    pub fn json(&self, arguments: &[&str]) -> (Option<i32>, Value) {
        let output = self.qpnet(&[arguments, &["--json"]].concat());
        let value = serde_json::from_slice(&output.stdout);
        (output.status.code(), value.unwrap_or_else(|error| panic!("{error}: {}", text(&output))))
    }
}

/// Everything that was said.
pub fn text(output: &Output) -> String {
    format!("{}{}", String::from_utf8_lossy(&output.stdout), String::from_utf8_lossy(&output.stderr))
}

/// Every one of `words` is in `said`.
pub fn assert_says(said: &str, words: &[&str]) {
    for word in words {
        assert!(said.contains(word), "{word:?} is not in: {said}");
    }
}
