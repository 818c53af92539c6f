//! What a reader of an audit must know.

use super::found::Audit;
use super::predictions::Predictions;
use super::question::AuditTask;

/// A row of class probabilities may miss 1 by so much.
const CLOSE: f64 = 0.01;

/// All remarks on `audit`, those on how the table was read first.
pub(super) fn notes(predictions: &Predictions, audit: &Audit) -> Vec<String> {
    let mut notes = predictions.notes.clone();
    if !predictions.clustered {
        notes.push(
            "no column says which rows are of one patient: rows count as independent, and intervals are \
             too narrow if they are not"
                .to_owned(),
        );
    }
    if predictions.weighted {
        notes.push(
            "AUC, average precision, rates, probabilities and figures are weighted; samples, patients and positives \
             are counted; intervals of AUCs, rates and their differences come from the contributions of patients, all \
             others from the bootstrap over patients"
                .to_owned(),
        );
    }
    if predictions.groups.len() == 1 {
        notes.push(format!("{} is the only subgroup: there is nothing to compare it with", audit.dominant));
    }
    let shared = predictions.samples.shared_patients();
    if shared > 0 {
        let patients = if shared == 1 { "1 patient is" } else { &format!("{shared} patients are") };
        notes.push(format!(
            "{patients} in several subgroups and counted in each: gaps allow for it, best minus worst takes them as \
             different patients"
        ));
    }
    let constant = |method: &&String| {
        let own = audit.cells.iter().filter(|cell| &cell.method == *method);
        own.clone().next().is_some() && own.clone().all(|cell| cell.auc.value.is_none_or(|auc| auc == 0.5))
    };
    notes.extend(audit.methods.iter().filter(constant).map(|method| {
        format!("{method} has an AUC of exactly 0.5 wherever it has one: are its scores all equal?")
    }));
    if predictions.task == AuditTask::MultiClass && !audit.cells.iter().all(|cell| cell.calibration.is_none())
    {
        let rows = predictions.scores.chunks(predictions.width());
        let off = rows.filter(|row| (row.iter().sum::<f64>() - 1.0).abs() > CLOSE).count();
        if off > 0 {
            let rows = if off == 1 { "1 row" } else { &format!("{off} rows") };
            notes.push(format!("in {rows} the probabilities of the classes do not add up to 1"));
        }
    }
    if audit.threshold.is_none() && audit.decisions.is_empty() {
        notes.push(
            "scores only rank and no threshold was given: nobody is called positive or negative (--threshold)".to_owned(),
        );
    }
    if let Some(apart) = predictions.apart.as_ref().filter(|_| !audit.decisions.is_empty()) {
        notes.push(format!(
            "thresholds are chosen on {} rows of {} {} ({}), none of which is judged; intervals of rates contain the choice",
            apart.rows.len(),
            apart.patients,
            match (audit.clustered, apart.patients) {
                (true, 1) => "patient",
                (true, _) => "patients",
                (false, 1) => "sample",
                (false, _) => "samples",
            },
            apart.words
        ));
        if apart.foreign > 0 {
            let rows = if apart.foreign == 1 { "1 row is" } else { &format!("{} rows are", apart.foreign) };
            notes
                .push(format!("{rows} of methods that are not judged, and choose nothing ({})", apart.words));
        }
        if apart.shared > 0 {
            notes.push(format!(
                "{} choose thresholds and are judged: rates may be flattered, and intervals take both errors as one",
                if apart.shared == 1 { "1 patient is among those who both".to_owned() } else { format!("{} patients both", apart.shared) }
            ));
        }
    }
    // A scanner's model is no method: its values share no sample.
    if predictions.told.has("method")
        && audit.methods.len() > 1
        && audit.against.iter().all(|entry| entry.samples == 0)
    {
        notes.push(format!(
            "the methods share no sample: are they properties of the rows, such as scanners? Then --method none{}",
            predictions.told.of_role("method")
        ));
    }
    if let Some(entry) = audit.against.iter().find(|entry| entry.samples == 0) {
        notes.push(format!(
            "{} and {} share no sample in {}: no paired test",
            entry.method, entry.reference, entry.group
        ));
    }
    if audit.claims.len() > 1 {
        notes.push("of several quasi-Pareto claims Holm's p-values decide, which the page shows".to_owned());
    }
    notes
}
