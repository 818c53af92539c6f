//! The tables of a grid: means over seeds, and paired differences from the reference.

mod frontier;
mod place;
mod tuning;

use super::{Table, estimate};
use crate::experiment::grid::collect::{Collected, OverSeeds};

use place::begin;

/// Means, then differences, then where the plan has them what tuning chose, the verdicts of the frontier, and its
/// numbers. A number of fewer seeds than the plan has says so.
pub fn grid_tables(found: &Collected<'_>) -> Vec<Table> {
    let grid = found.grid;
    let headers = |last: &str| {
        let begin = ["data", "scheme", "size"].map(str::to_owned).into_iter().chain(grid.factors.clone());
        begin.chain(["method", "subgroup", "seeds", last].map(str::to_owned)).collect::<Vec<String>>()
    };
    let title = format!("Test AUC minus that of {}", grid.reference);
    let mut means = Table::new("Test AUC", headers("AUC"));
    let mut differences = Table::new(title, headers("difference"));
    for compared in &found.compared {
        let begin = begin(grid, compared.point);
        for (table, all) in [(&mut means, &compared.means), (&mut differences, &compared.differences)] {
            for over in all {
                add(table, &begin, over);
            }
        }
    }
    let what = match grid.shares_data() {
        true => "Intervals: seeds and patients crossed, 95 %; all seeds have the same test samples.",
        false => "Intervals: Student's t over seeds, each with test samples of its own, 95 %.",
    };
    for table in [&mut means, &mut differences] {
        table.note(what);
        if grid.folds > 1 {
            table.note(format!("Computed within each of {} folds, then averaged.", grid.folds));
        }
        if !found.missing.is_empty() {
            table.note(format!("{} of {} rows of the plan are missing.", found.missing.len(), grid.len()));
        }
    }
    let mut all = vec![means, differences];
    all.extend(tuning::tuning_table(found));
    all.extend(frontier::frontier_tables(found));
    all
}

fn add(table: &mut Table, begin: &[String], over: &OverSeeds) {
    let (seeds, of) = over.seeds;
    let seeds = if seeds == of { seeds.to_string() } else { format!("{seeds} of {of}") };
    for remark in [&over.auc.reason, &over.auc.flag].into_iter().flatten() {
        table.note(format!("* {remark}."));
    }
    let end = [over.method.clone(), over.subgroup.clone(), seeds, estimate(&over.auc)];
    table.row(begin.iter().cloned().chain(end));
}

/// A table for LaTeX, with the rules of `booktabs`.
///
/// # Examples
/// ```
/// use qpnet_lib::report::{Table, latex};
/// let mut table = Table::new("AUC", ["method", "n"]);
/// table.row(["a_b & c", "50 %"]).note("5 seeds");
/// let text = latex(&table);
/// assert!(text.contains("a\\_b \\& c & 50 \\% \\\\"));
/// assert!(text.contains("\\caption{AUC. 5 seeds}"));
/// ```
pub fn latex(table: &Table) -> String {
    let line = |cells: &[String]| {
        let cells: Vec<String> = cells.iter().map(|cell| escaped(cell)).collect();
        format!("{} \\\\\n", cells.join(" & "))
    };
    let notes: String = table.notes.iter().map(|note| format!(" {}", escaped(note))).collect();
    let mut text = format!("\\begin{{table}}\n\\caption{{{}.{notes}}}\n", escaped(&table.title));
    text += &format!("\\begin{{tabular}}{{{}}}\n\\toprule\n", "l".repeat(table.headers.len()));
    text += &line(&table.headers);
    text += "\\midrule\n";
    table.rows.iter().for_each(|row| text += &line(row));
    text + "\\bottomrule\n\\end{tabular}\n\\end{table}\n"
}

fn escaped(text: &str) -> String {
    let mut out = String::new();
    for letter in text.chars() {
        match letter {
            '&' | '%' | '$' | '#' | '_' | '{' | '}' => {
                out.push('\\');
                out.push(letter);
            }
            '~' => out += "\\textasciitilde{}",
            '^' => out += "\\textasciicircum{}",
            '\\' => out += "\\textbackslash{}",
            '−' => out += "$-$",
            '–' => out += "--",
            '—' => out += "---",
            '≥' => out += "$\\geq$",
            '≤' => out += "$\\leq$",
            _ => out.push(letter),
        }
    }
    out
}
