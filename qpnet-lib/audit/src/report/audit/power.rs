//! What every comparison could have seen.

use super::tables::{headers, remark};
use crate::audit::{Audit, PowerAudit};
use crate::report::{Table, estimate, p_value};

/// The smallest difference of every comparison that would have been shown; `None` where nobody asked.
pub fn power_table(audit: &Audit) -> Option<Table> {
    let asked = audit.power.as_ref()?;
    let percent = 100.0 * asked.power;
    let title =
        format!("The smallest difference in AUC that would be shown in {percent:.0} % of such audits");
    let own = ["Comparison", "Subgroup", "p", "Smallest shown", "Patients", "Patients needed"];
    let mut table = Table::new(title, headers(audit, &[&own]));
    for entry in &asked.comparisons {
        let comparison = match entry.comparison {
            "gap" => format!("{}, {} minus it", entry.method, audit.dominant),
            _ => format!("{} minus {}", entry.method, audit.reference),
        };
        if let Some(reason) = &entry.reason {
            table.note(format!("* {comparison}, {}: {reason}", entry.group));
        }
        if entry.reason.is_none() || entry.reason != entry.detectable.reason {
            remark(&mut table, &format!("{comparison}, {}, smallest shown", entry.group), &entry.detectable);
        }
        let needed = match (entry.patients_needed, &entry.reason) {
            (Some(needed), _) => needed.to_string(),
            (None, _) => "—*".to_owned(),
        };
        let class =
            (!audit.classes.is_empty()).then(|| entry.class.clone().unwrap_or_else(|| "mean".to_owned()));
        let words = [comparison, entry.group.clone(), p_value(entry.p), estimate(&entry.detectable)];
        table.row(class.into_iter().chain(words).chain([entry.patients.to_string(), needed]));
    }
    table.note(format!(
        "of each test on its own, two-sided at {:.0} %; limits take in that the error is itself estimated; Patients needed: of \
         the subgroup, for an interval of ± {}, if they are like these and the other subgroup stays as it is",
        100.0 * (1.0 - audit.level),
        asked.half_width
    ));
    (!asked.comparisons.is_empty()).then_some(table)
}

/// More sentences than this are counted.
const MOST: usize = 5;

/// One sentence for what a test of its own does not show, beside what could have been.
pub(super) fn power_words(audit: &Audit) -> Vec<String> {
    let Some(asked) = &audit.power else { return Vec::new() };
    let sentence = |entry: &PowerAudit| {
        let p = entry.p.filter(|p| *p > 1.0 - audit.level)?;
        entry.detectable.value?;
        let class = entry.class.as_ref().map_or_else(String::new, |class| format!("{class}, "));
        let what = match entry.comparison {
            "gap" => format!("a gap between {} and {}", audit.dominant, entry.group),
            _ => format!("a difference to {} in {}", audit.reference, entry.group),
        };
        let needed = match entry.patients_needed {
            Some(needed) if needed > entry.patients => format!(
                "; ± {} needs {needed} patients there, in place of {}",
                asked.half_width, entry.patients
            ),
            Some(_) => String::new(),
            None => format!("; ± {} is out of reach without more of {}", asked.half_width, audit.dominant),
        };
        Some(format!(
            "{}, {class}not shown by a single test at {:.0} % (p {}): {what}; from {} on such a test would have shown it in \
             {:.0} % of such audits{needed}.",
            entry.method,
            100.0 * (1.0 - audit.level),
            p_value(Some(p)),
            estimate(&entry.detectable),
            100.0 * asked.power
        ))
    };
    let mut found: Vec<String> = asked.comparisons.iter().filter_map(sentence).collect();
    match found.len().saturating_sub(MOST) {
        0 => {}
        1 => found[MOST] = "1 more comparison is not shown: the table has it.".to_owned(),
        more => {
            found.truncate(MOST);
            found.push(format!("{more} more comparisons are not shown: the table has them."));
        }
    }
    found
}
