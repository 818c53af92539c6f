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
    /// The largest mean of the subgroups' AUCs: every subgroup counts the same, whatever its size.
    /// Of several classes these are means over the classes that all subgroups have ([`Candidate::alike`]).
    MeanAuc,
    /// The largest AUC of the subgroup that does worst; between equal ones, the better other
    /// subgroup decides. That is the minimax Pareto rule (Martinez et al., ICML 2020) over the
    /// epochs of one training, with 1 - AUC as the risk. Of several classes AUCs are means over those that
    /// all subgroups have ([`Candidate::alike`]): a subgroup is not the worst because it has the hard classes.
    WorstAuc,
    /// The paper's aim: the largest `A_less` among epochs with
    /// `epsilon = A_mix - A_domi <= epsilon_0`; the starting point (epoch 0, epsilon 0) is a
    /// candidate, so there is always one. For a transfer that starts from Mixed.
    Qpi {
        /// The loss of dominant AUC that is tolerated.
        epsilon_0: f64,
    },
}

/// An epoch that may be kept.
#[derive(Clone, Copy, Debug, PartialEq, Serialize, Deserialize)]
pub struct Candidate {
    /// AUC over all validation samples, where it is defined.
    pub overall: Option<f64>,
    /// AUC on the dominant validation samples.
    pub dominant: Option<f64>,
    /// AUC on the less-prevalent validation samples.
    pub less_prevalent: Option<f64>,
    /// AUCs of the dominant and the less-prevalent subgroup that may be compared with each other: of several
    /// classes the means over those with both outcomes in the validation samples of every subgroup that the
    /// model is trained on; of a binary task the two above. A model of one subgroup has that subgroup's only.
    pub alike: [Option<f64>; 2],
}

impl Candidate {
    /// The subgroups' AUCs, ascending; `None` unless there is one.
    fn subgroups(&self) -> Option<Vec<f64>> {
        let mut aucs: Vec<f64> = self.alike.into_iter().flatten().collect();
        aucs.sort_by(f64::total_cmp);
        (!aucs.is_empty()).then_some(aucs)
    }

    fn mean(&self) -> Option<f64> {
        self.subgroups().map(|aucs| aucs.iter().sum::<f64>() / aucs.len() as f64)
    }
}

impl Selection {
    /// Whether the starting point, before any step, may be kept.
    pub fn takes_the_start(self) -> bool {
        matches!(self, Self::Qpi { .. })
    }

    /// Whether subgroups are compared with each other, and not each with itself.
    pub(super) fn compares_subgroups(self) -> bool {
        matches!(self, Self::MeanAuc | Self::WorstAuc)
    }

    /// Whether `new` replaces `best`; `a_mix` is the dominant AUC
    /// of the starting point on validation. Ties keep the
    /// earlier epoch; an epoch whose figure is undefined replaces nothing.
    pub fn prefers(self, new: &Candidate, best: Option<&Candidate>, a_mix: Option<f64>) -> bool {
        let Some(best) = best else { return true };
        match self {
            Self::Last => true,
            Self::OverallAuc => larger(new.overall, best.overall),
            Self::MeanAuc => larger(new.mean(), best.mean()),
            Self::WorstAuc => larger(new.subgroups(), best.subgroups()),
            Self::Qpi { epsilon_0 } => {
                let loss = a_mix.zip(new.dominant).map(|(a_mix, a_domi)| a_mix - a_domi);
                let allowed = loss.is_some_and(|epsilon| epsilon <= epsilon_0);
                allowed && larger(new.less_prevalent, best.less_prevalent)
            }
        }
    }
}

/// Whether `new` is defined and larger, or `best` undefined.
fn larger<T: PartialOrd>(new: Option<T>, best: Option<T>) -> bool {
    match (new, best) {
        (Some(new), Some(best)) => new > best,
        (Some(_), None) => true,
        (None, _) => false,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn candidate(dominant: f64, less: f64) -> Candidate {
        let [dominant, less_prevalent] = [dominant, less].map(Some);
        Candidate { overall: dominant, dominant, less_prevalent, alike: [dominant, less_prevalent] }
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
    fn every_subgroup_counts_the_same() {
        let (fair, unfair) = (candidate(0.84, 0.80), candidate(0.95, 0.70));
        assert!(!Selection::MeanAuc.prefers(&fair, Some(&unfair), None), "0.82 against 0.825");
        assert!(Selection::MeanAuc.prefers(&candidate(0.86, 0.80), Some(&unfair), None));
        assert!(Selection::WorstAuc.prefers(&fair, Some(&unfair), None));
        assert!(!Selection::WorstAuc.prefers(&unfair, Some(&fair), None));
        assert!(Selection::WorstAuc.prefers(&candidate(0.85, 0.80), Some(&fair), None), "the other decides");
        assert!(!Selection::WorstAuc.prefers(&fair, Some(&fair), None), "a tie keeps the earlier");
        assert!(Selection::OverallAuc.prefers(&unfair, Some(&fair), None));
    }

    #[test]
    fn subgroups_are_compared_over_the_same_classes() {
        // The dominant subgroup has a hard class of its own, and looks the worse for it.
        let first = Candidate { alike: [Some(0.9), Some(0.7)], ..candidate(0.65, 0.7) };
        let second = Candidate { alike: [Some(0.8), Some(0.75)], ..candidate(0.6, 0.75) };
        assert!(
            Selection::WorstAuc.prefers(&second, Some(&first), None),
            "0.75 against 0.7, not 0.6 to 0.65"
        );
        assert!(
            !Selection::MeanAuc.prefers(&second, Some(&first), None),
            "0.775 against 0.8, not 0.675 each"
        );
        // Each subgroup with itself: the same classes anyway, and the paper's numbers.
        assert!(Selection::Qpi { epsilon_0: 0.1 }.prefers(&second, Some(&first), Some(0.65)));
    }

    #[test]
    fn one_subgroup_alone_is_judged_by_its_own() {
        let one = |auc| Candidate { dominant: None, alike: [None, Some(auc)], ..candidate(auc, auc) };
        for rule in [Selection::MeanAuc, Selection::WorstAuc] {
            assert!(rule.prefers(&one(0.8), Some(&one(0.7)), None));
            assert!(!rule.prefers(&one(0.7), Some(&one(0.8)), None));
        }
    }

    #[test]
    fn undefined_figures_never_win() {
        let undefined = Candidate { overall: None, dominant: None, less_prevalent: None, alike: [None; 2] };
        let start = candidate(0.9, 0.7);
        for rule in [Selection::OverallAuc, Selection::MeanAuc, Selection::WorstAuc] {
            assert!(!rule.prefers(&undefined, Some(&start), None));
            assert!(rule.prefers(&start, Some(&undefined), None));
        }
        assert!(!Selection::Qpi { epsilon_0: 0.5 }.prefers(&undefined, Some(&start), Some(0.9)));
    }
}
