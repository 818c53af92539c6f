//! Learning curves over the dominant training set, as figure and tables (Figs 2c, 4d, 6c, 7c).

use super::provenance::reproducibility;
use super::run::comparison::measure;
use super::verdict::CONTAMINATED;
use super::{ReportError, Table, colour, format};
use crate::experiment::curve::{Curve, CurvePoint};
use crate::experiment::{MethodSpec, RunConfig};
use crate::figure::{Figure, LineStyle, Lines};
use crate::stats::Estimate;
use crate::train::Selection;

/// Test AUC over the size of the dominant training set: one colour a method, the dominant
/// subgroup solid, the less-prevalent one dashed, bands for the intervals.
///
/// # Errors
/// [`ReportError`] from the statistics or the drawing.
pub fn curve_figure(
    curve: &Curve,
    name: impl Into<String>,
    title: impl Into<String>,
) -> Result<Figure, ReportError> {
    Ok(lines(curve, name.into(), title.into())?.draw()?)
}

/// [`curve_figure`] as a panel of a sheet.
///
/// # Errors
/// [`ReportError`] from the statistics.
pub fn curve_panel(curve: &Curve, title: impl Into<String>) -> Result<Lines, ReportError> {
    lines(curve, "curve".to_owned(), title.into())
}

fn lines(curve: &Curve, name: String, title: String) -> Result<Lines, ReportError> {
    let points = curve.points()?;
    let methods = &curve.config.base.methods;
    let mut lines = axes(curve, name, title);
    let (mut colours, mut styles) = (Vec::new(), Vec::new());
    for (spec, place) in methods.iter().zip(colour::places(methods.iter().map(|spec| spec.key.as_str()))) {
        for (subgroup, style) in [LineStyle::Solid, LineStyle::Dashed].into_iter().enumerate() {
            let own = points.iter().filter(|point| point.method == spec.key && point.subgroup == subgroup);
            lines = lines.band(label(curve, spec, subgroup), own.map(corners).collect::<Vec<_>>());
            colours.push(place);
            styles.push(style);
        }
    }
    Ok(lines.colours(colours).styles(styles).caption(caption(curve)).footer(footer(curve)))
}

/// Sizes on a logarithmic axis, AUCs of the test part on the other; no series yet.
pub(super) fn axes(curve: &Curve, name: impl Into<String>, title: impl Into<String>) -> Lines {
    let auc = format!("test {}", measure(curve.data.task));
    Lines::new(name, title).x_label("dominant training images").y_label(auc).log_x()
}

fn label(curve: &Curve, spec: &MethodSpec, subgroup: usize) -> String {
    let name = &curve.data.subgroups[subgroup];
    if curve.config.base.methods.len() == 1 { name.clone() } else { format!("{}, {name}", spec.title) }
}

/// Size, AUC and limits; what does not exist leaves a gap.
fn corners(point: &CurvePoint) -> (f64, f64, f64, f64) {
    let Estimate { value, low, high, .. } = &point.auc;
    let [value, low, high] = [value, low, high].map(|number| number.unwrap_or(f64::NAN));
    (point.size as f64, value, low, high)
}

fn caption(curve: &Curve) -> String {
    let config = &curve.config;
    let titles: Vec<&str> = config.base.methods.iter().map(|spec| spec.title.as_str()).collect();
    let less = curve.data.counts.iter().find(|c| c.part == "train" && c.subgroup == curve.data.subgroups[1]);
    format!(
        "Test AUC of {} on {} (scheme {}), mean over seeds, as the dominant training set ({}) grows over nested \
         subsets; the less-prevalent one ({}, {} images) and both test sets are fixed. {}, profile {}. Solid: \
         dominant, dashed: less-prevalent. Bands: 95 % interval over seeds and patients.",
        titles.join(", "),
        curve.data.title,
        config.base.scheme,
        curve.data.subgroups[0],
        curve.data.subgroups[1],
        less.map_or(0, |count| count.images),
        design(curve),
        config.base.profile,
    )
}

/// `4 sizes x 2 seeds, fixed steps`.
pub(super) fn design(curve: &Curve) -> String {
    let config = &curve.config;
    format!("{} sizes × {} seeds, {}", curve.sizes.len(), config.seeds.len(), config.regime.title())
}

/// What a figure of the curve says of itself.
pub(super) fn footer(curve: &Curve) -> String {
    let contaminated = if contaminated(curve) { " · CONTAMINATED by the test part" } else { "" };
    let profile = curve.config.base.profile;
    format!("{} · profile {profile} · {}{contaminated}", curve.data.title, design(curve))
}

pub(super) fn contaminated(curve: &Curve) -> bool {
    curve.config.base.methods.iter().any(MethodSpec::is_steered_by_test)
}

/// Test AUC of every method, size and subgroup, mean over seeds with intervals.
///
/// # Errors
/// [`ReportError`] from the statistics.
pub fn curve_table(curve: &Curve) -> Result<Table, ReportError> {
    let points = curve.points()?;
    let names = &curve.data.subgroups;
    let title = format!("Test AUC (95 % interval over seeds and patients), {}", design(curve));
    let mut table = Table::new(title, ["Method", "Dominant images", &names[0], &names[1]]);
    for spec in &curve.config.base.methods {
        for &size in &curve.sizes {
            let mut cells = vec![spec.title.clone(), size.to_string()];
            for (subgroup, name) in names.iter().take(2).enumerate() {
                let here = |p: &&CurvePoint| (p.size, p.subgroup) == (size, subgroup) && p.method == spec.key;
                let Some(point) = points.iter().find(here) else { continue };
                cells.push(format::estimate(&point.auc));
                for remark in [&point.auc.reason, &point.auc.flag].into_iter().flatten() {
                    table.note(format!("* {}, {size} images, {name}: {remark}", spec.title));
                }
            }
            table.row(cells);
        }
    }
    if curve.config.seeds.len() < 5 {
        table.note("with so few seeds the intervals may be too narrow: how seeds differ is known poorly");
    }
    if contaminated(curve) {
        table.note(CONTAMINATED);
    }
    Ok(table)
}

/// Configuration, data and versions behind a curve.
pub fn curve_provenance_table(curve: &Curve) -> Table {
    let RunConfig { data, scheme, methods, profile, data_seed, settings, .. } = &curve.config.base;
    let words: Vec<&str> = methods.iter().map(|spec| spec.key.as_str()).collect();
    let join = |numbers: Vec<String>| numbers.join(", ");
    let sizes = join(curve.sizes.iter().map(usize::to_string).collect());
    let seeds = join(curve.config.seeds.iter().map(u64::to_string).collect());
    let runs = curve.sizes.len() * curve.config.seeds.len();
    let base = &settings.base;
    let names = format!(
        "({data:?}, {scheme:?}, {:?}, Profile::{profile:?}, Regime::{:?})",
        words.join(","),
        curve.config.regime
    );
    let call = match base.selection {
        Selection::Last => format!("learning_curve{names}"),
        rule => format!("measure_curve(&curve_config{names}?.selecting(Selection::{rule:?}))"),
    };
    let done = vec![
        ("the same numbers", call),
        ("dominant training images", sizes),
        ("seeds of training", seeds),
        ("seed of the data", data_seed.to_string()),
        ("runs", format!("{runs}, each with {}", words.join(", "))),
        (
            "Mixed at the largest size",
            format!(
                "{} epochs, batch {}, Adam {}, images of {} px",
                base.epochs, base.batch, base.learning_rate, settings.image_size
            ),
        ),
    ];
    let mut table = reproducibility(done, &curve.data, &curve.environment);
    table.note("each run's config.toml has all its settings");
    if contaminated(curve) {
        table.note(CONTAMINATED);
    }
    table
}
