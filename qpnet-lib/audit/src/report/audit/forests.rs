//! Forest plots of an audit: AUCs, and differences between methods.

use super::name::name;
use crate::audit::Audit;
use crate::figure::{Figure, Forest};
use crate::report::ReportError;

/// AUC, or macro AUC, of every method on every subgroup.
///
/// # Errors
/// [`ReportError`] from the drawing.
pub fn audit_forest(audit: &Audit) -> Result<Figure, ReportError> {
    let (measure, percent) = (audit.measure, 100.0 * audit.level);
    let title = format!("{measure} of every subgroup");
    let mut forest = Forest::new("auc", title).x_label(format!("{measure} ({percent:.0} % interval)"));
    for method in &audit.methods {
        forest = forest.heading(method.clone());
        if audit.classes.is_empty() {
            for cell in audit.cells.iter().filter(|cell| &cell.method == method) {
                forest = forest.row(cell.group.clone(), cell.auc.clone());
            }
        } else {
            for cell in audit.macro_auc.iter().filter(|cell| &cell.method == method) {
                forest = forest.row(cell.group.clone(), cell.auc.clone());
            }
        }
    }
    let how = match audit.classes.is_empty() && !audit.weighted {
        true => "Obuchowski's variance over patients.",
        false => "Bootstrap over patients.",
    };
    let caption = format!(
        "{measure} of {}; subgroups of {}, the dominant one first. {how}",
        audit.methods.join(", "),
        name(audit)
    );
    Ok(forest.caption(caption).draw()?)
}

/// AUC of every class against the rest, by subgroup; `None` for one yes-or-no question.
///
/// # Errors
/// [`ReportError`] from the drawing.
pub fn classes_forest(audit: &Audit) -> Result<Option<Figure>, ReportError> {
    if audit.classes.is_empty() {
        return Ok(None);
    }
    let percent = 100.0 * audit.level;
    let mut forest =
        Forest::new("classes", "AUC of every class").x_label(format!("AUC ({percent:.0} % interval)"));
    for class in &audit.classes {
        forest = forest.heading(class.clone());
        for cell in audit.cells.iter().filter(|cell| cell.class.as_ref() == Some(class)) {
            forest = forest.row(format!("{}, {}", cell.method, cell.group), cell.auc.clone());
        }
    }
    let caption =
        format!("AUC of every class or finding against the rest; methods and subgroups of {}.", name(audit));
    Ok(Some(forest.caption(caption).draw()?))
}

/// Every method minus the reference, with the margin of non-inferiority; `None` with one method.
///
/// # Errors
/// [`ReportError`] from the drawing.
pub fn against_forest(audit: &Audit) -> Result<Option<Figure>, ReportError> {
    if audit.against.is_empty() {
        return Ok(None);
    }
    let (measure, margin) = (audit.measure, audit.margin);
    let title = format!("{measure} minus {measure} of {}", audit.reference);
    let mut forest = Forest::new("against", title)
        .x_label(format!("difference in {measure} ({:.0} % interval)", 100.0 * audit.level))
        .reference(0.0, "no difference")
        .margin(-margin, format!("margin −{margin}"));
    let mut heading = "";
    for entry in &audit.against {
        if heading != entry.method {
            heading = &entry.method;
            forest = forest.heading(heading);
        }
        forest = forest.row(entry.group.clone(), entry.auc.difference.clone());
    }
    let caption = format!(
        "Differences on the same samples of {}. The claim asks for the less-prevalent subgroup above 0 and the \
         dominant one ({}) above the margin.",
        name(audit),
        audit.dominant
    );
    Ok(Some(forest.caption(caption).draw()?))
}
