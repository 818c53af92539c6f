//! Files of a crate import each other in no circle but those listed, and no floor imports from one above.

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
            &["clock", "fs", "rng", "stamp", "threads", "words"],
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

/// Circles that there still are. The list only gets shorter: a circle that is cut, or loses a file, must be taken off.
const CIRCLES: &[&[&str]] = &[
    &[
        "data::cohort",
        "data::error",
        "data::file_source",
        "data::files",
        "data::image",
        "data::image_set",
        "data::join",
        "data::label",
        "data::leak",
        "data::listed",
        "data::locate",
        "data::manifest",
        "data::mask_files",
        "data::pack::file",
        "data::population",
        "data::predicate",
        "data::raw_label",
        "data::raw_manifest",
        "data::raw_scheme",
        "data::remarks",
        "data::scheme",
        "data::seen",
        "data::sums",
        "data::survey",
        "data::synthetic::chexpert",
        "data::synthetic::chexpert::findings",
        "data::synthetic::chexpert::patient",
        "data::synthetic::chexpert::render",
        "data::synthetic::generator",
        "data::synthetic::nodules",
        "data::table",
        "data::telling",
        "data::unknown",
        "data::untaken",
        "data::verify",
    ],
    &["data::grey", "data::image_rule"],
    &["data::load", "data::pack::inputs", "data::pack::lookup"],
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
fn files_import_each_other_in_no_circle_that_is_not_listed() {
    let houses = CRATES.map(|(sources, _)| house(sources));
    let found: Vec<Vec<&str>> = houses.iter().flat_map(Graph::circles).collect();
    for (house, circle) in
        houses.iter().flat_map(|house| house.circles().into_iter().map(move |circle| (house, circle)))
    {
        assert!(CIRCLES.contains(&circle.as_slice()), "not in CIRCLES: {circle:?}\n{}", house.among(&circle));
    }
    for listed in CIRCLES {
        assert!(found.iter().any(|circle| circle == listed), "no longer a circle, take it off: {listed:?}");
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
