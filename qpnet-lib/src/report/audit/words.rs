//! What an audit says in sentences.

use crate::audit::{Audit, CellAudit, ClaimAudit, CurveTable, JudgedCurve};
use crate::report::pareto::{finding_cells, method_words};
use crate::report::{Table, estimate, p_value};
use crate::stats::pareto::Criterion;

/// One line a statement: what was read, where each method is worst, the quasi-Pareto verdicts, and
/// what a reader must know.
pub fn audit_words(audit: &Audit) -> String {
    let groups = audit.cells.iter().filter(|cell| cell.method == audit.reference).count();
    let what = if audit.clustered { "patients" } else { "samples" };
    let mut lines = vec![format!(
        "{} rows of {} {what}; {} subgroups, dominant {}.",
        audit.rows, audit.patients, groups, audit.dominant
    )];
    lines.extend(audit.methods.iter().filter_map(|method| worst(audit, method)));
    lines.extend(audit.claims.iter().map(|claim| claim_words(audit, claim)));
    let flagged = audit.cells.iter().filter(|cell| cell.method == audit.reference);
    lines.extend(flagged.filter_map(|cell| {
        let flag = cell.flag.as_ref()?;
        Some(format!("Small subgroup {}: {flag}.", cell.group))
    }));
    lines.extend(audit.notes.iter().map(|note| format!("Note: {note}.")));
    lines.join("\n")
}

fn worst(audit: &Audit, method: &str) -> Option<String> {
    let own = audit.cells.iter().filter(|cell| cell.method == method);
    let value = |cell: &&CellAudit| cell.auc.value.unwrap_or(f64::INFINITY);
    let lowest = own.min_by(|a, b| value(a).total_cmp(&value(b))).filter(|cell| cell.auc.value.is_some())?;
    let gap = audit.gaps.iter().find(|gap| gap.method == method && gap.group == lowest.group);
    let beside = gap.map_or_else(String::new, |gap| {
        let (found, p) = (estimate(&gap.auc.difference), p_value(gap.auc.p));
        format!("; {} is ahead by {found}, p {p}", audit.dominant)
    });
    Some(format!("{method} has its lowest AUC in {}: {}{beside}.", lowest.group, estimate(&lowest.auc)))
}

fn claim_words(audit: &Audit, claim: &ClaimAudit) -> String {
    let ClaimAudit { method, reference, group, verdict, .. } = claim;
    let [superior, kept] = [claim.p_superiority, claim.p_non_inferiority].map(p_value);
    let (dominant, margin) = (&audit.dominant, audit.margin);
    format!(
        "Quasi-Pareto improvement of {method} over {reference} for {group} is {verdict}: better in {group} \
         (one-sided p {superior}), and no more than {margin} worse in {dominant} (one-sided p {kept})."
    )
}

/// The largest fall of every curve with its tests.
pub fn judged_curves_table(judged: &[JudgedCurve], curves: &CurveTable) -> Table {
    let title =
        format!("Pareto fairness criterion: {} sizes × {} seeds", curves.sizes.len(), curves.seeds.len());
    let mut table = finding_cells(title);
    for entry in judged {
        table.findings(&entry.method, &curves.groups, &entry.judgement, &curves.sizes);
    }
    let mut table = table.done();
    table.note("only seeds vary: statements hold for this test set, not for its population");
    table
}

/// One paragraph a method.
pub fn judged_curves_words(judged: &[JudgedCurve], curves: &CurveTable, criterion: &Criterion) -> String {
    let paragraph = |entry: &JudgedCurve| {
        method_words(&entry.method, &entry.judgement, &curves.groups, &curves.sizes, criterion)
    };
    judged.iter().map(paragraph).collect::<Vec<_>>().join("\n")
}
