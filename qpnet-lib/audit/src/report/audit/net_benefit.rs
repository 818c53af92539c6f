//! Decision curves of an audit.

use super::sheet::Sheet;
use super::tables::{headers, remark};
use crate::audit::{Audit, NetBenefitAudit, Predictions};
use crate::figure::{Figure, LineStyle, Lines};
use crate::report::{ReportError, Table, estimate};

/// Net benefit at every threshold; `None` where nobody asked.
pub fn net_benefit_table(audit: &Audit) -> Option<Table> {
    let title = format!("Net benefit ({:.0} % intervals)", 100.0 * audit.level);
    let own =
        ["Method", "Subgroup", "Threshold", "Net benefit", "Everybody positive", "Method minus everybody"];
    let mut table = Table::new(title, headers(audit, &[&own]));
    for entry in &audit.net_benefits {
        let class = entry.class.as_ref().map_or_else(String::new, |class| format!("{class}, "));
        let place = format!("{}, {class}{}, {}", entry.method, entry.group, entry.threshold);
        for (name, found) in
            own[3..].iter().zip([&entry.net_benefit, &entry.everybody, &entry.over_everybody.difference])
        {
            remark(&mut table, &format!("{place}, {name}"), found);
        }
        let numbers = [&entry.net_benefit, &entry.everybody, &entry.over_everybody.difference].map(estimate);
        let words = [entry.method.clone(), entry.group.clone(), entry.threshold.to_string()];
        table.row(entry.class.iter().cloned().chain(words).chain(numbers));
    }
    table.note(
        "true positives among all samples less the false ones by the odds of the threshold; calling nobody positive has 0. It \
         grows with the prevalence: subgroups are compared with calling everybody or nobody, not with each other",
    );
    (!audit.net_benefits.is_empty()).then_some(table)
}

/// The decision curve of the method at `place` with bands, a panel a subgroup, or, of several classes, a panel a class;
/// `None` of fewer than two thresholds.
///
/// # Errors
/// [`ReportError`] from the drawing.
pub fn decision_curve_figure(
    audit: &Audit,
    predictions: &Predictions,
    place: usize,
) -> Result<Option<Figure>, ReportError> {
    let sheet = Sheet { audit, predictions, method: place };
    let caption = format!(
        "Net benefit of calling positive whose probability is the threshold or more, with {:.0} % intervals, one threshold \
         at a time. Dashed: calling everybody positive. Nobody: 0.",
        100.0 * audit.level
    );
    let method = &audit.methods[place];
    let own = |group: &str, class: Option<&String>| -> Vec<&NetBenefitAudit> {
        let is = |entry: &&NetBenefitAudit| {
            &entry.method == method && entry.group == group && entry.class.as_ref() == class
        };
        audit.net_benefits.iter().filter(is).collect()
    };
    let axes = |lines: Lines| lines.x_label("threshold").y_label("net benefit").zero_line();
    let curve = |lines: Lines, names: [String; 2], points: &[&NetBenefitAudit]| {
        let corner = |entry: &&NetBenefitAudit| {
            let (value, low, high) = entry.net_benefit.triple()?;
            Some((entry.threshold, value, low, high))
        };
        let everybody = |entry: &&NetBenefitAudit| Some((entry.threshold, entry.everybody.value?));
        let [name, all] = names;
        lines
            .band(name, points.iter().filter_map(corner).collect::<Vec<_>>())
            .series(all, points.iter().filter_map(everybody).collect::<Vec<_>>())
    };
    let styles = [LineStyle::Solid, LineStyle::Dashed];
    let words = ("decision", "Decision curves");
    if predictions.classes.is_empty() {
        return sheet.by_group(words, &caption, |name, _, colour| {
            let points = own(name, None);
            let names = ["method", "everybody"].map(str::to_owned);
            let lines = curve(axes(Lines::new("subgroup", name)), names, &points);
            Ok((points.len() > 1).then(|| lines.colours([colour; 2]).styles(styles)))
        });
    }
    sheet.figure(words, &caption, |class, lines| {
        let (mut lines, mut colours, mut drawn) = (axes(lines), Vec::new(), Vec::new());
        for (name, _, colour) in sheet.groups() {
            let points = own(name, predictions.classes.get(class));
            if points.len() > 1 {
                lines = curve(lines, [name.to_owned(), format!("{name}, everybody")], &points);
                colours.extend([colour; 2]);
                drawn.extend(styles);
            }
        }
        Ok((!colours.is_empty()).then(|| lines.colours(colours).styles(drawn)))
    })
}
