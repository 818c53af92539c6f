//! What of a file goes where, told from its header alone.

use std::collections::BTreeMap;

use tch::{Kind, Tensor};

use super::header::{Header, Stored};
use super::prefix::prefixes;
use super::{Colour, LoadOptions, OtherKind, ShapeMismatch, WeightsReport};

/// The tensors of a network that are to be loaded.
pub(super) struct Wanted<'a> {
    /// By name.
    pub(super) variables: BTreeMap<String, Tensor>,
    /// Whether a name is left aside by rule.
    pub(super) skipped: &'a dyn Fn(&str) -> bool,
    /// The weight of the first convolution.
    pub(super) stem: &'a str,
}

/// One tensor to be read.
pub(super) struct Step {
    /// The network's name of it.
    pub(super) name: String,
    pub(super) stored: Stored,
    pub(super) kind: Kind,
    /// Sum it over its colours.
    pub(super) grey: bool,
    /// Where it goes.
    pub(super) variable: Tensor,
}

/// Compare `header` with what is wanted: the report, and the tensors that fit.
pub(super) fn plan(header: &Header, wanted: &Wanted, options: LoadOptions) -> (WeightsReport, Vec<Step>) {
    let mut report = WeightsReport::default();
    let mut steps: Vec<Step> = Vec::new();
    for (whole, stored) in &header.tensors {
        let Some(name) = whole.strip_prefix(options.prefix) else {
            report.left_aside.push(whole.clone());
            continue;
        };
        // `module` serves for `module.`
        let name = name.strip_prefix('.').unwrap_or(name).to_owned();
        let Some(variable) = wanted.variables.get(&name) else {
            let by_rule = (wanted.skipped)(&name) || name.ends_with("num_batches_tracked");
            if by_rule { &mut report.left_aside } else { &mut report.unexpected }.push(name);
            continue;
        };
        let Some(kind) = stored.real() else {
            report.other_kinds.push(OtherKind { name, got: stored.kind.clone() });
            continue;
        };
        let (expected, mut got) = (variable.size(), stored.shape.clone());
        let grey = options.colour == Colour::SumToGrey
            && name == wanted.stem
            && expected.get(1) == Some(&1)
            && got.get(1) == Some(&3);
        if grey {
            got[1] = 1;
        }
        report.summed_to_grey |= grey;
        if got != expected {
            let got = stored.shape.clone();
            report.mismatched.push(ShapeMismatch { name, expected, got });
            continue;
        }
        report.loaded.push(name.clone());
        steps.push(Step { name, stored: stored.clone(), kind, grey, variable: variable.shallow_clone() });
    }
    let found = |name: &String| {
        report.loaded.contains(name)
            || report.mismatched.iter().any(|mismatch| &mismatch.name == name)
            || report.other_kinds.iter().any(|other| &other.name == name)
    };
    report.missing = wanted.variables.keys().filter(|name| !found(name)).cloned().collect();
    if !report.missing.is_empty() {
        let names: Vec<&str> = header.tensors.keys().map(String::as_str).collect();
        report.prefixes = prefixes(&names, &wanted.variables);
    }
    (report, steps)
}
