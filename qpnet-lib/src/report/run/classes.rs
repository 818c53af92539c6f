//! Classes and findings one by one: the table and the figure below a macro AUC.

use super::comparison::{footer, interval_words, title_of};
use crate::data::TaskKind;
use crate::data::synthetic::chexpert::{Attribute, FINDINGS};
use crate::experiment::{ClassGap, Run, Summary, class_gaps};
use crate::figure::{Figure, Forest};
use crate::report::verdict::CONTAMINATED;
use crate::report::{ReportError, Table, format};
use crate::stats::multiplicity::benjamini_hochberg;

/// Images of each class, or with each finding, by subgroup in the training and the test part.
pub fn class_counts_table(summary: &Summary) -> Table {
    let data = &summary.data;
    let kept: Vec<_> = data.counts.iter().filter(|count| count.part != "validation").collect();
    let mut headers = vec![noun(summary.data.task).to_owned()];
    headers.extend(kept.iter().map(|count| format!("{}, {}", count.subgroup, count.part)));
    let title = format!("Images by {}: {}", headers[0].to_lowercase(), data.title);
    let mut table = Table::new(title, headers);
    for (class, name) in data.classes.iter().enumerate() {
        let numbers = kept.iter().map(|count| count.per_class[class].to_string());
        table.row(std::iter::once(name.clone()).chain(numbers));
    }
    let all = kept.iter().map(|count| count.images.to_string());
    table.row(std::iter::once("all images".to_owned()).chain(all));
    if data.task == TaskKind::MultiLabel {
        table.note("a radiograph may show several findings; uncertain ones are not counted");
    }
    table
}

/// AUC of every class in both subgroups by `method`, and which of them the macro AUC counts.
///
/// # Errors
/// [`ReportError`] from the statistics.
pub fn class_table(run: &Run, method: &str) -> Result<Table, ReportError> {
    let summary = &run.summary;
    let (gaps, subgroups) = (class_gaps(run, method)?, &summary.data.subgroups);
    let noun = noun(summary.data.task);
    let [dominant, less] = [&subgroups[0], &subgroups[1]];
    let title = format!("Test AUC by {}, {}", noun.to_lowercase(), title_of(summary, method));
    let mut table =
        Table::new(title, [noun, "+ / −", dominant, "+ / −", less, "Difference", "p", "p adjusted"]);
    let p: Vec<Option<f64>> = gaps.iter().map(|class| class.gap.p).collect();
    let adjusted = benjamini_hochberg(&p)?;
    if summary.contaminated {
        table.note(CONTAMINATED);
    }
    for (class, adjusted) in gaps.iter().zip(adjusted) {
        let outcomes = class.outcomes.map(|[positive, negative]| format!("{positive} / {negative}"));
        let [first, second] = outcomes;
        table.row([
            class.class.clone(),
            first,
            format::estimate(&class.auc[0]),
            second,
            format::estimate(&class.auc[1]),
            format::estimate(&class.gap.difference),
            format::p_value(class.gap.p),
            format::p_value(adjusted),
        ]);
        for remark in remarks(class, subgroups) {
            table.note(remark);
        }
    }
    if let Some(found) = summary.methods.iter().find(|entry| entry.method == method) {
        let auc = |name: &String| {
            let entry = found.subgroups.iter().find(|entry| &entry.subgroup == name);
            entry.map_or_else(|| "—".to_owned(), |entry| format::estimate(&entry.auc_clustered))
        };
        let difference = format::estimate(&found.disparity.clustered.difference);
        let dash = || "—".to_owned();
        let macro_row = ["Macro AUC".to_owned(), dash(), auc(dominant), dash(), auc(less), difference];
        table.row(macro_row.into_iter().chain([dash(), dash()]));
    }
    table.note(counted_words(&gaps, subgroups));
    table.note(
        "intervals take patients as independent (Obuchowski); the difference of macro AUCs is over the classes that \
         count in both; p adjusted by Benjamini and Hochberg over the rows",
    );
    Ok(table)
}

fn remarks(class: &ClassGap, subgroups: &[String]) -> Vec<String> {
    let of = |(auc, name): (&crate::stats::Estimate, &String)| {
        let remark = auc.reason.as_ref().or(auc.flag.as_ref())?;
        Some(format!("* {}, {name}: {remark}", class.class))
    };
    class.auc.iter().zip(subgroups).filter_map(of).collect()
}

/// Which classes the macro AUC of each subgroup is the mean of.
pub fn counted_words(gaps: &[ClassGap], subgroups: &[String]) -> String {
    let left_out = |subgroup: usize| -> Vec<&str> {
        let undefined = gaps.iter().filter(|class| class.auc[subgroup].value.is_none());
        undefined.map(|class| class.class.as_str()).collect()
    };
    let words = |subgroup: usize| {
        let missing = left_out(subgroup);
        let counted = gaps.len() - missing.len();
        let without = match missing.is_empty() {
            true => String::new(),
            false => format!(", without {} (an outcome is missing)", missing.join(", ")),
        };
        format!("{}: {counted} of {}{without}", subgroups[subgroup], gaps.len())
    };
    let apart = match left_out(0) == left_out(1) {
        true => "",
        false => "; the two macro AUCs are means over different classes, and so is their disparity",
    };
    format!("counted in the macro AUC: {}; {}{apart}", words(0), words(1))
}

/// AUC of the dominant minus the less-prevalent subgroup, class by class, for each of `methods`.
///
/// # Errors
/// [`ReportError`] from the statistics or the drawing.
pub fn class_figure(run: &Run, methods: &[&str], name: &str) -> Result<Figure, ReportError> {
    let summary = &run.summary;
    let (dominant, less) = (&summary.data.subgroups[0], &summary.data.subgroups[1]);
    let noun = noun(summary.data.task).to_lowercase();
    let mut forest = Forest::new(name, format!("Which {noun} is read worse in which subgroup"))
        .x_label(format!("AUC {dominant} − AUC {less}"))
        .reference(0.0, "no difference");
    for method in methods {
        forest = forest.heading(title_of(summary, method));
        for class in class_gaps(run, method)? {
            let mut difference = class.gap.difference;
            difference.flag = None; // few positives: the table says so
            forest = forest.row(class.class, difference);
        }
    }
    let caption = format!(
        "{}, scheme {}: test AUC of {dominant} minus that of {less}, {noun} by {noun}; to the right of zero the \
         less-prevalent subgroup is read worse. Intervals at 95 %, patients as independent (Obuchowski), not \
         adjusted for their number. {}",
        summary.data.title,
        summary.config.scheme,
        interval_words(summary),
    );
    Ok(forest.footer(footer(summary)).caption(caption).draw()?)
}

/// Whether the cues that the generator reverses in the less-prevalent subgroup show in the
/// findings' AUCs, in words that follow the numbers. `None` for data that are not drawn so.
///
/// # Errors
/// [`ReportError`] from the statistics.
pub fn reversed_words(run: &Run, method: &str) -> Result<Option<String>, ReportError> {
    let data = &run.summary.data;
    let attribute = match (data.name.as_str(), run.config.scheme.as_str()) {
        ("synthetic-chexpert", "age") => Attribute::Age,
        ("synthetic-chexpert", "race") => Attribute::Race,
        _ => return Ok(None),
    };
    let reversed: Vec<&str> = FINDINGS
        .iter()
        .filter(|finding| finding.reversed_in == Some(attribute))
        .map(|finding| finding.name)
        .collect();
    let mut gaps = class_gaps(run, method)?;
    gaps.retain(|class| class.gap.difference.value.is_some());
    let value = |class: &ClassGap| class.gap.difference.value.unwrap_or(f64::NEG_INFINITY);
    gaps.sort_by(|a, b| value(b).total_cmp(&value(a)));
    Ok(Some(reversed_sentence(&gaps, &reversed, title_of(&run.summary, method), &data.subgroups[1])))
}

/// `gaps` are sorted, the largest first.
fn reversed_sentence(gaps: &[ClassGap], reversed: &[&str], method: &str, less: &str) -> String {
    let is_reversed = |class: &&ClassGap| reversed.contains(&class.class.as_str());
    let named = gaps.iter().filter(is_reversed);
    let shown: Vec<String> = named
        .clone()
        .map(|class| format!("{} {}", class.class, format::estimate(&class.gap.difference)))
        .collect();
    let above = named.clone().filter(|class| class.gap.difference.low.is_some_and(|low| low > 0.0)).count();
    let largest = gaps.iter().take(reversed.len()).filter(is_reversed).count();
    let others = gaps.iter().filter(|class| !is_reversed(class));
    let other_above =
        others.clone().filter(|class| class.gap.difference.low.is_some_and(|low| low > 0.0)).count();
    let (total, rest) = (reversed.len(), others.count());
    let verdict = match (above, largest) {
        (a, l) if a == total && l == total => "The reversed cues show.",
        (0, _) => "The reversed cues do not show.",
        _ => "The reversed cues show in part.",
    };
    format!(
        "The generator reverses the cues of {} in {less}. Under {method} the AUC is lower there by {}: {above} of \
         {total} intervals lie above 0, and {largest} of the {total} largest gaps are theirs; of the other {rest} \
         findings {other_above} have an interval above 0. {verdict}",
        reversed.join(" and "),
        shown.join(", "),
    )
}

fn noun(task: TaskKind) -> &'static str {
    if task == TaskKind::MultiLabel { "Finding" } else { "Class" }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::stats::{Comparison, Estimate};

    fn class(name: &str, value: f64, half: f64) -> ClassGap {
        let auc = Estimate::new(0.8, 0.7, 0.9, "Obuchowski", 100);
        let difference = Estimate::new(value, value - half, value + half, "Obuchowski", 100);
        let gap = Comparison { difference, z: None, df: None, p: None };
        ClassGap { class: name.to_owned(), outcomes: [[10, 90]; 2], auc: [auc.clone(), auc], gap }
    }

    #[test]
    fn words_follow_the_numbers() {
        let say = |gaps: &[ClassGap]| reversed_sentence(gaps, &["Edema", "Atelectasis"], "Mixed", ">80");
        let clear = [class("Edema", 0.3, 0.1), class("Atelectasis", 0.2, 0.1), class("Fracture", 0.0, 0.1)];
        assert!(say(&clear).ends_with("The reversed cues show."), "{}", say(&clear));
        assert!(say(&clear).contains("of the other 1 findings 0 have"), "{}", say(&clear));
        let part = [class("Fracture", 0.3, 0.1), class("Edema", 0.2, 0.1), class("Atelectasis", 0.1, 0.2)];
        assert!(
            say(&part).contains("1 of 2 intervals") && say(&part).ends_with("in part."),
            "{}",
            say(&part)
        );
        let none = [class("Fracture", 0.3, 0.1), class("Edema", 0.0, 0.1), class("Atelectasis", -0.1, 0.2)];
        assert!(say(&none).ends_with("do not show."), "{}", say(&none));
    }

    #[test]
    fn a_class_without_an_outcome_is_named() {
        let mut gaps = [class("MEL", 0.1, 0.1), class("VASC", 0.1, 0.1)];
        let names = ["0-59".to_owned(), "60-85".to_owned()];
        let words = counted_words(&gaps, &names);
        assert_eq!(words, "counted in the macro AUC: 0-59: 2 of 2; 60-85: 2 of 2");
        gaps[1].auc[1] = Estimate::undefined("Obuchowski", 9, "no positives among 9 samples");
        let words = counted_words(&gaps, &names);
        assert!(
            words.contains("60-85: 1 of 2, without VASC") && words.contains("different classes"),
            "{words}"
        );
    }
}
