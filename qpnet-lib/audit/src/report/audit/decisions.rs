//! Rates at several thresholds, and at those that other rows chose.

use super::tables::{headers, remark};
use crate::audit::{Audit, DecisionAudit, Tested};
use crate::report::{Table, estimate, p_value};
use crate::stats::Estimate;

/// Every method and subgroup at every threshold; empty where one number alone was asked for.
pub fn decision_tables(audit: &Audit) -> Vec<Table> {
    if audit.decisions.is_empty() {
        return Vec::new();
    }
    [Some(rates(audit)), gaps(audit)].into_iter().flatten().collect()
}

fn rates(audit: &Audit) -> Table {
    let shown = ["Sensitivity", "Specificity", "Called positive", "PPV", "NPV"];
    let first = ["Method", "Subgroup", "Rule", "Threshold"];
    let title = format!("Decisions at each threshold ({:.0} % intervals)", 100.0 * audit.level);
    let mut table = Table::new(title, headers(audit, &[&first, &shown]));
    for entry in &audit.decisions {
        let found = [
            &entry.sensitivity,
            &entry.specificity,
            &entry.positive_rate,
            &entry.positive_predictive_value,
            &entry.negative_predictive_value,
        ];
        remark(&mut table, &format!("{}, threshold", place(entry)), &entry.threshold);
        for (name, found) in shown.iter().zip(found) {
            remark(&mut table, &format!("{}, {name}", place(entry)), found);
        }
        let words = [entry.method.clone(), entry.group.clone(), entry.rule.clone(), threshold(entry)];
        table.row(entry.class.iter().cloned().chain(words).chain(found.map(estimate)));
    }
    table.note("positive is called who scores the threshold or more; PPV and NPV: share of those called positive who \
                are, and of those called negative who are not: they hold at the prevalence of the table");
    if audit.decisions.iter().any(|entry| entry.given.is_some()) {
        table.note("of chosen thresholds intervals contain the choice; summary.json has those of whoever keeps this very \
                    threshold (given)");
    }
    table
}

/// Gaps at each threshold; `None` of one subgroup.
fn gaps(audit: &Audit) -> Option<Table> {
    let title = format!("{} minus other subgroups at each threshold", audit.dominant);
    let first = ["Method", "Subgroup", "Rule"];
    let shown = ["Sensitivity", "p (Holm)", "False positives", "p (Holm)", "PPV", "p (Holm)"];
    let mut table = Table::new(title, headers(audit, &[&first, &shown]));
    for entry in &audit.decisions {
        let Some(found) = &entry.gaps else { continue };
        let own = [
            ("Sensitivity", &found.sensitivity),
            ("False positives", &found.false_positive_rate),
            ("PPV", &found.positive_predictive_value),
        ];
        for (name, tested) in own {
            remark(&mut table, &format!("{}, gap, {name}", place(entry)), &tested.difference);
        }
        let pair = |(_, tested): (&str, &Tested)| [estimate(&tested.difference), p_value(tested.p_holm)];
        let words = [entry.method.clone(), entry.group.clone(), entry.rule.clone()];
        table.row(entry.class.iter().cloned().chain(words).chain(own.into_iter().flat_map(pair)));
    }
    table.note("p (Holm): over all rows of a column; equal opportunity asks for 0 under Sensitivity, equalised odds also \
                under False positives, predictive parity under PPV");
    (!table.rows.is_empty()).then_some(table)
}

fn place(entry: &DecisionAudit) -> String {
    let parts = [Some(&entry.method), entry.class.as_ref(), Some(&entry.group), Some(&entry.rule)];
    parts.into_iter().flatten().map(String::as_str).collect::<Vec<_>>().join(", ")
}

/// A number that was given stands as it was; a chosen one has limits.
fn threshold(entry: &DecisionAudit) -> String {
    let Estimate { value, low, .. } = &entry.threshold;
    match (value, low) {
        (Some(value), None) if entry.given.is_none() => value.to_string(),
        _ => estimate(&entry.threshold),
    }
}
