//! Decisions of a run at what validation has fixed.

use crate::experiment::Summary;
use crate::report::verdict::CONTAMINATED;
use crate::report::{Table, format};

/// Sensitivity, specificity and calibration of every method in every subgroup; `None` for several classes or findings.
pub fn decisions_table(summary: &Summary) -> Option<Table> {
    let headers =
        ["Method", "Threshold", "Subgroup", "Sensitivity", "Specificity", "ECE", "Temperature", "ECE then"];
    let title = "Test decisions at the threshold and temperature of validation (95 % interval)";
    let mut table = Table::new(title, headers);
    let number = |value: Option<f64>| value.map_or_else(String::new, |value| format!("{value:.3}"));
    let mut any = false;
    for method in &summary.methods {
        let Some(decisions) = &method.decisions else { continue };
        any = true;
        for cell in &decisions.subgroups {
            table.row([
                method.title.clone(),
                number(decisions.threshold),
                cell.subgroup.clone(),
                format::estimate(&cell.sensitivity),
                format::estimate(&cell.specificity),
                number(cell.calibration_error),
                number(decisions.temperature),
                number(cell.calibration_error_scaled),
            ]);
        }
    }
    table.note("threshold: Youden's; temperature: of the least log loss; one of each for all subgroups");
    if summary.contaminated {
        table.note(CONTAMINATED);
    }
    any.then_some(table)
}
