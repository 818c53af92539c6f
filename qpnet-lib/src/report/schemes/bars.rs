//! Several schemes of one data set in a chart (Figs 6a, 6b, 7a, 7b).

use crate::experiment::{MethodSummary, Summary};
use crate::figure::{BarAxis, BarGroup, Bars, Figure};
use crate::report::ReportError;
use crate::report::run::comparison::{auc_of, colours, footer, interval_words, measure, test_group};
use crate::stats::Estimate;

/// Test AUC by subgroup and method over all schemes; the caption has the sizes of the training
/// sets, which the paper writes into its legend.
///
/// The schemes are those of one data set, under the same methods.
///
/// # Errors
/// [`ReportError::Figure`] when the drawing fails, without any scheme, or when a scheme lacks a
/// method of the first one.
pub fn schemes_auc_figure(summaries: &[&Summary], name: &str, title: &str) -> Result<Figure, ReportError> {
    let mut bars = Bars::new(name, title);
    for summary in summaries {
        for subgroup in &summary.data.subgroups {
            bars = bars.group(test_group(&summary.data, subgroup));
        }
    }
    let sizes: Vec<String> = summaries.iter().map(|summary| training_sizes(summary)).collect();
    let of = |summary: &Summary, method: &MethodSummary| {
        let subgroups = summary.data.subgroups.iter();
        subgroups.map(|name| auc_of(summary, &method.method, name)).collect()
    };
    let quantity = |measure: &str| measure.to_owned();
    let said = format!("Training images: {}.", sizes.join("; "));
    finish(bars, summaries, of, quantity, &said)
}

/// Disparity (equation 4) by method over all schemes.
///
/// # Errors
/// As [`schemes_auc_figure`].
pub fn schemes_disparity_figure(
    summaries: &[&Summary],
    name: &str,
    title: &str,
) -> Result<Figure, ReportError> {
    let mut bars = Bars::new(name, title).axis(BarAxis::Difference);
    for summary in summaries {
        let [dominant, less] = [&summary.data.subgroups[0], &summary.data.subgroups[1]];
        bars = bars.group(BarGroup::new(format!("{dominant} − {less}")));
    }
    let of = |_: &Summary, method: &MethodSummary| vec![method.disparity.clustered.difference.clone()];
    let quantity = |measure: &str| format!("difference in {measure}");
    let said = "Equation 4: dominant minus less-prevalent; negative means that the less-prevalent subgroup does \
                better.";
    finish(bars, summaries, of, quantity, said)
}

/// Add a series a method, and the words.
fn finish(
    bars: Bars,
    summaries: &[&Summary],
    of: impl Fn(&Summary, &MethodSummary) -> Vec<Estimate>,
    quantity: impl Fn(&str) -> String,
    said: &str,
) -> Result<Figure, ReportError> {
    let Some(first) = summaries.first() else { return Ok(bars.draw()?) };
    let mut bars = bars.y_label(quantity(measure(first.data.task)));
    for method in &first.methods {
        let same = |entry: &&MethodSummary| entry.method == method.method;
        let here = summaries.iter().filter_map(|summary| Some((summary, summary.methods.iter().find(same)?)));
        let estimates: Vec<Estimate> = here.flat_map(|(summary, method)| of(summary, method)).collect();
        bars = bars.series(&method.title, estimates);
    }
    let schemes: Vec<&str> = summaries.iter().map(|summary| summary.config.scheme.as_str()).collect();
    let caption = format!(
        "{}, schemes {}, profile {}, seed {}. {said} {}",
        first.data.title,
        schemes.join(" and "),
        first.config.profile,
        first.config.seed,
        interval_words(first)
    );
    Ok(bars.colours(colours(first)).footer(footer(first)).caption(caption).draw()?)
}

/// `age: 18-80 1600, >80 240`.
fn training_sizes(summary: &Summary) -> String {
    let of = |name: &String| {
        let train = summary.data.counts.iter().find(|c| c.part == "train" && &c.subgroup == name);
        format!("{name} {}", train.map_or(0, |count| count.images))
    };
    let sizes: Vec<String> = summary.data.subgroups.iter().map(of).collect();
    format!("{}: {}", summary.config.scheme, sizes.join(", "))
}
