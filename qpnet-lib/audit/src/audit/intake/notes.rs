//! What a reader must know of rows that were read.

use super::super::alike;
use super::super::columns::Places;
use super::super::fields::Fields;
use super::super::samples::SampleNames;
use super::super::vocabulary::{NO_GROUP, Open, Unknown};
use super::Intake;

impl Intake<'_> {
    /// The column of the subgroup, or `sex, age or site`.
    fn columns(&self, places: &Places) -> String {
        let all = std::iter::once(places.group).chain(places.crossed.iter().copied());
        let names: Vec<&str> = all.map(|place| self.header[place].as_str()).collect();
        match names.split_last() {
            Some((last, [])) => (*last).to_owned(),
            Some((last, first)) => format!("{} or {last}", first.join(", ")),
            None => String::new(),
        }
    }

    /// The same of rows that choose thresholds.
    pub(in crate::audit) fn accounts(&self, fields: &Fields<'_>) -> Vec<String> {
        let columns = self.columns(fields.places);
        let without = match self.without_group {
            0 => None,
            1 => Some(format!("1 row has no {columns}: it takes part where one threshold is chosen for all")),
            count => Some(format!(
                "{count} rows have no {columns}: they take part where one threshold is chosen for all"
            )),
        };
        without.into_iter().chain(opened(self.opened, fields)).collect()
    }

    /// How many rows have no subgroup and are left out, if any.
    fn left_out(&self, places: &Places) -> Option<String> {
        let columns = self.columns(places);
        match self.without_group {
            0 => None,
            1 => Some(format!("1 row is left out: {columns} is not known")),
            count => Some(format!("{count} rows are left out: {columns} is not known")),
        }
    }

    /// What a reader must know of what was left out, filled in, or looks odd.
    pub(in crate::audit) fn notes(&self, fields: &Fields<'_>) -> Vec<String> {
        let (words, places) = (fields.words, fields.places);
        let mut notes = Vec::new();
        notes.extend(
            self.left_out(places)
                .map(|rows| format!("{rows} there (--missing-group keep audits them as a subgroup)")),
        );
        let missing = |at: &u32| crate::words::looks_missing(self.groups.name(*at));
        notes.extend((0..self.groups.len() as u32).filter(missing).map(|at| {
            let name = self.groups.name(at);
            format!("subgroup {name} reads like a value that is not known: if it is, --missing {name} leaves its rows out")
        }));
        notes.extend(opened(self.opened, fields));
        if self.alone > 0 {
            let by = places.patient_fallback.map_or("", |place| self.header[place].as_str());
            let samples = if self.alone == 1 { "1 sample" } else { &format!("{} samples", self.alone) };
            notes.push(format!("{samples} without a patient count as units of their own, by {by}"));
        }
        if words.keep_missing_groups
            && (0..self.groups.len() as u32).any(|at| self.groups.name(at) == NO_GROUP)
        {
            notes.push(format!(
                "rows in which {} is not known are the subgroup {NO_GROUP}",
                self.columns(places)
            ));
        }
        notes.extend(alike::note(&self.groups, "subgroups", "different subgroups"));
        notes.extend(alike::note(&self.methods, "methods", "different methods"));
        notes.extend(alike::note(&self.patients, "patients", "different patients"));
        if let SampleNames::Named(names) = &self.names {
            notes.extend(alike::note(names, "samples", "different samples"));
        }
        notes
    }
}

/// What became of outcomes that are not stated plainly.
pub(in crate::audit) fn opened(counts: [usize; 3], fields: &Fields<'_>) -> Vec<String> {
    let kinds = [
        (Open::Blank, "blank", "--blank"),
        (Open::Missing, "missing by a word (--missing)", ""),
        (Open::Uncertain, "-1, uncertain", "--uncertain"),
    ];
    let note = |((why, is, option), count): ((Open, &str, &str), usize)| {
        let outcomes = if count == 1 { "1 outcome is" } else { &format!("{count} outcomes are") };
        let (become_, option) = match fields.words.policy(why, Some(Unknown::Ignore))? {
            Unknown::Ignore if option.is_empty() => ("left out as not known", String::new()),
            Unknown::Ignore => ("left out as not known", format!(" ({option} ignore)")),
            Unknown::Zeros => ("counted as negative", format!(" ({option} zeros)")),
            Unknown::Ones => ("counted as positive", format!(" ({option} ones)")),
        };
        Some(format!("{outcomes} {is}: {become_}{option}"))
    };
    kinds.into_iter().zip(counts).filter(|(_, count)| *count > 0).filter_map(note).collect()
}
