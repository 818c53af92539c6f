//! What a matrix shows.

use crate::stats::Estimate;

/// How numbers become colours.
#[derive(Clone, Copy, Debug, Default, PartialEq)]
pub enum HeatScale {
    /// From light to dark with growing numbers.
    #[default]
    Sequential,
    /// Orange below `centre`, blue above, as far to either side.
    Diverging {
        /// The number without colour.
        centre: f64,
    },
}

/// A cell of the matrix.
#[derive(Clone, Debug, PartialEq)]
pub enum HeatCell {
    /// A number; one that is not finite is drawn as undefined.
    Value(f64),
    /// A number, and below it what it says; one that is not finite is drawn as undefined.
    Told(f64, String),
    /// No number, and why.
    Undefined(String),
}

impl HeatCell {
    /// No number, and why.
    pub fn undefined(reason: impl Into<String>) -> Self {
        Self::Undefined(reason.into())
    }

    /// The number, whatever stands below it.
    pub(super) fn value(&self) -> Option<f64> {
        match self {
            Self::Value(value) | Self::Told(value, _) => Some(*value).filter(|value| value.is_finite()),
            Self::Undefined(_) => None,
        }
    }

    /// What stands below the number.
    pub(super) fn words(&self) -> Option<&str> {
        if let Self::Told(_, words) = self { Some(words) } else { None }
    }
}

impl From<f64> for HeatCell {
    fn from(value: f64) -> Self {
        if value.is_finite() { Self::Value(value) } else { Self::undefined("not a finite number") }
    }
}

impl From<Estimate> for HeatCell {
    fn from(estimate: Estimate) -> Self {
        let reason = || estimate.reason.unwrap_or_else(|| "no reason given".into());
        estimate.value.map_or_else(|| Self::undefined(reason()), Self::from)
    }
}

/// The content of [`Heat`](crate::figure::Heat).
#[derive(Clone, Debug, Default)]
pub struct HeatContent {
    pub(super) columns: Vec<String>,
    pub(super) rows: Vec<(String, Vec<HeatCell>)>,
    pub(super) scale: HeatScale,
    pub(super) range: Option<(f64, f64)>,
    pub(super) decimals: Option<usize>,
    pub(super) measure: String,
    pub(super) x_label: String,
    pub(super) y_label: String,
}

impl HeatContent {
    pub(super) fn values(&self) -> impl Iterator<Item = f64> {
        self.rows.iter().flat_map(|(_, cells)| cells).filter_map(HeatCell::value)
    }

    /// Whether words stand below numbers.
    pub(super) fn is_told(&self) -> bool {
        self.rows.iter().flat_map(|(_, cells)| cells).any(|cell| cell.words().is_some())
    }
}
