//! Whether every part holds what training and evaluation need.

use super::counts::CellCount;
use super::error::SplitError;
use crate::data::rule::part::Part;
use crate::data::rule::role::{DOMINANT, LESS_PREVALENT, SchemeInfo};
use crate::data::rule::task::TaskKind;

/// The counts of a split, with the names that messages need.
pub(in crate::data) struct Counted<'a> {
    pub task: TaskKind,
    pub scheme: &'a SchemeInfo,
    pub classes: &'a [String],
    pub counts: Vec<CellCount>,
}

impl Counted<'_> {
    /// Does every part of the two main subgroups have what an AUC needs, and the training part
    /// every class? `may_be_empty` names cells that were asked to be empty.
    pub(in crate::data) fn check(&self, may_be_empty: &[(Part, usize)]) -> Result<(), SplitError> {
        let main = |count: &&CellCount| [DOMINANT, LESS_PREVALENT].contains(&count.subgroup);
        let excused =
            |count: &CellCount| count.images == 0 && may_be_empty.contains(&(count.part, count.subgroup));
        for count in self.counts.iter().filter(main).filter(|count| !excused(count)) {
            self.check_cell(count)?;
        }
        if self.task == TaskKind::MultiClass {
            let train = || self.counts.iter().filter(main).filter(|count| count.part == Part::Train);
            // A training set that was asked to be empty cannot hold every class.
            let untrained =
                |class: &usize| !train().any(excused) && train().all(|count| count.per_class[*class] == 0);
            let missing: Vec<String> =
                (0..self.classes.len()).filter(untrained).map(|class| self.classes[class].clone()).collect();
            if !missing.is_empty() {
                return Err(SplitError::Untrained { scheme: self.scheme.name.clone(), classes: missing });
            }
        }
        Ok(())
    }

    fn check_cell(&self, count: &CellCount) -> Result<(), SplitError> {
        let (scheme, subgroup) = (self.scheme.name.clone(), self.scheme.subgroups[count.subgroup].clone());
        let part = count.part.as_str();
        let both = |class: usize| count.per_class[class] > 0 && count.against_class[class] > 0;
        match self.task {
            TaskKind::Binary if !both(1) => Err(SplitError::OneClass {
                scheme,
                subgroup,
                part,
                positives: count.positives,
                negatives: count.images - count.positives,
            }),
            TaskKind::MultiClass if count.per_class.iter().filter(|&&images| images > 0).count() < 2 => {
                let present =
                    |(class, name): (usize, &String)| (count.per_class[class] > 0).then(|| name.clone());
                let found = self.classes.iter().enumerate().filter_map(present).collect();
                Err(SplitError::FewClasses { scheme, subgroup, part, found, images: count.images })
            }
            TaskKind::MultiLabel if !(0..self.classes.len()).any(both) => {
                Err(SplitError::NoOutcome { scheme, subgroup, part, images: count.images })
            }
            _ => Ok(()),
        }
    }

    /// Reported-only subgroups whose AUC cannot be computed.
    pub(in crate::data) fn undefined(&self) -> Vec<String> {
        let reported = self.counts.iter().filter(|count| {
            let both = |(present, absent): (&usize, &usize)| *present > 0 && *absent > 0;
            let defined = count.per_class.iter().zip(&count.against_class).any(both);
            count.subgroup > LESS_PREVALENT && count.part == Part::Test && !defined
        });
        let name = |subgroup: usize| &self.scheme.subgroups[subgroup];
        let words = |count: &CellCount| {
            format!("subgroup {} lacks a class in the test part: its AUC is undefined", name(count.subgroup))
        };
        reported.map(words).collect()
    }
}
