//! Measures along a continuous attribute.

use super::name::name;
use super::tables::headers;
use crate::audit::{AlongAudit, AlongCurve, Audit, MEASURES};
use crate::figure::{Figure, Lines, Panels};
use crate::report::format::number;
use crate::report::{ReportError, Table};
use crate::stats::along::Point;

/// Rows of a table for each curve, at most.
const ROWS: usize = 9;
/// Classes that a sheet of three measures shows.
const MOST_CLASSES: usize = 3;

/// Every curve at some points of the grid; `None` where nobody asked.
pub fn along_table(audit: &Audit) -> Option<Table> {
    let along = audit.along.as_ref()?;
    let column = along.column.as_str();
    let title = format!("Along {column} ({:.0} % bands that hold all along each curve)", 100.0 * audit.level);
    let own = ["Method", "Measure", column, "Value", "Band", "Effective"];
    let mut table = Table::new(title, headers(audit, &[&own]));
    for curve in &along.curves {
        let last = curve.points.len().saturating_sub(1);
        let step = last.div_ceil(ROWS - 1).max(1);
        for point in curve.points.iter().step_by(step) {
            let shown = |value: Option<f64>| value.map_or_else(|| "—".to_owned(), number);
            let band = match point.low.zip(point.high) {
                Some((low, high)) => format!("{} to {}", number(low), number(high)),
                None => "—".to_owned(),
            };
            let [negatives, positives] = point.effective;
            let words = [curve.method.clone(), curve.measure.to_owned(), place(point.at)];
            let numbers = [shown(point.value), band, format!("{positives:.0} + {negatives:.0}")];
            table.row(curve.class.iter().cloned().chain(words).chain(numbers));
        }
        if let Some(words) = left_out(along, curve) {
            table.note(format!("{}: {words}", title_of(curve)));
        }
    }
    table.note(bandwidth_words(along));
    table.note(format!(
        "samples count the more the nearer their {column}, over all subgroups that are scored; Effective: positives + negatives \
         by patient, as they count; what is closer together than the bandwidth is not told apart. All {} points are in the \
         figure's table",
        along.grid
    ));
    Some(table)
}

/// Where the kernel comes from.
fn bandwidth_words(along: &AlongAudit) -> String {
    let unknown = match along.unknown {
        0 => String::new(),
        1 => format!("; 1 sample without {} is in no curve", along.column),
        unknown => format!("; {unknown} samples without {} are in no curve", along.column),
    };
    match along.bandwidth {
        Some(width) => {
            let rule = along.rule;
            let [low, high] = along.range.map(place);
            format!(
                "Gaussian kernel of bandwidth {} ({rule}) at {} points from {low} to {high}{unknown}",
                place(width),
                along.grid
            )
        }
        None => format!("all patients have the same {}: all samples count alike{unknown}", along.column),
    }
}

/// Points that are not drawn, as ranges with the first reason of each.
fn left_out(along: &AlongAudit, curve: &AlongCurve) -> Option<String> {
    let lacking = |point: &Point| point.low.is_none();
    let mut ranges = Vec::new();
    for own in curve.points.chunk_by(|a, b| lacking(a) == lacking(b)).filter(|own| lacking(&own[0])) {
        let reason = own[0].reason.as_deref().unwrap_or("no limits");
        let (first, last) = (own[0].at, own[own.len() - 1].at);
        ranges.push(match own.len() {
            1 => format!("at {} ({reason})", place(first)),
            _ => format!("from {} to {} (at {}: {reason})", place(first), place(last), place(first)),
        });
    }
    (!ranges.is_empty()).then(|| format!("not drawn along {} {}", along.column, ranges.join("; ")))
}

/// What is said of each curve.
pub(super) fn along_words(audit: &Audit) -> Vec<String> {
    let Some(along) = &audit.along else { return Vec::new() };
    along.curves.iter().filter_map(|curve| words(audit, along, curve)).collect()
}

fn words(audit: &Audit, along: &AlongAudit, curve: &AlongCurve) -> Option<String> {
    let drawn: Vec<&Point> = curve.points.iter().filter(|point| point.low.is_some()).collect();
    let of = title_of(curve);
    let column = &along.column;
    if drawn.is_empty() {
        let reason = curve.points.first().and_then(|point| point.reason.clone()).unwrap_or_default();
        return Some(format!("Along {column}, {of} cannot be drawn: {reason}."));
    }
    let level = format!("{:.0} %", 100.0 * audit.level);
    if curve.measure == MEASURES[2] {
        let outside = |above: bool| {
            let is = |point: &Point| match above {
                true => point.high < Some(0.0),
                false => point.low > Some(0.0),
            };
            let runs = drawn.chunk_by(|a, b| is(a) == is(b)).filter(|own| is(own[0]));
            let words: Vec<String> = runs
                .map(|own| match own.len() {
                    1 => format!("at {}", place(own[0].at)),
                    n => format!("from {} to {}", place(own[0].at), place(own[n - 1].at)),
                })
                .collect();
            (!words.is_empty()).then(|| words.join(" and "))
        };
        let found: Vec<String> = [(true, "too high"), (false, "too low")]
            .into_iter()
            .filter_map(|(above, words)| Some(format!("{words} {}", outside(above)?)))
            .collect();
        let class = curve.class.as_ref().map_or_else(String::new, |class| format!(" of {class}"));
        return Some(match found.is_empty() {
            true => format!(
                "Along {column}, no error of the probabilities{class} of {} on the whole is shown: 0 lies in the {level} band.",
                curve.method
            ),
            false => format!(
                "Along {column}, probabilities{class} of {} are {} by their {level} band.",
                curve.method,
                found.join(", ")
            ),
        });
    }
    if drawn.len() < 2 {
        return None;
    }
    let by = |a: &&&Point, b: &&&Point| a.value.unwrap_or(0.5).total_cmp(&b.value.unwrap_or(0.5));
    let (least, most) = (drawn.iter().min_by(by)?, drawn.iter().max_by(by)?);
    let shown = match curve.constant? {
        false => format!("no single value lies in its {level} band: it changes along {column}"),
        true => format!("a single value lies in its {level} band: that it changes is not shown"),
    };
    Some(format!(
        "Along {column}, {of} runs from {} (at {}) to {} (at {}); {shown}.",
        number(least.value?),
        place(least.at),
        number(most.value?),
        place(most.at)
    ))
}

/// The curves of the method at `place` with their bands, a panel a measure and class; `None` where nobody asked.
///
/// # Errors
/// [`ReportError`] from the drawing.
pub fn along_figure(audit: &Audit, place: usize) -> Result<Option<Figure>, ReportError> {
    let Some(along) = &audit.along else { return Ok(None) };
    let method = &audit.methods[place];
    let mut sheet = Panels::new(format!("along_{}", place + 1), format!("Along {}, {method}", along.column));
    let mut any = false;
    let first = |class: &Option<String>| {
        audit.classes.iter().take(MOST_CLASSES).any(|own| Some(own) == class.as_ref())
    };
    let own = along.curves.iter().filter(|curve| &curve.method == method);
    for (at, curve) in own.filter(|curve| curve.class.is_none() || first(&curve.class)).enumerate() {
        let corner = |point: &Point| match (point.value, point.low, point.high) {
            (Some(value), Some(low), Some(high)) => (point.at, value, low, high),
            _ => (point.at, f64::NAN, f64::NAN, f64::NAN),
        };
        if !curve.points.iter().any(|point| point.low.is_some()) {
            continue;
        }
        let class = curve.class.as_ref().map_or_else(String::new, |class| format!(", {class}"));
        let lines = Lines::new(format!("curve_{at}"), format!("{}{class}", curve.measure))
            .x_label(along.column.as_str())
            .y_label(curve.measure)
            .band(method.as_str(), curve.points.iter().map(corner).collect::<Vec<_>>());
        let lines = if curve.measure == MEASURES[2] { lines.zero_line() } else { lines };
        (sheet, any) = (sheet.panel(lines), true);
    }
    let caption = format!(
        "{method} on {}, all subgroups together. {}. Each band holds its whole curve with {:.0} % confidence; patients are the \
         units. Where fewer than ten effective patients are near nothing is drawn. Observed minus predicted: above 0 \
         probabilities are too low.",
        name(audit),
        bandwidth_words(along),
        100.0 * audit.level
    );
    Ok(any.then(|| sheet.columns(2).caption(caption).draw()).transpose()?)
}

fn title_of(curve: &AlongCurve) -> String {
    let class = curve.class.as_ref().map_or_else(String::new, |class| format!(", {class}"));
    format!("{} of {}{class}", curve.measure, curve.method)
}

/// A value of the attribute in four digits.
fn place(value: f64) -> String {
    let size = value.abs();
    let digits = match size {
        _ if size >= 1000.0 => 0,
        _ if size >= 100.0 => 1,
        _ if size >= 10.0 => 1,
        _ => 2,
    };
    let text = format!("{value:.digits$}");
    let text = if text.contains('.') { text.trim_end_matches('0').trim_end_matches('.') } else { &text };
    text.replace('-', "−")
}
