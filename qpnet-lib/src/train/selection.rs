//! Which epoch's weights are kept, decided on validation only.

use serde::{Deserialize, Serialize};

/// The rule.
#[derive(Clone, Copy, Debug, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Selection {
    /// The last epoch.
    Last,
    /// The largest AUC over all validation samples.
    OverallAuc,
    /// The paper's aim: the largest `A_less` among epochs with
    /// `epsilon = A_mix - A_domi <= epsilon_0`; the starting point (epoch 0, epsilon 0) is a
    /// candidate, so there is always one. For a transfer that starts from Mixed.
    Qpi {
        /// The loss of dominant AUC that is tolerated.
        epsilon_0: f64,
    },
}

/// An epoch that may be kept.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Candidate {
    /// AUC over all validation samples, where it is defined.
    pub overall: Option<f64>,
    /// AUC on the dominant validation samples.
    pub dominant: Option<f64>,
    /// AUC on the less-prevalent validation samples.
    pub less_prevalent: Option<f64>,
}

impl Selection {
    /// Whether the starting point, before any step, may be kept.
    pub fn takes_the_start(self) -> bool {
        matches!(self, Self::Qpi { .. })
    }

    /// Whether `new` replaces `best`; `a_mix` is the dominant AUC
    /// of the starting point on validation. Ties keep the
    /// earlier epoch; an epoch whose figure is undefined replaces nothing.
    pub fn prefers(self, new: &Candidate, best: Option<&Candidate>, a_mix: Option<f64>) -> bool {
        let Some(best) = best else { return true };
        let larger = |new: Option<f64>, best: Option<f64>| match (new, best) {
            (Some(new), Some(best)) => new > best,
            (Some(_), None) => true,
            (None, _) => false,
        };
        match self {
            Self::Last => true,
            Self::OverallAuc => larger(new.overall, best.overall),
            Self::Qpi { epsilon_0 } => {
                let loss = a_mix.zip(new.dominant).map(|(a_mix, a_domi)| a_mix - a_domi);
                let allowed = loss.is_some_and(|epsilon| epsilon <= epsilon_0);
                allowed && larger(new.less_prevalent, best.less_prevalent)
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn candidate(dominant: f64, less: f64) -> Candidate {
        Candidate { overall: Some(dominant), dominant: Some(dominant), less_prevalent: Some(less) }
    }

    #[test]
    fn qpi_trades_at_most_epsilon_for_the_less_prevalent() {
        let rule = Selection::Qpi { epsilon_0: 0.02 };
        let start = candidate(0.90, 0.70);
        assert!(rule.prefers(&candidate(0.885, 0.75), Some(&start), Some(0.90)));
        assert!(!rule.prefers(&candidate(0.87, 0.95), Some(&start), Some(0.90)));
        assert!(!rule.prefers(&candidate(0.95, 0.70), Some(&start), Some(0.90)), "a tie keeps the earlier");
    }

    #[test]
    fn undefined_figures_never_win() {
        let undefined = Candidate { overall: None, dominant: None, less_prevalent: None };
        let start = candidate(0.9, 0.7);
        assert!(!Selection::OverallAuc.prefers(&undefined, Some(&start), None));
        assert!(Selection::OverallAuc.prefers(&start, Some(&undefined), None));
        assert!(!Selection::Qpi { epsilon_0: 0.5 }.prefers(&undefined, Some(&start), Some(0.9)));
    }
}
