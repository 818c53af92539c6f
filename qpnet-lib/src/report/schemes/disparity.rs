//! Is there a disparity at all? Equation 4 over several subgrouping schemes, tested (Fig 2a).

use super::overview::{auc, overview_footer, scheme, with};
use crate::experiment::Run;
use crate::figure::{Figure, FigureError, Forest};
use crate::report::{Table, colour, format};
use crate::stats::multiplicity::holm;
use crate::stats::{Comparison, Estimate, StatsError, normal::two_sided_factor};

/// Level of tests and intervals.
const ALPHA: f64 = 0.05;

/// The disparity of every scheme and method: dominant minus less-prevalent (equation 4), and best
/// minus worst where a scheme has more than two subgroups.
///
/// # Errors
/// [`FigureError`] when the drawing fails.
pub fn disparities_figure(runs: &[Run], name: impl Into<String>) -> Result<Figure, FigureError> {
    let mut colours = Vec::new();
    let mut forest = Forest::new(name, "a  Disparity in test AUC, by scheme")
        .x_label("AUC dominant − AUC less-prevalent")
        .reference(0.0, "no disparity");
    for summary in runs.iter().map(|run| &run.summary) {
        forest = forest.heading(scheme(summary));
        let places = colour::places(summary.methods.iter().map(|entry| entry.method.as_str()));
        for (entry, place) in summary.methods.iter().zip(places) {
            forest = forest.row(&entry.title, entry.disparity.clustered.difference.clone());
            colours.push(place);
            if entry.subgroups.len() > 2 {
                let label = format!("{}, best − worst of {}", entry.title, entry.subgroups.len());
                forest = forest.row(label, entry.disparity.best_minus_worst.clone());
                colours.push(place);
            }
        }
    }
    let caption = "Equation 4. Right of 0 the dominant subgroup does better. Bars: 95 % interval, patients as \
                   units. Best minus worst cannot be negative: that of equal subgroups lies above 0.";
    forest
        .colours(colours)
        .caption(caption)
        .footer(overview_footer(runs.iter().map(|run| &run.summary)))
        .draw()
}

/// The disparity of Mixed in every scheme with its test.
///
/// # Errors
/// [`StatsError`] from Holm's correction.
pub fn disparities_table(runs: &[Run]) -> Result<Table, StatsError> {
    let headers = ["Scheme", "Dominant − less-prevalent", "p", "p (Holm)", "Best − worst"];
    let mut table = Table::new("Disparity of Mixed in test AUC (95 % interval)", headers);
    for ((summary, entry), adjusted) in with(runs, "mixed").zip(adjusted(runs)?) {
        let several = entry.subgroups.len() > 2;
        let best = if several { format::estimate(&entry.disparity.best_minus_worst) } else { String::new() };
        let Comparison { difference: found, p, .. } = &entry.disparity.clustered;
        table.row([
            scheme(summary),
            format::estimate(found),
            format::p_value(*p),
            format::p_value(adjusted),
            best,
        ]);
        for remark in [&found.reason, &found.flag].into_iter().flatten() {
            table.note(format!("* {}: {remark}", scheme(summary)));
        }
    }
    table.note("Holm over the schemes; best minus worst where there are more than two subgroups");
    Ok(table)
}

fn adjusted(runs: &[Run]) -> Result<Vec<Option<f64>>, StatsError> {
    let p: Vec<_> = with(runs, "mixed").map(|(_, entry)| entry.disparity.clustered.p).collect();
    holm(&p)
}

/// In which schemes Mixed serves the subgroups unequally, in words that follow the tests.
///
/// # Errors
/// [`StatsError`] from Holm's correction.
pub fn disparities_words(runs: &[Run]) -> Result<String, StatsError> {
    let mut lines = Vec::new();
    let (mut dominant, mut less, mut open) = (0, 0, 0);
    for ((summary, entry), p) in with(runs, "mixed").zip(adjusted(runs)?) {
        let (kind, words) = verdict(&entry.disparity.clustered.difference, p, &summary.data.subgroups);
        *match kind {
            Kind::Dominant => &mut dominant,
            Kind::Less => &mut less,
            Kind::Open => &mut open,
        } += 1;
        lines.push(format!("{}: {words}", scheme(summary)));
    }
    lines.push(format!(
        "Of {} schemes, Mixed serves the dominant subgroup better in {dominant}, the less-prevalent one in {less}; \
         {open} undecided. One training each: how much trainings differ is not part of these tests.",
        dominant + less + open
    ));
    Ok(lines.join("\n"))
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Kind {
    Dominant,
    Less,
    Open,
}

fn verdict(found: &Estimate, p: Option<f64>, names: &[String]) -> (Kind, String) {
    let text = format::estimate(found);
    let Some((value, low, high)) = found.triple() else {
        return (Kind::Open, format!("the disparity cannot be judged ({text})."));
    };
    if p.is_none_or(|p| p > ALPHA) {
        let most = low.abs().max(high.abs());
        return (Kind::Open, format!("no disparity is shown ({text}), nor is one of {most:.3} excluded."));
    }
    let (kind, better, worse) =
        if value > 0.0 { (Kind::Dominant, &names[0], &names[1]) } else { (Kind::Less, &names[1], &names[0]) };
    (kind, format!("{better} does better than {worse}, dominant minus less-prevalent {text}."))
}

/// The paper's way to put it, "over 46 % higher": AUC of the dominant over that of the
/// less-prevalent subgroup, minus 1, beside the paper's own numbers.
///
/// # Errors
/// [`StatsError`] from the interval.
pub fn relative_table(runs: &[Run]) -> Result<Table, StatsError> {
    let headers = ["Scheme", "Dominant", "Less-prevalent", "AUC dominant", "AUC less", "Higher by (%)"];
    let mut table = Table::new("How much higher is the dominant subgroup's AUC?", headers);
    for Printed { scheme, subgroups, aucs, percent } in PAPER {
        let auc =
            |group: usize| aucs.map_or_else(|| "not printed".to_owned(), |a| format!("{:.3}", a[group]));
        let excess = format!("over {percent}");
        table.row([scheme, subgroups[0], subgroups[1], &auc(0), &auc(1), &excess]);
    }
    for (summary, _) in with(runs, "mixed") {
        let names = &summary.data.subgroups;
        let [dominant, less] = [0, 1].map(|subgroup| auc(summary, "mixed", &names[subgroup]));
        let (Some(dominant), Some(less)) = (dominant, less) else { continue };
        let excess = match relative_excess(dominant, less)? {
            Some([value, low, high]) => {
                format!("{:.0} ({:.0} to {:.0})", 100.0 * value, 100.0 * low, 100.0 * high)
            }
            None => "—".to_owned(),
        };
        table.row([
            scheme(summary),
            names[0].clone(),
            names[1].clone(),
            format::estimate(dominant),
            format::estimate(less),
            excess.replace('-', "−"),
        ]);
    }
    table.note("the paper's AUCs are derived from its differences and disparity; its cohort is private");
    table.note("limits by the delta method on the logarithm of the ratio, subgroups taken as independent");
    Ok(table)
}

/// A statement of the paper's first section of results about Mixed.
struct Printed {
    scheme: &'static str,
    subgroups: [&'static str; 2],
    aucs: Option<[f64; 2]>,
    percent: u32,
}

const PAPER: [Printed; 3] = [
    Printed {
        scheme: "paper · histology",
        subgroups: ["PTC", "FTC"],
        aucs: Some([0.867, 0.594]),
        percent: 46,
    },
    Printed {
        scheme: "paper · histology",
        subgroups: ["PTC", "MTC"],
        aucs: Some([0.867, 0.667]),
        percent: 30,
    },
    Printed { scheme: "paper · hospital", subgroups: ["tertiary", "community"], aucs: None, percent: 42 },
];

/// `A / B - 1` of two independent AUCs with 95 % limits; `None` where one lacks a standard error,
/// or has none above 0, or is 0.
///
/// # Formula
/// `exp(ln(A / B) ± z sqrt(se_A^2 / A^2 + se_B^2 / B^2)) - 1`
fn relative_excess(a: &Estimate, b: &Estimate) -> Result<Option<[f64; 3]>, StatsError> {
    let z = two_sided_factor(1.0 - ALPHA)?;
    let part = |e: &Estimate| Some((e.value.filter(|value| *value > 0.0)?, e.se.filter(|se| *se > 0.0)?));
    let (Some((a, se_a)), Some((b, se_b))) = (part(a), part(b)) else { return Ok(None) };
    let (centre, half) = ((a / b).ln(), z * (se_a / a).hypot(se_b / b));
    Ok(Some([centre, centre - half, centre + half].map(f64::exp_m1)))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn with_se(value: f64, se: f64) -> Estimate {
        Estimate { se: Some(se), ..Estimate::new(value, value - 2.0 * se, value + 2.0 * se, "m", 100) }
    }

    #[test]
    fn the_excess_reproduces_what_the_paper_prints() {
        for Printed { aucs, percent, .. } in PAPER {
            let Some([a, b]) = aucs else { continue };
            let [value, low, high] =
                relative_excess(&with_se(a, 0.01), &with_se(b, 0.02)).expect("level").expect("defined");
            assert!((100.0 * value - f64::from(percent)).abs() < 0.5, "{value} {percent}");
            // ln is a function with derivative 1 / A: the standard error of ln(A / B) by hand.
            let se = ((0.01 / a).powi(2) + (0.02 / b).powi(2)).sqrt();
            let width = (1.0 + high).ln() - (1.0 + low).ln();
            assert!((width - 2.0 * 1.959_963_984_540_054 * se).abs() < 1e-9);
        }
        assert_eq!(relative_excess(&Estimate::bare(0.8, "m", 1), &with_se(0.7, 0.1)), Ok(None));
    }

    #[test]
    fn words_follow_the_numbers() {
        let names = ["PTC", "FTC"].map(str::to_owned);
        let better = with_se(0.1, 0.02);
        assert_eq!(verdict(&better, Some(1e-4), &names).0, Kind::Dominant);
        let worse = with_se(-0.1, 0.02);
        let (kind, words) = verdict(&worse, Some(1e-4), &names);
        assert!(kind == Kind::Less && words.starts_with("FTC does better than PTC"), "{words}");
        // Significant alone, no longer after the correction.
        assert_eq!(verdict(&better, Some(0.2), &names).0, Kind::Open);
        let wide = with_se(0.01, 0.05);
        let (kind, words) = verdict(&wide, Some(0.8), &names);
        assert!(kind == Kind::Open && words.contains("nor is one of 0.110 excluded"), "{words}");
        assert_eq!(verdict(&Estimate::undefined("m", 0, "none"), None, &names).0, Kind::Open);
    }
}
