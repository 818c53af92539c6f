//! How often a gap is shown that another sample of the same kind calls the smallest that would be.

use std::fmt::Write as _;

use super::sample::{Sample, small};
use super::{Design, Want};
use qpnet_audit::audit::{Audit, AuditOptions, Predictions, Reading, audit};

pub fn designs() -> Vec<Design> {
    vec![
        design([100, 150], [60, 90], 1, (300, 4000)),
        design([100, 150], [40, 60], 3, (300, 4000)),
        design([200, 200], [15, 30], 2, (0, 4000)),
    ]
}

fn audited(sample: &Sample, seed: u64) -> Audit {
    let mut text = String::from("patient,group,label,score\n");
    for i in 0..sample.labels.len() {
        let (patient, group, score) = (sample.patients[i], sample.groups[i], sample.scores[i]);
        writeln!(text, "{patient},{group},{},{score}", u8::from(sample.labels[i])).expect("text");
    }
    let table = Predictions::parse("t.csv", text.as_bytes(), &Reading::default()).expect("sound");
    let options = AuditOptions {
        replicates: 100,
        seed,
        probabilities: false,
        threshold: None,
        dominant: Some("0".to_owned()),
        power: Some(0.8),
        ..AuditOptions::default()
    };
    audit(&table, &options).expect("audit")
}

fn design(dominant: [usize; 2], other: [usize; 2], images: usize, draws: (u64, u64)) -> Design {
    const AUC: f64 = 0.8;
    let name = format!("{dominant:?} and {other:?} patients x {images} images, AUC {AUC}");
    // Few patients call larger gaps detectable than they must.
    let methods = vec![("shown at the gap that is detectable with 80 %", Want::Known(76.0, 86.0))];
    Design::new("power", name, draws, methods, move |draw, rng| {
        let of = |rng: &mut _, lost: f64| {
            Sample::draw(rng, dominant, images, [AUC; 2]).with(rng, other, images, [AUC - lost; 2])
        };
        let first = audited(&of(rng, 0.0), draw);
        let gap = first.power.expect("asked").comparisons[0].detectable.value.expect("patients enough");
        let second = audited(&of(rng, gap.min(0.3)), draw);
        vec![small(second.gaps[0].auc.p)]
    })
}
