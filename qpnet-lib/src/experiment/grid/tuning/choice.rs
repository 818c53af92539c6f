//! What was tried, and what was chosen.

use std::collections::BTreeMap;

/// What was chosen, by point and method.
pub type Choices = BTreeMap<(usize, usize), Choice>;

/// The draws of a method at a point, and the one that was chosen.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Choice {
    /// Validation AUC of Mixed, dominant and less-prevalent, mean over the seeds of tuning.
    pub mixed: Option<[f64; 2]>,
    /// Every draw.
    pub trials: Vec<Trial>,
    /// The chosen one; `None` while some are not finished, or where none is defined.
    pub chosen: Option<usize>,
}

/// A draw.
#[derive(Clone, Debug, PartialEq)]
pub struct Trial {
    /// Validation AUC, dominant and less-prevalent, of the kept epoch, mean over the seeds of tuning.
    pub auc: Option<[f64; 2]>,
    /// Why there is none: a training that failed, or is missing.
    pub reason: Option<String>,
    /// Whether the dominant AUC is at most the allowed loss below Mixed's.
    pub qualifies: bool,
}
