//! Subgroups at the mix of cases of the dominant one.

use super::tables::{headers, remark};
use crate::audit::{Audit, StandardAudit};
use crate::report::{Table, estimate, p_value};

/// Plain and standardised gaps side by side; `None` where nobody asked.
pub fn standardised_table(audit: &Audit) -> Option<Table> {
    let title = format!("{} minus other subgroups at one mix of {}, AUC", audit.dominant, audit.standardise);
    let own = [
        "Method",
        "Subgroup",
        "Plain gap",
        "Gap at one mix",
        "p",
        "p (Holm)",
        "By the mix",
        "Effective",
        "Strata",
    ];
    let mut table = Table::new(title, headers(audit, &[&own]));
    for entry in &audit.standardised {
        for (name, found) in [
            ("plain gap", &entry.plain.difference),
            ("gap at one mix", &entry.gap.difference),
            ("by the mix", &entry.explained.difference),
        ] {
            remark(&mut table, &format!("{}, {name}", place(entry)), found);
        }
        let whole = |number: Option<f64>| number.map_or_else(|| "—".to_owned(), |n| format!("{n:.0}"));
        let [positives, negatives] = entry.effective.map(whole);
        let [m, n] = entry.strata;
        let numbers = [
            estimate(&entry.plain.difference),
            estimate(&entry.gap.difference),
            p_value(entry.gap.p),
            p_value(entry.gap.p_holm),
            estimate(&entry.explained.difference),
            format!("{positives} + {negatives}"),
            format!("{m} + {n}"),
        ];
        let words = entry.class.iter().chain([&entry.method, &entry.group]).cloned();
        table.row(words.chain(numbers));
    }
    table.note(format!(
        "positives and negatives of a subgroup are weighted to the shares of {} in {}; intervals contain the error of these \
         shares; By the mix: the plain gap minus the one at one mix; Effective: positives + negatives of the subgroup as \
         they count under the weights; Strata: of positives + of negatives",
        audit.standardise, audit.dominant
    ));
    left_out(audit).into_iter().for_each(|words| {
        table.note(words);
    });
    (!audit.standardised.is_empty()).then_some(table)
}

/// What is not compared, once for each subgroup and class.
fn left_out(audit: &Audit) -> Vec<String> {
    let mut found: Vec<String> = Vec::new();
    for entry in audit.standardised.iter().filter(|entry| !entry.left_out.is_empty()) {
        let words = |outcome: &str| {
            let own = entry.left_out.iter().filter(|out| out.outcome == outcome);
            let one = |out: &crate::audit::StratumLeftOut| {
                let shares = [out.reference_share, out.share].map(|share| format!("{:.1} %", 100.0 * share));
                format!("{} ({} and {})", out.stratum, shares[0], shares[1])
            };
            let listed: Vec<String> = own.map(one).collect();
            (!listed.is_empty()).then(|| format!("{outcome} {}", listed.join("; ")))
        };
        let parts: Vec<String> = ["positives", "negatives"].into_iter().filter_map(words).collect();
        let class = entry.class.as_ref().map_or_else(String::new, |class| format!(", {class}"));
        let line = format!(
            "{}{class}: left out, with the shares in {} and in {}, of which one has none or a single patient: {}",
            entry.group,
            audit.dominant,
            entry.group,
            parts.join("; ")
        );
        if !found.contains(&line) {
            found.push(line);
        }
    }
    found
}

fn place(entry: &StandardAudit) -> String {
    let parts = [Some(&entry.method), entry.class.as_ref(), Some(&entry.group)];
    parts.into_iter().flatten().map(String::as_str).collect::<Vec<_>>().join(", ")
}

/// One sentence for each gap that both cases as they are and cases of one mix have.
pub(super) fn standardised_words(audit: &Audit) -> Vec<String> {
    let sentence = |entry: &StandardAudit| {
        entry.gap.difference.low?;
        let class = entry.class.as_ref().map_or_else(String::new, |class| format!("{class}, "));
        let found = &entry.explained.difference;
        let mix = match found.low.zip(found.high) {
            Some((low, high)) if low > 0.0 || high < 0.0 => format!("{} is the mix", estimate(found)),
            _ => format!("the difference of both, {}, is not shown to come from the mix", estimate(found)),
        };
        Some(format!(
            "{}, {class}{}: {} is ahead by {} with the cases as they are, and by {} (p {} after Holm) with its mix of {}; {}.",
            entry.method,
            entry.group,
            audit.dominant,
            estimate(&entry.plain.difference),
            estimate(&entry.gap.difference),
            p_value(entry.gap.p_holm),
            audit.standardise,
            mix
        ))
    };
    audit.standardised.iter().filter_map(sentence).collect()
}
