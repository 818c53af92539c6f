//! A model card: front matter that hubs of models read, the results by subgroup, and what they do not say.

use super::name::name;
use super::tables::{cells_table, gaps_table, macro_gaps_table, macro_table};
use super::words::audit_words;
use crate::audit::{Audit, AuditTask, CellAudit};
use crate::stats::Estimate;

/// The card in Markdown. Front matter follows the `model-index` of Hugging Face: one result a subgroup (and class), each
/// metric with its interval under `args`.
///
/// # Source
/// Mitchell et al., Model Cards for Model Reporting, FAT* 2019; the model-index format: huggingface.co/docs/hub/model-cards.
pub fn model_card(audit: &Audit) -> String {
    let front = format!("---\ntags:\n- fairness\nmodel-index:\n{}---\n", index(audit));
    let methods = audit.methods.join(", ");
    let mut text = format!("{front}\n# {methods}: results by subgroup\n\n");
    for line in audit_words(audit).lines().filter(|line| !line.starts_with("Note: ")) {
        text += &format!("{line}\n\n");
    }
    text += "## Results by subgroup\n\n";
    let own = audit.methods.iter().map(|method| cells_table(audit, method));
    let between = [macro_gaps_table(audit), gaps_table(audit)];
    for table in macro_table(audit).into_iter().chain(own).chain(between.into_iter().flatten()) {
        text += &format!("{}\n", table.markdown());
    }
    text += "## Limits\n\n";
    for limit in limits(audit) {
        text += &format!("- {limit}\n");
    }
    text
}

/// A scalar that YAML reads as this text, whatever is in it: a JSON string is one.
fn quoted(text: &str) -> String {
    serde_json::Value::from(text).to_string()
}

fn index(audit: &Audit) -> String {
    let mut text = String::new();
    let data = name(audit);
    for method in &audit.methods {
        let cells: Vec<&CellAudit> = audit.cells.iter().filter(|cell| &cell.method == method).collect();
        let results: String = cells.iter().map(|cell| result(audit, &data, cell)).collect();
        if !results.is_empty() {
            text += &format!("- name: {}\n  results:\n{results}", quoted(method));
        }
    }
    text
}

/// The result on a subgroup, and for a class.
fn result(audit: &Audit, data: &str, cell: &CellAudit) -> String {
    let class = cell.class.as_ref().map_or_else(String::new, |class| format!(", {class}"));
    let task = match audit.task {
        AuditTask::Binary => "Binary classification",
        AuditTask::MultiClass => "Classification, one class against the rest",
        AuditTask::MultiLabel => "Classification, one finding",
    };
    let metrics = [
        ("roc_auc", "AUC", &cell.auc),
        ("average_precision", "Average precision", &cell.average_precision),
        ("recall", "Sensitivity", &cell.sensitivity),
        ("specificity", "Specificity", &cell.specificity),
    ];
    let metrics: String = metrics
        .into_iter()
        .filter_map(|(kind, name, found)| {
            metric(kind, &format!("{name}, {}{class}", cell.group), found, audit)
        })
        .collect();
    if metrics.is_empty() {
        return String::new();
    }
    format!(
        "  - task:\n      type: other\n      name: {}\n    dataset:\n      type: {}\n      name: {}\n      config: {}\n    metrics:\n\
         {metrics}",
        quoted(task),
        quoted(data),
        quoted(&format!("{data}, {}{class}", cell.group)),
        quoted(&format!("{}{class}", cell.group)),
    )
}

/// A metric; what is undefined is left out, and never 0.
fn metric(kind: &str, name: &str, found: &Estimate, audit: &Audit) -> Option<String> {
    let value = found.value.filter(|value| value.is_finite())?;
    let args = found.low.zip(found.high).map_or_else(String::new, |(low, high)| {
        format!(
            "      args:\n        low: {low:.4}\n        high: {high:.4}\n        level: {}\n",
            audit.level
        )
    });
    Some(format!("    - type: {kind}\n      name: {}\n      value: {value:.4}\n{args}", quoted(name)))
}

/// What a reader of the numbers must not take from them.
fn limits(audit: &Audit) -> Vec<String> {
    let patients = if audit.clustered { "patients" } else { "samples" };
    let mut found = vec![
        format!(
            "Numbers are of {} {patients} of {}, and of nobody else: other hospitals, devices and years are not in them.",
            audit.patients,
            name(audit)
        ),
        format!(
            "Intervals are of {:.0} % and take {patients} as the units; they do not contain errors of the labels, or of how \
             cases were chosen.",
            100.0 * audit.level
        ),
        "A gap that is not shown is not shown to be absent.".to_owned(),
    ];
    if audit.trainings.is_empty() {
        found.push(
            "Each method was trained once: how much another training would differ is in no interval."
                .to_owned(),
        );
    }
    let unscored: Vec<String> =
        audit.unscored.iter().map(|own| format!("{} ({})", own.group, own.reason)).collect();
    if !unscored.is_empty() {
        found.push(format!("Not scored: {}.", unscored.join("; ")));
    }
    let end = |note: &String| {
        if note.ends_with('.') || note.ends_with('?') { note.clone() } else { format!("{note}.") }
    };
    found.extend(audit.notes.iter().map(end));
    found
}
