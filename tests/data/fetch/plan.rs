//! What the program says it would do, of one file, of several, and of what cannot be fetched.

use std::fs;
use std::net::TcpListener;
use std::process::Command;

use serde_json::Value;

use super::harness::{TAG, Toy, manifest};
use super::https_server::Reply;
use crate::toy::text;

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
fn several_files_one_of_them_by_its_name() {
    let toy = Toy::new();
    let server = toy.serve(|asked, _| Reply::proper(asked, asked.path.as_bytes(), TAG));
    let entry = |path: &str| format!("[[files]]\npath = \"{path}\"\nurl = \"{}\"\n", server.url(path));
    let entries = entry("tables/a.csv") + &entry("b.csv") + "[[files]]\npath = \"c.csv\"\n";
    fs::write(toy.path("toy.toml"), format!("{}{entries}", manifest())).expect("manifest");
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
        command.args(["data", "fetch", data, "--yes", "--data-root"]).arg(toy.root()).output().expect("start")
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
                fs::write(toy.path("toy.toml"), format!("{}[[files]]\n{entry}\n", manifest()))
                    .expect("manifest");
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
