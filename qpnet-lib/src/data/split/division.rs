//! The division of a data set into parts: the one that came with it, or else ours.

use super::assign;
use crate::data::cohort::checked::Cohort;
use crate::data::cohort::exclusion::{Exclusion, exclude};
use crate::data::cohort::sample::Sample;
use crate::data::rule::content_hash::ContentHash;
use crate::data::rule::division::Fractions;
use crate::data::rule::file_source::FileSource;
use crate::data::rule::fold::Fold;
use crate::data::rule::part::Part;
use crate::data::rule::role::LESS_PREVALENT;
use crate::data::table::error::TableError;
use crate::rng::Streams;

/// The published part of the rows at these positions of the cohort, where the manifest names a column;
/// `None` for a row whose field is empty.
///
/// # Errors
/// An unknown column; a word that names no part.
pub(in crate::data) fn published(
    source: &FileSource,
    cohort: &Cohort,
    at: &[usize],
) -> Result<Option<Vec<Option<Part>>>, TableError> {
    let Some(rule) = &source.published else { return Ok(None) };
    let words = cohort.text(&rule.column)?;
    let parts = at.iter().map(|&row| words[row].map(|word| rule.part(word).ok_or((row, word))).transpose());
    let (mut known, mut unknown) = (Vec::with_capacity(at.len()), Vec::new());
    for part in parts {
        match part {
            Ok(part) => known.push(part),
            Err(fault) => unknown.push(fault),
        }
    }
    match unknown.first() {
        None => Ok(Some(known)),
        Some(&(row, word)) => Err(TableError::Value {
            file: cohort.file.clone(),
            row: cohort.rows[row],
            column: rule.column.clone(),
            found: word.to_owned(),
            expected: format!("the name of a part, {} ([split] parts)", rule.known()),
            more: unknown.len() - 1,
        }),
    }
}

/// The part of every sample; `None` for those that are in no part.
///
/// A published division is taken as it is, and leaks of it are found as any other's are. Where it has no
/// validation part, that is cut out of its train part by our own rule and in the manifest's proportion.
/// Subgroups that are only reported stay in its test part alone.
pub(in crate::data) fn divide(
    published: Option<Vec<Option<Part>>>,
    source: &FileSource,
    samples: &[Sample],
    hashes: &[ContentHash],
    streams: &Streams,
) -> Vec<Option<Part>> {
    let Some(mut parts) = published else {
        return assign::assign(samples, hashes, &source.fractions, streams);
    };
    let validated = source.published.as_ref().is_some_and(|rule| {
        let words: &[String] = &rule.words[Part::Validation as usize];
        !words.is_empty() && parts.contains(&Some(Part::Validation))
    });
    if !validated {
        let train: Vec<usize> = (0..samples.len()).filter(|&at| parts[at] == Some(Part::Train)).collect();
        let Fractions { train: more, validation: less, .. } = source.fractions;
        let shares = Fractions { train: more / (more + less), validation: less / (more + less), test: 0.0 };
        let inside: Vec<Sample> = train.iter().map(|&at| samples[at].clone()).collect();
        let known: Vec<ContentHash> = train.iter().filter_map(|&at| hashes.get(at).copied()).collect();
        for (at, part) in train.into_iter().zip(assign::assign(&inside, &known, &shares, streams)) {
            parts[at] = part;
        }
    }
    for (part, sample) in parts.iter_mut().zip(samples) {
        if sample.subgroup > LESS_PREVALENT && *part != Some(Part::Test) {
            *part = None;
        }
    }
    parts
}

/// Images that are in no part: of a reported-only subgroup (rule 4 of [`super::assign`]), or without a published part.
pub(in crate::data) fn exclude_apart(
    exclusions: &mut Vec<Exclusion>,
    source: &FileSource,
    fold: Option<Fold>,
    parts: &[Option<Part>],
) {
    let apart = parts.iter().filter(|part| part.is_none()).count();
    let reason = match &source.published {
        _ if fold.is_some() => "of a reported-only subgroup, test images of another fold".to_owned(),
        None => "of a reported-only subgroup, patient in train or validation".to_owned(),
        Some(rule) => format!("no part in {}, or of a reported-only subgroup and not in test", rule.column),
    };
    exclude(exclusions, reason, apart);
}
