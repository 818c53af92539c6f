//! Who imports whom, circles, and imports upwards.

use std::collections::{BTreeMap, BTreeSet};

use petgraph::algo::tarjan_scc;
use petgraph::graphmap::DiGraphMap;

use super::source::{File, Place};

/// Names are followed through so many files at most.
const DEPTH: usize = 12;

/// Edges from a module to those whose names it uses.
pub struct Graph(BTreeMap<String, BTreeSet<String>>);

impl Graph {
    pub fn of(files: &BTreeMap<Place, File>) -> Self {
        let edges = |(place, file): (&Place, &File)| {
            let found = file.used.iter().filter_map(|used| resolve(files, place, used, DEPTH));
            let globs = file.globs.iter().filter_map(|glob| resolve(files, place, glob, DEPTH));
            let other = found
                .filter(|(_, rest)| !rest.is_empty())
                .map(|(module, _)| module)
                .chain(globs.map(|(module, _)| module));
            (name(place), other.filter(|module| module != place).map(|module| name(&module)).collect())
        };
        Self(files.iter().map(edges).collect())
    }

    /// Groups of files that import each other, each sorted.
    pub fn circles(&self) -> Vec<Vec<&str>> {
        let mut graph = DiGraphMap::<&str, ()>::new();
        for (from, all) in &self.0 {
            for to in all {
                graph.add_edge(from.as_str(), to.as_str(), ());
            }
        }
        let mut found: Vec<Vec<&str>> =
            tarjan_scc(&graph).into_iter().filter(|group| group.len() > 1).collect();
        found.iter_mut().for_each(|group| group.sort_unstable());
        found.sort_unstable();
        found
    }

    /// What lies below one module, by its names from there.
    pub fn below(&self, module: &str) -> Self {
        let inside = |name: &String| Some(name.strip_prefix(module)?.strip_prefix("::")?.to_owned());
        let edges = |(from, all): (&String, &BTreeSet<String>)| {
            Some((inside(from)?, all.iter().filter_map(inside).collect()))
        };
        Self(self.0.iter().filter_map(edges).collect())
    }

    /// The imports among a group of files, one a line.
    pub fn among(&self, group: &[&str]) -> String {
        let inside = |from: &&str| {
            let all = self.0[*from].iter().filter(|to| group.contains(&to.as_str()));
            all.map(|to| format!("    {from} imports {to}")).collect::<Vec<_>>()
        };
        group.iter().flat_map(inside).collect::<Vec<_>>().join("\n")
    }

    /// Imports from a floor above; `floors` from the lowest one. Of modules on one floor the later may import the
    /// earlier.
    pub fn upwards(&self, floors: &[&[&str]]) -> Vec<String> {
        let order: Vec<&str> = floors.iter().flat_map(|floor| floor.iter().copied()).collect();
        let level = |module: &str| {
            let room = module.split("::").next().unwrap_or_default().to_owned();
            order.iter().position(|known| *known == room)
        };
        let mut found = Vec::new();
        for (from, all) in &self.0 {
            for to in all {
                if level(from).zip(level(to)).is_some_and(|(own, other)| own < other) {
                    found.push(format!("{from} imports {to}"));
                }
            }
        }
        found
    }

    /// Rooms that stand on no floor.
    pub fn homeless(&self, floors: &[&[&str]]) -> BTreeSet<String> {
        let known: BTreeSet<&str> = floors.iter().flat_map(|floor| floor.iter().copied()).collect();
        let rooms = self.0.keys().map(|module| module.split("::").next().unwrap_or_default());
        rooms.filter(|room| !room.is_empty() && !known.contains(room)).map(str::to_owned).collect()
    }
}

fn name(place: &Place) -> String {
    place.join("::")
}

/// The module that defines what `path` names as seen from `here`, and the rest of the path, if it lies in the crate;
/// a module by itself is named by no more than its own paths.
fn resolve(
    files: &BTreeMap<Place, File>,
    here: &Place,
    path: &[String],
    depth: usize,
) -> Option<(Place, Vec<String>)> {
    if depth == 0 {
        return None;
    }
    let first = path.first()?;
    if first != "crate" {
        if let Some(to) = files[here].names.get(first).filter(|to| to.as_slice() != path) {
            return resolve(files, here, &[to.as_slice(), &path[1..]].concat(), depth - 1);
        }
        let inside = |module: &Place| {
            let child = [module.as_slice(), std::slice::from_ref(first)].concat();
            let known = files.contains_key(&child) || files[module].names.contains_key(first);
            known.then(|| [&["crate".to_owned()], module.as_slice(), path].concat())
        };
        let by_glob = || {
            let modules = files[here].globs.iter().filter_map(|glob| resolve(files, here, glob, depth - 1));
            modules.filter(|(_, rest)| rest.is_empty()).find_map(|(module, _)| inside(&module))
        };
        let child = [here.as_slice(), std::slice::from_ref(first)].concat();
        let rooted = if files.contains_key(&child) { inside(here) } else { by_glob() }?;
        return resolve(files, here, &rooted, depth - 1);
    }
    let mut module = Vec::new();
    for (at, segment) in path.iter().enumerate().skip(1) {
        let child = [module.as_slice(), std::slice::from_ref(segment)].concat();
        if files.contains_key(&child) {
            module = child;
            continue;
        }
        let (file, rest) = (files.get(&module)?, &path[at..]);
        if let Some(to) = file.names.get(segment) {
            let through = [to.as_slice(), &path[at + 1..]].concat();
            return resolve(files, &module, &through, depth - 1).or(None);
        }
        let by_glob = file.globs.iter().find_map(|glob| {
            let (inside, _) = resolve(files, &module, glob, depth - 1)?;
            files[&inside].names.get(segment).and_then(|to| resolve(files, &inside, to, depth - 1))
        });
        return by_glob.or_else(|| Some((module.clone(), rest.to_vec())));
    }
    Some((module, Vec::new()))
}
