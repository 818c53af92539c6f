//! What a manifest says about augmentation: which changes of a picture leave its diagnosis.

use serde::Deserialize;

/// `[augment]` of a manifest; a key that is not given is the profile's.
#[derive(Clone, Copy, Debug, Default, PartialEq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Augmentation {
    /// Mirror left and right with probability 1/2.
    pub flip: Option<bool>,
    /// Rotate by up to so many degrees to either side; 0: not at all.
    pub rotate_degrees: Option<f64>,
}

impl Augmentation {
    /// The key and what is wrong with it.
    pub(in crate::data) fn check(&self) -> Result<(), (&'static str, String)> {
        match self.rotate_degrees {
            Some(degrees) if !(0.0..=180.0).contains(&degrees) => {
                Err(("augment.rotate_degrees", format!("must be between 0 and 180, got {degrees}")))
            }
            _ => Ok(()),
        }
    }

    /// In words; empty where the manifest says nothing.
    pub fn words(&self) -> String {
        let flip =
            self.flip.map(|flip| if flip { "mirrored left and right" } else { "not mirrored" }.to_owned());
        let turn = self.rotate_degrees.map(|degrees| match degrees {
            0.0 => "not rotated".to_owned(),
            degrees => format!("rotated by up to {degrees} degrees"),
        });
        flip.into_iter().chain(turn).collect::<Vec<_>>().join(", ")
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::data::Manifest;

    const TEXT: &str = include_str!("../../../../data-manifests/synthetic.toml");

    fn parsed(section: &str) -> Result<Manifest, String> {
        Manifest::parse("m.toml", &format!("{TEXT}\n{section}\n")).map_err(|error| error.to_string())
    }

    #[test]
    fn a_section_is_read_in_part_or_whole_and_absent_says_nothing() {
        for (section, flip, rotate_degrees, words) in [
            ("", None, None, ""),
            ("[augment]\nflip = false", Some(false), None, "not mirrored"),
            (
                "[augment]\nflip = true\nrotate_degrees = 7.5",
                Some(true),
                Some(7.5),
                "mirrored left and right, rotated by up to 7.5 degrees",
            ),
            ("[augment]\nrotate_degrees = 0", None, Some(0.0), "not rotated"),
        ] {
            let augment = parsed(section).expect(section).augment;
            assert_eq!(augment, Augmentation { flip, rotate_degrees }, "{section}");
            assert_eq!(augment.words(), words);
        }
    }

    #[test]
    fn what_cannot_be_meant_is_refused() {
        for (section, words) in [
            ("rotate_degrees = 200", "m.toml: augment.rotate_degrees: must be between 0 and 180, got 200"),
            ("rotate_degrees = -5", "got -5"),
            ("rotate_degrees = nan", "got NaN"),
            ("flip = \"left\"", "expected a boolean"),
            ("vertical = true", "unknown field `vertical`, expected `flip` or `rotate_degrees`"),
        ] {
            let error = parsed(&format!("[augment]\n{section}")).expect_err(section);
            assert!(error.contains(words), "{error}");
        }
    }

    #[test]
    fn augmentation_is_no_part_of_what_the_data_are() {
        // It enters the configuration of a run, and with it the names of what is kept.
        let hashed = |text: &str| Manifest::parse("m.toml", text).expect("valid").hashed_text();
        let plain = hashed(TEXT);
        for section in
            ["[augment]\nflip = false", "# Films.\n[augment]\nflip = false # no\n\n# few\nrotate_degrees = 5"]
        {
            assert_eq!(hashed(&format!("{TEXT}\n{section}\n")), plain, "{section}");
        }
        for line in ["augment.flip = true", "augment = { flip = true } # inline"] {
            assert_eq!(hashed(&format!("{line}\n{TEXT}")), plain, "{line}");
        }
        // Between dotted keys other keys may stand.
        let (first, rest) = TEXT.split_once('\n').expect("lines");
        let dotted = format!("augment.flip = true\n{first}\naugment.rotate_degrees = 5\n{rest}");
        assert_eq!(hashed(&dotted), plain);
    }
}
