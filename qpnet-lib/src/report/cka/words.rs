//! What a CKA study says about the paper's sentences, in words that follow the numbers.

use crate::experiment::cka_study::{CkaStudy, Claim, FAMILY_LEVEL, LayerTest, Side, TransferKind};

/// The paper's sentences beside this study, one line each: seen, not seen, or the opposite seen,
/// by the one rule of [`Claim`]; before them where each Delta CKA lies.
///
/// *Clearly* means at 5 % after Holm's adjustment over all layers. Layer numbers are those of
/// ResNet-18; in a network of another depth the layers at the same relative depth stand for them.
pub fn cka_words(study: &CkaStudy) -> String {
    let start = study.config.start.title();
    let mut lines = vec![format!("M_1 is {start}; the paper's is an ImageNet-pretrained ResNet-18.")];
    for transfer in &study.transfers {
        let tests: Vec<&LayerTest> = transfer.layers.iter().map(|layer| &layer.delta).collect();
        lines.push(sides(&format!("Delta CKA of {}", transfer.kind.title()), &tests));
    }
    let between = [
        (TransferKind::Qpi, &study.qpi_minus_fine_tuning),
        (TransferKind::QpiHalf, &study.half_minus_fine_tuning),
    ];
    for (kind, tests) in between {
        let tests: Vec<&LayerTest> = tests.iter().collect();
        lines.push(sides(&format!("{} minus fine-tuning", kind.title()), &tests));
    }
    lines.extend(study.claims.iter().map(claim_words));
    lines.join("\n")
}

/// `Delta CKA of QPI: of 18 layers 3 are clearly above 0 (7–9), 1 below (17), 14 unclear.`
fn sides(what: &str, layers: &[&LayerTest]) -> String {
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

/// `Paper: Delta CKA of Mixed is positive in layers 7–14. Here 8 of 8 clearly above 0, 0 clearly
/// below: seen.`
fn claim_words(claim: &Claim) -> String {
    let (first, last, count) = claim.range;
    let place = match claim.named {
        None => String::new(),
        Some(named) if named == (first, last) => format!(" in layers {first}–{last}"),
        Some((from, to)) => format!(" in layers {from}–{to} of 18, here {first}–{last} of {count}"),
    };
    let layers = if count == 0 { 0 } else { last + 1 - first };
    let (above, below) = match claim.side {
        Side::Below => (claim.against, claim.with),
        _ => (claim.with, claim.against),
    };
    let bound = claim.bound.to_string().replace('-', "−");
    format!(
        "Paper: {}{place}. Here {above} of {layers} clearly above {bound}, {below} clearly below: {}.",
        claim.sentence,
        claim.seen.words()
    )
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
    use crate::experiment::cka_study::Seen;
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

    #[test]
    fn sides_name_their_layers() {
        let mut values = [(0.001, 0.4); 18];
        values[6..14].fill((0.2, 0.001));
        values[14..17].fill((-0.2, 0.001));
        let tests = layers(&values);
        let words = sides("Delta", &tests.iter().collect::<Vec<_>>());
        assert_eq!(
            words,
            "Delta: of 18 layers 8 (7–14) clearly above 0, 3 (15–17) clearly below, 7 unclear (Holm, 5 %)."
        );
        assert_eq!(runs(&[1, 3, 4, 5, 9]), "1, 3–5, 9");
    }

    #[test]
    fn a_sentence_ends_with_what_became_of_it() {
        let negative = Claim {
            sentence: "Delta CKA of Mixed is negative".into(),
            named: Some((15, 17)),
            range: (15, 17, 18),
            side: Side::Below,
            bound: 0.0,
            with: 2,
            against: 0,
            seen: Seen::Yes,
        };
        assert_eq!(
            claim_words(&negative),
            "Paper: Delta CKA of Mixed is negative in layers 15–17. Here 0 of 3 clearly above 0, 2 clearly below: seen."
        );
        let deeper =
            Claim { range: (16, 18, 19), with: 0, against: 3, seen: Seen::Opposite, ..negative.clone() };
        let words = claim_words(&deeper);
        assert!(
            words.contains("in layers 15–17 of 18, here 16–18 of 19. Here 3 of 3 clearly above 0"),
            "{words}"
        );
        assert!(words.ends_with("0 clearly below: the opposite is seen."), "{words}");
        let everywhere = Claim {
            sentence: "Delta CKA of QPI is non-negative".into(),
            named: None,
            range: (1, 18, 18),
            side: Side::Above,
            bound: -0.01,
            seen: Seen::No,
            ..negative
        };
        let words = claim_words(&everywhere);
        assert!(words.ends_with("Here 2 of 18 clearly above −0.01, 0 clearly below: not seen."), "{words}");
    }
}
