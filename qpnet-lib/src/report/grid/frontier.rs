//! The verdict map of the re-weighting frontier, and the numbers behind it.

use super::place::begin;
use crate::experiment::grid::collect::{AgainstFrontier, Collected, MARGINS};
use crate::report::{Table, estimate, p_value};
use crate::stats::frontier::{EQUIVALENCE, Verdict};

/// A row a point, a column a method, in each cell the verdict with the seeds behind it; then the numbers. Nothing where
/// the plan has no frontier.
pub(super) fn frontier_tables(found: &Collected<'_>) -> Vec<Table> {
    let grid = found.grid;
    let Some(first) = found.frontier.first() else { return Vec::new() };
    let point_headers = || {
        let begin = ["data", "scheme", "size"].map(str::to_owned).into_iter();
        begin.chain(grid.factors.clone()).collect::<Vec<String>>()
    };
    let of_point = |point: usize| found.frontier.iter().filter(move |own| own.point == point);
    let methods = of_point(first.point).map(|own| own.method.clone());
    let mut map =
        Table::new("What methods do that one weight cannot", point_headers().into_iter().chain(methods));
    let further =
        ["method", "seeds", "gain", "p", "p (Holm)", "equivalence p (Holm)", "verdict", "dominant AUC"];
    let quasi = MARGINS.map(|margin| format!("quasi-Pareto p, {margin}"));
    let headers = point_headers().into_iter().chain(further.map(str::to_owned)).chain(quasi);
    let mut numbers = Table::new("Gain over the re-weighting frontier", headers);
    for point in 0..grid.points.len() {
        let place = begin(grid, point);
        map.row(place.iter().cloned().chain(of_point(point).map(cell)));
        for own in of_point(point) {
            let gain = &own.gain;
            for remark in [&gain.estimate.reason, &gain.estimate.flag].into_iter().flatten() {
                numbers.note(format!("* {remark}."));
            }
            if !own.missing.is_empty() {
                numbers.note(format!(
                    "{} rests on fewer seeds: missing {}.",
                    own.method,
                    own.missing.join(", ")
                ));
            }
            let cost = own.cost.as_ref().map_or_else(|| "—".to_owned(), estimate);
            let end = [
                own.method.clone(),
                seeds(own),
                estimate(&gain.estimate),
                p_value(gain.p()),
                p_value(own.p),
                p_value(own.p_equivalence),
                own.verdict.to_string(),
                cost,
            ];
            numbers.row(place.iter().cloned().chain(end).chain(own.quasi_pareto.map(p_value)));
        }
    }
    let keys: Vec<&str> = grid.frontier.iter().map(|&at| grid.points[0].methods[at].key.as_str()).collect();
    map.note(format!(
        "Frontier: {}. Each test at 2.5 %; a knob: within {EQUIVALENCE} of the frontier; in brackets the seeds; \
         a star: what is shown stands after Holm over the points.",
        keys.join(", ")
    ));
    numbers.note(format!("Dominant AUC: minus that of {}.", grid.reference));
    vec![map, numbers]
}

fn seeds(own: &AgainstFrontier) -> String {
    match own.gain.seeds == own.of {
        true => own.of.to_string(),
        false => format!("{} of {}", own.gain.seeds, own.of),
    }
}

fn cell(own: &AgainstFrontier) -> String {
    let shown = !matches!(own.verdict, Verdict::Undecided { .. } | Verdict::Undefined);
    let star = if shown && own.verdict == own.verdict_holm { "*" } else { "" };
    format!("{}{star} ({})", own.verdict, seeds(own))
}
