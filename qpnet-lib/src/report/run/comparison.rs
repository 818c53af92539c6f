//! A run's summary as tables and as the figure of Fig 4a.

use crate::data::TaskKind;
use crate::experiment::{DataSummary, Summary};
use crate::figure::{BarAxis, BarGroup, Bars, Figure, FigureError};
use crate::report::verdict::CONTAMINATED;
use crate::report::{Table, colour, format};
use crate::stats::Estimate;

/// Patients, images and positives of every subgroup in every part (the columns of Fig 2a); of
/// several classes none is the positive one, so each is counted.
pub fn counts_table(summary: &Summary) -> Table {
    let data = &summary.data;
    let title = format!("{}, scheme {}", data.title, summary.config.scheme);
    let mut headers: Vec<String> = ["Subgroup", "Part", "Patients", "Images"].map(str::to_owned).into();
    match data.task {
        TaskKind::Binary => headers.push("Positive".to_owned()),
        TaskKind::MultiLabel => headers.push("Any finding".to_owned()),
        TaskKind::MultiClass => headers.extend(data.classes.iter().cloned()),
    }
    let mut table = Table::new(title, headers);
    for count in &data.counts {
        let positives = [count.positives];
        let last = if data.task == TaskKind::MultiClass { &count.per_class[..] } else { &positives[..] };
        let numbers = [count.patients, count.images].into_iter().chain(last.iter().copied());
        let words = [count.subgroup.clone(), count.part.clone()];
        table.row(words.into_iter().chain(numbers.map(|number| number.to_string())));
    }
    for exclusion in &data.exclusions {
        table.note(format!("left out: {} rows, {}", exclusion.rows, exclusion.reason));
    }
    table
}

/// AUC by subgroup and method, and the disparity between dominant and less-prevalent (equation 4).
pub fn auc_table(summary: &Summary) -> Table {
    let config = &summary.config;
    let mut headers = vec!["Method".to_owned()];
    headers.extend(summary.data.subgroups.iter().cloned());
    headers.push("Disparity".to_owned());
    let measure = measure(summary.data.task);
    let title = format!("Test {measure} (95 % interval), profile {}, seed {}", config.profile, config.seed);
    let mut table = Table::new(title, headers);
    for method in &summary.methods {
        let mut cells: Vec<Estimate> =
            summary.data.subgroups.iter().map(|name| auc_of(summary, &method.method, name)).collect();
        cells.push(method.disparity.clustered.difference.clone());
        table.estimates(&method.title, &cells);
    }
    match summary.data.task {
        TaskKind::Binary => table.note(
            "intervals take patients as independent (Obuchowski); summary.json has DeLong's beside them",
        ),
        TaskKind::MultiClass | TaskKind::MultiLabel => table.note(interval_words(summary)),
    };
    if summary.contaminated {
        table.note(CONTAMINATED);
    }
    table
}

/// Each method minus the first one, on the same test samples of each subgroup.
pub fn difference_table(summary: &Summary) -> Table {
    let title =
        format!("Paired difference in test {} (95 % interval), two-sided p", measure(summary.data.task));
    let mut table = Table::new(title, ["Difference", "Subgroup", "AUC", "p"]);
    for pair in &summary.differences {
        table.row([
            format!("{} minus {}", title_of(summary, &pair.method), title_of(summary, &pair.reference)),
            pair.subgroup.clone(),
            format::estimate(&pair.auc.difference),
            format::p_value(pair.auc.p),
        ]);
    }
    for pair in &summary.differences {
        let difference = &pair.auc.difference;
        for remark in [&difference.reason, &difference.flag].into_iter().flatten() {
            table.note(format!("* {}: {remark}", pair.subgroup));
        }
    }
    table.note("p-values are not adjusted for their number");
    if summary.contaminated {
        table.note(CONTAMINATED);
    }
    table
}

/// Disparity of every method: the fixed pair of equation 4, and best minus worst of all subgroups.
pub fn disparity_table(summary: &Summary) -> Table {
    let (dominant, less) = (&summary.data.subgroups[0], &summary.data.subgroups[1]);
    let pair = format!("AUC {dominant} − {less}");
    let title = "Disparity in test AUC and Brier score (95 % interval)";
    let brier = format!("Brier {dominant} − {less}");
    let mut table = Table::new(title, ["Method", &pair, "AUC best − worst", &brier]);
    for method in &summary.methods {
        let found = &method.disparity;
        let brier = found.brier.as_ref().map(|brier| brier.difference.clone());
        let none = || Estimate::undefined("Brier score", 0, "only for a task with two classes");
        let cells =
            [found.clustered.difference.clone(), found.best_minus_worst.clone(), brier.unwrap_or_else(none)];
        table.estimates(&method.title, &cells);
    }
    table.note("best − worst is over all subgroups that the method scores; it cannot be negative");
    if summary.contaminated {
        table.note(CONTAMINATED);
    }
    table
}

/// The disparity of Fig 4c: `A(dominant) - A(less-prevalent)` of every method, and beside it best
/// minus worst of all its subgroups.
///
/// # Errors
/// [`FigureError`] when the drawing fails.
pub fn disparity_figure(summary: &Summary) -> Result<Figure, FigureError> {
    let title = format!("c  Disparity in test {}", measure(summary.data.task));
    disparity_bars(summary, &title).footer(footer(summary)).draw()
}

/// The chart of [`disparity_figure`], alone or as a panel.
pub(super) fn disparity_bars(summary: &Summary, title: &str) -> Bars {
    let name = format!("fig4c_{}_{}", summary.data.name, summary.config.scheme);
    let (dominant, less) = (&summary.data.subgroups[0], &summary.data.subgroups[1]);
    let mut bars = Bars::new(name, title)
        .axis(BarAxis::Difference)
        .y_label(format!("difference in {}", measure(summary.data.task)))
        .group(BarGroup::new(format!("{dominant} − {less}")))
        .group(BarGroup::new("best − worst"));
    for method in &summary.methods {
        let found = &method.disparity;
        bars =
            bars.series(&method.title, [found.clustered.difference.clone(), found.best_minus_worst.clone()]);
    }
    let caption = format!(
        "Equation 4 on {}. Zero is no disparity; negative means that the less-prevalent subgroup does better. \
         Best minus worst is over all subgroups that the method scores and cannot be negative. {}",
        summary.data.title,
        interval_words(summary),
    );
    bars.colours(colours(summary)).caption(caption)
}

/// What the AUC of a task is called.
pub(in crate::report) fn measure(task: TaskKind) -> &'static str {
    if task == TaskKind::Binary { "AUC" } else { "macro AUC" }
}

/// Where the error bars of a run come from.
pub(in crate::report) fn interval_words(summary: &Summary) -> String {
    let measure = match summary.data.task {
        TaskKind::Binary => {
            return "Error bars: 95 % interval with patients as independent units.".to_owned();
        }
        TaskKind::MultiClass => "mean over the classes, each against the rest",
        TaskKind::MultiLabel => "mean over the findings",
    };
    format!(
        "Macro AUC: {measure}, those with both outcomes, each once. 95 % intervals with patients as independent units."
    )
}

/// What every figure of a run says of itself.
pub(in crate::report) fn footer(summary: &Summary) -> String {
    let contaminated = if summary.contaminated { " · CONTAMINATED by the test part" } else { "" };
    let config = &summary.config;
    format!("{} · profile {} · seed {}{contaminated}", summary.data.title, config.profile, config.seed)
}

/// The bar chart of Fig 4a: AUC of every method in every subgroup with error bars.
///
/// # Errors
/// [`FigureError`] when the drawing fails.
pub fn auc_figure(summary: &Summary) -> Result<Figure, FigureError> {
    let title = format!("a  Test {} by subgroup and method", measure(summary.data.task));
    auc_bars(summary, &title).footer(footer(summary)).draw()
}

/// The chart of [`auc_figure`], alone or as a panel.
pub(super) fn auc_bars(summary: &Summary, title: &str) -> Bars {
    let config = &summary.config;
    let measure = measure(summary.data.task);
    let name = format!("fig4a_{}_{}", summary.data.name, config.scheme);
    let mut bars = Bars::new(name, title).y_label(measure);
    for subgroup in &summary.data.subgroups {
        bars = bars.group(test_group(&summary.data, subgroup));
    }
    for method in &summary.methods {
        let estimates = summary.data.subgroups.iter().map(|name| auc_of(summary, &method.method, name));
        bars = bars.series(&method.title, estimates.collect::<Vec<_>>());
    }
    let caption = format!(
        "Test {measure} of {} on {} (scheme {}), profile {}, seed {}. {}",
        summary.methods.iter().map(|m| m.title.as_str()).collect::<Vec<_>>().join(", "),
        summary.data.title,
        config.scheme,
        config.profile,
        config.seed,
        match summary.data.task {
            TaskKind::Binary =>
                "Error bars: 95 % interval with patients as independent units (Obuchowski). The paper's Fig 4a \
                 shows Mixed and QPI on its private cohort."
                    .to_owned(),
            TaskKind::MultiClass | TaskKind::MultiLabel => interval_words(summary),
        }
    );
    bars.colours(colours(summary)).caption(caption)
}

/// A subgroup with the counts of its test part.
pub(in crate::report) fn test_group(data: &DataSummary, subgroup: &str) -> BarGroup {
    let test = data.counts.iter().find(|c| c.part == "test" && c.subgroup == subgroup);
    let group = BarGroup::new(subgroup);
    match test {
        // Of several classes none is the positive one; any finding makes nearly everybody positive.
        Some(count) if data.task != TaskKind::Binary => BarGroup { n: Some(count.images), ..group },
        Some(count) => group.counts(count.images, count.positives),
        None => group,
    }
}

/// A method has the same colour in every figure.
pub(in crate::report) fn colours(summary: &Summary) -> Vec<usize> {
    colour::places(summary.methods.iter().map(|entry| entry.method.as_str()))
}

pub(super) fn title_of<'a>(summary: &'a Summary, key: &'a str) -> &'a str {
    summary.methods.iter().find(|entry| entry.method == key).map_or(key, |entry| &entry.title)
}

/// The clustered AUC of a method on a subgroup; undefined where the method has no model for it.
pub(in crate::report) fn auc_of(summary: &Summary, method: &str, subgroup: &str) -> Estimate {
    let method = summary.methods.iter().find(|entry| entry.method == method);
    let found = method.and_then(|entry| entry.subgroups.iter().find(|entry| entry.subgroup == subgroup));
    found.map_or_else(
        || Estimate::undefined("AUC", 0, "this method has no scores for the subgroup"),
        |entry| entry.auc_clustered.clone(),
    )
}
