//! Bands, forest plots, matrices and panels: exact numbers, refusals, the same bytes twice.

use crate::figure_support::{check, texts};
use qpnet_audit::figure::{
    BarGroup, Bars, Figure, FigureError, Forest, Heat, HeatCell, HeatScale, LineStyle, Lines, Panels,
};
use qpnet_audit::stats::Estimate;

fn gain(value: f64, low: f64, high: f64) -> Estimate {
    Estimate::new(value, low, high, "DeLong, paired, 95 %", 412)
}

fn learning() -> Lines {
    Lines::new("learning", "Test AUC over size")
        .x_label("images")
        .y_label("AUC")
        .log_x()
        .band(
            "dominant",
            [(500.0, 0.84, 0.82, 0.86), (1000.0, 0.86, f64::NAN, 0.88), (2000.0, 0.87, 0.85, 0.9)],
        )
        .series("less", [(500.0, 0.7), (2000.0, 0.6)])
        .colours([2, 6])
        .styles([LineStyle::Solid, LineStyle::Dashed])
}

fn forest() -> Forest {
    Forest::new("gain", "Gain over Mixed")
        .x_label("AUC QPI − AUC Mixed")
        .reference(0.0, "no difference")
        .margin(-0.02, "margin")
        .row("overall", gain(-0.004, -0.015, 0.007))
        .heading("race")
        .row("White", gain(0.0512345678901234, 0.012, 0.09).flagged(Some("only 4 positives".into())))
        .row("Black", Estimate::undefined("DeLong, paired, 95 %", 9, "no positives among 9 samples"))
}

fn heat() -> Heat {
    Heat::new("ablation", "Ablation")
        .columns(["no MMD", "MMD"])
        .row("fixed", [0.25, -0.125])
        .row("adaptive", [HeatCell::Value(0.5), HeatCell::undefined("diverged, epoch 3")])
        .scale(HeatScale::Diverging { centre: 0.0 })
        .measure("gain")
}

#[test]
fn words_stand_below_the_number_of_a_cell_and_in_the_table() {
    let told = Heat::new("map", "Map")
        .columns(["aligned", "opposed"])
        .row("none", [HeatCell::Told(0.011, "adds (20)".into()), HeatCell::Told(f64::NAN, "lost".into())])
        .row("strong", [HeatCell::Value(-0.002), HeatCell::undefined("not trained")])
        .decimals(3);
    let figure = told.draw().expect("drawn");
    check(&figure);
    has(&figure, &["0.011", "adds (20)", "\u{2212}0.002"]);
    assert!(!figure.svg.contains("lost"), "no number, no words");
    let expected = "row,column,value,reason,words\nnone,aligned,0.011,,adds (20)\nnone,opposed,NaN,,lost\n\
                    strong,aligned,-0.002,,\nstrong,opposed,,not trained,\n";
    assert_eq!(figure.csv, expected);
}

fn sheet() -> Panels {
    let bars = Bars::new("auc", "AUC").group(BarGroup::new("dominant").counts(412, 80));
    Panels::new("fig4", "Mixed and QPI")
        .panel(bars.series("Mixed", [gain(0.88, 0.85, 0.91)]).caption("Bars."))
        .panel(learning())
        .panel(forest().caption("Differences.").footer("synthetic"))
        .panel(heat().footer("another source"))
        .caption("All.")
        .footer("synthetic")
}

fn has(figure: &Figure, wanted: &[&str]) {
    let texts = texts(figure);
    for wanted in wanted {
        assert!(texts.iter().any(|text| text == wanted), "`{wanted}` is not in {texts:?}");
    }
}

#[test]
fn bands_add_two_columns_and_a_translucent_area() {
    let figure = learning().draw().expect("drawn");
    check(&figure);
    let expected = "series,x,y,low,high\ndominant,500,0.84,0.82,0.86\ndominant,1000,0.86,NaN,0.88\n\
                    dominant,2000,0.87,0.85,0.9\nless,500,0.7,,\nless,2000,0.6,,\n";
    assert_eq!(figure.csv, expected);
    has(&figure, &["500", "1,000", "2,000", "dominant", "less"]);
    // The missing limit splits the area into two pieces.
    assert_eq!(figure.svg.matches("opacity=\"0.18\"").count(), 2);
    let whole =
        learning().band("x", [(500.0, 0.5, 0.4, 0.6), (2000.0, 0.5, 0.4, 0.6)]).draw().expect("drawn");
    assert_eq!(whole.svg.matches("opacity=\"0.18\"").count(), 3);
}

#[test]
fn colours_and_styles_belong_to_the_series() {
    let svg = |lines: Lines| lines.draw().expect("drawn").svg;
    let chart = || Lines::new("x", "t").epochs("a", [0.0, 1.0]);
    assert!(svg(chart()).contains("#0072B2"), "a single curve is blue");
    assert!(svg(chart().colours([6])).contains("#D55E00"));
    let strokes = |svg: String| svg.matches("<polyline").count();
    assert!(strokes(svg(chart().styles([LineStyle::Dashed]))) > strokes(svg(chart())) + 10);
}

#[test]
fn names_of_places_are_turned_before_they_are_left_out() {
    let chart = |n: usize| {
        let names = (0..n).map(|i| format!("layer{i}.conv"));
        Lines::new("x", "t").epochs("s", (0..n).map(|i| i as f64)).x_names(names).draw().expect("drawn")
    };
    let named = |figure: &Figure| texts(figure).iter().filter(|text| text.starts_with("layer")).count();
    let turned = |figure: &Figure| figure.svg.matches("rotate(270").count();
    assert_eq!((named(&chart(3)), turned(&chart(3))), (3, 1), "only the axis label is turned");
    assert_eq!((named(&chart(18)), turned(&chart(18))), (18, 19));
    assert_eq!((named(&chart(60)), turned(&chart(60))), (30, 31));
}

#[test]
fn a_series_without_a_point_is_named() {
    let figure = Lines::new("x", "t").epochs("seen", [1.0, 2.0]).epochs("unseen", [f64::NAN]);
    has(&figure.draw().expect("drawn"), &["Not drawn, without a finite point: unseen."]);
}

#[test]
fn a_forest_shows_estimates_as_points_and_text() {
    let figure = forest().draw().expect("drawn");
    check(&figure);
    has(
        &figure,
        &[
            "overall",
            "race",
            "−0.004 [−0.015, 0.007]",
            "0.051 [0.012, 0.090]¹",
            "—²",
            "no difference",
            "margin",
            "Intervals: DeLong, paired, 95 %.",
            "¹ race, White: only 4 positives.",
            "² race, Black: undefined, no positives among 9 samples.",
        ],
    );
    let rows: Vec<&str> = figure.csv.lines().collect();
    assert_eq!(rows[0], "group,row,value,low,high,method,samples,reason,flag");
    assert_eq!(rows[1], ",overall,-0.004,-0.015,0.007,\"DeLong, paired, 95 %\",412,,");
    assert!(rows[2].starts_with("race,White,0.0512345678901234,0.012,0.09,"));
    assert!(rows[3].ends_with(",9,no positives among 9 samples,"));
    let one_sided = Estimate { high: None, ..gain(0.02, 0.005, 0.1) };
    let endless = gain(0.02, f64::NEG_INFINITY, 0.1);
    let figure =
        Forest::new("x", "t").row("a", one_sided).row("b", endless).decimals(2).draw().expect("drawn");
    has(&figure, &["0.02 [0.01, ∞)", "0.02 (−∞, 0.10]"]);
    check(&figure);
}

#[test]
fn a_forest_of_undefined_rows_is_drawn() {
    let none = || Estimate::undefined("m", 0, "no samples");
    check(&Forest::new("x", "t").row("a", none()).row("b", none()).draw().expect("drawn"));
    check(
        &Forest::new("x", "t")
            .row("a", gain(f64::NAN, 0.0, 1.0))
            .margin(f64::NAN, "m")
            .draw()
            .expect("drawn"),
    );
}

#[test]
fn a_matrix_writes_its_numbers_and_the_reasons() {
    let figure = heat().draw().expect("drawn");
    check(&figure);
    let expected = "row,column,value,reason\nfixed,no MMD,0.25,\nfixed,MMD,-0.125,\nadaptive,no MMD,0.5,\n\
                    adaptive,MMD,,\"diverged, epoch 3\"\n";
    assert_eq!(figure.csv, expected);
    has(&figure, &["0.25", "−0.12", "0.50", "—¹", "gain", "¹ adaptive (MMD): undefined, diverged, epoch 3."]);
    // The greatest distance from the centre takes the darkest blue.
    assert!(figure.svg.contains("#2166AC"));
    let none = Heat::new("x", "t").columns(["a"]).row("r", [f64::NAN]).draw().expect("drawn");
    check(&none);
    assert_eq!(none.csv, "row,column,value,reason\nr,a,,not a finite number\n");
}

#[test]
fn matrices_with_one_range_share_their_colours() {
    let ground = |values: [f64; 2]| {
        let chart = Heat::new("x", "t").columns(["a", "b"]).row("r", values).range(0.0, 1.0);
        chart.draw().expect("drawn").svg.contains("#08306B")
    };
    assert!(ground([0.2, 1.0]));
    assert!(ground([0.2, 7.0]), "beyond the range: the colour of its end");
    // The bar shows 64 steps, none of which is the very end.
    assert!(!ground([0.2, 0.5]));
}

#[test]
fn panels_carry_letters_one_table_and_one_caption() {
    let figure = sheet().draw().expect("drawn");
    check(&figure);
    has(&figure, &["a", "b", "c", "d", "Mixed and QPI", "AUC", "Gain over Mixed", "another source"]);
    let footers = texts(&figure).iter().filter(|text| *text == "synthetic").count();
    assert_eq!(footers, 1, "the footer of the sheet is not repeated");
    assert_eq!(figure.caption, "All. a, Bars. c, Differences.");
    let mut reader = csv::Reader::from_reader(figure.csv.as_bytes());
    let header = reader.headers().expect("header").clone();
    let expected = "panel,group,n,positives,series,value,low,high,method,samples,reason,flag,x,y,row,column";
    assert_eq!(header.iter().collect::<Vec<_>>().join(","), expected);
    let rows: Vec<csv::StringRecord> =
        reader.records().map(|row| row.expect("as long as the header")).collect();
    let of = |panel: &str| rows.iter().filter(|row| &row[0] == panel).count();
    assert_eq!((of("a"), of("b"), of("c"), of("d")), (1, 5, 3, 4));
    let field = |row: usize, column: &str| {
        let place = header.iter().position(|name| name == column).expect("a column");
        rows[row][place].to_owned()
    };
    assert_eq!(
        (field(0, "n"), field(0, "value"), field(0, "x")),
        ("412".into(), "0.88".into(), String::new())
    );
    assert_eq!((field(1, "x"), field(1, "low"), field(1, "n")), ("500".into(), "0.82".into(), String::new()));
}

#[test]
fn one_to_five_panels_in_all_arrangements_fit() {
    for panels in 1..=5 {
        for columns in [None, Some(0), Some(3), Some(99)] {
            let mut chart = Panels::new("sheet", "");
            for i in 0..panels {
                chart = match i % 3 {
                    0 => chart.panel(learning()),
                    1 => chart.panel(forest()),
                    _ => chart.panel(heat()),
                };
            }
            if let Some(columns) = columns {
                chart = chart.columns(columns);
            }
            check(&chart.draw().expect("drawn"));
        }
    }
}

#[test]
fn two_calls_give_identical_bytes() {
    assert_eq!(learning().draw().expect("first"), learning().draw().expect("second"));
    assert_eq!(forest().draw().expect("first"), forest().draw().expect("second"));
    assert_eq!(heat().draw().expect("first"), heat().draw().expect("second"));
    assert_eq!(sheet().draw().expect("first"), sheet().draw().expect("second"));
}

#[test]
fn what_cannot_be_drawn_is_said() {
    let empty = |result: Result<Figure, FigureError>| matches!(result, Err(FigureError::Empty(_)));
    assert!(empty(Forest::new("x", "t").draw()));
    assert!(empty(Forest::new("x", "t").heading("only a heading").draw()));
    assert!(empty(Heat::new("x", "t").columns(["a"]).draw()));
    assert!(empty(Heat::new("x", "t").row("r", [0.0; 0]).draw()));
    assert!(empty(Panels::new("x", "t").draw()));
    assert!(empty(Lines::new("x", "t").band("s", [(1.0, f64::NAN, 0.0, 1.0)]).draw()));
    let message = |result: Result<Figure, FigureError>| result.expect_err("refused").to_string();
    let short = || Heat::new("x", "t").columns(["a", "b"]).row("r", [1.0]);
    assert_eq!(message(short().draw()), "figure `x`: series `r` has 1 values for 2 groups");
    let sheet = Panels::new("sheet", "t").panel(learning()).panel(short());
    assert_eq!(message(sheet.draw()), "figure `sheet, panel b`: series `r` has 1 values for 2 groups");
    let zero = learning().series("zero", [(0.0, 1.0)]);
    let expected =
        "figure `learning`: a point of series `zero` lies at x = 0, but a logarithmic axis begins above 0";
    assert_eq!(message(zero.draw()), expected);
    assert!(matches!(learning().x_ticks([(-1.0, "left")]).draw(), Err(FigureError::NotPositive { .. })));
    assert!(matches!(Panels::new("a b", "t").panel(heat()).draw(), Err(FigureError::Name(_))));
}

#[test]
fn odd_names_and_numbers_do_not_break_a_figure() {
    let unbroken = "W".repeat(300);
    for name in [unbroken.as_str(), "", "line\nbreak\tand \u{1} control", "a <b> & \"c\"", "漢字 🩺"] {
        for value in [0.5, -3.0, 1e9, -1e-9, f64::INFINITY] {
            let lines =
                Lines::new("odd", name).band(name, [(1.0, 0.0, -1.0, 1.0), (2.0, value, value, value)]);
            let lines = lines.x_names([name, name]).y_label(name).x_label(name).level(value, name);
            let forest = Forest::new("odd", name).heading(name).row(name, gain(value, -1.0, value));
            let forest = forest.reference(value, name).margin(0.0, name).x_label(name);
            let heat = Heat::new("odd", name).columns([name, name]).row(name, [value, 0.0]).measure(name);
            let heat = heat.x_label(name).y_label(name);
            for figure in [lines.draw(), forest.draw(), heat.draw()] {
                check(&figure.expect("drawn"));
            }
            if value == 0.5 {
                let sheet = Panels::new("odd", name).panel(lines).panel(forest).panel(heat).footer(name);
                check(&sheet.draw().expect("sheet"));
            }
        }
    }
}
