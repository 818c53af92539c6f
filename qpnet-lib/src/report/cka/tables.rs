//! A CKA study as the figure of Fig 5b and as tables.

use crate::experiment::cka_study::{
    CkaStudy, LayerResult, LayerTest, SecondStart, Side, TransferKind, TransferResult,
};
use crate::figure::{Figure, FigureError, LineStyle, Lines, Panels};
use crate::report::provenance::reproducibility;
use crate::report::{Table, format};
use crate::stats::Estimate;

/// The colours of Mixed and QPI in the other figures, and one of its own for the control.
const COLOURS: [usize; 3] = [0, 2, 6];

/// Fig 5b: Delta CKA of every layer for each transfer with its interval, and below it the
/// `CKA_1` and `CKA_2` that it is the difference of.
///
/// # Errors
/// [`FigureError`] when the drawing fails, or no layer has a value.
pub fn cka_figure(study: &CkaStudy, name: &str) -> Result<Figure, FigureError> {
    let names = || study.qpi_minus_fine_tuning.iter().map(|test| test.layer.clone());
    let mut delta = Lines::new("delta", "Delta CKA = CKA_2 − CKA_1")
        .x_names(names())
        .y_label("Delta CKA")
        .zero_line()
        .colours(COLOURS);
    for transfer in &study.transfers {
        delta =
            delta.band(transfer.kind.title(), points(transfer, |layer| &layer.delta.comparison.difference));
    }
    let mut parts = Lines::new("parts", "CKA before against after the transfer")
        .x_names(names())
        .y_label("CKA")
        .colours(COLOURS.into_iter().flat_map(|colour| [colour; 2]))
        .styles(COLOURS.into_iter().flat_map(|_| [LineStyle::Dashed, LineStyle::Solid]));
    for transfer in &study.transfers {
        let value = |of: fn(&LayerResult) -> &Estimate| {
            points(transfer, of).into_iter().map(|(x, y, _, _)| (x, y)).collect::<Vec<_>>()
        };
        let title = transfer.kind.title();
        parts = parts
            .series(format!("CKA_1, {title}"), value(|layer| &layer.cka_1))
            .series(format!("CKA_2, {title}"), value(|layer| &layer.cka_2));
    }
    let caption = format!(
        "Debiased linear CKA on {} less-prevalent test patients of {}, one image each, drawn. M_1: {}; M_2: {}. \
         Fine-tuning is the paper's Delta CKA of Mixed. Above 0 more of M_2's features than of M_1's outlast the \
         transfer. With delta 1/2 both networks go through the same losses; the adaptive delta of M_1 begins near 1 \
         and favours the dominant subgroup. Bands: 95 % interval of each layer, over patients and {}. The paper's \
         Fig 5b starts from ImageNet on its private cohort.",
        patients(study),
        study.data.title,
        study.config.start.title(),
        second_words(study),
        seed_words(study),
    );
    Panels::new(name, "Feature reuse by layer")
        .panel(delta)
        .panel(parts)
        .columns(1)
        .footer(footer(study))
        .caption(caption)
        .draw()
}

/// Every layer: Delta CKA of each transfer, with Holm's side of 0.
pub fn cka_table(study: &CkaStudy) -> Table {
    let delta = |transfer: &TransferResult| {
        let tests = transfer.layers.iter().map(|layer| layer.delta.clone()).collect();
        (format!("Delta {}", transfer.kind.title()), tests)
    };
    tests_table(study, "Delta CKA by layer", study.transfers.iter().map(delta).collect())
}

/// Every layer: Delta CKA of QPI minus that of fine-tuning, as it is and with delta at 1/2.
pub fn cka_difference_table(study: &CkaStudy) -> Table {
    let column = |kind: TransferKind, tests: &[LayerTest]| {
        (format!("{} minus fine-tuning", kind.title()), tests.to_vec())
    };
    let columns = vec![
        column(TransferKind::Qpi, &study.qpi_minus_fine_tuning),
        column(TransferKind::QpiHalf, &study.half_minus_fine_tuning),
    ];
    tests_table(study, "Differences of Delta CKA by layer", columns)
}

/// Columns of one test a layer, each followed by its side of 0.
fn tests_table(study: &CkaStudy, title: &str, columns: Vec<(String, Vec<LayerTest>)>) -> Table {
    let title = format!("{title} (95 % interval), {}, {}", study.data.title, seed_words(study));
    let mut headers = vec![String::new(), "Layer".to_owned()];
    headers.extend(columns.iter().flat_map(|(header, _)| [header.clone(), String::new()]));
    let mut table = Table::new(title, headers);
    for (at, named) in study.qpi_minus_fine_tuning.iter().enumerate() {
        let mut row = vec![named.index.to_string(), named.layer.clone()];
        for (_, tests) in &columns {
            row.extend([format::estimate(&tests[at].comparison.difference), sign(&tests[at]).to_owned()]);
        }
        table.row(row);
        for remark in columns.iter().flat_map(|(_, tests)| {
            let difference = &tests[at].comparison.difference;
            [&difference.reason, &difference.flag].into_iter().flatten()
        }) {
            table.note(format!("* {remark}"));
        }
    }
    table.note("+ above 0, − below 0 at 5 % after Holm's adjustment over all layers of the column");
    table
}

/// `CKA_1` and `CKA_2` of every layer.
pub fn cka_parts_table(study: &CkaStudy) -> Table {
    let of = |name: &str, transfer: TransferKind| format!("{name}, {}", transfer.title());
    let mut headers = vec!["Layer".to_owned()];
    for kind in TransferKind::ALL {
        headers.extend([of("CKA_1", kind), of("CKA_2", kind)]);
    }
    let mut table = Table::new("Debiased CKA before against after (95 % interval)", headers);
    for (at, named) in study.qpi_minus_fine_tuning.iter().enumerate() {
        let cells: Vec<Estimate> = study
            .transfers
            .iter()
            .map(|transfer| &transfer.layers[at])
            .flat_map(|layer| [layer.cka_1.clone(), layer.cka_2.clone()])
            .collect();
        table.estimates(format!("{} {}", named.index, named.layer), &cells);
    }
    table
}

/// The test AUC before and after the transfers: the mean over seeds, and how far seeds lie apart.
/// M_1 itself has no head for the diagnosis, and no AUC.
pub fn cka_auc_table(study: &CkaStudy) -> Table {
    let mut headers = vec!["Network".to_owned()];
    headers.extend(study.data.subgroups.iter().take(2).cloned());
    let mut table = Table::new("Test AUC, mean over seeds (least to greatest)", headers);
    let mut row = |title: String, of: &dyn Fn(usize, usize) -> Option<f64>| {
        let cell = |subgroup: usize| {
            let values: Option<Vec<f64>> = (0..study.seeds.len()).map(|seed| of(seed, subgroup)).collect();
            range(values.as_deref())
        };
        table.row([title, cell(0), cell(1)]);
    };
    row("M_2, before".to_owned(), &|seed, subgroup| study.seeds[seed].auc_before[subgroup]);
    for kind in TransferKind::ALL {
        let title = format!("M_2, after {}", kind.title());
        row(title, &|seed, subgroup| study.seeds[seed].auc_after_2[kind.place()][subgroup]);
    }
    for kind in TransferKind::ALL {
        let title = format!("M_1, after {}", kind.title());
        row(title, &|seed, subgroup| study.seeds[seed].auc_after_1[kind.place()][subgroup]);
    }
    table
}

/// Configuration, data and versions behind a study.
pub fn cka_provenance_table(study: &CkaStudy) -> Table {
    let base = &study.config.base;
    let seeds: Vec<String> = study.config.seeds.iter().map(u64::to_string).collect();
    let done = vec![
        ("study", format!("{}, scheme {}, profile {}", base.data, base.scheme, base.profile)),
        ("M_1, M_2", format!("{}; {}", study.config.start.title(), second_words(study))),
        ("seeds", format!("training {}; data {}", seeds.join(", "), base.data_seed)),
        ("images compared", format!("{}, one of each of as many patients, drawn", patients(study))),
    ];
    reproducibility(done, &study.data, &study.environment)
}

fn points(transfer: &TransferResult, of: impl Fn(&LayerResult) -> &Estimate) -> Vec<(f64, f64, f64, f64)> {
    let number = |value: Option<f64>| value.unwrap_or(f64::NAN);
    let point = |layer: &LayerResult| {
        let found = of(layer);
        (layer.delta.index as f64, number(found.value), number(found.low), number(found.high))
    };
    transfer.layers.iter().map(point).collect()
}

fn sign(test: &LayerTest) -> &'static str {
    match test.side() {
        Side::Above => "+",
        Side::Below => "−",
        Side::Unclear => "",
    }
}

fn range(values: Option<&[f64]>) -> String {
    let Some(values) = values.filter(|values| !values.is_empty()) else { return "—".to_owned() };
    let mean = values.iter().sum::<f64>() / values.len() as f64;
    let (low, high) = values.iter().fold((f64::MAX, f64::MIN), |(low, high), &v| (low.min(v), high.max(v)));
    format!("{mean:.3} ({low:.3}–{high:.3})")
}

/// How many patients the layers were compared on, with one image each.
fn patients(study: &CkaStudy) -> usize {
    let ckas = study.seeds.iter().flat_map(|seed| seed.cka_1.iter().flatten());
    ckas.filter_map(|layer| layer.cka.as_ref()).map(|cka| cka.images).max().unwrap_or(0)
}

fn second_words(study: &CkaStudy) -> &'static str {
    match study.config.second {
        SecondStart::Mixed => "Mixed, trained from M_1",
        SecondStart::DominantOnly => "trained from M_1 on the dominant subgroup",
    }
}

fn seed_words(study: &CkaStudy) -> String {
    match study.seeds.len() {
        1 => "one seed".to_owned(),
        count => format!("{count} seeds"),
    }
}

fn footer(study: &CkaStudy) -> String {
    let profile = study.config.base.profile;
    format!(
        "{} · profile {profile} · {} · M_1: {}",
        study.data.title,
        seed_words(study),
        study.config.start.title()
    )
}
