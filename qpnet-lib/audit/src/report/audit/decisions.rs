//! Rates at several thresholds, and at those that other rows chose.

use super::tables::{headers, remark};
use crate::audit::{Audit, DecisionAudit, Tested};
use crate::math::ln;
use crate::report::{Table, estimate, p_value};
use crate::stats::Estimate;

/// Every method and subgroup at every threshold; empty where one number alone was asked for.
pub fn decision_tables(audit: &Audit) -> Vec<Table> {
    if audit.decisions.is_empty() {
        return Vec::new();
    }
    [Some(rates(audit)), kept(audit), gaps(audit)].into_iter().flatten().collect()
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
        let words = [entry.method.clone(), entry.group.clone(), entry.rule.clone(), threshold(audit, entry)];
        table.row(entry.class.iter().cloned().chain(words).chain(found.map(estimate)));
    }
    table.note("positive is called who scores the threshold or more; PPV and NPV: share of those called positive who \
                are, and of those called negative who are not: they hold at the prevalence of the table");
    if audit.decisions.iter().any(|entry| entry.given.is_some()) {
        table.note("of chosen thresholds intervals contain the choice; those of whoever keeps this very threshold stand in the \
                    next table");
    }
    if audit.logits && audit.decisions.iter().any(|entry| entry.given.is_some()) {
        table.note("chosen thresholds are probabilities, with the logit in brackets");
    }
    table
}

/// The intervals of whoever keeps a chosen threshold; `None` where none was chosen.
fn kept(audit: &Audit) -> Option<Table> {
    let title = format!("The same thresholds, if they are kept ({:.0} % intervals)", 100.0 * audit.level);
    let shown = ["Sensitivity", "Specificity"];
    let first = ["Method", "Subgroup", "Rule", "Threshold"];
    let mut table = Table::new(title, headers(audit, &[&first, &shown]));
    for entry in &audit.decisions {
        let Some(given) = &entry.given else { continue };
        let found = [&given.sensitivity, &given.specificity];
        for (name, found) in shown.iter().zip(found) {
            remark(&mut table, &format!("{}, kept, {name}", place(entry)), found);
        }
        let words = [entry.method.clone(), entry.group.clone(), entry.rule.clone(), point(entry)];
        table.row(entry.class.iter().cloned().chain(words).chain(found.map(estimate)));
    }
    table.note("for who applies this very number from now on, without the error of its choice");
    (!table.rows.is_empty()).then_some(table)
}

/// Gaps at each threshold; `None` of one subgroup.
fn gaps(audit: &Audit) -> Option<Table> {
    let title = format!("{} minus other subgroups at each threshold", audit.dominant);
    let first = ["Method", "Subgroup", "Rule", "Threshold"];
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
        let words = [entry.method.clone(), entry.group.clone(), entry.rule.clone(), point(entry)];
        table.row(entry.class.iter().cloned().chain(words).chain(own.into_iter().flat_map(pair)));
    }
    table.note("p (Holm): over all rows of a column; equal opportunity asks for 0 under Sensitivity, equalised odds also \
                under False positives, predictive parity under PPV");
    (!table.rows.is_empty()).then_some(table)
}

fn place(entry: &DecisionAudit) -> String {
    let parts = [Some(&entry.method), entry.class.as_ref(), Some(&entry.group), Some(&entry.rule)];
    let at = entry.given.is_none().then(|| point(entry));
    let parts = parts.into_iter().flatten().cloned().chain(at);
    parts.collect::<Vec<_>>().join(", ")
}

/// A number that was given stands as it was; a chosen one has limits, on the scale of logits too where scores are such.
fn threshold(audit: &Audit, entry: &DecisionAudit) -> String {
    let Estimate { value, low, high, flag, reason, .. } = &entry.threshold;
    let (Some(value), Some(_)) = (value, &entry.given) else { return point(entry) };
    let star = if flag.is_some() || reason.is_some() { "*" } else { "" };
    let limits = |of: &dyn Fn(f64) -> String| match low.zip(*high) {
        Some((low, high)) => format!("{} ({} to {})", of(*value), of(low), of(high)),
        None => of(*value),
    };
    let logits = if audit.logits { format!(" [{}]", limits(&logit)) } else { String::new() };
    format!("{}{star}{logits}", limits(&digits))
}

/// The threshold alone.
fn point(entry: &DecisionAudit) -> String {
    match entry.threshold.value {
        Some(value) if entry.given.is_some() => digits(value),
        Some(value) => value.to_string(),
        None => "—".to_owned(),
    }
}

/// The odds on the scale of their logarithm.
fn logit(probability: f64) -> String {
    match probability {
        p if p > 0.0 && p < 1.0 => digits(ln(p / (1.0 - p))),
        p if p > 0.0 => "∞".to_owned(),
        _ => "−∞".to_owned(),
    }
}

/// A threshold is a score of somebody: as it is where that is short, else four digits, rounded down, so that who scores it is
/// not below what is shown. Above all scores it is the number after the largest.
fn digits(threshold: f64) -> String {
    let minus = |text: String| text.replace('-', "−");
    let (own, score) = (threshold.to_string(), threshold.next_down());
    // The next number after a score has more digits than it.
    if own.len() > score.to_string().len() + 4 {
        return format!("above {}", minus(score.to_string()));
    }
    if own.len() <= SHORT {
        return minus(own);
    }
    let rounded = format!("{threshold:.3e}");
    let down = rounded.split_once('e').and_then(|(mantissa, exponent)| {
        let above = rounded.parse::<f64>().ok()? > threshold;
        let mantissa = mantissa.parse::<f64>().ok()? - if above { 0.001 } else { 0.0 };
        format!("{mantissa:.3}e{exponent}").parse::<f64>().ok()
    });
    minus(down.unwrap_or(threshold).to_string())
}

/// Letters of a number that needs no rounding.
const SHORT: usize = 8;

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn thresholds_keep_their_digits_and_their_side() {
        for (threshold, expected) in [
            (0.5, "0.5"),
            (0.000_123_446, "0.0001234"),
            (0.000_003, "0.000003"),
            (0.9, "0.9"),
            (0.9f64.next_up(), "above 0.9"),
            (1.0f64.next_up(), "above 1"),
            (0.123_46, "0.12346"),
            (0.731_058_578_630_004_9, "0.731"),
            (0.123_467_891_2, "0.1234"),
            (-0.123_456_789, "−0.1235"),
            (-2.25, "−2.25"),
        ] {
            assert_eq!(digits(threshold), expected);
        }
        assert_eq!(logit(0.5), "0");
        assert_eq!(logit(1.0), "∞");
    }
}
