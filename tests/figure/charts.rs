//! What a figure promises: exact numbers, every label, a sound picture, the same bytes twice.

use crate::figure_support::{check, texts};
use qpnet_audit::figure::{BarAxis, BarGroup, Bars, FigureError, Lines};
use qpnet_audit::stats::Estimate;

fn auc(value: f64, low: f64, high: f64) -> Estimate {
    Estimate::new(value, low, high, "DeLong 95 %", 412)
}

fn example() -> Bars {
    let none = Estimate::undefined("DeLong 95 %", 97, "no positives among 97 samples");
    Bars::new("fig4a", "AUC by subgroup")
        .group(BarGroup::new("dominant").counts(1412, 210))
        .group(BarGroup::new("less <prevalent> & rare").counts(97, 0))
        .series("Mixed", [auc(0.8612345678901234, 0.85, 0.88), none.clone()])
        .series("QPI", [auc(0.1, 0.05, 0.3).flagged(Some("only 4 positives".into())), none])
        .footer("synthetic population, profile smoke")
        .caption("Two methods.")
}

#[test]
fn bars_show_every_label_and_the_exact_numbers() {
    let figure = example().draw().expect("drawn");
    check(&figure);
    let texts = texts(&figure);
    for wanted in [
        "AUC by subgroup",
        "dominant",
        "less <prevalent> & rare",
        "n = 1,412",
        "210 positive",
        "Mixed",
        "QPI",
        "0.861",
        "0.100¹",
        "—²",
        "AUC",
        "chance",
        "¹ dominant (QPI): only 4 positives.",
        "² less <prevalent> & rare: undefined, no positives among 97 samples.",
        "synthetic population, profile smoke",
        "Error bars: DeLong 95 %.",
    ] {
        assert!(texts.iter().any(|text| text == wanted), "`{wanted}` is not in {texts:?}");
    }
    let rows: Vec<&str> = figure.csv.lines().collect();
    assert_eq!(rows[0], "group,n,positives,series,value,low,high,method,samples,reason,flag");
    assert_eq!(rows[1], "dominant,1412,210,Mixed,0.8612345678901234,0.85,0.88,DeLong 95 %,412,,");
    assert_eq!(rows[4], "less <prevalent> & rare,97,0,QPI,,,,DeLong 95 %,97,no positives among 97 samples,");
    assert_eq!(rows.len(), 5);
}

#[test]
fn two_calls_give_identical_bytes() {
    assert_eq!(example().draw().expect("first"), example().draw().expect("second"));
}

#[test]
fn one_to_four_methods_and_subgroups_fit() {
    for methods in 1..=4 {
        for groups in 1..=4 {
            for axis in [BarAxis::Performance, BarAxis::Difference] {
                let mut chart = Bars::new("grid", "A title").axis(axis);
                for g in 0..groups {
                    chart = chart.group(BarGroup::new(format!("group {g}")).counts(100 * g, 7 * g));
                }
                for m in 0..methods {
                    let bar = |g| auc(0.99 - 0.3 * f64::from(g), 0.9 - 0.3 * f64::from(g), 1.0);
                    chart = chart.series(format!("method {m}"), (0..groups as u32).map(bar));
                }
                check(&chart.draw().expect("drawn"));
            }
        }
    }
}

#[test]
fn long_and_odd_names_do_not_break_the_chart() {
    let long = "Ω≥µ–very/long ".repeat(60);
    let unbroken = "W".repeat(2000);
    for name in [long.as_str(), unbroken.as_str(), "", " ", "line\nbreak\tand \u{1} control", "漢字 🩺"] {
        let bars = Bars::new("odd", name)
            .group(BarGroup::new(name))
            .group(BarGroup::new(name))
            .y_label(name)
            .series(name, [auc(0.9, 0.8, 0.95), Estimate::undefined("m", 0, name)])
            .footer(name);
        check(&bars.draw().expect("bars"));
        let lines = Lines::new("odd", name).x_label(name).y_label(name).epochs(name, [1.0, 2.0]);
        check(&lines.level(1.5, name).mark(1.0, name).footer(name).draw().expect("lines"));
    }
}

#[test]
fn extreme_numbers_are_drawn_inside() {
    for (value, low, high) in [
        (0.0, 0.0, 0.2),
        (1.0, 0.8, 1.0),
        (-3.0, -5.0, 7.0),
        (f64::NAN, 0.1, 0.2),
        (0.5, 0.5, 0.5),
        (1e9, 0.0, 2e9),
    ] {
        for axis in [BarAxis::Performance, BarAxis::Difference] {
            let chart = Bars::new("x", "t").axis(axis).group(BarGroup::new("g"));
            check(&chart.series("s", [auc(value, low, high)]).draw().expect("drawn"));
        }
    }
}

#[test]
fn lines_keep_gaps_and_numbers() {
    let figure = Lines::new("history", "Validation AUC")
        .x_label("epoch")
        .y_label("AUC")
        .epochs("Mixed", [0.5, f64::NAN, 0.75, 0.8])
        .series("QPI", [(1.0, 0.6), (4.0, 0.9)])
        .draw()
        .expect("drawn");
    check(&figure);
    let expected = "series,x,y\nMixed,1,0.5\nMixed,2,NaN\nMixed,3,0.75\nMixed,4,0.8\nQPI,1,0.6\nQPI,4,0.9\n";
    assert_eq!(figure.csv, expected);
    let texts = texts(&figure);
    for wanted in ["Validation AUC", "epoch", "AUC", "Mixed", "QPI"] {
        assert!(texts.iter().any(|text| text == wanted), "`{wanted}` is not in {texts:?}");
    }
}

#[test]
fn what_cannot_be_drawn_is_said() {
    assert!(matches!(Bars::new("a", "t").draw(), Err(FigureError::Empty(_))));
    assert!(matches!(Lines::new("a", "t").epochs("s", [f64::NAN]).draw(), Err(FigureError::Empty(_))));
    let chart = Bars::new("a", "t").group(BarGroup::new("g")).series("s", []);
    let error = chart.draw().expect_err("no value for the group");
    assert_eq!(error.to_string(), "figure `a`: series `s` has 0 values for 1 groups");
    for name in ["", "../up", "a b", ".hidden"] {
        let chart = Lines::new(name, "t").epochs("s", [1.0]);
        assert!(matches!(chart.draw(), Err(FigureError::Name(_))), "{name}");
    }
}

#[test]
fn saving_writes_three_whole_files() {
    let folder = tempfile::tempdir().expect("tempdir");
    let figure = example().draw().expect("drawn");
    let saved = figure.save(folder.path().join("figures")).expect("saved");
    assert_eq!(std::fs::read_to_string(&saved.svg).expect("svg"), figure.svg);
    assert_eq!(std::fs::read(&saved.png).expect("png"), figure.png);
    assert_eq!(std::fs::read_to_string(&saved.csv).expect("csv"), figure.csv);
    assert_eq!(std::fs::read_dir(folder.path().join("figures")).expect("folder").count(), 3);
    std::fs::write(folder.path().join("file"), "x").expect("write");
    let error = figure.save(folder.path().join("file")).expect_err("a file is no folder");
    assert!(error.to_string().contains("file"), "{error}");
}

#[test]
fn a_notebook_gets_a_picture_and_words() {
    let blocks = example().draw().expect("drawn").evcxr_blocks();
    assert!(blocks.starts_with("EVCXR_BEGIN_CONTENT image/png\niVBORw0KGgo"), "{}", &blocks[..60]);
    let words = "EVCXR_BEGIN_CONTENT text/plain\nAUC by subgroup\nTwo methods.\nEVCXR_END_CONTENT\n";
    assert!(blocks.ends_with(words));
}
