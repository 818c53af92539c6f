//! An audit as tables, words and figures, and as a report of them all.

mod curves;
mod tables;
mod words;

pub use curves::{audit_forest, reliability_figure, roc_figure};
pub use tables::{against_table, calibration_table, cells_table, gaps_table};
pub use words::{audit_words, judged_curves_table, judged_curves_words};

use super::ReportError;
use super::document::Document;
use crate::audit::{Audit, AuditOptions, Predictions};

/// Everything an audit found, to be read from top to bottom.
///
/// # Errors
/// [`ReportError`] from a drawing.
pub fn audit_document(
    audit: &Audit,
    predictions: &Predictions,
    options: &AuditOptions,
) -> Result<Document, ReportError> {
    let mut document = Document::new(format!("Fairness audit of {}", name(audit)));
    for line in audit_words(audit).lines() {
        document.paragraph(line);
    }
    document.heading("Every subgroup").figure(audit_forest(audit)?);
    for method in &audit.methods {
        document.table(cells_table(audit, method));
        if let Some(table) = calibration_table(audit, method) {
            document.table(table);
        }
    }
    document.heading("Between subgroups").table(gaps_table(audit));
    if audit.methods.len() > 1 {
        document.heading("Between methods").table(against_table(audit));
    }
    document.heading("Curves");
    for (place, method) in audit.methods.iter().enumerate() {
        if let Some(figure) = roc_figure(audit, predictions, method, place)? {
            document.figure(figure);
        }
        if options.probabilities {
            document.figure(reliability_figure(audit, predictions, method, place, options.bins)?);
        }
    }
    Ok(document)
}

/// The file without its folder.
fn name(audit: &Audit) -> String {
    let path = std::path::Path::new(&audit.file);
    path.file_name().map_or_else(|| audit.file.clone(), |name| name.to_string_lossy().into_owned())
}
