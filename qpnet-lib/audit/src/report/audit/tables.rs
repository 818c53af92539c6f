//! Numbers of an audit.

use crate::audit::{Audit, CellAudit, MacroAudit, MacroGap, MethodAudit, Tested};
use crate::report::{Table, estimate, p_value};
use crate::stats::Estimate;

/// What intervals of rates are.
const RATES: &str = "intervals of rates are Wilson's at the effective number of patients, where rows are independent at \
                     their number less one";

/// What all intervals are where methods were trained several times.
const TRAINED: &str = "intervals are Student's t of trainings and of patients together";

/// How well `method` ranks and decides, one row a subgroup (and class).
pub fn cells_table(audit: &Audit, method: &str) -> Table {
    // Without a threshold nobody is called anything, and there are no rates of it.
    let decided = if audit.threshold.is_some() { 4 } else { 2 };
    let shown = &["AUC", "AP", "Sensitivity", "Specificity"][..decided];
    let counts = ["Subgroup", "Samples", "Patients", "Positives"];
    let mut table = Table::new(title(audit, method, "every subgroup"), headers(audit, &[&counts, shown]));
    for cell in own(audit, method) {
        let found = [&cell.auc, &cell.average_precision, &cell.sensitivity, &cell.specificity];
        let counts = [cell.samples, cell.patients, cell.positives].map(|count| count.to_string());
        fill(&mut table, cell, &counts, &found[..decided], shown);
    }
    match audit.threshold {
        Some(threshold) => {
            table.note(format!("positive is called who scores {threshold} or more"));
            table.note(if audit.trainings.is_empty() { RATES } else { TRAINED });
        }
        None if audit.decisions.is_empty() => {
            table.note("no threshold was given: nobody is called positive or negative");
        }
        None => {
            table.note("who is called positive at which threshold stands in a table of its own");
        }
    }
    if !audit.classes.is_empty() {
        table.note("every class or finding stands against the rest");
    }
    table
}

/// How right the probabilities of `method` are, one row a subgroup (and class); `None` where scores
/// are none.
pub fn calibration_table(audit: &Audit, method: &str) -> Option<Table> {
    let shown = ["Brier", "Skill", "ECE", "Slope", "In the large"];
    let mut table =
        Table::new(title(audit, method, "probabilities"), headers(audit, &[&["Subgroup"], &shown]));
    for cell in own(audit, method) {
        // Scores that rank or decide are no probabilities.
        let found = cell.calibration.as_ref()?;
        let found = [&found.brier, &found.skill, &found.error, &found.slope, &found.in_the_large];
        fill(&mut table, cell, &[], &found, &shown);
    }
    table.note("right are ECE 0, Slope 1, In the large 0; ECE is biased upwards where a subgroup is small");
    Some(table)
}

/// Mean AUC over classes or findings, by method and subgroup; `None` for one yes-or-no question.
pub fn macro_table(audit: &Audit) -> Option<Table> {
    let title = format!("Macro AUC ({:.0} % intervals)", 100.0 * audit.level);
    let mut table = Table::new(title, ["Method", "Subgroup", "Samples", "Macro AUC", "Classes"]);
    for MacroAudit { method, group, samples, auc, counted, left_out } in &audit.macro_auc {
        remark(&mut table, &format!("{method}, {group}"), auc);
        let classes = format!("{} of {}", counted.len(), audit.classes.len());
        table.row([method.clone(), group.clone(), samples.to_string(), estimate(auc), classes]);
        if !left_out.is_empty() {
            table.note(format!("{group}: without {}, which lack an outcome there", left_out.join(", ")));
        }
    }
    table.note("the mean over the classes that have both outcomes, each once");
    (!audit.macro_auc.is_empty()).then_some(table)
}

/// Gaps in the mean AUC over classes or findings; `None` for one yes-or-no question.
pub fn macro_gaps_table(audit: &Audit) -> Option<Table> {
    let title = format!("{} minus other subgroups, macro AUC", audit.dominant);
    let mut table = Table::new(title, ["Method", "Subgroup", "Macro AUC", "p", "Classes"]);
    for MacroGap { method, group, auc, over } in &audit.macro_gaps {
        remark(&mut table, &format!("{method}, {group}"), &auc.difference);
        let classes = format!("{} of {}", over.len(), audit.classes.len());
        table.row([method.clone(), group.clone(), estimate(&auc.difference), p_value(auc.p), classes]);
    }
    table.note("over the classes that have both outcomes in both subgroups");
    best_notes(&mut table, audit);
    (!audit.macro_gaps.is_empty()).then_some(table)
}

/// The dominant subgroup minus every other; `None` where there is one only.
pub fn gaps_table(audit: &Audit) -> Option<Table> {
    let title = format!("{} minus other subgroups", audit.dominant);
    let decided = audit.threshold.is_some();
    let names = &["AUC", "Sensitivity", "False positives", "Called positive"][..if decided { 4 } else { 1 }];
    let adjusted = audit.gaps.iter().any(|gap| gap.auc.p_holm.is_some());
    let holm = &["p (Holm)"][..usize::from(adjusted)];
    let rates = &["Sensitivity", "False positives", "Called positive"][..if decided { 3 } else { 0 }];
    let parts: [&[&str]; 4] = [&["Method"], &["Subgroup", "AUC", "p"], holm, rates];
    let mut table = Table::new(title, headers(audit, &parts));
    for gap in &audit.gaps {
        let shown = [&gap.auc, &gap.sensitivity, &gap.false_positive_rate, &gap.positive_rate];
        let place: Vec<&str> = [Some(&gap.method), gap.class.as_ref(), Some(&gap.group)]
            .into_iter()
            .flatten()
            .map(String::as_str)
            .collect();
        for (header, tested) in names.iter().zip(shown) {
            remark(&mut table, &format!("{}, {header}", place.join(", ")), &tested.difference);
        }
        let [auc, sensitivity, false_positives, called] = shown.map(|tested| estimate(&tested.difference));
        let class = gap.class.clone();
        let holm = adjusted.then(|| p_value(gap.auc.p_holm));
        let rates = [sensitivity, false_positives, called].into_iter().take(rates.len());
        let numbers = [auc, p_value(gap.auc.p)].into_iter().chain(holm).chain(rates);
        table.row(class.into_iter().chain([gap.method.clone(), gap.group.clone()]).chain(numbers));
    }
    if adjusted {
        table.note("p (Holm): over all rows of the table");
    }
    if audit.classes.is_empty() {
        best_notes(&mut table, audit);
    }
    if decided {
        table.note(
            "equal opportunity asks for 0 under Sensitivity, equalised odds also under False positives, demographic \
             parity under Called positive",
        );
    }
    (!audit.gaps.is_empty()).then_some(table)
}

fn best_notes(table: &mut Table, audit: &Audit) {
    for best in &audit.best_minus_worst {
        let flag = best.auc.flag.as_ref().map_or_else(String::new, |flag| format!(" ({flag})"));
        let ends = best.best.as_ref().zip(best.worst.as_ref());
        let ends = ends.map_or_else(String::new, |(best, worst)| format!(" ({best} minus {worst})"));
        table.note(format!(
            "{}: best minus worst {}{ends} {}{flag}",
            best.method,
            audit.measure,
            estimate(&best.auc)
        ));
    }
    table.note(
        "best minus worst cannot be below 0; of two subgroups it is the size of their gap, of more its interval allows for \
         the choice of both, and where subgroups are close it is too high and may lie above its interval",
    );
}

/// Every method minus the reference.
pub fn against_table(audit: &Audit) -> Table {
    let title = format!("{0} minus {0} of {1}, on the same samples", audit.measure, audit.reference);
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

/// Outcomes that the table does not state plainly, by finding and subgroup; `None` where there are none.
pub fn unknown_table(audit: &Audit) -> Option<Table> {
    let title =
        format!("Outcomes that are blank, missing or uncertain ({:.0} % intervals)", 100.0 * audit.level);
    let columns = ["Subgroup", "Samples", "Unknown", "Rate", "Gap", "p", "p (Holm)"];
    let mut table = Table::new(title, headers(audit, &[&columns]));
    for entry in &audit.unknown {
        let class = entry.class.clone().or_else(|| (!audit.classes.is_empty()).then(|| "all".to_owned()));
        let counts = [entry.samples, entry.unknown].map(|count| count.to_string());
        let gap = entry.gap.as_ref().map_or_else(String::new, |gap| estimate(&gap.difference));
        let [p, holm] = [|gap: &Tested| gap.p, |gap: &Tested| gap.p_holm]
            .map(|of| entry.gap.as_ref().map_or_else(String::new, |gap| p_value(of(gap))));
        let words = class.into_iter().chain([entry.group.clone()]).chain(counts);
        table.row(words.chain([estimate(&entry.rate), gap, p, holm]));
    }
    table.note(format!(
        "whatever became of them; Gap: {} minus the subgroup; p (Holm): over all rows of this table",
        audit.dominant
    ));
    (!audit.unknown.is_empty()).then_some(table)
}

fn title(audit: &Audit, method: &str, what: &str) -> String {
    let weighted = if audit.weighted { ", weighted" } else { "" };
    format!("{method}: {what}{weighted} ({:.0} % intervals)", 100.0 * audit.level)
}

/// With a column for the class, where there are several.
pub(super) fn headers<'a>(audit: &Audit, parts: &[&[&'a str]]) -> Vec<&'a str> {
    let class = (!audit.classes.is_empty()).then_some("Class");
    class.into_iter().chain(parts.iter().copied().flatten().copied()).collect()
}

fn own<'a>(audit: &'a Audit, method: &'a str) -> impl Iterator<Item = &'a CellAudit> {
    let mut cells: Vec<&CellAudit> = audit.cells.iter().filter(|cell| cell.method == method).collect();
    // One class after the other; the subgroups of each stay in their order.
    cells.sort_by_key(|cell| audit.classes.iter().position(|class| Some(class) == cell.class.as_ref()));
    cells.into_iter()
}

fn fill(table: &mut Table, cell: &CellAudit, counts: &[String], shown: &[&Estimate], names: &[&str]) {
    let class = cell.class.as_ref().map_or_else(String::new, |class| format!("{class}, "));
    for (name, found) in names.iter().zip(shown) {
        remark(table, &format!("{class}{}, {name}", cell.group), found);
    }
    let numbers = shown.iter().map(|found| estimate(found));
    let words = cell.class.iter().chain([&cell.group]).cloned();
    table.row(words.chain(counts.iter().cloned()).chain(numbers));
}

pub(super) fn remark(table: &mut Table, place: &str, found: &Estimate) {
    for text in [&found.reason, &found.flag].into_iter().flatten() {
        table.note(format!("* {place}: {text}"));
    }
}
