//! The two sources of spread of several trainings or readers.

use super::tables::headers;
use crate::audit::Audit;
use crate::report::Table;
use crate::report::format::number;

/// The AUC of every training with both errors of their mean; `None` where methods were trained once.
pub fn spread_table(audit: &Audit) -> Option<Table> {
    let column = &audit.trainings.first()?.column;
    let title = format!("AUC by {column}, and the two errors of the mean");
    let own = ["Method", "Subgroup", "Trainings", "AUC of each", "Error by trainings", "Error by patients"];
    let mut table = Table::new(title, headers(audit, &[&own]));
    for cell in &audit.cells {
        let Some(spread) = &cell.spread else { continue };
        let values: Vec<String> = spread.values.iter().map(|value| number(*value)).collect();
        let words =
            [cell.method.clone(), cell.group.clone(), spread.trainings.to_string(), values.join(", ")];
        let errors = [spread.seeds, spread.patients].map(|se| format!("{se:.4}"));
        table.row(cell.class.iter().cloned().chain(words).chain(errors));
    }
    table.note(format!(
        "standard errors of the mean over {column}; more trainings make the first smaller, more patients the second"
    ));
    (!table.rows.is_empty()).then_some(table)
}
