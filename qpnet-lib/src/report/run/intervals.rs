//! The paper's interval beside those that cover as often as they say.

use crate::data::TaskKind;
use crate::experiment::Summary;
use crate::report::verdict::CONTAMINATED;
use crate::report::{Table, format};
use crate::stats::Estimate;

/// AUC of every method and subgroup by four intervals, with their widths; a macro AUC has one.
pub fn interval_table(summary: &Summary) -> Table {
    let headers = ["Method", "Subgroup", "Interval", "AUC (95 % interval)", "Width", "Width / clustered"];
    let binary = summary.data.task == TaskKind::Binary;
    let title = if binary { "Four intervals of the same AUC" } else { "Intervals of the macro AUC" };
    let mut table = Table::new(title, headers);
    for method in &summary.methods {
        for subgroup in &method.subgroups {
            let yardstick = width(&subgroup.auc_clustered);
            let kinds = [
                ("patients independent (Obuchowski)", binary.then_some(&subgroup.auc_clustered)),
                ("bootstrap over patients", Some(&subgroup.auc_bootstrap)),
                ("images independent (DeLong)", binary.then_some(&subgroup.auc)),
                ("as in the paper (5 × 1,000 images)", subgroup.auc_paper.as_ref()),
            ];
            for (kind, estimate) in kinds {
                let Some(estimate) = estimate else { continue };
                let unflagged = Estimate { flag: None, ..estimate.clone() };
                let share = width(estimate).zip(yardstick).map(|(own, clustered)| own / clustered);
                let number =
                    |value: Option<f64>| value.map_or("—".to_owned(), |value| format!("{value:.3}"));
                table.row([
                    method.title.clone(),
                    subgroup.subgroup.clone(),
                    kind.to_owned(),
                    format::estimate(&unflagged),
                    number(width(estimate)),
                    share.map_or("—".to_owned(), |share| format!("{share:.2}")),
                ]);
            }
        }
    }
    if summary.contaminated {
        table.note(CONTAMINATED);
    }
    table.note(
        "how often a nominal 95 % interval held the true AUC in simulation: the paper's 31–63 % at 300 test \
         images and 55–85 % at 1,000; DeLong's 93–96 % (images independent of each other)",
    );
    table
}

fn width(estimate: &Estimate) -> Option<f64> {
    estimate.low.zip(estimate.high).map(|(low, high)| high - low)
}
