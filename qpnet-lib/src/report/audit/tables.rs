//! Numbers of an audit.

use crate::audit::{Audit, CellAudit, MethodAudit};
use crate::report::{Table, estimate, p_value};
use crate::stats::Estimate;

/// How well `method` ranks and decides, one row a subgroup.
pub fn cells_table(audit: &Audit, method: &str) -> Table {
    let headers = ["Subgroup", "Samples", "Patients", "Positives", "AUC", "AP", "Sensitivity", "Specificity"];
    let mut table = Table::new(title(audit, method, "every subgroup"), headers);
    for cell in own(audit, method) {
        let shown = [&cell.auc, &cell.average_precision, &cell.sensitivity, &cell.specificity];
        let counts = [cell.samples, cell.patients, cell.positives].map(|count| count.to_string());
        fill(&mut table, cell, &counts, &shown, &headers[4..]);
    }
    table.note(format!("positive is called who scores {} or more", audit.threshold));
    table
}

/// How right the probabilities of `method` are, one row a subgroup; `None` where scores are none.
pub fn calibration_table(audit: &Audit, method: &str) -> Option<Table> {
    let headers = ["Subgroup", "Brier", "Skill", "ECE", "Slope", "In the large"];
    let mut table = Table::new(title(audit, method, "probabilities"), headers);
    for cell in own(audit, method) {
        let found = cell.calibration.as_ref()?;
        let shown = [&found.brier, &found.skill, &found.error, &found.slope, &found.in_the_large];
        fill(&mut table, cell, &[], &shown, &headers[1..]);
    }
    table.note("right are ECE 0, Slope 1, In the large 0; ECE is biased upwards where a subgroup is small");
    Some(table)
}

fn title(audit: &Audit, method: &str, what: &str) -> String {
    format!("{method}: {what} ({:.0} % intervals)", 100.0 * audit.level)
}

fn own<'a>(audit: &'a Audit, method: &'a str) -> impl Iterator<Item = &'a CellAudit> {
    audit.cells.iter().filter(move |cell| cell.method == method)
}

fn fill(table: &mut Table, cell: &CellAudit, counts: &[String], shown: &[&Estimate], headers: &[&str]) {
    for (header, found) in headers.iter().zip(shown) {
        remark(table, &format!("{}, {header}", cell.group), found);
    }
    let numbers = shown.iter().map(|found| estimate(found));
    table.row(std::iter::once(cell.group.clone()).chain(counts.iter().cloned()).chain(numbers));
}

fn remark(table: &mut Table, place: &str, found: &Estimate) {
    for text in [&found.reason, &found.flag].into_iter().flatten() {
        table.note(format!("* {place}: {text}"));
    }
}

/// The dominant subgroup minus every other.
pub fn gaps_table(audit: &Audit) -> Table {
    let title = format!("{} minus other subgroups", audit.dominant);
    let headers = ["Method", "Subgroup", "AUC", "p", "Sensitivity", "False positives", "Called positive"];
    let mut table = Table::new(title, headers);
    for gap in &audit.gaps {
        let shown = [&gap.auc, &gap.sensitivity, &gap.false_positive_rate, &gap.positive_rate];
        let [auc, sensitivity, false_positives, called] = shown.map(|tested| estimate(&tested.difference));
        for (header, tested) in ["AUC", "Sensitivity", "False positives", "Called positive"].iter().zip(shown)
        {
            remark(&mut table, &format!("{}, {}, {header}", gap.method, gap.group), &tested.difference);
        }
        let (method, group) = (gap.method.clone(), gap.group.clone());
        table.row([method, group, auc, p_value(gap.auc.p), sensitivity, false_positives, called]);
    }
    for best in &audit.best_minus_worst {
        table.note(format!("{}: best minus worst AUC {}", best.method, estimate(&best.auc)));
    }
    table.note(
        "equal opportunity asks for 0 under Sensitivity, equalised odds also under False positives, demographic \
         parity under Called positive; best minus worst cannot be below 0 and lies too high where subgroups are close",
    );
    table
}

/// Every method minus the reference.
pub fn against_table(audit: &Audit) -> Table {
    let title = format!("AUC minus AUC of {}, on the same samples", audit.reference);
    let mut table = Table::new(title, ["Method", "Subgroup", "Samples", "Difference", "p", "p (Holm)"]);
    for MethodAudit { method, group, samples, auc, .. } in &audit.against {
        remark(&mut table, &format!("{method}, {group}"), &auc.difference);
        let difference = estimate(&auc.difference);
        let [p, holm] = [auc.p, auc.p_holm].map(p_value);
        table.row([method.clone(), group.clone(), samples.to_string(), difference, p, holm]);
    }
    table.note("p (Holm): over all rows of this table");
    table
}
