//! Manifests by name, by file, and from their text.

use std::path::Path;

use super::checked::Manifest;
use super::error::ManifestError;
use super::raw_manifest::RawManifest;
use crate::fs;

/// The manifests that travel inside the library.
const SHIPPED: [(&str, &str); 18] = [
    ("synthetic", include_str!("../../../../data-manifests/synthetic.toml")),
    ("synthetic-chexpert", include_str!("../../../../data-manifests/synthetic-chexpert.toml")),
    ("ham10000", include_str!("../../../../data-manifests/ham10000.toml")),
    ("ham10000-multiclass", include_str!("../../../../data-manifests/ham10000-multiclass.toml")),
    ("isic2019", include_str!("../../../../data-manifests/isic2019.toml")),
    ("chexpert", include_str!("../../../../data-manifests/chexpert.toml")),
    ("ddti", include_str!("../../../../data-manifests/ddti.toml")),
    ("thyroid", include_str!("../../../../data-manifests/thyroid.toml")),
    ("thyroid-hf", include_str!("../../../../data-manifests/thyroid-hf.toml")),
    ("tn-scui", include_str!("../../../../data-manifests/tn-scui.toml")),
    ("tn3k", include_str!("../../../../data-manifests/tn3k.toml")),
    ("nih-chestxray14", include_str!("../../../../data-manifests/nih-chestxray14.toml")),
    ("mimic-cxr", include_str!("../../../../data-manifests/mimic-cxr.toml")),
    ("padchest", include_str!("../../../../data-manifests/padchest.toml")),
    ("vindr-cxr", include_str!("../../../../data-manifests/vindr-cxr.toml")),
    ("fitzpatrick17k", include_str!("../../../../data-manifests/fitzpatrick17k.toml")),
    ("pad-ufes-20", include_str!("../../../../data-manifests/pad-ufes-20.toml")),
    ("busi", include_str!("../../../../data-manifests/busi.toml")),
];

impl Manifest {
    /// The names of the shipped manifests.
    pub fn shipped() -> Vec<&'static str> {
        SHIPPED.iter().map(|(name, _)| *name).collect()
    }

    /// The manifest in a file ending in `.toml`, or the shipped one of that name.
    ///
    /// # Errors
    /// An unknown name (the shipped ones are listed), an unreadable file, or a manifest that is
    /// malformed or contradicts itself.
    pub fn find(name_or_path: &str) -> Result<Self, ManifestError> {
        if name_or_path.ends_with(".toml") {
            let bytes = fs::read(Path::new(name_or_path))?;
            return Self::parse_bytes(name_or_path, &bytes);
        }
        match SHIPPED.iter().find(|(name, _)| *name == name_or_path) {
            Some((name, text)) => Self::parse(&format!("data-manifests/{name}.toml"), text),
            None => Err(ManifestError::UnknownManifest {
                name: name_or_path.to_owned(),
                known: SHIPPED.iter().map(|(name, _)| (*name).to_owned()).collect(),
            }),
        }
    }

    /// [`Self::parse`] of a file as it was read.
    ///
    /// # Errors
    /// Those of [`Self::parse`], and bytes that are not UTF-8, with their line.
    pub fn parse_bytes(file: &str, bytes: &[u8]) -> Result<Self, ManifestError> {
        let text = std::str::from_utf8(bytes).map_err(|error| ManifestError::Syntax {
            file: file.to_owned(),
            line: line_of(bytes, error.valid_up_to()),
            message: "is not UTF-8; save the manifest as UTF-8".into(),
        })?;
        Self::parse(file, text)
    }

    /// Check the text of a manifest; `file` is its name in messages.
    ///
    /// # Errors
    /// [`ManifestError::Syntax`] with the line for anything TOML or the format refuses,
    /// [`ManifestError::Rule`] with the key for contradictions.
    pub fn parse(file: &str, text: &str) -> Result<Self, ManifestError> {
        let raw: RawManifest = toml::from_str(text).map_err(|error| ManifestError::Syntax {
            file: file.to_owned(),
            line: line_of(text.as_bytes(), error.span().map_or(0, |span| span.start)),
            message: error.message().to_owned(),
        })?;
        raw.check(file, text).map_err(|(key, message)| ManifestError::Rule {
            file: file.to_owned(),
            key,
            message,
        })
    }
}

/// The 1-based line of the byte at `at`.
fn line_of(bytes: &[u8], at: usize) -> usize {
    1 + bytes.iter().take(at).filter(|&&byte| byte == b'\n').count()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::data::rule::access::Access;

    #[test]
    fn shipped_manifests_are_valid_and_carry_their_name() {
        for name in Manifest::shipped() {
            let manifest = Manifest::find(name).expect("shipped manifest");
            assert_eq!(manifest.name, name);
            assert!(!manifest.citation.is_empty() && !manifest.licence.is_empty());
            assert!(manifest.scheme("").is_ok());
        }
    }

    #[test]
    fn the_manifest_of_the_guide_is_valid() {
        let guide = include_str!("../../../../data-manifests/README.md");
        let text =
            guide.split("```toml\n").nth(1).and_then(|rest| rest.split("```").next()).expect("example");
        let manifest = Manifest::parse("nodules.toml", text).expect("valid");
        assert_eq!((manifest.name.as_str(), manifest.schemes.len()), ("nodules", 2));
    }

    #[test]
    fn access_is_said_and_is_no_part_of_what_the_data_are() {
        let text = include_str!("../../../../data-manifests/ddti.toml");
        assert!(text.contains("\naccess = \"open\"\n"), "{text}");
        let asked = Manifest::parse("m.toml", &text.replace("\"open\"", "\"registration\"")).expect("valid");
        let silent = Manifest::parse("m.toml", &text.replace("access = \"open\"\n", "")).expect("valid");
        assert_eq!((asked.access, silent.access), (Access::Registration, Access::Private));
        assert_eq!(asked.hashed_text(), silent.hashed_text());
        assert_eq!(silent.hashed_text(), silent.text);
    }

    #[test]
    fn a_check_of_the_labels_is_no_part_of_what_the_data_are() {
        let text = include_str!("../../../../data-manifests/ham10000.toml");
        let asks = Manifest::parse("m.toml", text).expect("valid");
        let plain = text.replace("one_per_patient = true\n", "");
        assert_ne!(text, plain);
        assert_eq!(Manifest::parse("m.toml", &plain).expect("valid").hashed_text(), asks.hashed_text());
    }

    #[test]
    fn an_unknown_key_is_refused_with_its_line() {
        let text = include_str!("../../../../data-manifests/ham10000.toml").replace("missing =", "mising =");
        let line = 1 + text[..text.find("mising").expect("key")].matches('\n').count();
        let error = Manifest::parse("m.toml", &text).expect_err("unknown key").to_string();
        assert!(error.starts_with(&format!("m.toml:{line}: unknown field `mising`")), "{error}");
    }

    #[test]
    fn contradictions_name_their_key() {
        let text = include_str!("../../../../data-manifests/ham10000.toml");
        for (from, to, key) in [
            ("default_scheme = \"age\"", "default_scheme = \"aeg\"", "default_scheme"),
            ("role = \"less-prevalent\"", "role = \"other\"", "schemes.age.subgroups"),
            ("folder = \"ham10000\"", "folder = \"../ham10000\"", "folder"),
            ("\"{image}.jpg\"", "\"image.jpg\"", "images.patterns"),
            ("train = 0.6", "train = 0.9", "split"),
        ] {
            assert!(text.contains(from), "{from}");
            let error = Manifest::parse("m.toml", &text.replacen(from, to, 1)).expect_err("contradiction");
            assert!(error.to_string().contains(&format!("m.toml: {key}")), "{error}");
        }
    }
}
