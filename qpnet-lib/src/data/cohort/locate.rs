//! From what the table calls an image to a file, inside the data folder and nowhere else.

use std::path::{Component, Path, PathBuf};

use super::error::CohortError;
use crate::data::rule::file_source::ImagePlaces;
use crate::data::rule::mask::MaskRule;
use crate::fs::FileError;

/// Where an image may be.
#[derive(Clone, Debug)]
pub struct Locator {
    base: PathBuf,
    roots: Vec<String>,
    patterns: Vec<String>,
}

/// What became of one name.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Found {
    /// Here it is.
    At(PathBuf),
    /// In none of the places.
    Nowhere,
    /// The name leads out of the data folder.
    Outside(String),
}

/// What became of many names, each with the number it came with.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Located {
    /// The numbers of the files that are there …
    pub present: Vec<usize>,
    /// … and the files.
    pub paths: Vec<PathBuf>,
    /// Names of no file.
    pub missing: Vec<usize>,
    /// Names that lead out of the data folder, with how.
    pub outside: Vec<(usize, String)>,
}

impl Locator {
    /// Look below `folder` in the given places.
    ///
    /// # Errors
    /// [`CohortError::File`] when the folder cannot be resolved.
    pub fn new(folder: &Path, places: &ImagePlaces) -> Result<Self, CohortError> {
        Self::below(folder, &places.roots, &places.patterns)
    }

    /// Look below `folder` for the masks of images.
    ///
    /// # Errors
    /// As [`Self::new`].
    pub fn of_masks(folder: &Path, rule: &MaskRule) -> Result<Self, CohortError> {
        Self::below(folder, &rule.roots, &rule.patterns)
    }

    fn below(folder: &Path, roots: &[String], patterns: &[String]) -> Result<Self, CohortError> {
        let base = folder.canonicalize().map_err(FileError::on("resolve", folder))?;
        Ok(Self { base, roots: roots.to_vec(), patterns: patterns.to_vec() })
    }

    /// The first existing `root/pattern` in the order of the manifest.
    ///
    /// A name may contain `/`, but no `..`, no root and no link that leads outside: a table
    /// from elsewhere must not make the program read any other file of this machine.
    pub fn find(&self, image: &str) -> Found {
        self.all(image).next().unwrap_or(Found::Nowhere)
    }

    /// [`Self::find`], and every further one that exists; a single [`Found::Nowhere`] where none does.
    pub(in crate::data) fn all<'a>(&'a self, image: &'a str) -> impl Iterator<Item = Found> + 'a {
        let plain = !image.contains('\0') && is_inside(Path::new(image));
        let refused = (!plain).then(|| Found::Outside("is not a plain relative path".to_owned()));
        let seen =
            self.candidates(image).filter(move |_| plain).filter_map(|path| match path.canonicalize() {
                Ok(real) if !real.starts_with(&self.base) => {
                    Some(Found::Outside(format!("is a link to {}", real.display())))
                }
                Ok(real) if real.is_file() => Some(Found::At(real)),
                _ => None,
            });
        let mut found = refused.into_iter().chain(seen).peekable();
        let nowhere = found.peek().is_none().then_some(Found::Nowhere);
        found.chain(nowhere)
    }

    /// [`Self::find`] for every `(number, image)`.
    pub fn find_all<'a>(&self, images: impl IntoIterator<Item = (usize, &'a str)>) -> Located {
        let mut located = Located::default();
        for (number, image) in images {
            match self.find(image) {
                Found::At(path) => {
                    located.present.push(number);
                    located.paths.push(path);
                }
                Found::Nowhere => located.missing.push(number),
                Found::Outside(reason) => located.outside.push((number, reason)),
            }
        }
        located
    }

    /// The paths that [`Self::find`] tries, for the message.
    pub fn tried(&self, image: &str) -> String {
        let paths: Vec<String> = self.candidates(image).map(|path| path.display().to_string()).collect();
        paths.join(", ")
    }

    fn candidates<'a>(&'a self, image: &'a str) -> impl Iterator<Item = PathBuf> + 'a {
        let stem = Path::new(image).file_stem().and_then(|stem| stem.to_str()).unwrap_or_default();
        let folder = Path::new(image).parent().and_then(|folder| folder.to_str());
        let folder = folder.filter(|folder| !folder.is_empty()).unwrap_or(".");
        self.roots.iter().flat_map(move |root| {
            self.patterns.iter().map(move |pattern| {
                self.base.join(root).join(
                    pattern.replace("{folder}", folder).replace("{stem}", stem).replace("{image}", image),
                )
            })
        })
    }
}

fn is_inside(path: &Path) -> bool {
    path.components().all(|part| matches!(part, Component::Normal(_)))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn finds_under_several_roots_and_refuses_to_leave() {
        let folder = tempfile::tempdir().expect("tempdir");
        let base = folder.path().join("set");
        std::fs::create_dir_all(base.join("part_2")).expect("mkdir");
        std::fs::write(base.join("part_2/b.jpg"), b"x").expect("write");
        std::fs::write(folder.path().join("secret.jpg"), b"x").expect("write");
        let places = ImagePlaces {
            roots: vec!["part_1".into(), "part_2".into()],
            patterns: vec!["{image}.jpg".into(), "{image}.png".into()],
        };
        let locator = Locator::new(&base, &places).expect("folder");
        assert!(matches!(locator.find("b"), Found::At(path) if path.ends_with("part_2/b.jpg")));
        assert_eq!(locator.find("a"), Found::Nowhere);
        let places = ImagePlaces { roots: vec![".".into()], patterns: vec!["{folder}_2/{stem}.jpg".into()] };
        let by_folder = Locator::new(&base, &places).expect("folder");
        assert!(matches!(by_folder.find("part/b.png"), Found::At(path) if path.ends_with("part_2/b.jpg")));
        for name in ["../secret", "/etc/passwd", "x/../../secret", "a\0b", "./b"] {
            // "./b" would be harmless; a plain rule is easier to trust than a clever one.
            assert!(matches!(locator.find(name), Found::Outside(_)), "{name:?}");
        }
        #[cfg(unix)]
        {
            std::os::unix::fs::symlink(folder.path().join("secret.jpg"), base.join("part_2/l.jpg"))
                .expect("link");
            assert!(matches!(locator.find("l"), Found::Outside(reason) if reason.contains("secret")));
        }
    }
}
