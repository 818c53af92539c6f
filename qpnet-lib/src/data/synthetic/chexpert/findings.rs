//! The fourteen findings: how often they occur, and what of them can be seen.

use super::cue::Cue;
use crate::data::rule::generator::Attribute;

/// One finding of the generator.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Finding {
    /// CheXpert's name of the column.
    pub name: &'static str,
    /// Share recorded as 1.
    pub positive: f64,
    /// Share recorded as -1.
    pub uncertain: f64,
    /// Weights of the four common factors (congestion, infection, pleura, injury).
    pub loadings: [f64; 4],
    /// The cue and `mu`, its shift per class.
    pub cue: Option<(Cue, f64)>,
    /// The patients in whom the cue is reversed and weaker.
    pub reversed_in: Option<Attribute>,
}

/// A reversed cue's shift, as a multiple of the usual one: +1.4 becomes -0.8.
pub const REVERSED: f64 = -0.8 / 1.4;

/// Share of the absent findings that a report mentions (recorded as 0, not as blank).
pub const MENTIONED: f64 = 0.1;

/// A finding that changes nothing in the image.
const fn unseen(name: &'static str, [positive, uncertain]: [f64; 2], loadings: [f64; 4]) -> Finding {
    Finding { name, positive, uncertain, loadings, cue: None, reversed_in: None }
}

/// A finding with a cue.
const fn seen(
    name: &'static str,
    shares: [f64; 2],
    loadings: [f64; 4],
    cue: (Cue, f64),
    reversed_in: Option<Attribute>,
) -> Finding {
    Finding { cue: Some(cue), reversed_in, ..unseen(name, shares, loadings) }
}

/// CheXpert's findings in CheXpert's order. "No Finding" follows from the others.
pub const FINDINGS: [Finding; 14] = [
    unseen("No Finding", [0.0, 0.0], [0.0, 0.0, 0.0, 0.0]),
    unseen("Enlarged Cardiomediastinum", [0.048, 0.054], [0.7, 0.0, 0.0, 0.1]),
    seen("Cardiomegaly", [0.123, 0.035], [0.7, 0.0, 0.0, 0.0], (Cue::Size, 1.2), Some(Attribute::Race)),
    seen("Lung Opacity", [0.494, 0.023], [0.3, 0.4, 0.0, 0.0], (Cue::Echogenicity, 1.3), None),
    seen("Lung Lesion", [0.037, 0.006], [0.0, 0.0, 0.2, 0.0], (Cue::Satellites, 1.3), None),
    seen("Edema", [0.261, 0.062], [0.6, 0.0, 0.0, 0.0], (Cue::Coarseness, 1.4), Some(Attribute::Age)),
    seen("Consolidation", [0.068, 0.128], [0.0, 0.7, 0.0, 0.0], (Cue::Spiculation, 1.2), None),
    unseen("Pneumonia", [0.024, 0.083], [0.0, 0.8, 0.0, 0.0]),
    seen("Atelectasis", [0.156, 0.157], [0.0, 0.2, 0.3, 0.0], (Cue::Height, 1.2), Some(Attribute::Age)),
    seen("Pneumothorax", [0.092, 0.014], [0.0, 0.0, 0.3, 0.4], (Cue::Side, 1.0), None),
    seen(
        "Pleural Effusion",
        [0.403, 0.050],
        [0.4, 0.0, 0.6, 0.0],
        (Cue::Attenuation, 1.2),
        Some(Attribute::Race),
    ),
    unseen("Pleural Other", [0.013, 0.009], [0.0, 0.0, 0.8, 0.0]),
    unseen("Fracture", [0.039, 0.003], [0.0, 0.0, 0.0, 0.6]),
    seen("Support Devices", [0.564, 0.005], [0.2, 0.0, 0.0, 0.5], (Cue::Line, 1.2), None),
];

impl Finding {
    /// Share of patients who really have the finding: those recorded as 1, and half of those
    /// recorded as -1.
    pub fn prevalence(&self) -> f64 {
        self.positive + self.uncertain / 2.0
    }

    /// Probability that a patient who has the finding (or has not) is recorded as uncertain.
    pub fn doubt(&self, present: bool) -> f64 {
        let share = if present { self.prevalence() } else { 1.0 - self.prevalence() };
        if share > 0.0 { self.uncertain / 2.0 / share } else { 0.0 }
    }

    /// The weight of the finding's own factor: all five together have variance 1.
    pub fn own(&self) -> f64 {
        (1.0 - self.loadings.iter().map(|weight| weight * weight).sum::<f64>()).sqrt()
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::data::rule::generator::FINDING_NAMES;

    #[test]
    fn names_are_those_that_manifests_know() {
        assert_eq!(FINDINGS.map(|finding| finding.name), FINDING_NAMES);
    }

    #[test]
    fn shares_and_weights_are_possible() {
        for finding in FINDINGS {
            assert!(finding.own() > 0.3, "{}", finding.name);
            assert!(finding.doubt(true) <= 1.0 && finding.doubt(false) <= 1.0, "{}", finding.name);
        }
        for attribute in [Attribute::Age, Attribute::Race] {
            let reversed = FINDINGS.iter().filter(|finding| finding.reversed_in == Some(attribute));
            assert_eq!(reversed.filter(|finding| finding.cue.is_some()).count(), 2);
        }
        let used: Vec<Cue> = FINDINGS.iter().filter_map(|finding| Some(finding.cue?.0)).collect();
        assert!(Cue::ALL.iter().all(|cue| used.iter().filter(|other| *other == cue).count() == 1));
    }
}
