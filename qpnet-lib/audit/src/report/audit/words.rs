//! What an audit says in sentences.

use super::along::along_words;
use super::ledger::ledger_words;
use super::levelling::levelling_words;
use super::power::power_words;
use super::standard::standardised_words;
use super::unscored::unscored_words;
use crate::audit::{Audit, CellAudit, ClaimAudit, UnknownAudit};
use crate::report::format::count;
use crate::report::{estimate, p_value};
use crate::stats::Estimate;

/// One line a statement. The answer comes first: the quasi-Pareto verdicts, or, of one method, where it is
/// worst; then where each method is worst, what was read, and what a reader must know.
pub fn audit_words(audit: &Audit) -> String {
    let mut lines = levelling_words(audit);
    lines.extend(answer(audit));
    lines.extend(standardised_words(audit));
    lines.extend(along_words(audit));
    lines.extend(power_words(audit));
    lines.push(read(audit));
    lines.extend(unscored_words(audit));
    lines.extend(ledger_words(audit));
    lines.extend(unknown_words(audit));
    lines.extend(small_words(audit));
    lines.extend(audit.notes.iter().map(|note| format!("Note: {}", sentence(note))));
    lines.join("\n")
}

/// What the audit was made for.
pub(super) fn answer(audit: &Audit) -> Vec<String> {
    let claims = audit.claims.iter().map(|claim| claim_words(audit, claim));
    let mut lines: Vec<String> =
        claims.chain(audit.methods.iter().filter_map(|method| worst(audit, method))).collect();
    if lines.is_empty() {
        lines.push(format!("No subgroup has both outcomes: there is no {}.", audit.measure));
    }
    lines
}

/// What was read.
pub(super) fn read(audit: &Audit) -> String {
    let mut groups: Vec<&str> = audit.cells.iter().map(|cell| cell.group.as_str()).collect();
    groups.sort_unstable();
    groups.dedup();
    let groups = match groups.len() {
        1 => "1 subgroup".to_owned(),
        count => format!("{count} subgroups"),
    };
    let (one, what) = if audit.clustered { ("patient", "patients") } else { ("sample", "samples") };
    let classes = match audit.classes.len() {
        0 => String::new(),
        count => format!("; {count} classes or findings: {}", audit.classes.join(", ")),
    };
    format!(
        "{} of {}; {groups}, dominant {}{classes}.",
        count(audit.rows, "row", "rows"),
        count(audit.patients, one, what),
        audit.dominant
    )
}

/// With a full stop, unless it ends otherwise.
pub(in crate::report) fn sentence(text: &str) -> String {
    let ends = text.ends_with(['.', '?', '!']);
    if ends { text.to_owned() } else { format!("{text}.") }
}

/// More small subgroups than this are counted.
const MOST_SMALL: usize = 6;

/// Subgroups that are small, or lack an outcome.
fn small_words(audit: &Audit) -> Vec<String> {
    let cells = audit.cells.iter().filter(|cell| cell.method == audit.reference);
    let words = |cell: &CellAudit| {
        let flag = cell.flag.as_ref()?;
        let class = cell.class.as_ref().map_or_else(String::new, |class| format!(", {class}"));
        Some(format!("{}{class}: {}", cell.group, sentence(flag)))
    };
    let small: Vec<String> = cells.clone().filter_map(words).collect();
    match small.first() {
        Some(first) if small.len() > MOST_SMALL => {
            let all = cells.count();
            vec![format!(
                "Small: {} of {all} subgroups and findings, such as {first} The tables mark them all.",
                small.len()
            )]
        }
        _ => small.into_iter().map(|words| format!("Small subgroup {words}")).collect(),
    }
}

/// Whether outcomes are unknown more often in one subgroup than in another.
pub(super) fn unknown_words(audit: &Audit) -> Option<String> {
    let shown = |entry: &&UnknownAudit| {
        entry.gap.as_ref().and_then(|gap| gap.p_holm).is_some_and(|p| p <= 1.0 - audit.level)
    };
    let mut found: Vec<&UnknownAudit> = audit.unknown.iter().filter(shown).collect();
    let size =
        |entry: &UnknownAudit| entry.gap.as_ref().and_then(|gap| gap.difference.value).map_or(0.0, f64::abs);
    found.sort_by(|a, b| size(b).total_cmp(&size(a)));
    let first = found.first()?;
    let most =
        audit.unknown.iter().find(|entry| entry.class == first.class && entry.group == audit.dominant)?;
    let class = first.class.as_ref().map_or_else(String::new, |class| format!("{class}, "));
    let p = p_value(first.gap.as_ref().and_then(|gap| gap.p_holm));
    let more = match found.len() - 1 {
        0 => String::new(),
        more => format!("; the same holds {more} more times"),
    };
    Some(format!(
        "Outcomes are not known equally often: {class}{} of {} and {} of {} (p {p} after Holm){more}. Measures of \
         subgroups then rest on samples that were chosen differently.",
        estimate(&most.rate),
        most.group,
        estimate(&first.rate),
        first.group
    ))
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
        let holm = gap.p_holm.map_or_else(String::new, |p| format!(", {} after Holm", p_value(Some(p))));
        format!("; {} is ahead by {found}, p {p}{holm}", audit.dominant)
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
