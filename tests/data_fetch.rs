//! `qpnet data fetch`: the whole program against a server on this machine, over TLS.

mod https_server;

use std::fs::{self, File};
use std::net::TcpListener;
use std::path::PathBuf;
use std::process::{Command, Output, Stdio};
use std::thread::sleep;
use std::time::{Duration, Instant};

use https_server::{Asked, Reply, Server, Then};
use serde_json::Value;
use sha2::{Digest, Sha256};
use tempfile::TempDir;

const MANIFEST: &str = r#"
name = "toy"
title = "Toy"
kind = "files"
citation = "Toy et al."
licence = "to be played with"
obtain = "ask the toy maker"
access = "open"
folder = "toy"
default_scheme = "sex"
[table]
files = ["toy.csv"]
[columns]
sample = "id"
patient = "patient"
image = "id"
[label]
column = "dx"
positive = ["bad"]
negative = ["good"]
[images]
roots = ["."]
patterns = ["{image}.png"]
rule = { channels = 1, mean = [0.5], std = [0.5] }
[schemes.sex]
title = "sex"
subgroups = [
    { name = "male", role = "dominant", where = [{ column = "sex", in = ["m"] }] },
    { name = "female", role = "less-prevalent", where = [{ column = "sex", in = ["f"] }] },
]
"#;

const TAG: &str = "\"one\"";

/// 600,000 bytes without a pattern that a shifted copy would have, too.
fn content(seed: u32) -> Vec<u8> {
    let mut state = seed;
    let mut next = || {
        state = state.wrapping_mul(1_664_525).wrapping_add(1_013_904_223);
        (state >> 24) as u8
    };
    (0..600_000).map(|_| next()).collect()
}

fn sum(bytes: &[u8]) -> String {
    Sha256::digest(bytes).iter().map(|byte| format!("{byte:02x}")).collect()
}

fn text(output: &Output) -> String {
    format!("{}{}", String::from_utf8_lossy(&output.stdout), String::from_utf8_lossy(&output.stderr))
}

/// A data root with a manifest; the server comes with each test.
struct Toy(TempDir);

impl Toy {
    fn new() -> Self {
        Self(tempfile::tempdir().expect("tempdir"))
    }

    fn path(&self, name: &str) -> PathBuf {
        self.0.path().join(name)
    }

    fn serve(&self, answer: impl Fn(&Asked, usize) -> Reply + Send + Sync + 'static) -> Server {
        Server::start(self.0.path(), answer)
    }

    /// The manifest with one entry, `big.zip` from `url`, and more of its keys.
    fn list(&self, url: &str, more: &str) {
        let entry = format!("[[files]]\npath = \"big.zip\"\nurl = \"{url}\"\n{more}\n");
        fs::write(self.path("toy.toml"), format!("{MANIFEST}{entry}")).expect("manifest");
    }

    fn command(&self, arguments: &[&str]) -> Command {
        let mut command = Command::new(env!("CARGO_BIN_EXE_qpnet"));
        command.args(["data", "fetch", "toy.toml"]).args(arguments);
        for proxy in
            ["HTTPS_PROXY", "HTTP_PROXY", "ALL_PROXY", "NO_PROXY", "https_proxy", "http_proxy", "all_proxy"]
        {
            command.env_remove(proxy);
        }
        command.env_remove("no_proxy").env_remove("SSL_CERT_DIR");
        command.env("SSL_CERT_FILE", self.path("issuer.pem"));
        command.current_dir(self.0.path()).env("QPNET_DATA", self.0.path());
        command.stdout(Stdio::piped()).stderr(Stdio::piped());
        command
    }

    fn fetch(&self, arguments: &[&str]) -> Output {
        self.command(arguments).output().expect("qpnet starts")
    }

    /// `fetch --yes` does it; the object on standard output.
    fn fetched(&self) -> Value {
        let output = self.fetch(&["--yes", "--json"]);
        assert_eq!(output.status.code(), Some(0), "{}", text(&output));
        serde_json::from_slice(&output.stdout).expect("JSON")
    }

    /// `fetch --yes` ends with 1 and one line that says all of `words`.
    fn refused(&self, arguments: &[&str], words: &[&str]) {
        let output = self.fetch(&[&["--yes"], arguments].concat());
        let message = String::from_utf8_lossy(&output.stderr).into_owned();
        assert_eq!(output.status.code(), Some(1), "{message}");
        let last = message.lines().last().unwrap_or_default();
        assert!(last.starts_with("qpnet: ") && words.iter().all(|word| last.contains(word)), "{message}");
        assert!(output.stdout.is_empty() && !message.contains("panicked"), "{}", text(&output));
    }

    /// The names in the folder of the data set, in order.
    fn files(&self) -> Vec<String> {
        let entries = fs::read_dir(self.path("toy")).into_iter().flatten();
        let name = |entry: std::io::Result<fs::DirEntry>| entry.expect("entry").file_name();
        let mut names: Vec<String> =
            entries.map(|entry| name(entry).to_string_lossy().into_owned()).collect();
        names.sort();
        names
    }

    /// The one file is there, whole, and nothing else.
    fn has(&self, file: &[u8]) {
        assert_eq!(self.files(), ["big.zip"]);
        assert!(fs::read(self.path("toy/big.zip")).expect("read") == file, "other bytes");
    }

    /// Start a download, wait until `bytes` have been written, and kill the program.
    fn killed_after(&self, bytes: u64) {
        let mut child = self.command(&["--yes"]).spawn().expect("qpnet starts");
        let (part, begun) = (self.path("toy/big.zip.part"), Instant::now());
        while fs::metadata(&part).map_or(0, |facts| facts.len()) < bytes {
            assert!(begun.elapsed() < Duration::from_secs(60), "nothing comes");
            sleep(Duration::from_millis(20));
        }
        child.kill().expect("kill");
        child.wait().expect("wait");
        assert_eq!(self.files(), ["big.zip.part", "big.zip.part.json"]);
    }
}

#[test]
fn without_yes_it_only_says_what_it_would_do() {
    let toy = Toy::new();
    let listener = TcpListener::bind("127.0.0.1:0").expect("bind");
    listener.set_nonblocking(true).expect("option");
    let url = format!("https://{}/big.zip", listener.local_addr().expect("address"));
    toy.list(&url, "bytes = 9100000000");
    let output = toy.fetch(&[]);
    let words = text(&output);
    assert_eq!(output.status.code(), Some(0), "{words}");
    for word in ["big.zip", "9.1 GB", "no  ", &url, "licence: to be played with", "the option --yes does it"]
    {
        assert!(words.contains(word), "{word}: {words}");
    }
    let json: Value = serde_json::from_slice(&toy.fetch(&["--json"]).stdout).expect("JSON");
    let file = &json["plan"]["files"][0];
    assert_eq!(
        (&file["state"], &file["url"], &json["downloaded"]),
        (&"absent".into(), &url.into(), &false.into())
    );
    assert!(listener.accept().is_err(), "a connection was opened");
    assert!(!toy.path("toy").exists());
}

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
        fs::write(toy.path("toy.toml"), format!("{MANIFEST}{entry}")).expect("manifest");
        toy.refused(&[], &["is a link that leads out of"]);
    }
    assert_eq!(fs::read_dir(toy.path("elsewhere")).expect("folder").count(), 0);
    assert_eq!(server.asked(), []);
}

#[test]
fn several_files_one_of_them_by_its_name() {
    let toy = Toy::new();
    let server = toy.serve(|asked, _| Reply::proper(asked, asked.path.as_bytes(), TAG));
    let entry = |path: &str| format!("[[files]]\npath = \"{path}\"\nurl = \"{}\"\n", server.url(path));
    let entries = entry("tables/a.csv") + &entry("b.csv") + "[[files]]\npath = \"c.csv\"\n";
    fs::write(toy.path("toy.toml"), format!("{MANIFEST}{entries}")).expect("manifest");
    let one = toy.fetch(&["--yes", "--only", "tables/a.csv"]);
    assert_eq!(one.status.code(), Some(0), "{}", text(&one));
    assert_eq!(fs::read(toy.path("toy/tables/a.csv")).expect("read"), b"/tables/a.csv");
    assert_eq!(toy.files(), ["tables"]);
    let unknown = toy.fetch(&["--only", "a.csv"]);
    assert_eq!(unknown.status.code(), Some(2));
    assert!(text(&unknown).contains("--only is \"a.csv\"; expected a file that the manifest lists"));
    // c.csv has no url: everything else comes, and it is said to be missing.
    let all = toy.fetch(&["--yes"]);
    assert_eq!(all.status.code(), Some(1));
    assert!(text(&all).contains("MISSING: c.csv: ask the toy maker"), "{}", text(&all));
    assert_eq!((toy.files(), server.asked().len()), (vec!["b.csv".to_owned(), "tables".to_owned()], 2));
}

#[test]
fn what_cannot_be_fetched_says_how_to_get_it() {
    let toy = Toy::new();
    let of = |data: &str| {
        let mut command = Command::new(env!("CARGO_BIN_EXE_qpnet"));
        command
            .args(["data", "fetch", data, "--yes", "--data-root"])
            .arg(toy.0.path())
            .output()
            .expect("start")
    };
    for (data, words) in [
        ("chexpert", "(access: registration); how to get it: register at aimi.stanford.edu"),
        ("thyroid", "(access: private)"),
        ("ddti", "(access: open); how to get it: nodule crops"),
        ("synthetic", "nothing to fetch"),
    ] {
        let output = of(data);
        assert_eq!(output.status.code(), Some(1), "{}", text(&output));
        assert!(text(&output).contains(words), "{}", text(&output));
    }
    let [http, outside] =
        ["path = \"a\"\nurl = \"http://x.org/a\"", "path = \"../a\"\nurl = \"https://x.org/a\""].map(
            |entry| {
                fs::write(toy.path("toy.toml"), format!("{MANIFEST}[[files]]\n{entry}\n")).expect("manifest");
                toy.fetch(&["--yes"])
            },
        );
    assert_eq!((http.status.code(), outside.status.code()), (Some(2), Some(2)));
    assert!(
        text(&http).contains("files[0].url: is \"http://x.org/a\"; expected https://"),
        "{}",
        text(&http)
    );
    assert!(text(&outside).contains("files[0].path: \"../a\" is not a plain path"), "{}", text(&outside));
    toy.list("https://x.org/a", "");
    let nowhere = toy.command(&[]).env("QPNET_DATA", toy.path("none")).output().expect("start");
    assert_eq!(nowhere.status.code(), Some(1));
    assert!(text(&nowhere).contains("there is no folder") && text(&nowhere).contains("QPNET_DATA"));
    assert!(!toy.path("none").exists() && !toy.path("toy").exists());
}
