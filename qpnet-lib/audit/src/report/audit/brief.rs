//! The short form of an audit: the answer, the gaps, what must be known.

use super::along::{along_table, along_words};
use super::decisions::decision_tables;
use super::ledger::{ledger_tables, ledger_words};
use super::levelling::levelling_words;
use super::net_benefit::net_benefit_table;
use super::power::{power_table, power_words};
use super::standard::{standardised_table, standardised_words};
use super::tables::{against_table, cells_table, macro_gaps_table, macro_table};
use super::unscored::unscored_words;
use super::words::{answer, read, sentence, unknown_words};
use crate::audit::{Audit, GapAudit};
use crate::report::{Table, estimate, p_value};
use crate::stats::multiplicity::holm;

/// More gaps than this are counted.
const MOST_GAPS: usize = 10;
/// More rows of any table than this.
const MOST_ROWS: usize = 20;

/// [`audit_words`](super::audit_words) without what the tables of every class mark.
pub fn audit_brief_words(audit: &Audit) -> String {
    let mut lines = levelling_words(audit);
    lines.extend(answer(audit));
    lines.extend(standardised_words(audit));
    lines.extend(along_words(audit));
    lines.extend(power_words(audit));
    lines.push(read(audit));
    lines.extend(unscored_words(audit));
    lines.extend(ledger_words(audit));
    lines.extend(unknown_words(audit));
    lines.extend(audit.notes.iter().map(|note| format!("Note: {}", sentence(note))));
    lines.join("\n")
}

/// The tables of the short form: means over classes, or one table a method, the largest gaps, methods.
pub fn audit_brief_tables(audit: &Audit) -> Vec<(&'static str, Vec<Table>)> {
    let every = match macro_table(audit) {
        Some(table) => vec![table],
        None => audit.methods.iter().map(|method| cells_table(audit, method)).collect(),
    };
    let between: Vec<Table> = macro_gaps_table(audit)
        .into_iter()
        .chain(largest_gaps(audit))
        .chain(standardised_table(audit))
        .collect();
    let against = (audit.methods.len() > 1).then(|| against_table(audit));
    let parts = [
        ("Every subgroup", every),
        ("Decisions", decision_tables(audit).into_iter().chain(net_benefit_table(audit)).collect()),
        ("Between subgroups", between),
        ("Between methods", against.into_iter().collect()),
        ("Along an attribute", along_table(audit).into_iter().collect()),
        ("What could have been seen", power_table(audit).into_iter().collect()),
        ("Ledger", ledger_tables(audit)),
    ];
    let parts =
        parts.map(|(heading, tables): (_, Vec<Table>)| (heading, tables.into_iter().map(short).collect()));
    parts.into_iter().filter(|(_, tables): &(_, Vec<Table>)| !tables.is_empty()).collect()
}

/// Of what was asked for beyond the answer, the first rows and how many there are.
fn short(mut table: Table) -> Table {
    let more = table.rows.len().saturating_sub(MOST_ROWS);
    if more > 0 {
        table.rows.truncate(MOST_ROWS);
        let rows = if more == 1 { "row is" } else { "rows are" };
        table.note(format!("{more} more {rows} in the report"));
    }
    table
}

/// Gaps in AUC, those of the smallest p first.
fn largest_gaps(audit: &Audit) -> Option<Table> {
    let adjusted = holm(&audit.gaps.iter().map(|gap| gap.auc.p).collect::<Vec<_>>()).ok()?;
    let mut gaps: Vec<(&GapAudit, Option<f64>)> = audit.gaps.iter().zip(adjusted).collect();
    gaps.sort_by(|a, b| a.0.auc.p.unwrap_or(2.0).total_cmp(&b.0.auc.p.unwrap_or(2.0)));
    let title = format!("{} minus other subgroups, AUC, the smallest p first", audit.dominant);
    let mut table = Table::new(title, ["Method", "Class", "Subgroup", "AUC", "p", "p (Holm)"]);
    for (gap, holm) in gaps.iter().take(MOST_GAPS) {
        let class = gap.class.clone().unwrap_or_default();
        let [p, holm] = [gap.auc.p, *holm].map(p_value);
        table.row([gap.method.clone(), class, gap.group.clone(), estimate(&gap.auc.difference), p, holm]);
    }
    let all = gaps.len();
    if all > 1 {
        table.note(format!("p (Holm): over all {all} gaps of methods, classes and subgroups"));
    }
    if all > MOST_GAPS {
        table.note(match all - MOST_GAPS {
            1 => "1 more gap is in the report".to_owned(),
            more => format!("{more} more gaps are in the report"),
        });
    }
    (all > 0).then_some(table)
}
