//! The same population with and without a pack, and nothing else ever taken for one.

use std::fs;
use std::path::Path;
use std::time::Duration;

use proptest::prelude::*;
use proptest::test_runner::TestRunner;
use qpnet_lib::data::{self, DataError, PackUse, StoreError};

use super::harness::{IMAGES, SIDE, Toy, assert_same, manifest};
use crate::toy::text;

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
    fs::write(toy.path("toy/toy.csv"), format!("{table}new,new,good,m,30,s1\n")).expect("table");
    remade("the table has changed since it was made");
    toy.write_manifest(&manifest().replace("title = \"Toy\"", "title = \"Toys\""));
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
    for (from, to) in [("crop-centre", "stretch"), ("channels = 3", "channels = 3, max_bytes = 100000")] {
        toy.write_manifest(&manifest().replace(from, to));
        assert!(toy.unfit().starts_with("there is no "), "{to}");
    }
    // A pack under the name of another is told by what is in it.
    let name = toy.kept().remove(0);
    let other = data::pack(&toy.manifest(), 16, Some(toy.root()), &toy.cache(), &|_, _| {}).expect("packed");
    toy.write_manifest(&manifest());
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
            Err(error @ DataError::Store(StoreError::DamagedPack { .. })) => {
                prop_assert!(error.to_string().contains(".qpk"))
            }
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
