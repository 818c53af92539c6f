//! Which pretrained weights there are, from where, and which pixels they expect.

use std::collections::BTreeSet;
use std::path::{Component, Path, PathBuf};

use serde::Deserialize;
use sha2::{Digest, Sha256};

use super::super::{BackboneName, InputRescale};
use super::WeightsManifestError;
use crate::fs;

/// The manifest that travels inside the library.
const SHIPPED: &str = include_str!("../../../../data-manifests/weights.toml");
/// Hexadecimal digits of a SHA-256, and the fewest of its first ones that say something.
const DIGITS: std::ops::RangeInclusive<usize> = 8..=64;

/// How images were brought to size when the weights were trained or validated.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Interpolation {
    /// Between four pixels.
    Bilinear,
    /// Between sixteen pixels.
    Bicubic,
}

/// A file of pretrained weights.
#[derive(Clone, Debug, PartialEq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Pretrained {
    /// Short name, unique.
    pub name: String,
    /// The backbone that it fits, at its published size.
    pub backbone: BackboneName,
    /// Where the download is, https.
    pub source: String,
    /// Name of the downloaded file.
    pub download: String,
    /// Its SHA-256, or the first digits of it where only they are known.
    pub download_sha256: String,
    /// The converted file below the folder `weights` of the data root.
    pub file: String,
    /// SHA-256 of the converted file that this project's numbers come from, where there is one.
    pub sha256: Option<String>,
    /// Under which terms.
    pub licence: String,
    /// Whom to cite.
    pub citation: String,
    /// Subtracted from pixels / 255, a value a channel.
    pub mean: Vec<f64>,
    /// Divided by, a value a channel.
    pub std: Vec<f64>,
    /// Side of the central square, in pixels.
    pub size: u32,
    /// The shorter side before the square is cut, in pixels, where it is known.
    pub resize: Option<u32>,
    /// How images are brought to that, where it is known.
    pub interpolation: Option<Interpolation>,
}

/// All of them, and how a download becomes a file that [`load`](super::load) reads.
#[derive(Clone, Debug, PartialEq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct WeightsManifest {
    /// A shell command with `{download}` and `{file}` in it.
    convert: String,
    /// The files.
    pub weights: Vec<Pretrained>,
}

impl WeightsManifest {
    /// The manifest of this project, `data-manifests/weights.toml`.
    ///
    /// # Errors
    /// None as shipped; those of [`Self::parse`].
    pub fn shipped() -> Result<Self, WeightsManifestError> {
        Self::parse("weights.toml", SHIPPED)
    }

    /// Check the text of a manifest; `file` is its name in messages.
    ///
    /// # Errors
    /// [`WeightsManifestError::Syntax`] with the line for what TOML or the format refuses,
    /// [`WeightsManifestError::Rule`] with the key for contradictions.
    pub fn parse(file: &str, text: &str) -> Result<Self, WeightsManifestError> {
        let manifest: Self = toml::from_str(text).map_err(|error| {
            let before = error.span().map_or("", |span| &text[..span.start]);
            let line = 1 + before.matches('\n').count();
            WeightsManifestError::Syntax { file: file.to_owned(), line, message: error.message().to_owned() }
        })?;
        let rule = |key: String, message| WeightsManifestError::Rule { file: file.to_owned(), key, message };
        for word in ["{download}", "{file}"] {
            if !manifest.convert.contains(word) {
                return Err(rule("convert".to_owned(), format!("must contain {word}")));
            }
        }
        let mut names = BTreeSet::new();
        for one in &manifest.weights {
            let wrong = |(key, message)| rule(format!("weights.{}.{key}", one.name), message);
            one.check().map_err(wrong)?;
            if !names.insert(&one.name) {
                return Err(wrong(("name", "occurs twice".to_owned())));
            }
        }
        Ok(manifest)
    }

    /// The weights of that name.
    ///
    /// # Errors
    /// [`WeightsManifestError::Unknown`] with the names there are.
    pub fn get(&self, name: &str) -> Result<&Pretrained, WeightsManifestError> {
        self.weights.iter().find(|one| one.name == name).ok_or_else(|| WeightsManifestError::Unknown {
            name: name.to_owned(),
            known: self.weights.iter().map(|one| one.name.as_str()).collect::<Vec<_>>().join(", "),
        })
    }

    /// The command that makes `file` (safetensors) of `download` (as torchvision stores it). Paths
    /// with spaces need quotes of their own.
    pub fn conversion(&self, download: &str, file: &str) -> String {
        self.convert.trim().replace("{download}", download).replace("{file}", file)
    }
}

impl Pretrained {
    fn check(&self) -> Result<(), (&'static str, String)> {
        let hexadecimal = |key, text: &str, whole: bool| {
            let digits = text.chars().all(|c| c.is_ascii_digit() || ('a'..='f').contains(&c));
            let enough = if whole { text.len() == *DIGITS.end() } else { DIGITS.contains(&text.len()) };
            let expected = if whole { "64" } else { "8 to 64" };
            if digits && enough {
                Ok(())
            } else {
                Err((key, format!("must be {expected} digits 0-9a-f, got {text:?}")))
            }
        };
        hexadecimal("download_sha256", &self.download_sha256, false)?;
        hexadecimal("sha256", self.sha256.as_deref().unwrap_or(&"0".repeat(*DIGITS.end())), true)?;
        if !self.source.starts_with("https://") {
            return Err(("source", format!("must begin with https://, got {:?}", self.source)));
        }
        let below = Path::new(&self.file).components().all(|part| matches!(part, Component::Normal(_)));
        if !below || !self.file.ends_with(".safetensors") {
            let message =
                format!("must be a .safetensors file below the folder weights, got {:?}", self.file);
            return Err(("file", message));
        }
        let numbers = || self.mean.iter().chain(&self.std);
        let makes_sense = !self.mean.is_empty() && self.mean.len() == self.std.len();
        if !makes_sense || numbers().any(|value| !value.is_finite()) || self.std.iter().any(|&std| std <= 0.0)
        {
            return Err(("std", "mean and std must have one finite value a channel, std above 0".to_owned()));
        }
        if self.size == 0 || self.resize.is_some_and(|resize| resize < self.size) {
            return Err(("size", "must be at least 1 and at most resize".to_owned()));
        }
        Ok(())
    }

    /// Where the converted file is looked for.
    pub fn path(&self, data_root: &Path) -> PathBuf {
        data_root.join("weights").join(&self.file)
    }

    /// From images normalised by `from = (mean, std)`, a pair a channel, to what the weights expect.
    pub fn rescale_from(&self, from: &[(f64, f64)]) -> InputRescale {
        let to: Vec<(f64, f64)> = self.mean.iter().copied().zip(self.std.iter().copied()).collect();
        InputRescale::between(from, &to)
    }

    /// Whether `path` is the download that the manifest means; its SHA-256.
    ///
    /// # Errors
    /// [`WeightsManifestError::OtherBytes`] with both hashes, or an unreadable file.
    pub fn check_download(&self, path: &Path) -> Result<String, WeightsManifestError> {
        let digest = Sha256::digest(fs::read(path)?);
        let got: String = digest.iter().map(|byte| format!("{byte:02x}")).collect();
        if got.starts_with(&self.download_sha256) {
            return Ok(got);
        }
        let expected = self.download_sha256.clone();
        Err(WeightsManifestError::OtherBytes { path: path.to_owned(), expected, got })
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::model::EfficientNetLite0;

    #[test]
    fn every_backbone_has_weights_at_its_published_size() {
        let manifest = WeightsManifest::shipped().expect("shipped");
        for (word, backbone) in BackboneName::KNOWN {
            let one = manifest.weights.iter().find(|one| one.backbone == backbone).expect(word);
            assert!(!one.licence.is_empty() && !one.citation.is_empty());
            assert_eq!((one.mean.len(), one.size), (3, 224), "{word}");
            // torchvision's names end with the first digits of the hash.
            if one.source.contains("download.pytorch.org") {
                assert!(one.source.ends_with(&format!("-{}.pth", one.download_sha256)), "{}", one.source);
            }
        }
        let lite = manifest.get("efficientnet_lite0").expect("lite");
        let (mean, std) = EfficientNetLite0::NORMALISATION;
        assert_eq!((lite.mean.as_slice(), lite.std.as_slice()), ([mean; 3].as_slice(), [std; 3].as_slice()));
        let error = manifest.get("vgg16").expect_err("unknown").to_string();
        assert!(error.contains("vgg16") && error.contains("resnet18, densenet121"), "{error}");
    }

    #[test]
    fn what_cannot_be_meant_is_refused_with_its_place() {
        let first = SHIPPED.find("[[weights]]").expect("weights");
        let second = first + 1 + SHIPPED[first + 1..].find("[[weights]]").expect("two");
        let text = &SHIPPED[..second];
        assert_eq!(WeightsManifest::parse("w.toml", text).expect("one file").weights.len(), 1);
        let line = 1 + text[..text.find("size = 224").expect("size")].matches('\n').count();
        let at = format!("w.toml:{line}: ");
        for (from, to, words) in [
            ("size = 224", "side = 224", [at.as_str(), "side"]),
            ("size = 224", "size = \"x\"", [at.as_str(), "expected u32"]),
            ("size = 224", "size = 300", ["weights.resnet18.size", "at most resize"]),
            ("{file}", "", ["convert", "must contain {file}"]),
            ("\"f37072fd\"", "\"F37072FD\"", ["weights.resnet18.download_sha256", "8 to 64"]),
            ("\"f37072fd\"", "\"f37072f\"", ["weights.resnet18.download_sha256", "f37072f"]),
            ("licence =", "sha256 = \"f37072fd\"\nlicence =", ["weights.resnet18.sha256", "must be 64"]),
            ("https://", "http://", ["weights.resnet18.source", "https://"]),
            ("\"resnet18/resnet18", "\"../resnet18", ["weights.resnet18.file", "below the folder weights"]),
            ("std = [0.229", "std = [0.0", ["weights.resnet18.std", "above 0"]),
            ("mean = [0.485, ", "mean = [", ["weights.resnet18.std", "one finite value a channel"]),
            ("\"resnet\"", "\"vgg16\"", ["vgg16", "efficientnet_lite0"]),
        ] {
            assert!(text.contains(from), "{from}");
            let spoilt = text.replace(from, to);
            let error = WeightsManifest::parse("w.toml", &spoilt).expect_err(to).to_string();
            for word in words {
                assert!(error.contains(word), "{to}: {word:?} is not in: {error}");
            }
        }
        let twice = format!("{text}{}", &text[first..]);
        let error = WeightsManifest::parse("w.toml", &twice).expect_err("twice").to_string();
        assert!(error.contains("weights.resnet18.name: occurs twice"), "{error}");
    }

    #[test]
    fn a_download_is_known_by_its_hash() {
        let folder = tempfile::tempdir().expect("folder");
        let path = folder.path().join("w.pth");
        std::fs::write(&path, b"abc").expect("file");
        let manifest = WeightsManifest::shipped().expect("shipped");
        let mut one = manifest.get("resnet18").expect("resnet18").clone();
        let error = one.check_download(&path).expect_err("other bytes").to_string();
        assert!(error.contains("f37072fd") && error.contains("ba7816bf"), "{error}");
        one.download_sha256 = "ba7816bf".to_owned(); // of "abc", FIPS 180-2
        let whole = one.check_download(&path).expect("the same");
        assert_eq!(whole, "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad");
        assert!(one.check_download(&folder.path().join("nowhere")).is_err());
    }
}
