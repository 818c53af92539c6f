//! The rule of choice, on validation alone.

use super::choice::{Choice, Choices, Trial};
use super::trials::{Tuned, Tuning};
use crate::experiment::folder::load_trained;
use crate::experiment::grid::cell::Row;
use crate::experiment::grid::error::GridError;
use crate::experiment::grid::names::Names;
use crate::experiment::grid::store::{GridStore, State};
use crate::experiment::{RunError, Trained};

/// The draw with the largest less-prevalent AUC among those that qualify; if none does, that with the largest AUC of the
/// worse subgroup. Of equal ones the first.
fn rule(trials: &[Trial]) -> Option<usize> {
    let best = |value: &dyn Fn(&Trial) -> Option<f64>| {
        let known = trials.iter().enumerate().filter_map(|(at, trial)| Some((at, value(trial)?)));
        known.fold(None, |best: Option<(usize, f64)>, (at, value)| match best {
            Some((_, largest)) if largest >= value => best,
            _ => Some((at, value)),
        })
    };
    let less = |trial: &Trial| trial.auc.filter(|_| trial.qualifies).map(|[_, less]| less);
    let worse = |trial: &Trial| trial.auc.map(|[dominant, less]| dominant.min(less));
    best(&less).or_else(|| best(&worse)).map(|(at, _)| at)
}

/// What the finished cells of tuning say. A draw whose training failed is a loser; one that is missing leaves its method
/// without a choice at that point.
///
/// # Errors
/// [`GridError`] from the store.
pub fn choose(tuning: &Tuning, names: &Names<'_>, store: &GridStore) -> Result<Choices, GridError> {
    let ids = names.all()?;
    let mut choices = Choices::new();
    for point in 0..tuning.grid.points.len() {
        let measured = |method: usize| -> Result<Result<[f64; 2], Lost>, GridError> {
            let mut sum = [0.0; 2];
            for seed in 0..tuning.grid.seeds.len() {
                let row = Row { point, seed, method };
                let id = ids[tuning.grid.number(row)];
                let found = match store.state(id)? {
                    Some(State::Complete) => validation(&load_trained(&store.folder(id))?)?,
                    Some(State::Damaged(detail)) => Err(Lost::Missing(format!("damaged: {detail}"))),
                    None => Err(match store.failure(id) {
                        Some(failure) => Lost::Failed(failure.error),
                        None => Lost::Missing("not trained".to_owned()),
                    }),
                };
                match found {
                    Ok(auc) => sum = [sum[0] + auc[0], sum[1] + auc[1]],
                    Err(lost) => return Ok(Err(lost)),
                }
            }
            Ok(Ok(sum.map(|sum| sum / tuning.grid.seeds.len() as f64)))
        };
        let mixed = measured(0)?.ok();
        for tuned in &tuning.methods {
            let choice = of(tuned, mixed, tuning.allowed_loss, &measured)?;
            choices.insert((point, tuned.method), choice);
        }
    }
    Ok(choices)
}

/// Why a training has no AUC.
enum Lost {
    /// It cannot be trained.
    Failed(String),
    /// It may still come.
    Missing(String),
}

fn of(
    tuned: &Tuned,
    mixed: Option<[f64; 2]>,
    allowed_loss: f64,
    measured: &dyn Fn(usize) -> Result<Result<[f64; 2], Lost>, GridError>,
) -> Result<Choice, GridError> {
    let (mut trials, mut complete) = (Vec::new(), mixed.is_some());
    for draw in 0..tuned.values.len() {
        trials.push(match measured(tuned.first + draw)? {
            Ok(auc) => {
                let qualifies = mixed.is_some_and(|[dominant, _]| auc[0] >= dominant - allowed_loss);
                Trial { auc: Some(auc), reason: None, qualifies }
            }
            Err(lost) => {
                let reason = match lost {
                    Lost::Failed(error) => format!("failed: {error}"),
                    Lost::Missing(reason) => {
                        complete = false;
                        reason
                    }
                };
                Trial { auc: None, reason: Some(reason), qualifies: false }
            }
        });
    }
    let chosen = complete.then(|| rule(&trials)).flatten();
    Ok(Choice { mixed, trials, chosen })
}

/// Validation AUC of both subgroups in the epoch that was kept, as the history has it.
fn validation(trained: &Trained) -> Result<Result<[f64; 2], Lost>, RunError> {
    let kept = trained.history.iter().rfind(|record| record.selected);
    let auc = kept.and_then(|record| Some([record.auc_dominant?, record.auc_less_prevalent?]));
    Ok(auc.ok_or_else(|| Lost::Failed("a subgroup of the validation part lacks a class".to_owned())))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn trial(dominant: f64, less: f64, qualifies: bool) -> Trial {
        Trial { auc: Some([dominant, less]), reason: None, qualifies }
    }

    #[test]
    fn the_rare_subgroup_decides_among_those_that_cost_little_and_else_the_worse_one() {
        let lost = Trial { auc: None, reason: Some("failed".to_owned()), qualifies: false };
        let some = [trial(0.80, 0.95, false), trial(0.89, 0.80, true), lost.clone(), trial(0.90, 0.81, true)];
        assert_eq!(rule(&some), Some(3), "the best of all costs too much");
        let equal = [trial(0.89, 0.81, true), trial(0.90, 0.81, true)];
        assert_eq!(rule(&equal), Some(0), "the first of equal ones");
        let none = [trial(0.60, 0.95, false), trial(0.70, 0.80, false), trial(0.75, 0.65, false)];
        assert_eq!(rule(&none), Some(1), "the worse subgroup: 0.60, 0.70, 0.65");
        assert_eq!((rule(&[lost]), rule(&[])), (None, None));
    }

    #[test]
    fn a_draw_that_failed_is_a_loser_and_one_that_is_missing_is_waited_for() {
        let tuned =
            Tuned { method: 1, paths: vec!["eta".to_owned()], values: vec![vec![0.1], vec![0.2]], first: 1 };
        let of_first = |first: fn() -> Lost| {
            let measured = |method: usize| Ok(if method == 1 { Err(first()) } else { Ok([0.885, 0.8]) });
            of(&tuned, Some([0.9, 0.7]), 0.02, &measured).expect("read")
        };
        let found = of_first(|| Lost::Failed("not finite".to_owned()));
        assert_eq!((found.chosen, found.trials[1].qualifies), (Some(1), true));
        assert_eq!(found.trials[0].reason.as_deref(), Some("failed: not finite"));
        assert_eq!(of_first(|| Lost::Missing("not trained".to_owned())).chosen, None);
        let strict = of(&tuned, Some([0.9, 0.7]), 0.01, &|_| Ok(Ok([0.885, 0.8]))).expect("read");
        assert!(strict.trials.iter().all(|trial| !trial.qualifies) && strict.chosen == Some(0));
    }
}
