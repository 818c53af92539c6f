//! What is not kept, not asked and not touched.

use std::fs::{self, File};
use std::net::TcpListener;

use super::harness::{TAG, Toy, content, manifest, sum};
use super::https_server::{Reply, Then};
use crate::toy::text;

#[test]
fn a_wrong_hash_leaves_nothing() {
    let (toy, file) = (Toy::new(), content(1));
    let (got, expected) = (sum(&file), sum(b"another"));
    let server = toy.serve(move |_, _| Reply::whole(&file, TAG));
    toy.list(&server.url("big"), &format!("sha256 = \"{expected}\""));
    toy.refused(&[], &["big.zip", &format!("expected sha256 {expected}, got {got}"), "deleted"]);
    assert_eq!(toy.files(), [""; 0]);
}

#[test]
fn a_wrong_length_leaves_nothing() {
    let file = content(1);
    let chunked = {
        let mut body = format!("{:x}\r\n", file.len()).into_bytes();
        body.extend(&file);
        body.extend(b"\r\n0\r\n\r\n");
        Reply::new("200 OK", &["Transfer-Encoding: chunked".to_owned()], &body)
    };
    for (reply, bytes, got) in [
        (Reply::whole(&file, TAG), 600_001, "got 600000"),
        (chunked.clone(), 599_999, "got more (600000)"),
        (chunked, 600_001, "got 600000"),
    ] {
        let toy = Toy::new();
        let server = toy.serve(move |_, _| reply.clone());
        toy.list(&server.url("big"), &format!("bytes = {bytes}"));
        toy.refused(&[], &["big.zip", &format!("expected {bytes} bytes, {got}"), "nothing was kept"]);
        assert_eq!((toy.files().len(), server.asked().len()), (0, 1));
    }
}

#[test]
fn what_cannot_be_told_from_a_part_is_refused() {
    let (toy, file) = (Toy::new(), content(1));
    let (hash, served) = (sum(&file), file.clone());
    let server = toy.serve(move |_, number| match number {
        0 => Reply::new(
            "200 OK",
            &["Content-Length: 3".to_owned(), "Content-Encoding: gzip".to_owned()],
            b"abc",
        ),
        _ => Reply::new("200 OK", &[], &served),
    });
    toy.list(&server.url("big"), "");
    toy.refused(&[], &["packed as gzip"]);
    toy.refused(&[], &["neither the server nor the manifest says how long"]);
    assert_eq!(toy.files(), [""; 0]);
    toy.list(&server.url("big"), &format!("sha256 = \"{hash}\""));
    toy.fetched();
    toy.has(&file);
}

#[test]
fn a_refusal_is_one_clear_line() {
    for (status, words) in
        [("404 Not Found", "answered 404 (no such file)"), ("403 Forbidden", "answered 403 (not allowed)")]
    {
        let toy = Toy::new();
        let server = toy.serve(move |_, _| Reply::new(status, &["Content-Length: 2".to_owned()], b"no"));
        toy.list(&server.url("big"), "");
        toy.refused(&[], &[&server.url("big"), words, "ask the toy maker"]);
        assert_eq!((toy.files().len(), server.asked().len()), (0, 1));
    }
}

#[test]
fn redirects_are_followed_to_https_only() {
    let (toy, file) = (Toy::new(), content(1));
    let plain = TcpListener::bind("127.0.0.1:0").expect("bind");
    plain.set_nonblocking(true).expect("option");
    let (served, address) = (file.clone(), plain.local_addr().expect("address"));
    let server = toy.serve(move |asked, number| match (asked.path.as_str(), number) {
        ("/moved", _) => Reply::new("302 Found", &["Location: /store/big?signed=1".to_owned()], b""),
        ("/plain", _) => Reply::new("302 Found", &[format!("Location: http://{address}/big")], b""),
        (_, 1) => Reply::proper(asked, &served, TAG).cut(250_000, Then::Close),
        _ => Reply::proper(asked, &served, TAG),
    });
    toy.list(&server.url("moved"), "");
    toy.fetched();
    toy.has(&file);
    let asked: Vec<(String, Option<usize>)> =
        server.asked().into_iter().map(|asked| (asked.path.clone(), asked.from())).collect();
    let (moved, stored) = ("/moved".to_owned(), "/store/big?signed=1".to_owned());
    let (start, rest) = (None, Some(250_000));
    assert_eq!(asked, [(moved.clone(), start), (stored.clone(), start), (moved, rest), (stored, rest)]);

    fs::remove_file(toy.path("toy/big.zip")).expect("remove");
    toy.list(&server.url("plain"), "");
    toy.refused(&[], &[&format!("redirects to http://{address}/big, which is not https")]);
    assert!(plain.accept().is_err(), "a connection without TLS was opened");
    assert_eq!(toy.files(), [""; 0]);
}

#[test]
fn a_server_that_is_not_trusted_is_not_asked() {
    let (toy, other) = (Toy::new(), Toy::new());
    let server = toy.serve(|asked, _| Reply::proper(asked, b"abc", TAG));
    let stranger = other.serve(|asked, _| Reply::proper(asked, b"abc", TAG));
    toy.list(&stranger.url("big"), "");
    toy.refused(&[], &[&stranger.url("big"), "certificate"]);
    assert_eq!((stranger.asked().len(), toy.files().len()), (0, 0));
    toy.list(&server.url("big"), "");
    toy.fetched();
}

#[test]
fn the_proxy_of_the_environment_is_used() {
    let toy = Toy::new();
    let server = toy.serve(|asked, _| Reply::proper(asked, b"abc", TAG));
    toy.list(&server.url("big"), "");
    let proxy = TcpListener::bind("127.0.0.1:0").expect("bind");
    let address = format!("http://{}", proxy.local_addr().expect("address"));
    let listening = std::thread::spawn(move || {
        let mut head = [0; 8];
        std::io::Read::read_exact(&mut proxy.accept().expect("connection").0, &mut head).expect("head");
        head
    });
    let output = toy.command(&["--yes", "--tries", "1"]).env("HTTPS_PROXY", address).output().expect("start");
    assert_eq!(output.status.code(), Some(1), "{}", text(&output));
    assert_eq!(&listening.join().expect("proxy"), b"CONNECT ");
    assert_eq!(server.asked(), []);
}

#[test]
fn what_is_there_is_not_touched() {
    let toy = Toy::new();
    let server = toy.serve(|asked, _| Reply::proper(asked, b"abc", TAG));
    toy.list(&server.url("big"), "bytes = 3");
    fs::create_dir(toy.path("toy")).expect("mkdir");
    fs::write(toy.path("toy/big.zip"), "mine").expect("write");
    assert!(text(&toy.fetch(&[])).contains("another file of 4 bytes"));
    toy.refused(&[], &["is there with 4 bytes; expected 3: move it away"]);
    assert_eq!(fs::read(toy.path("toy/big.zip")).expect("read"), b"mine");
    fs::remove_file(toy.path("toy/big.zip")).expect("remove");

    let part = File::create(toy.path("toy/big.zip.part")).expect("part");
    part.lock().expect("lock");
    toy.refused(&[], &["big.zip.part is being written by another"]);
    part.unlock().expect("unlock");
    assert_eq!(server.asked(), []);
    toy.fetched();
}

#[cfg(unix)]
#[test]
fn links_do_not_lead_out_of_the_folder() {
    let toy = Toy::new();
    let server = toy.serve(|asked, _| Reply::proper(asked, b"abc", TAG));
    for folder in ["toy", "elsewhere"] {
        fs::create_dir(toy.path(folder)).expect("mkdir");
    }
    std::os::unix::fs::symlink(toy.path("elsewhere"), toy.path("toy/images")).expect("link");
    std::os::unix::fs::symlink(toy.path("elsewhere/x"), toy.path("toy/a.csv.part")).expect("link");
    for path in ["images/a.csv", "images/deep/a.csv", "a.csv"] {
        let entry = format!("[[files]]\npath = \"{path}\"\nurl = \"{}\"\n", server.url("a"));
        fs::write(toy.path("toy.toml"), format!("{}{entry}", manifest())).expect("manifest");
        toy.refused(&[], &["is a link that leads out of"]);
    }
    assert_eq!(fs::read_dir(toy.path("elsewhere")).expect("folder").count(), 0);
    assert_eq!(server.asked(), []);
}
