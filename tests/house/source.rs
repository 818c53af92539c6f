//! What every file of a crate defines, hands on and uses, tests left out.

use std::collections::{BTreeMap, BTreeSet};
use std::path::Path;

use proc_macro2::{TokenStream, TokenTree};
use syn::visit::{self, Visit};
use syn::{Attribute, Item, ItemMod, ItemUse, Macro, UseTree, Visibility};

/// A module by its names from the root of the crate, which is empty.
pub type Place = Vec<String>;

/// One file.
#[derive(Debug, Default)]
pub struct File {
    /// Where names come from that the file imports or hands on.
    pub names: BTreeMap<String, Place>,
    /// Modules of which it imports or hands on everything.
    pub globs: Vec<Place>,
    /// Paths in its code, from the root or from one of its names; imports that it does not only hand on.
    pub used: BTreeSet<Place>,
}

/// All files of the crate whose root lies at `root/lib.rs`, by module.
pub fn read(root: &Path) -> BTreeMap<Place, File> {
    let mut texts = BTreeMap::new();
    collect(root, &mut Vec::new(), &mut texts);
    parse(&texts)
}

/// The same of texts.
pub fn parse(texts: &BTreeMap<Place, String>) -> BTreeMap<Place, File> {
    let one = |(place, text): (&Place, &String)| {
        let parsed = syn::parse_file(text).unwrap_or_else(|error| panic!("{}: {error}", place.join("::")));
        let mut reader = Reader { place: place.clone(), file: File::default() };
        if !parsed.attrs.iter().any(only_tests) {
            reader.visit_file(&parsed);
        }
        (place.clone(), reader.file)
    };
    texts.iter().map(one).collect()
}

fn collect(folder: &Path, place: &mut Place, texts: &mut BTreeMap<Place, String>) {
    for entry in std::fs::read_dir(folder).expect("a folder of the crate").flatten() {
        let (path, name) = (entry.path(), entry.file_name().to_string_lossy().into_owned());
        let own = |name: &str| [place.clone(), vec![name.to_owned()]].concat();
        if path.is_dir() {
            // Programs and benches are other crates.
            if !(place.is_empty() && name == "bin") {
                place.push(name);
                collect(&path, place, texts);
                place.pop();
            }
        } else if let Some(stem) = name.strip_suffix(".rs") {
            if place.is_empty() && stem == "main" {
                continue;
            }
            let own = if matches!(stem, "lib" | "mod") { place.clone() } else { own(stem) };
            texts.insert(own, std::fs::read_to_string(&path).expect("a source"));
        }
    }
}

struct Reader {
    place: Place,
    file: File,
}

impl Reader {
    /// From the root, where the path says so by its first words.
    fn absolute(&self, segments: Vec<String>) -> Place {
        let mut at = match segments.first().map(String::as_str) {
            Some("crate") => Vec::new(),
            Some("self" | "super") => self.place.clone(),
            _ => return segments,
        };
        for segment in segments {
            match segment.as_str() {
                "crate" | "self" => {}
                "super" => drop(at.pop()),
                _ => at.push(segment),
            }
        }
        [vec!["crate".to_owned()], at].concat()
    }

    fn import(&mut self, tree: &UseTree, before: &[String], hands_on: bool) {
        let with = |name: &str| [before, &[name.to_owned()]].concat();
        let (name, segments) = match tree {
            UseTree::Path(path) => return self.import(&path.tree, &with(&path.ident.to_string()), hands_on),
            UseTree::Group(group) => {
                return group.items.iter().for_each(|tree| self.import(tree, before, hands_on));
            }
            UseTree::Glob(_) => {
                let place = self.absolute(before.to_vec());
                self.file.globs.push(place);
                return;
            }
            UseTree::Name(name) if name.ident == "self" => {
                (before.last().cloned().unwrap_or_default(), before.to_vec())
            }
            UseTree::Name(name) => (name.ident.to_string(), with(&name.ident.to_string())),
            UseTree::Rename(rename) => (rename.rename.to_string(), with(&rename.ident.to_string())),
        };
        let place = self.absolute(segments);
        if !hands_on {
            self.file.used.insert(place.clone());
        }
        self.file.names.insert(name, place);
    }

    /// Paths among the words of a macro.
    fn tokens(&mut self, tokens: TokenStream) {
        let mut path: Vec<String> = Vec::new();
        let mut colons = 0;
        for token in tokens {
            match token {
                TokenTree::Ident(ident) if colons == 2 || path.is_empty() => path.push(ident.to_string()),
                TokenTree::Punct(punct) if punct.as_char() == ':' && !path.is_empty() => {
                    colons += 1;
                    continue;
                }
                other => {
                    self.use_path(std::mem::take(&mut path));
                    match other {
                        TokenTree::Ident(ident) => path.push(ident.to_string()),
                        TokenTree::Group(group) => self.tokens(group.stream()),
                        TokenTree::Punct(_) | TokenTree::Literal(_) => {}
                    }
                }
            }
            colons = 0;
        }
        self.use_path(path);
    }

    fn use_path(&mut self, segments: Vec<String>) {
        if !segments.is_empty() {
            let place = self.absolute(segments);
            self.file.used.insert(place);
        }
    }
}

impl<'a> Visit<'a> for Reader {
    fn visit_item(&mut self, item: &'a Item) {
        if !attributes(item).iter().any(only_tests) {
            visit::visit_item(self, item);
        }
    }

    fn visit_item_use(&mut self, item: &'a ItemUse) {
        let hands_on = !matches!(item.vis, Visibility::Inherited);
        self.import(&item.tree, &[], hands_on);
    }

    fn visit_item_mod(&mut self, item: &'a ItemMod) {
        // Inside, `super` is this file.
        self.place.push(item.ident.to_string());
        visit::visit_item_mod(self, item);
        self.place.pop();
    }

    fn visit_path(&mut self, path: &'a syn::Path) {
        if path.leading_colon.is_none() {
            self.use_path(path.segments.iter().map(|segment| segment.ident.to_string()).collect());
        }
        visit::visit_path(self, path);
    }

    fn visit_macro(&mut self, found: &'a Macro) {
        self.tokens(found.tokens.clone());
        visit::visit_macro(self, found);
    }

    fn visit_attribute(&mut self, _: &'a Attribute) {}

    // Who may see it is no use of it.
    fn visit_vis_restricted(&mut self, _: &'a syn::VisRestricted) {}
}

/// `#[cfg(test)]`, also with further conditions.
fn only_tests(attribute: &Attribute) -> bool {
    let syn::Meta::List(list) = &attribute.meta else { return false };
    list.path.is_ident("cfg")
        && list.tokens.to_string().split(|c: char| !c.is_alphanumeric()).any(|w| w == "test")
}

fn attributes(item: &Item) -> &[Attribute] {
    match item {
        Item::Const(item) => &item.attrs,
        Item::Enum(item) => &item.attrs,
        Item::Fn(item) => &item.attrs,
        Item::Impl(item) => &item.attrs,
        Item::Macro(item) => &item.attrs,
        Item::Mod(item) => &item.attrs,
        Item::Static(item) => &item.attrs,
        Item::Struct(item) => &item.attrs,
        Item::Trait(item) => &item.attrs,
        Item::Type(item) => &item.attrs,
        Item::Use(item) => &item.attrs,
        _ => &[],
    }
}
