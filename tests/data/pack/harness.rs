//! A data set of pictures with a folder of packs beside it.

use std::fs;
use std::path::{Path, PathBuf};
use std::process::{Command, Output};

use image::{Rgb, RgbImage};
use qpnet_lib::data::{
    self, DataError, LoadOptions, Manifest, OnUnreadable, PackUse, Part, Population, StoreError,
    SyntheticSizes,
};
use qpnet_lib::rng::Streams;

use crate::toy;

pub const IMAGES: u32 = 80;
pub const SIDE: i64 = 24;

/// A scheme that takes other rows than the first one.
const YOUNG: &str = r#"
[schemes.young]
title = "women of every age against young men"
subgroups = [
    { name = "female", role = "dominant", where = [{ column = "sex", in = ["f"] }] },
    { name = "young", role = "less-prevalent", where = [{ column = "sex", in = ["m"] }, { column = "age", max = 50 }] },
]
"#;

/// The manifest as [`Toy::new`] writes it.
pub fn manifest() -> String {
    let text = toy::MANIFEST.replace("image = \"id\"", "image = \"image\"");
    let grey = "channels = 1, mean = [0.5], std = [0.5], max_pixels = 10000";
    text.replace(grey, "channels = 3, fit = \"crop-centre\"") + YOUNG
}

/// Eighty pictures in colour, two rows for one of them, and a folder of packs.
pub struct Toy(toy::Toy);

impl Toy {
    pub fn new() -> Self {
        let mut toy = toy::Toy::new(IMAGES as usize, 1);
        toy.manifest = manifest();
        toy.header = "id,patient,dx,sex,age,image";
        for at in 0..IMAGES {
            toy.rows[at as usize] += &format!(",s{at}");
            let wave =
                |x: u32, y: u32, k: u32| (127.0 + 120.0 * f64::from((x * k + y * 3) * (at + 1)).sin()) as u8;
            let picture =
                RgbImage::from_fn(40, 30, |x, y| Rgb([wave(x, y, 1), wave(x, y, 2), wave(y, x, 5)]));
            picture.save(toy.image(&format!("s{at}.png"))).expect("png");
        }
        toy.rows.push("again,p7,bad,f,27,s7".to_owned());
        toy.save();
        Self(toy)
    }

    pub fn root(&self) -> &Path {
        self.0.root.path()
    }

    pub fn path(&self, name: &str) -> PathBuf {
        self.0.path(name)
    }

    pub fn image(&self, at: u32) -> PathBuf {
        self.0.image(&format!("s{at}.png"))
    }

    pub fn write_manifest(&self, text: &str) {
        fs::write(self.path("toy.toml"), text).expect("manifest");
    }

    pub fn cache(&self) -> PathBuf {
        self.0.path("cache")
    }

    pub fn manifest(&self) -> Manifest {
        Manifest::find(self.0.path("toy.toml").to_str().expect("unicode")).expect("manifest")
    }

    pub fn pack(&self) -> Result<data::Packed, StoreError> {
        data::pack(&self.manifest(), SIDE, Some(self.root()), &self.cache(), &|_, _| {})
    }

    pub fn load(&self, cache: Option<PathBuf>) -> Result<Population, DataError> {
        self.load_as("sex", SIDE, cache)
    }

    pub fn load_as(&self, scheme: &str, side: i64, cache: Option<PathBuf>) -> Result<Population, DataError> {
        let options = LoadOptions {
            scheme: scheme.into(),
            image_size: side,
            synthetic: SyntheticSizes::default(),
            data_root: Some(self.root().to_owned()),
            fold: None,
            cache,
            on_unreadable: OnUnreadable::Fail,
        };
        data::load(&self.manifest(), &options, &Streams::new(1), &|_, _| {})
    }

    /// Why the pack is not used; the population is then the one without a pack.
    pub fn unfit(&self) -> String {
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

    pub fn program(&self, arguments: &[&str]) -> Command {
        let mut command = Command::new(env!("CARGO_BIN_EXE_qpnet"));
        command.args(["data", "pack", "toy.toml"]).args(arguments);
        command.current_dir(self.root()).env("QPNET_DATA", self.root()).env("QPNET_CACHE", self.cache());
        command
    }

    pub fn qpnet(&self, arguments: &[&str]) -> Output {
        self.program(arguments).output().expect("qpnet starts")
    }

    /// Names in the folder of packs.
    pub fn kept(&self) -> Vec<String> {
        let entries = fs::read_dir(self.cache()).expect("folder");
        entries.map(|entry| entry.expect("entry").file_name().to_string_lossy().into_owned()).collect()
    }
}

/// The same samples, parts, hashes, notes, and every pixel of every batch, bit by bit.
pub fn assert_same(a: &Population, b: &Population) {
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
