//! What an audit says in sentences.

use crate::audit::{Audit, CellAudit, ClaimAudit};
use crate::report::{estimate, p_value};
use crate::stats::Estimate;

/// One line a statement: what was read, where each method is worst, the quasi-Pareto verdicts, and
/// what a reader must know.
pub fn audit_words(audit: &Audit) -> String {
    let mut groups: Vec<&str> = audit.cells.iter().map(|cell| cell.group.as_str()).collect();
    groups.sort_unstable();
    groups.dedup();
    let groups = match groups.len() {
        1 => "1 subgroup".to_owned(),
        count => format!("{count} subgroups"),
    };
    let what = if audit.clustered { "patients" } else { "samples" };
    let classes = match audit.classes.len() {
        0 => String::new(),
        count => format!("; {count} classes or findings: {}", audit.classes.join(", ")),
    };
    let mut lines = vec![format!(
        "{} rows of {} {what}; {groups}, dominant {}{classes}.",
        audit.rows, audit.patients, audit.dominant
    )];
    lines.extend(audit.methods.iter().filter_map(|method| worst(audit, method)));
    lines.extend(audit.claims.iter().map(|claim| claim_words(audit, claim)));
    let small = audit.cells.iter().filter(|cell| cell.method == audit.reference);
    lines.extend(small.filter_map(small_words));
    lines.extend(audit.notes.iter().map(|note| format!("Note: {note}.")));
    lines.join("\n")
}

fn small_words(cell: &CellAudit) -> Option<String> {
    let flag = cell.flag.as_ref()?;
    let class = cell.class.as_ref().map_or_else(String::new, |class| format!(", {class}"));
    Some(format!("Small subgroup {}{class}: {flag}.", cell.group))
}

/// The subgroup with the lowest AUC, or macro AUC.
fn worst(audit: &Audit, method: &str) -> Option<String> {
    let found: Vec<(&String, &Estimate)> = match audit.classes.is_empty() {
        true => audit.cells.iter().filter(|cell| cell.method == method).map(|c| (&c.group, &c.auc)).collect(),
        false => {
            audit.macro_auc.iter().filter(|cell| cell.method == method).map(|c| (&c.group, &c.auc)).collect()
        }
    };
    let defined = found.into_iter().filter_map(|(group, auc)| Some((auc.value?, group, auc)));
    let (_, group, auc) = defined.min_by(|a, b| a.0.total_cmp(&b.0))?;
    let gap = match audit.classes.is_empty() {
        true => audit.gaps.iter().find(|gap| gap.method == method && &gap.group == group).map(|gap| &gap.auc),
        false => {
            let own = audit.macro_gaps.iter().find(|gap| gap.method == method && &gap.group == group);
            own.map(|gap| &gap.auc)
        }
    };
    let beside = gap.map_or_else(String::new, |gap| {
        let (found, p) = (estimate(&gap.difference), p_value(gap.p));
        format!("; {} is ahead by {found}, p {p}", audit.dominant)
    });
    Some(format!("{method} has its lowest {} in {group}: {}{beside}.", audit.measure, estimate(auc)))
}

fn claim_words(audit: &Audit, claim: &ClaimAudit) -> String {
    let ClaimAudit { method, reference, group, verdict, .. } = claim;
    let [superior, kept] = [claim.p_superiority, claim.p_non_inferiority].map(p_value);
    let (dominant, margin) = (&audit.dominant, audit.margin);
    let several = if audit.claims.len() > 1 {
        format!("; by Holm over {} claims p {}", audit.claims.len(), p_value(claim.p_holm))
    } else {
        String::new()
    };
    let one_sided = format!("{:.4}", 50.0 * (1.0 - audit.level));
    let one_sided = one_sided.trim_end_matches('0').trim_end_matches('.');
    format!(
        "Quasi-Pareto improvement of {method} over {reference} for {group} is {verdict} at {one_sided} % one-sided: \
         better in {group} (one-sided p {superior}), and no more than {margin} worse in {dominant} (one-sided p \
         {kept}); by {}{several}.",
        audit.measure
    )
}
