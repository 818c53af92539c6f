//! Files of a crate import each other in no circle, and no floor and no room of data imports from one above.

mod graph;
mod source;
mod tree;

use graph::Graph;
use std::collections::BTreeMap;
use std::path::Path;

/// Sources of each crate from `qpnet-lib`, and its floors: from the lowest one, as the first page of the documentation
/// has them; within a floor later ones may import earlier ones. The upper crate stands on the lower one.
const CRATES: [(&str, &[&[&str]]); 2] = [
    (
        "audit/src",
        &[
            &["clock", "fs", "math", "rng", "stamp", "threads", "words"],
            &["metrics", "stats"],
            &["audit"],
            &["figure"],
            &["report"],
            &["program"],
        ],
    ),
    (
        "src",
        &[
            &["heap", "device"],
            &["loss", "model", "cka", "data"],
            &["train"],
            &["experiment"],
            &["report", "prelude"],
        ],
    ),
];

/// Rooms of `data` as its first page has them: each imports only from those before it.
const ROOMS: [&str; 11] = [
    "rule",
    "manifest",
    "table",
    "cohort",
    "picture",
    "store",
    "split",
    "synthetic",
    "population",
    "check",
    "fetch",
];

fn house(sources: &str) -> Graph {
    Graph::of(&source::read(&Path::new(env!("CARGO_MANIFEST_DIR")).join("..").join(sources)))
}

fn planted(files: &[(&str, &str)]) -> Graph {
    let place = |name: &str| name.split("::").filter(|part| !part.is_empty()).map(str::to_owned).collect();
    let texts: BTreeMap<_, _> = files.iter().map(|(name, text)| (place(name), (*text).to_owned())).collect();
    Graph::of(&source::parse(&texts))
}

#[test]
fn files_import_each_other_in_no_circle() {
    for (sources, _) in CRATES {
        let house = house(sources);
        let circles = house.circles();
        let imports: Vec<String> = circles.iter().map(|circle| house.among(circle)).collect();
        assert!(circles.is_empty(), "{circles:?}\n{}", imports.join("\n"));
    }
}

#[test]
fn no_floor_imports_from_one_above() {
    for (sources, floors) in CRATES {
        let house = house(sources);
        assert_eq!(house.upwards(floors), Vec::<String>::new());
        assert!(house.homeless(floors).is_empty(), "on no floor: {:?}", house.homeless(floors));
    }
}

#[test]
fn no_room_of_data_imports_from_a_later_one() {
    let data = house("src").below("data");
    assert_eq!(data.upwards(&[&ROOMS]), Vec::<String>::new());
    assert!(data.homeless(&[&ROOMS]).is_empty(), "in no room: {:?}", data.homeless(&[&ROOMS]));
    let first_page =
        std::fs::read_to_string(Path::new(env!("CARGO_MANIFEST_DIR")).join("../src/data/mod.rs"));
    let first_page = first_page.expect("the first page of data");
    let drawn: Vec<&str> = first_page.lines().filter_map(|line| line.strip_prefix("//! | [`")).collect();
    let drawn: Vec<&str> = drawn.iter().filter_map(|line| line.split('`').next()).collect();
    assert_eq!(drawn, ROOMS, "the first page of data draws another order");
}

#[test]
fn a_planted_circle_is_found_through_names_that_are_handed_on() {
    let graph = planted(&[
        ("", "mod a; mod b; mod c;"),
        ("a", "mod inner; pub use inner::Thing;"),
        ("a::inner", "use crate::b; pub struct Thing(b::Other);"),
        ("b", "pub struct Other; pub fn f() { crate::c::g(1) }"),
        ("c", "use super::*; pub fn g(n: u8) { assert!(n > 0, \"{:?}\", crate::a::Thing::default()) }"),
    ]);
    assert_eq!(graph.circles(), [["a::inner", "b", "c"]]);
    assert!(graph.among(&graph.circles()[0]).contains("c imports a::inner"), "inside a macro too");
}

#[test]
fn tests_visibility_and_handing_on_are_no_imports() {
    let graph = planted(&[
        ("", "mod a;"),
        ("a", "mod inner; pub use inner::Thing; pub struct Own;"),
        (
            "a::inner",
            "pub(super) struct Thing; pub(in crate::a) fn f() {}
             #[cfg(test)] mod tests { use super::super::Own; fn g() -> Own { Own } }",
        ),
    ]);
    assert_eq!(graph.circles(), Vec::<Vec<&str>>::new());
}

#[test]
fn a_planted_import_upwards_is_found() {
    let graph = planted(&[
        ("", "mod low; mod high;"),
        ("low", "mod deep;"),
        ("low::deep", "fn f() -> crate::high::Thing { crate::high::Thing }"),
        ("high", "pub struct Thing; use crate::low::deep::f as _;"),
    ]);
    assert_eq!(graph.upwards(&[&["low"], &["high"]]), ["low::deep imports high"]);
    assert_eq!(graph.upwards(&[&["high"], &["low"]]), ["high imports low::deep"]);
    assert_eq!(graph.homeless(&[&["low"]]).into_iter().collect::<Vec<_>>(), ["high"]);
}

#[test]
fn a_planted_import_from_a_later_room_is_found() {
    let graph = planted(&[
        ("", "mod data; mod floor;"),
        ("floor", "pub struct Ground; use crate::data::early::deep::f as _;"),
        ("data", "mod early; mod late; pub use late::Thing;"),
        ("data::early", "mod deep;"),
        ("data::early::deep", "pub fn f() -> crate::data::Thing { crate::data::Thing }"),
        ("data::late", "pub struct Thing(crate::floor::Ground); use super::early::deep::f as _;"),
    ]);
    let rooms = graph.below("data");
    assert_eq!(
        rooms.upwards(&[&["early", "late"]]),
        ["early::deep imports late"],
        "through what is handed on"
    );
    assert_eq!(rooms.upwards(&[&["late", "early"]]), ["late imports early::deep"]);
    assert_eq!(
        rooms.homeless(&[&["late"]]).into_iter().collect::<Vec<_>>(),
        ["early"],
        "and nothing from outside"
    );
}
