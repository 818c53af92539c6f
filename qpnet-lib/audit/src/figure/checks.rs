//! Every text of every kind lies on the sheet and on no other text.

use super::canvas::{Anchor, Canvas, Text};
use super::chart::{Chart, Content, NARROW};
use super::*;
use crate::stats::Estimate;

/// Corners of the ink of a text: capitals and figures rise by 0.73 em, tails fall by 0.2 em.
fn ink(text: &Text) -> [f64; 4] {
    let width = text.font.width(&text.text);
    let start = match text.anchor {
        Anchor::Left => 0.0,
        Anchor::Middle => -width / 2.0,
        Anchor::Right => -width,
    };
    let (x, y) = text.at;
    let (rise, fall) = (0.73 * text.font.em, 0.2 * text.font.em);
    if text.upwards {
        [x - rise, y - start - width, x + fall, y - start]
    } else {
        [x + start, y - rise, x + start + width, y + fall]
    }
}

fn check<C: Content>(chart: &Chart<C>) {
    chart.content.check("chart").expect("drawable");
    for width in [None, Some(NARROW)] {
        check_sheet(chart.lay_out(width));
    }
}

fn check_sheet((canvas, (width, height)): (Canvas, (f64, f64))) {
    let texts: Vec<(&Text, [f64; 4])> =
        canvas.texts().filter(|text| !text.text.trim().is_empty()).map(|text| (text, ink(text))).collect();
    for (text, [left, top, right, bottom]) in &texts {
        let inside = *left >= 4.0 && *top >= 2.0 && *right <= width - 4.0 && *bottom <= height - 2.0;
        assert!(inside, "`{}` leaves the sheet of {width} x {height}", text.text);
    }
    for (i, (a, p)) in texts.iter().enumerate() {
        for (b, q) in &texts[..i] {
            let apart = p[0] >= q[2] || q[0] >= p[2] || p[1] >= q[3] || q[1] >= p[3];
            assert!(apart, "`{}` overlaps `{}`", a.text, b.text);
        }
    }
}

const LONG: &str = "without the adversarial term, on class-balanced batches of every subgroup";

fn interval(value: f64) -> Estimate {
    Estimate::new(value, value - 0.03, value + 0.02, "DeLong, paired, 95 %", 412)
}

fn undefined() -> Estimate {
    Estimate::undefined("DeLong, paired, 95 %", 9, "no positives among 9 samples")
}

fn bars(methods: usize, groups: usize, name: &str) -> Bars {
    let mut chart = Bars::new("bars", name).axis(BarAxis::Difference).y_label(name);
    for g in 0..groups {
        chart = chart.group(BarGroup::new(format!("{name} {g}")).counts(1000 * g, 7 * g));
    }
    for m in 0..methods {
        let bar = |g| if (m + g) % 3 == 2 { undefined() } else { interval(0.2 - 0.1 * (m + g) as f64) };
        chart = chart.series(format!("{name} {m}"), (0..groups).map(bar));
    }
    chart.footer(name)
}

fn lines(series: usize, points: usize, name: &str) -> Lines {
    let mut chart = Lines::new("lines", name).x_label(name).y_label(name).footer(name).zero_line();
    for s in 0..series {
        let point = |i: usize| ((i + 1) as f64, -0.02 * s as f64, -0.02 * s as f64 - 0.1, f64::NAN);
        chart = chart.band(format!("{name} {s}"), (0..points).map(point));
    }
    chart.styles((0..series).map(|s| if s % 2 == 0 { LineStyle::Solid } else { LineStyle::Dashed }))
}

fn forest(rows: usize, name: &str) -> Forest {
    let mut chart = Forest::new("forest", name).x_label(name).reference(0.0, name).margin(-0.02, name);
    for row in 0..rows {
        let estimate = if row % 4 == 3 { undefined() } else { interval(0.03 * row as f64 - 0.05) };
        chart = chart.heading(name).row(format!("{name} {row}"), estimate);
    }
    chart.footer(name)
}

fn heat(rows: usize, columns: usize, name: &str) -> Heat {
    let mut chart = Heat::new("heat", name).columns((0..columns).map(|c| format!("{name} {c}")));
    for r in 0..rows {
        let cell = |c: usize| if r == c { f64::NAN } else { r as f64 - c as f64 };
        chart = chart.row(format!("{name} {r}"), (0..columns).map(cell));
    }
    let scale = HeatScale::Diverging { centre: 0.0 };
    chart.scale(scale).measure(name).x_label(name).y_label(name).footer(name).decimals(3)
}

#[test]
fn texts_of_every_kind_stay_apart_and_inside() {
    for name in ["", "Mixed", LONG, &"W".repeat(300)] {
        for n in [1, 2, 4, 9, 18] {
            check(&bars(n.min(4), n.min(6), name));
            check(&lines(n, 2 * n, name));
            for level in [-0.1, 0.0, 0.095, 0.2] {
                check(&lines(n, 2 * n, name).level(level, "a level").mark(1.0, "kept"));
            }
            check(&forest(n, name));
            check(&heat(n, n, name));
            check(&heat(2, n, name));
        }
    }
}

#[test]
fn texts_of_panels_stay_apart_and_inside() {
    for name in ["", "Mixed", LONG, &"W".repeat(300)] {
        for columns in 1..=4 {
            let sheet = Panels::new("sheet", name).columns(columns).footer(name);
            let sheet = sheet.panel(bars(3, 2, name)).panel(lines(5, 4, name));
            check(&sheet.panel(forest(4, name)).panel(heat(4, 6, name)));
        }
    }
}

#[test]
fn names_and_numbers_of_an_axis_stay_apart() {
    for points in [2, 5, 18, 60, 400] {
        let names = (1..=points).map(|i| format!("layer{}.{}.conv{}", i / 4, i % 2, i % 3));
        check(&lines(1, points, "").x_names(names.clone()));
        check(&Panels::new("sheet", "").columns(3).panel(lines(2, points, "a").x_names(names)));
        check(&lines(2, points, "").log_x());
        let sheet = Panels::new("sheet", "").columns(3).panel(lines(2, points, "a").log_x());
        check(&sheet.panel(forest(2, "b")).panel(heat(3, 3, "c")));
    }
    for scale in [1e-9, 1e-3, 1.0, 1e6, 1e15] {
        let points = (0..9).map(|i| (f64::from(i) * scale, f64::from(i - 4) * scale));
        check(&Lines::new("x", "t").y_label("y").series("s", points));
        let row = Estimate::new(scale, -scale, 3.0 * scale, "m", 3);
        check(&Forest::new("x", "t").row("r", row.clone()));
        check(&Heat::new("x", "t").columns(["a", "b"]).row("r", [scale, -scale]).measure("m"));
        check(&Bars::new("x", "t").axis(BarAxis::Difference).group(BarGroup::new("g")).series("s", [row]));
    }
}

#[test]
fn panels_stand_where_their_letters_say() {
    let sheet = Panels::new("sheet", "Title").panel(lines(1, 3, "p")).panel(lines(1, 3, "q"));
    let sheet = sheet.panel(lines(1, 3, "r"));
    let (canvas, _) = sheet.lay_out(None);
    let at =
        |letter: &str| canvas.texts().find(|text| text.text == letter && text.font.bold).expect(letter).at;
    let (a, b, c) = (at("a"), at("b"), at("c"));
    assert_eq!((a.0, a.1), (c.0, b.1));
    assert!(b.0 > a.0 && c.1 > a.1);
}

#[test]
fn panels_of_a_narrow_sheet_stand_below_each_other() {
    let sheet = Panels::new("sheet", "Title").columns(2).panel(lines(1, 3, "p")).panel(lines(1, 3, "q"));
    let (canvas, (width, _)) = sheet.lay_out(Some(NARROW));
    let at =
        |letter: &str| canvas.texts().find(|text| text.text == letter && text.font.bold).expect(letter).at;
    assert_eq!(at("a").0, at("b").0);
    assert!(width < 1.1 * NARROW && at("b").1 > at("a").1 + 200.0, "{width}");
}

#[test]
fn the_names_of_two_guides_are_not_cut() {
    for (margin, low) in [(-0.02, -0.03), (-0.02, -0.2), (0.02, -0.5), (-0.1, -0.11)] {
        let forest = Forest::new("forest", "t")
            .reference(0.0, "no difference")
            .margin(margin, format!("margin {margin}"));
        let row = Estimate::new(low + 0.01, low, 0.3, "m", 9);
        for width in [None, Some(NARROW)] {
            let chart = forest.clone().row("r", row.clone());
            let (canvas, _) = chart.lay_out(width);
            for label in ["no difference".to_owned(), format!("margin {margin}")] {
                assert!(canvas.texts().any(|text| text.text == label), "{label} at {low}");
            }
            check(&chart);
        }
    }
}
