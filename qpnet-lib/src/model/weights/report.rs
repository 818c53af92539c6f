//! What a load did.

use super::kind::READABLE;

/// A tensor whose shape is not the network's.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ShapeMismatch {
    /// Its name.
    pub name: String,
    /// The network's shape.
    pub expected: Vec<i64>,
    /// The file's.
    pub got: Vec<i64>,
}

/// A tensor that is not of real numbers.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct OtherKind {
    /// Its name.
    pub name: String,
    /// The file's word for its kind: `I8`, `F8_E4M3` …
    pub got: String,
}

/// What a load did; lists are sorted.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct WeightsReport {
    /// Taken over.
    pub loaded: Vec<String>,
    /// In the network, not in the file.
    pub missing: Vec<String>,
    /// In the file, not in the network.
    pub unexpected: Vec<String>,
    /// In both, of different shapes.
    pub mismatched: Vec<ShapeMismatch>,
    /// In both, of a kind that cannot be converted in the file.
    pub other_kinds: Vec<OtherKind>,
    /// Behind each of these the file has names that are missing.
    pub prefixes: Vec<String>,
    /// In the file and left aside by rule (see the [module](super)), or for want of the prefix.
    pub left_aside: Vec<String>,
    /// Whether the first convolution was summed over its colours.
    pub summed_to_grey: bool,
}

impl WeightsReport {
    /// Whether every tensor found its place.
    pub fn is_complete(&self) -> bool {
        self.missing.is_empty()
            && self.unexpected.is_empty()
            && self.mismatched.is_empty()
            && self.other_kinds.is_empty()
    }
}

/// Names that a message shows; the report itself has all.
const SHOWN: usize = 5;

/// How many, and the first of them.
fn some(names: &[String]) -> String {
    match names.len() {
        0 => "none".to_owned(),
        count if count <= SHOWN => format!("{count} ({})", names.join(", ")),
        count => format!("{count} ({} and {} more)", names[..SHOWN].join(", "), count - SHOWN),
    }
}

impl std::fmt::Display for WeightsReport {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        let shapes = |ShapeMismatch { name, expected, got }: &ShapeMismatch| {
            format!("{name}: expected {expected:?}, got {got:?}")
        };
        let mismatched: Vec<String> = self.mismatched.iter().map(shapes).collect();
        let count = self.loaded.len();
        write!(f, "{count} {}", if count == 1 { "tensor fits" } else { "tensors fit" })?;
        write!(f, ", missing: {}, unexpected: {}", some(&self.missing), some(&self.unexpected))?;
        write!(f, ", of another shape: {}", some(&mismatched))?;
        if !self.other_kinds.is_empty() {
            let kind =
                |OtherKind { name, got }: &OtherKind| format!("{name}: expected {READABLE}, got {got}");
            let kinds: Vec<String> = self.other_kinds.iter().map(kind).collect();
            write!(f, ", of another kind: {}", some(&kinds))?;
        }
        match self.prefixes.as_slice() {
            [] => Ok(()),
            [one] => write!(
                f,
                "; the names of the network stand behind {one:?} in the file: give --weights-prefix {one}"
            ),
            several => {
                let several = several.join(" and ");
                write!(
                    f,
                    "; the file has the names of the network behind {several}: give one of them as --weights-prefix"
                )
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_are_shown_up_to_a_handful() {
        let names = |count: usize| (0..count).map(|i| format!("layer{i}.weight")).collect::<Vec<String>>();
        let mismatched = vec![ShapeMismatch { name: "fc".to_owned(), expected: vec![2, 4], got: vec![2] }];
        let report = WeightsReport {
            loaded: names(3),
            missing: names(2),
            unexpected: names(7),
            mismatched,
            ..WeightsReport::default()
        };
        assert!(!report.is_complete());
        let expected = "3 tensors fit, missing: 2 (layer0.weight, layer1.weight), unexpected: 7 (layer0.weight, \
                        layer1.weight, layer2.weight, layer3.weight, layer4.weight and 2 more), \
                        of another shape: 1 (fc: expected [2, 4], got [2])";
        assert_eq!(report.to_string(), expected);
        let complete = WeightsReport { loaded: names(1), ..WeightsReport::default() };
        assert_eq!(
            complete.to_string(),
            "1 tensor fits, missing: none, unexpected: none, of another shape: none"
        );
        let other = OtherKind { name: "conv1.weight".to_owned(), got: "I8".to_owned() };
        let prefixes = vec!["module.".to_owned()];
        let report = WeightsReport { other_kinds: vec![other], prefixes, ..complete };
        assert!(!report.is_complete());
        assert!(
            report.to_string().ends_with(
                "of another kind: 1 (conv1.weight: expected F32, F16, BF16 or F64, got I8); the names of the \
                 network stand behind \"module.\" in the file: give --weights-prefix module."
            ),
            "{report}"
        );
        let prefixes = ["encoder_k.", "encoder_q."].map(str::to_owned).to_vec();
        let report = WeightsReport { prefixes, ..report };
        assert!(
            report.to_string().contains("behind encoder_k. and encoder_q.: give one of them"),
            "{report}"
        );
    }
}
