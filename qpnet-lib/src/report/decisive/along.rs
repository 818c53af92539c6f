//! The gain along a factor whose levels are numbers.

use crate::experiment::grid::tables::VerdictRow;
use crate::figure::Lines;

/// A curve a method with its 95 % band, on a logarithmic axis; rows whose level of `factor` is no number are left out.
///
/// Drawing it fails without a number.
pub fn gain_along(rows: &[VerdictRow], factor: &str, label: &str, title: &str) -> Lines {
    let mut methods: Vec<&str> = Vec::new();
    for row in rows {
        if !methods.contains(&row.method.as_str()) {
            methods.push(&row.method);
        }
    }
    let mut lines = Lines::new("gain_along", title).x_label(label).y_label("gain D").log_x().zero_line();
    for method in methods {
        let own = rows.iter().filter(|row| row.method == method);
        let mut points: Vec<(f64, f64, f64, f64)> = own
            .filter_map(|row| {
                let x = row.place.level(factor)?.parse().ok()?;
                let limit = |limit: Option<f64>| limit.unwrap_or(f64::NAN);
                Some((x, row.gain.value?, limit(row.gain.low), limit(row.gain.high)))
            })
            .collect();
        points.sort_by(|a, b| a.0.total_cmp(&b.0));
        lines = lines.band(method, points);
    }
    lines.caption("Bands: 95 % interval of each point.")
}
