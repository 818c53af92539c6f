//! An audit as tables, words and figures, and as a report of them all.

mod along;
mod brief;
mod card;
mod curves;
mod decisions;
mod forests;
mod ledger;
mod levelling;
mod name;
mod net_benefit;
mod power;
mod sheet;
mod spread;
mod standard;
mod tables;
mod unscored;
mod words;

pub use along::{along_figure, along_table};
pub use brief::{audit_brief_tables, audit_brief_words};
pub use card::model_card;
pub use curves::{calibration_figure, density_figure, reliability_figure, roc_figure};
pub use decisions::decision_tables;
pub use forests::{against_forest, audit_forest, classes_forest};
pub use ledger::ledger_tables;
pub use net_benefit::{decision_curve_figure, net_benefit_table};
pub use power::power_table;
pub use spread::spread_table;
pub use standard::standardised_table;
pub use tables::{
    against_table, calibration_table, cells_table, gaps_table, macro_gaps_table, macro_table, unknown_table,
};
pub use unscored::unscored_table;
pub use words::audit_words;
pub(super) use words::sentence;

use name::name;

use super::document::Document;
use super::{ReportError, Table};
use crate::audit::{Audit, AuditOptions, Predictions};
use crate::figure::Figure;

/// All tables of an audit under the headings of the report, in their order.
pub fn audit_tables(audit: &Audit) -> Vec<(&'static str, Vec<Table>)> {
    let own = audit.methods.iter();
    let own = own.flat_map(|method| [Some(cells_table(audit, method)), calibration_table(audit, method)]);
    let between = [macro_gaps_table(audit), gaps_table(audit), standardised_table(audit)];
    let against = (audit.methods.len() > 1).then(|| against_table(audit));
    let parts = [
        (
            "Every subgroup",
            std::iter::once(macro_table(audit))
                .chain(own)
                .chain(std::iter::once(spread_table(audit)))
                .flatten()
                .collect::<Vec<_>>(),
        ),
        ("Decisions", decision_tables(audit).into_iter().chain(net_benefit_table(audit)).collect()),
        ("Between subgroups", between.into_iter().flatten().collect()),
        ("Between methods", against.into_iter().collect()),
        ("Along an attribute", along_table(audit).into_iter().collect()),
        ("What could have been seen", power_table(audit).into_iter().collect()),
        ("Not scored", unscored_table(audit).into_iter().collect()),
        ("Ledger", ledger_tables(audit)),
        ("Unknown outcomes", unknown_table(audit).into_iter().collect()),
    ];
    parts.into_iter().filter(|(_, tables)| !tables.is_empty()).collect()
}

/// A figure, where there is something to draw.
type Drawn = Result<Option<Figure>, ReportError>;

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
    for (heading, tables) in audit_tables(audit) {
        document.heading(heading);
        let figures = match heading {
            "Every subgroup" => vec![Some(audit_forest(audit)?), classes_forest(audit)?],
            "Between methods" => vec![against_forest(audit)?],
            "Along an attribute" => {
                let own = (0..audit.methods.len()).map(|place| along_figure(audit, place));
                own.collect::<Result<_, _>>()?
            }
            _ => Vec::new(),
        };
        for figure in figures.into_iter().flatten() {
            document.figure(figure);
        }
        for table in tables {
            document.table(table);
        }
    }
    if !audit.trainings.is_empty() {
        return Ok(document);
    }
    document.heading("Curves");
    for place in 0..audit.methods.len() {
        let method = &audit.methods[place];
        let calibrated = audit.cells.iter().any(|cell| &cell.method == method && cell.calibration.is_some());
        let drawn = |figure: fn(&Audit, &Predictions, &AuditOptions, usize) -> Drawn| {
            calibrated.then(|| figure(audit, predictions, options, place)).transpose().map(Option::flatten)
        };
        let figures = [
            roc_figure(audit, predictions, options, place)?,
            drawn(reliability_figure)?,
            drawn(calibration_figure)?,
            density_figure(audit, predictions, options, place)?,
            decision_curve_figure(audit, predictions, place)?,
        ];
        for figure in figures.into_iter().flatten() {
            document.figure(figure);
        }
    }
    Ok(document)
}
