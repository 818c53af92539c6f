//! The Brier score of Fig 4b: as the model speaks, and after prior correction.

use super::comparison::{colours, footer, test_group, title_of};
use crate::experiment::{BrierSummary, MethodSummary, Summary};
use crate::figure::{BarAxis, Bars, Figure, FigureError};
use crate::report::verdict::CONTAMINATED;
use crate::report::{Table, format};
use crate::stats::Estimate;

/// Why a comparison of raw scores between subgroups needs care.
const PREVALENCE: &str = "a raw Brier score depends on the subgroup's prevalence: only skill (1 − score / \
                          uncertainty) may be compared between subgroups";

/// Brier score of every method in every subgroup: score, skill, Murphy's parts, and both after
/// prior correction.
pub fn brier_table(summary: &Summary) -> Table {
    let headers = [
        "Method",
        "Subgroup",
        "Brier score",
        "Skill",
        "Reliability",
        "Resolution",
        "Uncertainty",
        "Corrected score",
        "Corrected skill",
    ];
    let mut table = Table::new("Brier score on the test part (95 % interval)", headers);
    for method in &summary.methods {
        for subgroup in &method.subgroups {
            let Some(brier) = &subgroup.brier else { continue };
            let part = |value: Option<f64>| format::estimate(&bare(value));
            let murphy = brier.murphy;
            table.row([
                method.title.clone(),
                subgroup.subgroup.clone(),
                format::estimate(&brier.score),
                part(brier.skill),
                part(murphy.map(|parts| parts.reliability)),
                part(murphy.map(|parts| parts.generalised_resolution())),
                part(murphy.map(|parts| parts.uncertainty)),
                format::estimate(&brier.corrected),
                part(brier.corrected_skill),
            ]);
        }
    }
    table.note("score = reliability − resolution + uncertainty; 0 is perfect, and less is better");
    table.note(PREVALENCE);
    table.note(
        "corrected: the logit is moved from the prevalence of one half that class-balanced batches teach to \
         that of the validation part, one shift for all subgroups",
    );
    if summary.contaminated {
        table.note(CONTAMINATED);
    }
    table
}

/// Each method minus the first one: paired difference in the raw Brier score; below 0 is better.
pub fn brier_difference_table(summary: &Summary) -> Table {
    let title = "Paired difference in test Brier score (95 % interval), below 0 is better";
    let mut table = Table::new(title, ["Difference", "Subgroup", "Brier score", "p"]);
    for pair in &summary.differences {
        let Some(brier) = &pair.brier else { continue };
        table.row([
            format!("{} minus {}", title_of(summary, &pair.method), title_of(summary, &pair.reference)),
            pair.subgroup.clone(),
            format::estimate(&brier.difference),
            format::p_value(brier.p),
        ]);
    }
    table
        .note("the same test samples: prevalence is the same on both sides")
        .note("p-values are not adjusted");
    if summary.contaminated {
        table.note(CONTAMINATED);
    }
    table
}

/// The bar chart of Fig 4b: raw Brier score of every method in every subgroup.
///
/// # Errors
/// [`FigureError`] when the drawing fails.
pub fn brier_figure(summary: &Summary) -> Result<Figure, FigureError> {
    brier_bars(summary, "b  Brier score by subgroup and method").footer(footer(summary)).draw()
}

pub(super) fn brier_bars(summary: &Summary, title: &str) -> Bars {
    let name = format!("fig4b_{}_{}", summary.data.name, summary.config.scheme);
    let mut bars = Bars::new(name, title).axis(BarAxis::Difference).y_label("Brier score (0 is perfect)");
    for subgroup in &summary.data.subgroups {
        bars = bars.group(test_group(&summary.data, subgroup));
    }
    for method in &summary.methods {
        let score = |name: &String| match of(method, name) {
            Some(brier) => brier.score.clone(),
            None => Estimate::undefined("Brier score", 0, "this method has no scores for the subgroup"),
        };
        bars = bars.series(&method.title, summary.data.subgroups.iter().map(score).collect::<Vec<_>>());
    }
    let caption = format!(
        "Brier score on {} as the models speak, less is better. Error bars: 95 % interval by the bootstrap \
         over patients. Of differences between subgroups, a part is their prevalence.",
        summary.data.title
    );
    bars.colours(colours(summary)).caption(caption)
}

fn of<'a>(method: &'a MethodSummary, subgroup: &str) -> Option<&'a BrierSummary> {
    method.subgroups.iter().find(|entry| entry.subgroup == subgroup)?.brier.as_ref()
}

fn bare(value: Option<f64>) -> Estimate {
    Estimate { value, ..Estimate::bare(0.0, "", 0) }
}
