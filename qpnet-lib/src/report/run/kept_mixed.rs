//! Transfers that have ended where they began.

use crate::experiment::Summary;

/// A sentence for each method of which the starting point, Mixed, was kept; `None` where there is none.
///
/// Its numbers are then Mixed's, and a difference of 0 is no finding about the method.
pub fn kept_mixed_words(summary: &Summary) -> Option<String> {
    let specs = &summary.config.methods;
    let kept = summary.methods.iter().filter(|method| {
        let transfer = specs.iter().any(|spec| spec.key == method.method && spec.method.is_transfer());
        transfer
            && !method.selected_epochs.is_empty()
            && method.selected_epochs.iter().all(|&epoch| epoch == 0)
    });
    let lines: Vec<String> = kept
        .map(|method| {
            format!(
                "{} kept Mixed: no epoch of its transfer was better on validation by its rule of selection, so its \
                 scores are those of Mixed.",
                method.title
            )
        })
        .collect();
    (!lines.is_empty()).then(|| lines.join("\n"))
}
