//! A table of predictions.
#![allow(dead_code, reason = "each test takes what it needs")]

use std::fmt::Write as _;

/// Noise without a pattern in [0, 1): Knuth's multiplicative hash.
pub fn noise(number: u32) -> f64 {
    f64::from((number + 1).wrapping_mul(2_654_435_761) >> 8) / f64::from(1u32 << 24)
}

/// Two methods on two hospitals, two images a patient; `worse` is the first method with its scores
/// of the second hospital moved towards 1/2.
pub fn table() -> String {
    let mut text = String::from("sample_id,patient,method,group,label,score\n");
    for (method, pull) in [("plain", 1.0), ("worse", 0.3)] {
        for sample in 0..240u32 {
            let (patient, label) = (sample / 2, sample / 2 % 2);
            let group = if sample < 160 { "north" } else { "south" };
            let noise = noise(sample);
            let own = f64::from(label) * 0.3 + 0.7 * noise;
            let score =
                if group == "south" { 0.5 + pull * (own - 0.5) + 0.2 * (1.0 - pull) * noise } else { own };
            writeln!(text, "s{sample},p{patient},{method},{group},{label},{score:.6}").expect("text");
        }
    }
    text
}
