//! QP-Net's controls and the ablation grid of equation 3, as figures and in words.

use super::seeds::footer;
use crate::experiment::ablation::{Parts, find};
use crate::experiment::{MainEffect, RepeatedMethod, Repeats};
use crate::figure::{Figure, FigureError, Forest, Heat, HeatCell, Panels};
use crate::report::format;
use crate::report::verdict::{CONTAMINATED, caution};
use crate::stats::Estimate;
use crate::train::QpiConfig;

/// AUC of every given method, a forest a subgroup (after Supplementary Table 2).
///
/// # Errors
/// [`FigureError`] when the drawing fails.
pub fn control_figure(
    repeats: &Repeats,
    means: &[RepeatedMethod],
    name: &str,
) -> Result<Figure, FigureError> {
    let mut sheet = Panels::new(name, "Test AUC of QPI and its controls");
    for (subgroup, title) in repeats.data.subgroups.iter().enumerate() {
        let mut forest = Forest::new(name, title).x_label("test AUC");
        if let Some(mixed) = means.iter().find(|method| method.spec.key == "mixed")
            && let Some(value) = auc(mixed, subgroup).value
        {
            forest = forest.reference(value, "Mixed");
        }
        for method in means {
            forest = forest.row(&method.spec.title, auc(method, subgroup));
        }
        sheet = sheet.panel(forest);
    }
    let caption = format!(
        "Mean of {} trainings; all methods but Mixed start from Mixed and take as many further steps. \
         Intervals over seeds and patients: methods share both, so that these intervals overlap more easily \
         than the methods differ.",
        repeats.seeds.len()
    );
    sheet.columns(1).footer(footer(repeats)).caption(caption).draw()
}

/// AUC of the sixteen cells of the ablation grid of `full`, a matrix a subgroup.
///
/// # Errors
/// [`FigureError`] when the drawing fails.
pub fn grid_figure(
    repeats: &Repeats,
    means: &[RepeatedMethod],
    full: QpiConfig,
    name: &str,
) -> Result<Figure, FigureError> {
    let mut sheet = Panels::new(name, "Ablation grid of equation 3: test AUC");
    for subgroup in [1, 0] {
        let title = &repeats.data.subgroups[subgroup];
        let mut heat = Heat::new(name, title).decimals(3).measure("test AUC").columns([
            "neither",
            "BSS",
            "MMD",
            "MMD + BSS",
        ]);
        for (label, adaptive, adversarial) in [
            ("δ = ½", false, false),
            ("δ = ½, adversary", false, true),
            ("adaptive δ", true, false),
            ("adaptive δ, adversary", true, true),
        ] {
            let cell = |(mmd, bss)| {
                let wanted = Parts { adaptive, adversarial, mmd, bss }.method(full);
                let spec = find(&repeats.config.methods, wanted.method);
                let found = spec.and_then(|spec| means.iter().find(|method| method.spec.key == spec.key));
                found.map_or_else(|| HeatCell::undefined("not trained"), |found| auc(found, subgroup).into())
            };
            heat = heat.row(label, [(false, false), (false, true), (true, false), (true, true)].map(cell));
        }
        sheet = sheet.panel(heat);
    }
    let caption = format!(
        "Mean of {} trainings. Lower right: QP-Net with all parts. Upper left: none, which is group-balanced \
         training. Colours run from the least to the greatest cell of a matrix, however close these are.",
        repeats.seeds.len()
    );
    sheet.columns(2).footer(footer(repeats)).caption(caption).draw()
}

/// What each part does, mean over the other parts: a forest a subgroup.
///
/// # Errors
/// [`FigureError`] when the drawing fails.
pub fn effect_figure(repeats: &Repeats, effects: &[MainEffect], name: &str) -> Result<Figure, FigureError> {
    let mut sheet = Panels::new(name, "Main effect of each part of QP-Net on test AUC");
    for subgroup in [1, 0] {
        let mut forest = Forest::new(name, &repeats.data.subgroups[subgroup])
            .x_label("change in test AUC")
            .reference(0.0, "no effect")
            .decimals(4);
        for effect in effects.iter().filter(|effect| effect.subgroup == subgroup) {
            forest = forest.row(effect.part.title(), effect.auc.clone());
        }
        sheet = sheet.panel(forest);
    }
    let caption = format!(
        "Cells of the grid with the part minus those without it, on the same seeds ({}) and patients.",
        repeats.seeds.len()
    );
    sheet.columns(1).footer(footer(repeats)).caption(caption).draw()
}

/// Which part makes the difference: a line a subgroup.
pub fn effect_words(repeats: &Repeats, effects: &[MainEffect]) -> String {
    if repeats.runs.iter().any(|run| run.summary.contaminated) {
        return CONTAMINATED.to_owned();
    }
    let mut lines = Vec::new();
    for subgroup in [1, 0] {
        let name = &repeats.data.subgroups[subgroup];
        let of_subgroup = effects.iter().filter(|effect| effect.subgroup == subgroup);
        let mut clear = Vec::new();
        let mut unclear = Vec::new();
        for MainEffect { part, auc, .. } in of_subgroup {
            let said = |verb: &str| format!("{} {verb} the AUC ({})", part.title(), format::estimate(auc));
            match (auc.low, auc.high) {
                (Some(low), _) if low > 0.0 => clear.push(said("raises")),
                (_, Some(high)) if high < 0.0 => clear.push(said("lowers")),
                _ => unclear.push(format!("{} ({})", part.title(), format::estimate(auc))),
            }
        }
        let mut line = match clear.is_empty() {
            true => format!("{name}: no part changes the AUC beyond chance"),
            false => format!("{name}: {}", clear.join("; ")),
        };
        if !unclear.is_empty() {
            line += &format!("; no effect beyond chance: {}", unclear.join(", "));
        }
        lines.push(line + ".");
    }
    lines.extend(caution(repeats.seeds.len()));
    lines.join("\n")
}

/// The mean AUC of a method on a subgroup.
pub(super) fn auc(method: &RepeatedMethod, subgroup: usize) -> Estimate {
    let found = method.subgroups.get(subgroup).and_then(Option::as_ref);
    found.map_or_else(
        || Estimate::undefined("AUC", 0, "no scores for the subgroup"),
        |found| found.auc.clone(),
    )
}
