//! The bodies of the fuzz targets in `qpnet-lib/fuzz`, on seeded mutations of valid inputs.
//!
//! `QPNET_FUZZ_SECONDS=300 cargo test --test data fuzz -- --nocapture` goes on for that long each.

#![allow(clippy::print_stdout)]

use std::panic::{AssertUnwindSafe, catch_unwind, resume_unwind};
use std::time::{Duration, Instant};

use crate::bodies::{BETWEEN, Tables};
use qpnet_lib::data::Manifest;
use qpnet_lib::data::synthetic::chexpert::{Attribute, Patient, demographics_csv, labels_csv};
use qpnet_lib::rng::{Rng, Streams};
use rand::RngExt;

/// Inputs of each target in `make test`.
const INPUTS: u64 = 1_000;

/// One to eight small changes of one of `seeds`.
fn mutated(seeds: &[Vec<u8>], words: &[&str], rng: &mut Rng) -> Vec<u8> {
    let mut bytes = seeds[rng.random_range(0..seeds.len())].clone();
    for _ in 0..rng.random_range(1..=8) {
        let at = rng.random_range(0..=bytes.len());
        let until = (at + rng.random_range(0..64usize)).min(bytes.len());
        match rng.random_range(0..8) {
            0 if at < bytes.len() => bytes[at] ^= 1 << rng.random_range(0..8),
            1 if at < bytes.len() => bytes[at] = rng.random_range(0..=255),
            2 => drop(bytes.splice(at..at, words[rng.random_range(0..words.len())].bytes())),
            3 => drop(bytes.splice(at..until, words[rng.random_range(0..words.len())].bytes())),
            4 => drop(bytes.drain(at..until)),
            5 => {
                let piece = bytes[at..until].to_vec();
                let place = rng.random_range(0..=bytes.len());
                for _ in 0..rng.random_range(1..4) {
                    bytes.splice(place..place, piece.iter().copied());
                }
            }
            6 if rng.random_bool(0.2) => bytes.truncate(at),
            _ => {
                let other = &seeds[rng.random_range(0..seeds.len())];
                let from = rng.random_range(0..=other.len());
                let to = (from + rng.random_range(0..256usize)).min(other.len());
                bytes.splice(at..at, other[from..to].iter().copied());
            }
        }
    }
    bytes
}

/// Run `body` on mutations, and say how many there were and which took longest.
fn fuzz(name: &str, seeds: &[Vec<u8>], words: &[&str], body: impl Fn(&[u8])) {
    let seconds = std::env::var("QPNET_FUZZ_SECONDS").ok().and_then(|text| text.parse().ok());
    let limit = seconds.map(Duration::from_secs);
    let streams = Streams::new(20_240_305);
    let started = Instant::now();
    let (mut number, mut slowest) = (0, (Duration::ZERO, Vec::new()));
    while limit.map_or(number < INPUTS, |limit| started.elapsed() < limit) {
        let bytes = match number as usize {
            at if at < seeds.len() => seeds[at].clone(),
            _ => mutated(seeds, words, &mut streams.at(name, number)),
        };
        let before = Instant::now();
        if let Err(panic) = catch_unwind(AssertUnwindSafe(|| body(&bytes))) {
            println!("{name}, input {number}: \"{}\"", bytes.escape_ascii());
            resume_unwind(panic);
        }
        if before.elapsed() > slowest.0 {
            slowest = (before.elapsed(), bytes);
        }
        number += 1;
    }
    let (time, bytes) = slowest;
    println!(
        "{name}: {number} inputs in {:.0?}; slowest {time:.1?}, {} bytes",
        started.elapsed(),
        bytes.len()
    );
    if time > Duration::from_secs(1) {
        println!("slowest: \"{}\"", bytes.escape_ascii());
    }
}

#[test]
fn manifests_are_accepted_or_refused_with_their_file() {
    let shipped = |name| Manifest::find(name).expect("shipped").text.into_bytes();
    let seeds: Vec<Vec<u8>> = Manifest::shipped().into_iter().map(shipped).collect();
    let words = [
        "[",
        "]",
        "[[",
        "{",
        "}",
        "=",
        "\"",
        "'",
        "\"\"\"",
        "#",
        ".",
        ",",
        "\n",
        "\r\n",
        "\r",
        "\0",
        "é",
        "\u{feff}",
        "../",
        "/",
        "{image}",
        "nan",
        "inf",
        "-1",
        "0",
        "1e400",
        "9223372036854775808",
        "1979-05-27",
        "true",
        "min = ",
        "max = ",
        "in = []",
        "in = [\"a\"]",
        "starts_with = []",
        "where = []",
        "name = \"\"",
        "kind = \"files\"",
        "kind = \"synthetic\"",
        "kind = \"multi-label\"",
        "one_per_patient = true",
        "role = \"dominant\"",
        "role = \"other\"",
        "[schemes.x]",
        "[images.rule]",
        "channels = 2",
        "\\u{d800}",
        "\\U00110000",
    ];
    fuzz("manifest", &seeds, &words, crate::bodies::manifest);
    crate::bodies::manifest("a = ".repeat(20_000).as_bytes());
    crate::bodies::manifest("a = [".repeat(20_000).as_bytes());
    crate::bodies::manifest(&[b"a.".repeat(20_000), b"a = 1".to_vec()].concat());
}

/// A small table of each kind, with the number of its data set before it.
fn tables() -> Vec<Vec<u8>> {
    let binary = "id,patient,dx,site,age\na1,p1,good,ax,20\na2,p1,bad,b,59.5\na3,p2,bad,\"a \"\"q\"\"\",60\r\n\
                  a4,,good,b,NA\na5,p3,,b,61\na6,p4,good,c,70\n";
    let sexes = "id,sex\na1,m\na2,f\na3,m\na4,f\n";
    let truth = "image,MEL,NV,BCC,AK,BKL,DF,VASC,SCC,UNK\na,1.0,0.0,0,0,0,0,0,0,0\nb,0,1,0,0,0,0,0,0,0\n\
                 c,0,0,0,0,0,0,0,0,1\nd,0,0,0,0,0,0,0,1,0\n";
    let about = "image,age_approx,anatom_site_general,lesion_id,gender\na,55,x,L1,female\nb,85,x,L1,male\nd,60,,,female\n";
    let streams = Streams::new(3);
    let drawn =
        |at: u64| (Patient::draw(Attribute::Race, at as usize % 2, &mut streams.at("patient", at)), 2);
    let patients: Vec<(Patient, usize)> = (0..6).map(drawn).collect();
    let join =
        |set: u8, table: &str, other: &str| [&[set], table.as_bytes(), &[BETWEEN], other.as_bytes()].concat();
    vec![
        [&[0], binary.as_bytes()].concat(),
        join(0, binary, sexes),
        join(1, truth, about),
        join(2, &labels_csv(&patients), &demographics_csv(&patients)),
    ]
}

#[test]
fn tables_are_counted_or_refused_with_what_is_at_fault() {
    let words = [
        ",",
        "\"",
        "\"\"",
        "\n",
        "\r\n",
        "\r",
        "\n\n",
        "\0",
        "é",
        "\u{feff}",
        "\u{1d}",
        "NA",
        "-1",
        "-1.0",
        "0",
        "1",
        "2",
        "1e400",
        "nan",
        "inf",
        "60",
        "59.999999999",
        "good",
        "bad",
        "male",
        "female",
        "Female",
        "White",
        "id",
        "age",
        "patient00001",
        "/",
        "../",
        " ",
        "a1",
        ",,,,,,,,",
        "#",
    ];
    let files = Tables::new();
    fuzz("table", &tables(), &words, |bytes| files.check(bytes));
}
