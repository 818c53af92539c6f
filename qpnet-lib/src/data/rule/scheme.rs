//! Subgrouping schemes: which rows, or which drawn patients, are in which subgroup.

use super::generator::Generator;
use super::predicate::Predicate;
use super::role::{DOMINANT, LESS_PREVALENT, SchemeInfo};

/// A named set of rows: those that meet every condition.
#[derive(Clone, Debug, PartialEq)]
pub struct Subgroup {
    /// For tables and figures.
    pub name: String,
    /// All of these must hold.
    pub conditions: Vec<Predicate>,
}

impl Subgroup {
    /// The rule in words: `sex = female and age >= 60`.
    pub fn rule(&self) -> String {
        let words: Vec<String> = self.conditions.iter().map(Predicate::to_string).collect();
        words.join(" and ")
    }
}

/// How a scheme makes its subgroups.
#[derive(Clone, Debug, PartialEq)]
pub enum Grouping {
    /// Rules over the table; index 0 dominant, 1 less-prevalent, 2.. others.
    Rows(Vec<Subgroup>),
    /// The generator's own two groups.
    Generated(Generator),
}

/// One checked scheme of a manifest.
#[derive(Clone, Debug, PartialEq)]
pub struct Scheme {
    /// Its key in the manifest.
    pub name: String,
    /// One line for people.
    pub title: String,
    /// How the subgroups come to be.
    pub grouping: Grouping,
    /// Whether who is in which is shuffled among patients afterwards ([`crate::data::split`]): a difference between
    /// such subgroups is noise.
    pub placebo: bool,
}

impl Scheme {
    /// Name and display names.
    pub fn info(&self) -> SchemeInfo {
        let subgroups = match &self.grouping {
            Grouping::Rows(groups) => groups.iter().map(|group| group.name.clone()).collect(),
            Grouping::Generated(generator) => generator.subgroups().map(str::to_owned).into(),
        };
        SchemeInfo { name: self.name.clone(), subgroups }
    }

    /// The subgroups for people, a line each: role, name, rule.
    pub fn lines(&self) -> Vec<String> {
        let role = |index| match index {
            DOMINANT => "dominant",
            LESS_PREVALENT => "less-prevalent",
            _ => "only reported",
        };
        let shuffled = |index| match self.placebo && index <= LESS_PREVALENT {
            true => "; shuffled among patients",
            false => "",
        };
        match &self.grouping {
            Grouping::Rows(groups) => {
                let line = |(index, group): (usize, &Subgroup)| {
                    format!("{}: {} ({}{})", role(index), group.name, group.rule(), shuffled(index))
                };
                groups.iter().enumerate().map(line).collect()
            }
            Grouping::Generated(generator) => {
                let names = generator.subgroups().into_iter().enumerate();
                names
                    .map(|(index, name)| format!("{}: {name} (drawn{})", role(index), shuffled(index)))
                    .collect()
            }
        }
    }
}
