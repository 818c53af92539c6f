//! What is downloaded once, goes on where it ended, or begins anew.

use std::fs;

use super::harness::{TAG, Toy, content, sum};
use super::https_server::{Asked, Reply, Then};
use crate::toy::text;

#[test]
fn a_whole_file_is_downloaded_once() {
    let (toy, file) = (Toy::new(), content(1));
    let served = file.clone();
    let server = toy.serve(move |asked, _| Reply::proper(asked, &served, TAG));
    toy.list(&server.url("a?b=1"), &format!("sha256 = \"{}\"\nbytes = 600000", sum(&file)));
    let output = toy.fetch(&["--yes"]);
    assert_eq!(output.status.code(), Some(0), "{}", text(&output));
    let words = text(&output);
    let unzip = format!("unzip -q -n {0}/big.zip -d {0}", toy.path("toy").display());
    assert!(
        words.contains(&format!("sha256 {} (as listed)", sum(&file))) && words.contains(&unzip),
        "{words}"
    );
    toy.has(&file);
    assert_eq!(server.asked(), [Asked { path: "/a?b=1".to_owned(), ..Asked::default() }]);
    let again = toy.fetch(&["--yes"]);
    assert!(again.status.success() && text(&again).contains("nothing to download"), "{}", text(&again));
    assert_eq!(server.asked().len(), 1);
}

#[test]
fn a_cut_connection_is_continued() {
    let (toy, file) = (Toy::new(), content(1));
    let served = file.clone();
    let server = toy.serve(move |asked, number| match number {
        0 => Reply::proper(asked, &served, TAG).cut(250_000, Then::Close),
        1 => Reply::proper(asked, &served, TAG).cut(100_000, Then::Close),
        _ => Reply::proper(asked, &served, TAG),
    });
    toy.list(&server.url("big"), &format!("sha256 = \"{}\"", sum(&file)));
    let done = toy.fetched();
    toy.has(&file);
    assert_eq!(done["received"][0]["received"], 600_000);
    let ranges: Vec<_> = server.asked().into_iter().map(|asked| (asked.range, asked.if_range)).collect();
    let rest = |range: &str| (Some(range.to_owned()), Some(TAG.to_owned()));
    assert_eq!(ranges, [(None, None), rest("bytes=250000-"), rest("bytes=350000-")]);
}

#[test]
fn a_killed_download_is_continued_by_the_next_call() {
    let (toy, file) = (Toy::new(), content(1));
    let served = file.clone();
    let server = toy.serve(move |asked, number| match number {
        0 => Reply::proper(asked, &served, TAG).cut(250_000, Then::Hang),
        _ => Reply::proper(asked, &served, TAG),
    });
    toy.list(&server.url("big"), "");
    toy.killed_after(250_000);
    let words = text(&toy.fetch(&[]));
    assert!(words.contains("the first 250.0 kB"), "{words}");
    let done = toy.fetched();
    toy.has(&file);
    assert_eq!(
        (&done["received"][0]["received"], &done["received"][0]["bytes"]),
        (&350_000.into(), &600_000.into())
    );
    assert_eq!(server.asked()[1].from(), Some(250_000));
}

#[test]
fn a_part_that_is_complete_needs_no_connection() {
    let (toy, file) = (Toy::new(), content(1));
    let server = toy.serve(|_, _| Reply::new("500 No", &[], b""));
    toy.list(&server.url("big"), &format!("sha256 = \"{}\"", sum(&file)));
    fs::create_dir(toy.path("toy")).expect("mkdir");
    fs::write(toy.path("toy/big.zip.part"), &file).expect("part");
    let origin = serde_json::json!({ "url": server.url("big"), "validator": TAG, "total": 600_000 });
    fs::write(toy.path("toy/big.zip.part.json"), origin.to_string()).expect("origin");
    assert_eq!(toy.fetched()["received"][0]["received"], 0);
    toy.has(&file);
    assert_eq!(server.asked(), []);
}

#[test]
fn a_server_without_ranges_begins_anew() {
    let (toy, file) = (Toy::new(), content(1));
    let served = file.clone();
    let server = toy.serve(move |_, number| match number {
        0 => Reply::whole(&served, TAG).cut(250_000, Then::Close),
        _ => Reply::whole(&served, TAG),
    });
    toy.list(&server.url("big"), &format!("sha256 = \"{}\"", sum(&file)));
    assert_eq!(toy.fetched()["received"][0]["received"], 600_000);
    toy.has(&file);
    let asked = server.asked();
    assert_eq!((asked.len(), asked[1].from()), (2, Some(250_000)));
}

#[test]
fn another_file_on_the_server_begins_anew() {
    // `If-Range` is answered with the whole new file; or ignored, with a part of it and its ETag; or the new
    // file is shorter than what is there.
    for careless in [None, Some("206"), Some("416")] {
        let (toy, old, new) = (Toy::new(), content(1), content(2));
        let served = new.clone();
        let server = toy.serve(move |asked, number| match (number, careless) {
            (0, _) => Reply::whole(&old, TAG).cut(250_000, Then::Hang),
            (1, Some("206")) => Reply::rest(&served, "\"two\"", asked.from().expect("range")),
            (1, Some("416")) => {
                Reply::new("416 Range Not Satisfiable", &["Content-Length: 0".to_owned()], b"")
            }
            _ => Reply::proper(asked, &served, "\"two\""),
        });
        toy.list(&server.url("big"), "");
        toy.killed_after(250_000);
        toy.fetched();
        toy.has(&new);
        let ranges: Vec<Option<usize>> = server.asked().iter().map(Asked::from).collect();
        let expected: &[_] =
            if careless.is_some() { &[None, Some(250_000), None] } else { &[None, Some(250_000)] };
        assert_eq!(ranges, expected);
    }
}

#[test]
fn another_address_or_a_file_without_validator_begins_anew() {
    let (toy, file) = (Toy::new(), content(1));
    let served = file.clone();
    let server = toy.serve(move |asked, number| match number {
        0 => Reply::whole(&served, TAG).cut(250_000, Then::Hang),
        1 => Reply::new("200 OK", &["Content-Length: 600000".to_owned()], &served).cut(300_000, Then::Close),
        _ => Reply::proper(asked, &served, TAG),
    });
    toy.list(&server.url("old"), "");
    toy.killed_after(250_000);
    toy.list(&server.url("new"), "");
    toy.fetched();
    toy.has(&file);
    assert!(server.asked().iter().all(|asked| asked.from().is_none()), "{:?}", server.asked());
}

#[test]
fn a_busy_server_is_asked_again_and_a_silent_one_given_up() {
    let (toy, file) = (Toy::new(), content(1));
    let served = file.clone();
    let server = toy.serve(move |asked, number| match number {
        0 => Reply::new("503 Busy", &["Content-Length: 0".to_owned()], b""),
        1 => Reply::proper(asked, &served, TAG).cut(250_000, Then::Hang),
        2 | 3 => Reply::proper(asked, &served, TAG).cut(0, Then::Hang),
        _ => Reply::proper(asked, &served, TAG),
    });
    toy.list(&server.url("big"), "");
    // Number 0 is in vain; 1 brings something and then nothing for a second; 2 and 3 are in vain.
    toy.refused(&["--timeout", "1", "--tries", "2"], &["timeout", "250000 bytes are kept"]);
    assert_eq!(
        (toy.files(), server.asked().len()),
        (vec!["big.zip.part".into(), "big.zip.part.json".into()], 4)
    );
    assert_eq!(toy.fetched()["received"][0]["received"], 350_000);
    toy.has(&file);
}
