//! What a load did.

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
    /// In the file and left aside by rule (see the [module](super)).
    pub left_aside: Vec<String>,
    /// Whether the first convolution was summed over its colours.
    pub summed_to_grey: bool,
}

impl WeightsReport {
    /// Whether every tensor found its place.
    pub fn is_complete(&self) -> bool {
        self.missing.is_empty() && self.unexpected.is_empty() && self.mismatched.is_empty()
    }
}

impl std::fmt::Display for WeightsReport {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        let some = |names: &[String]| match names {
            [] => "none".to_owned(),
            [first, ..] => format!("{} (such as {first})", names.len()),
        };
        write!(f, "{} tensors fit", self.loaded.len())?;
        write!(f, ", missing: {}, unexpected: {}", some(&self.missing), some(&self.unexpected))?;
        match self.mismatched.as_slice() {
            [] => write!(f, ", of another shape: none"),
            [ShapeMismatch { name, expected, got }, ..] => {
                let count = self.mismatched.len();
                write!(f, ", of another shape: {count} (such as {name}: expected {expected:?}, got {got:?})")
            }
        }
    }
}
