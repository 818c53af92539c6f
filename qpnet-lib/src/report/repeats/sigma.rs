//! The sweep of sigma (Supplementary Fig 1).

use super::ablation::auc;
use super::seeds::{closing, footer};
use crate::experiment::{MethodKind, RepeatedMethod, Repeats};
use crate::figure::{Figure, FigureError, LineStyle, Lines, Panels};
use crate::report::{Table, format};
use crate::train::QpiConfig;

/// QP-Net at one sigma.
struct Setting<'a> {
    sigma: f64,
    method: &'a RepeatedMethod,
    /// Mean delta over the epochs of each seed.
    deltas: Vec<f64>,
}

impl Setting<'_> {
    /// Mean over seeds, least, greatest.
    fn delta(&self) -> Option<(f64, f64, f64)> {
        let mean = self.deltas.iter().sum::<f64>() / self.deltas.len() as f64;
        let least = self.deltas.iter().copied().fold(f64::INFINITY, f64::min);
        let greatest = self.deltas.iter().copied().fold(f64::NEG_INFINITY, f64::max);
        (!self.deltas.is_empty()).then_some((mean, least, greatest))
    }
}

/// The methods that differ from `full` by sigma at most, by ascending sigma.
fn settings<'a>(repeats: &Repeats, means: &'a [RepeatedMethod], full: QpiConfig) -> Vec<Setting<'a>> {
    let of_method = |method: &'a RepeatedMethod| {
        let MethodKind::Qpi(config) = method.spec.method else { return None };
        let same = QpiConfig { sigma: full.sigma, ..config } == full;
        let mean_delta = |run: &crate::experiment::Run| {
            let records = run.history.iter().filter(|record| record.model == method.spec.key);
            let deltas: Vec<f64> = records.filter_map(|record| record.delta).collect();
            (!deltas.is_empty()).then(|| deltas.iter().sum::<f64>() / deltas.len() as f64)
        };
        let deltas = repeats.runs.iter().filter_map(mean_delta).collect();
        same.then_some(Setting { sigma: config.sigma, method, deltas })
    };
    let mut found: Vec<Setting> = means.iter().filter_map(of_method).collect();
    found.sort_by(|a, b| a.sigma.total_cmp(&b.sigma));
    found
}

/// AUC of both subgroups and mean delta at every sigma.
pub fn sigma_table(repeats: &Repeats, means: &[RepeatedMethod], full: QpiConfig) -> Table {
    let [dominant, less] = [0, 1].map(|subgroup| repeats.data.subgroups[subgroup].as_str());
    let title = format!("QP-Net at several sigmas, mean of {} trainings", repeats.seeds.len());
    let mut table = Table::new(title, ["sigma", dominant, less, "mean delta", "least", "greatest"]);
    for setting in settings(repeats, means, full) {
        let number = |value: Option<f64>| value.map_or("—".to_owned(), |value| format!("{value:.3}"));
        let delta = setting.delta();
        table.row([
            setting.sigma.to_string(),
            format::estimate(&auc(setting.method, 0)),
            format::estimate(&auc(setting.method, 1)),
            number(delta.map(|(mean, _, _)| mean)),
            number(delta.map(|(_, least, _)| least)),
            number(delta.map(|(_, _, greatest)| greatest)),
        ]);
    }
    table.note("delta: mean over the epochs of a training; then mean, least and greatest over seeds");
    closing(&mut table, repeats);
    table
}

/// Supplementary Fig 1: AUC of both subgroups and mean delta over sigma.
///
/// # Errors
/// [`FigureError`] when the drawing fails, as without a sweep.
pub fn sigma_figure(
    repeats: &Repeats,
    means: &[RepeatedMethod],
    full: QpiConfig,
    name: &str,
) -> Result<Figure, FigureError> {
    let settings = settings(repeats, means, full);
    let curve = |subgroup: usize| {
        let point = |setting: &Setting| {
            let estimate = auc(setting.method, subgroup);
            let or_gap = |value: Option<f64>| value.unwrap_or(f64::NAN);
            (setting.sigma, or_gap(estimate.value), or_gap(estimate.low), or_gap(estimate.high))
        };
        settings.iter().map(point).collect::<Vec<_>>()
    };
    let delta = |setting: &Setting| {
        let (mean, least, greatest) = setting.delta().unwrap_or((f64::NAN, f64::NAN, f64::NAN));
        (setting.sigma, mean, least, greatest)
    };
    let aucs = Lines::new(name, "Test AUC")
        .x_label("sigma")
        .y_label("AUC")
        .log_x()
        .band(&repeats.data.subgroups[0], curve(0))
        .band(&repeats.data.subgroups[1], curve(1))
        .colours([2, 6])
        .styles([LineStyle::Solid, LineStyle::Dashed])
        .caption("Bands: 95 % interval over seeds and patients.");
    let deltas = Lines::new(name, "Mean delta over the transfer")
        .x_label("sigma")
        .y_label("delta")
        .log_x()
        .band("delta", settings.iter().map(delta))
        .level(0.5, "equal weights")
        .caption("Band: least and greatest seed.");
    let caption = format!("QP-Net at several sigmas, mean of {} trainings.", repeats.seeds.len());
    Panels::new(name, "Sweep of sigma (equation 14)")
        .panel(aucs)
        .panel(deltas)
        .footer(footer(repeats))
        .caption(caption)
        .draw()
}
