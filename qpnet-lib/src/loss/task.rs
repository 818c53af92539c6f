//! What a label is.

/// What a label is, and with it which loss and which score belong to it.
#[derive(Clone, Copy, Debug, PartialEq, Eq, serde::Serialize, serde::Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Task {
    /// One of `C` classes (binary: `C = 2`): softmax cross-entropy on logits.
    SingleLabel,
    /// Any of `C` findings: binary cross-entropy with logits, averaged over findings.
    MultiLabel,
}

/// Stands for a finding that is uncertain or was not looked for; it adds nothing to the loss.
pub const UNKNOWN: f32 = -1.0;
