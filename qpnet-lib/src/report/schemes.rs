//! Several schemes of one data set on a sheet (Figs 6a, 6b, 7a, 7b).

use super::ReportError;
use super::comparison::{auc_bars, disparity_bars, footer, interval_words, measure};
use crate::experiment::Summary;
use crate::figure::{Bars, Figure, Panels};

/// Test AUC by subgroup and method, one panel a scheme; the caption has the sizes of the training
/// sets, which the paper writes into its legend.
///
/// # Errors
/// [`ReportError::Figure`] when the drawing fails, and without any scheme.
pub fn schemes_auc_figure(summaries: &[&Summary], name: &str, title: &str) -> Result<Figure, ReportError> {
    sheet(summaries, name, title, |summary| {
        let title = format!("{}: test {}", summary.config.scheme, measure(summary.data.task));
        auc_bars(summary, &title).caption(format!("{}.", training_sizes(summary)))
    })
}

/// Disparity (equation 4) by method, one panel a scheme.
///
/// # Errors
/// As [`schemes_auc_figure`].
pub fn schemes_disparity_figure(
    summaries: &[&Summary],
    name: &str,
    title: &str,
) -> Result<Figure, ReportError> {
    sheet(summaries, name, title, |summary| {
        let title = format!("{}: disparity in test {}", summary.config.scheme, measure(summary.data.task));
        let [dominant, less] = [&summary.data.subgroups[0], &summary.data.subgroups[1]];
        disparity_bars(summary, &title)
            .caption(format!("{dominant} minus {less}; negative: {less} does better."))
    })
}

fn sheet(
    summaries: &[&Summary],
    name: &str,
    title: &str,
    panel: impl Fn(&Summary) -> Bars,
) -> Result<Figure, ReportError> {
    let mut sheet = Panels::new(name, title);
    if let Some(first) = summaries.first() {
        let caption = format!(
            "{}, profile {}, seed {}. {}",
            first.data.title,
            first.config.profile,
            first.config.seed,
            interval_words(first)
        );
        sheet = sheet.footer(footer(first)).caption(caption);
    }
    Ok(summaries.iter().fold(sheet, |sheet, summary| sheet.panel(panel(summary))).draw()?)
}

/// `scheme age, training images: 18-80 1600, >80 240`.
fn training_sizes(summary: &Summary) -> String {
    let of = |name: &String| {
        let train = summary.data.counts.iter().find(|c| c.part == "train" && &c.subgroup == name);
        format!("{name} {}", train.map_or(0, |count| count.images))
    };
    let sizes: Vec<String> = summary.data.subgroups.iter().map(of).collect();
    format!("scheme {}, training images: {}", summary.config.scheme, sizes.join(", "))
}
