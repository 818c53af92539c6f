//! What tuning has chosen.

use super::place::begin;
use crate::experiment::grid::collect::Collected;
use crate::report::Table;

/// A row a point and method with what was chosen; `tuning.csv` has the losers. `None` where the plan tunes nothing.
pub(super) fn tuning_table(found: &Collected<'_>) -> Option<Table> {
    let grid = found.grid;
    let tuning = found.tuning?;
    let columns = ["data", "scheme", "size"].map(str::to_owned).into_iter().chain(grid.factors.clone());
    let further =
        ["method", "chosen", "draw", "validation AUC, dominant", "Mixed's", "less-prevalent", "Mixed's"];
    let mut table = Table::new("What tuning has chosen", columns.chain(further.map(str::to_owned)));
    let shown = |value: Option<f64>| value.map_or_else(|| "—".to_owned(), |value| format!("{value:.3}"));
    for ((point, method), choice) in &tuning.choices {
        let tuned = tuning.methods.iter().find(|tuned| tuned.method == *method)?;
        let draw = choice.chosen;
        let trial = draw.map(|draw| &choice.trials[draw]);
        let auc = |group: usize| shown(trial.and_then(|trial| trial.auc).map(|auc| auc[group]));
        let mixed = |group: usize| shown(choice.mixed.map(|auc| auc[group]));
        let star = if trial.is_some_and(|trial| !trial.qualifies) { "*" } else { "" };
        let end = [
            grid.points[*point].methods[*method].key.clone(),
            draw.map_or_else(|| "not yet".to_owned(), |draw| format!("{}{star}", tuned.words(draw))),
            draw.map_or_else(|| "—".to_owned(), |draw| format!("{} of {}", draw + 1, choice.trials.len())),
            auc(0),
            mixed(0),
            auc(1),
            mixed(1),
        ];
        table.row(begin(grid, *point).into_iter().chain(end));
    }
    let seeds: Vec<String> = tuning.grid.seeds.iter().map(u64::to_string).collect();
    table.note(format!(
        "Largest less-prevalent validation AUC with the dominant one at most {} below Mixed's; * none qualified: the \
         largest AUC of the worse subgroup. Seeds of tuning: {}, used for nothing else; draws log-uniform, seed {}.",
        tuning.allowed_loss,
        seeds.join(", "),
        tuning.seed
    ));
    Some(table)
}
