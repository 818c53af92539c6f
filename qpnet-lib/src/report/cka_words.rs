//! What a CKA study says about the paper's two claims, in words that follow the numbers.

use crate::experiment::cka_study::{CkaStudy, FAMILY_LEVEL, LayerTest, Side, TransferKind};

/// The layers that the paper's numbers count: 17 convolutions and the pooled features.
const RESNET18: usize = 18;
/// "Non-negative" can be shown only up to a tolerance.
const TOLERANCE: f64 = 0.01;

/// The paper's claims beside this study, one line each.
///
/// Every layer is tested against 0; *clearly* above or below means at 5 % after Holm's adjustment
/// over all layers. A claim about a set of layers is *confirmed* when more than half of them lie
/// clearly on the claimed side and none on the other, and *refuted* when more lie clearly on the
/// other side than on the claimed one. A claim about *most layers* is confirmed when more than half
/// lie clearly on its side, and refuted when at least half lie clearly on the other. That Delta CKA
/// of QPI is not negative is confirmed when the 95 % interval of every layer lies above -0.01, and
/// refuted when a layer is clearly below 0.
/// All else is *undecided*. Layer numbers are those of ResNet-18; in a network of another depth
/// the layers at the same relative depth stand for them.
pub fn cka_words(study: &CkaStudy) -> String {
    let [tuned, qpi] = [TransferKind::FineTuning, TransferKind::Qpi].map(|kind| {
        study.transfers[kind.place()].layers.iter().map(|layer| layer.delta.clone()).collect::<Vec<_>>()
    });
    let between = &study.qpi_minus_fine_tuning;
    let start = study.config.start.title();
    [
        format!("M_1 is {start}; the paper's is an ImageNet-pretrained ResNet-18."),
        sides("Delta CKA of fine-tuning", &tuned),
        range_words("Paper: Delta CKA of Mixed is positive", &tuned, (7, 14), Side::Above),
        range_words("Paper: Delta CKA of Mixed is negative", &tuned, (15, 17), Side::Below),
        sides("Delta CKA of QPI", &qpi),
        not_negative(&qpi),
        sides("QPI minus fine-tuning", between),
        most("Paper: Delta CKA of QPI is higher than that of Mixed in most layers", between),
    ]
    .join("\n")
}

/// `Delta CKA of QPI: of 18 layers 3 are clearly above 0 (7–9), 1 below (17), 14 unclear.`
fn sides(what: &str, layers: &[LayerTest]) -> String {
    let of = |side: Side| {
        let places = layers.iter().filter(|test| test.side() == side).map(|test| test.index);
        let places: Vec<usize> = places.collect();
        let named = if places.is_empty() || side == Side::Unclear {
            String::new()
        } else {
            format!(" ({})", runs(&places))
        };
        format!("{}{named}", places.len())
    };
    let level = FAMILY_LEVEL * 100.0;
    format!(
        "{what}: of {} layers {} clearly above 0, {} clearly below, {} unclear (Holm, {level} %).",
        layers.len(),
        of(Side::Above),
        of(Side::Below),
        of(Side::Unclear)
    )
}

fn range_words(claim: &str, layers: &[LayerTest], (from, to): (usize, usize), side: Side) -> String {
    let count = layers.len();
    let (first, last) = ((from - 1) * count / RESNET18 + 1, to * count / RESNET18);
    let within: Vec<LayerTest> =
        layers.iter().filter(|test| (first..=last).contains(&test.index)).cloned().collect();
    let place = if count == RESNET18 {
        format!("in layers {from}–{to}")
    } else {
        format!("in layers {from}–{to} of {RESNET18}, here {first}–{last} of {count}")
    };
    let verdict = judge(&within, side);
    format!("{claim} {place}. Here {}: {verdict}.", counts(&within))
}

fn most(claim: &str, layers: &[LayerTest]) -> String {
    let on = |side: Side| 2 * layers.iter().filter(|test| test.side() == side).count();
    let verdict = match layers.len() {
        count if on(Side::Above) > count => "confirmed",
        // The rest is then no majority, whatever it is.
        count if count > 0 && on(Side::Below) >= count => "refuted",
        _ => "undecided",
    };
    format!("{claim}. Here {}: {verdict}.", counts(layers))
}

fn not_negative(layers: &[LayerTest]) -> String {
    let below = layers.iter().filter(|test| test.side() == Side::Below).count();
    let lowest = |test: &LayerTest| test.comparison.difference.low;
    let tolerated = layers.iter().all(|test| lowest(test).is_some_and(|low| low > -TOLERANCE));
    let verdict = match (below, tolerated && !layers.is_empty()) {
        (0, true) => "confirmed",
        (0, false) => "undecided",
        _ => "refuted",
    };
    let limit = layers.iter().filter_map(lowest).fold(f64::INFINITY, f64::min);
    let limit = if limit.is_finite() { format!("{limit:.3}").replace('-', "−") } else { "—".to_owned() };
    format!(
        "Paper: Delta CKA of QPI is non-negative. Here {}, the least lower limit is {limit} (tolerance −{TOLERANCE}): \
         {verdict}.",
        counts(layers)
    )
}

fn counts(layers: &[LayerTest]) -> String {
    let of = |side: Side| layers.iter().filter(|test| test.side() == side).count();
    format!("{} of {} clearly above, {} clearly below", of(Side::Above), layers.len(), of(Side::Below))
}

fn judge(layers: &[LayerTest], claimed: Side) -> &'static str {
    let on = |wanted: bool| {
        let clear = layers.iter().map(LayerTest::side).filter(|side| *side != Side::Unclear);
        clear.filter(|side| (*side == claimed) == wanted).count()
    };
    match (on(true), on(false)) {
        (with, against) if against > with => "refuted",
        (with, 0) if 2 * with > layers.len() => "confirmed",
        _ => "undecided",
    }
}

/// `1, 3–5` of 1, 3, 4, 5.
fn runs(places: &[usize]) -> String {
    let pieces = places.chunk_by(|a, b| a + 1 == *b).map(|piece| match piece {
        [first, .., last] => format!("{first}–{last}"),
        alone => alone.iter().map(usize::to_string).collect(),
    });
    pieces.collect::<Vec<_>>().join(", ")
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::stats::{Comparison, Estimate};

    /// Layers with values and p-values after adjustment.
    fn layers(values: &[(f64, f64)]) -> Vec<LayerTest> {
        let layer = |(at, &(value, p)): (usize, &(f64, f64))| LayerTest {
            index: at + 1,
            layer: format!("layer {}", at + 1),
            comparison: Comparison {
                difference: Estimate::new(value, value - 0.005, value + 0.005, "m", 9),
                df: None,
                z: None,
                p: Some(p),
            },
            adjusted: Some(p),
        };
        values.iter().enumerate().map(layer).collect()
    }

    const UP: (f64, f64) = (0.2, 0.001);
    const DOWN: (f64, f64) = (-0.2, 0.001);
    const SOME: (f64, f64) = (0.001, 0.4);

    #[test]
    fn a_claim_follows_the_layers() {
        assert_eq!(judge(&layers(&[UP, UP, SOME]), Side::Above), "confirmed");
        assert_eq!(judge(&layers(&[UP, SOME]), Side::Above), "undecided", "half is not most");
        assert_eq!(judge(&layers(&[UP, UP, DOWN]), Side::Above), "undecided");
        assert_eq!(judge(&layers(&[SOME, SOME, DOWN]), Side::Above), "refuted");
        assert_eq!(judge(&layers(&[SOME, DOWN, DOWN]), Side::Below), "confirmed");
        assert_eq!(judge(&[], Side::Above), "undecided");
    }

    #[test]
    fn most_layers_are_a_majority_on_either_side() {
        let verdict = |values: &[(f64, f64)]| most("Higher", &layers(values));
        assert!(verdict(&[UP, UP, DOWN]).ends_with("confirmed."));
        assert!(verdict(&[DOWN, SOME, SOME]).ends_with("undecided."), "one layer refutes no majority");
        assert!(verdict(&[DOWN, SOME]).ends_with("refuted.") && verdict(&[]).ends_with("undecided."));
    }

    #[test]
    fn the_papers_layers_are_those_it_names() {
        let mut values = [SOME; 18];
        values[6..14].fill(UP);
        values[14..17].fill(DOWN);
        let layers = layers(&values);
        let words = range_words("It is positive", &layers, (7, 14), Side::Above);
        assert_eq!(
            words,
            "It is positive in layers 7–14. Here 8 of 8 clearly above, 0 clearly below: confirmed."
        );
        let words = range_words("It is negative", &layers, (15, 17), Side::Below);
        assert!(words.ends_with("Here 0 of 3 clearly above, 3 clearly below: confirmed."), "{words}");
        let words = sides("Delta", &layers);
        assert_eq!(
            words,
            "Delta: of 18 layers 8 (7–14) clearly above 0, 3 (15–17) clearly below, 7 unclear (Holm, 5 %)."
        );
        // Twice as deep: the same share of the way.
        let deep: Vec<(f64, f64)> = values.iter().flat_map(|&value| [value; 2]).collect();
        let words = range_words("", &self::layers(&deep), (7, 14), Side::Above);
        assert!(words.contains("here 13–28 of 36. Here 16 of 16 clearly above"), "{words}");
    }

    #[test]
    fn non_negative_holds_up_to_a_tolerance() {
        assert!(not_negative(&layers(&[UP, SOME])).ends_with("confirmed."));
        assert!(not_negative(&layers(&[UP, (-0.1, 0.4)])).ends_with("undecided."));
        assert!(not_negative(&layers(&[UP, DOWN])).ends_with("refuted."));
        assert!(not_negative(&[]).ends_with("undecided."));
        assert_eq!(runs(&[1, 3, 4, 5, 9]), "1, 3–5, 9");
    }
}
