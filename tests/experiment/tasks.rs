//! Several classes and several findings from population to summary, in a few steps: the numbers
//! are recomputed from the predictions by counting pairs.

use std::path::Path;
use std::sync::Mutex;

use qpnet_lib::clock::Frozen;
use qpnet_lib::data::{Manifest, Part, Population, SyntheticSizes, TaskKind};
use qpnet_lib::device::{DeviceChoice, choose};
use qpnet_lib::experiment::{
    ClassGap, MethodSpec, Prediction, Profile, Resources, Run, RunConfig, Trained, class_gaps, load, open,
    run, save, train,
};
use qpnet_lib::report::{
    auc_figure, auc_table, class_counts_table, class_figure, class_table, counts_table, difference_table,
    reversed_words, schemes_auc_figure, schemes_disparity_figure,
};
use qpnet_lib::rng::Streams;
use qpnet_lib::train::{Cell, CellSampler, Event, Progress, Sampling, Selection, Silent, training_members};

/// Sums of a few hundred terms in double precision.
const TOLERANCE: f64 = 1e-12;
const SIGMA: f64 = 0.05;

/// Mixed, divide-and-conquer and QPI in a few steps.
fn tiny(data: &str, scheme: &str) -> RunConfig {
    let manifest = Manifest::find(data).expect("manifest");
    let methods = MethodSpec::list("mixed,dc,qpi").expect("known");
    let mut config = RunConfig::new(data, &manifest, scheme, &methods, Profile::Smoke, 3);
    config.settings.image_size = 16;
    config.settings.synthetic =
        SyntheticSizes { dominant_train: 120, less_train: 60, validation: [80, 80], test: [100, 100] };
    for training in [&mut config.settings.base, &mut config.settings.transfer] {
        (training.epochs, training.steps_per_epoch, training.batch) = (3, Some(4), 20);
    }
    config
}

fn people(config: &RunConfig, root: Option<&Path>) -> Population {
    let manifest = Manifest::find(&config.data).expect("manifest");
    let root = root.map(Path::to_owned);
    open(config, &manifest, root, &Silent).expect("population")
}

fn trained(config: &RunConfig, population: &Population) -> Run {
    let device = choose(DeviceChoice::Cpu).expect("cpu");
    run(config, population, &Resources { device: &device, clock: &Frozen(0.0), cores: 1, progress: &Silent })
        .expect("run")
}

/// The share of pairs that are ranked rightly, ties by half; `None` without a pair.
fn pairs(known: &[(bool, f64)]) -> Option<f64> {
    let of =
        |outcome: bool| known.iter().filter(move |(label, _)| *label == outcome).map(|(_, score)| *score);
    let (mut right, mut all) = (0.0, 0.0);
    for positive in of(true) {
        for negative in of(false) {
            all += 1.0;
            right += if positive > negative {
                1.0
            } else if positive == negative {
                0.5
            } else {
                0.0
            };
        }
    }
    (all > 0.0).then(|| right / all)
}

fn outcome(row: &Prediction, class: usize, task: TaskKind) -> Option<bool> {
    if task == TaskKind::MultiLabel { row.findings[class] } else { Some(row.label == class) }
}

/// AUC of each class of `rows`, by counting pairs.
fn by_hand(rows: &[&Prediction], task: TaskKind) -> Vec<Option<f64>> {
    let class = |class: usize| {
        let known = |row: &&Prediction| outcome(row, class, task).map(|label| (label, row.scores[class]));
        pairs(&rows.iter().filter_map(known).collect::<Vec<_>>())
    };
    (0..rows[0].scores.len()).map(class).collect()
}

fn mean(classes: &[Option<f64>]) -> f64 {
    let defined: Vec<f64> = classes.iter().copied().flatten().collect();
    defined.iter().sum::<f64>() / defined.len() as f64
}

fn rows<'a>(run: &'a Run, method: &str, part: Part, subgroup: Option<usize>) -> Vec<&'a Prediction> {
    let name = subgroup.map(|index| &run.summary.data.subgroups[index]);
    let wanted = |row: &&Prediction| {
        row.method == method && row.part == part.as_str() && name.is_none_or(|name| name == &row.subgroup)
    };
    run.predictions.iter().filter(wanted).collect()
}

/// Everything that must hold of a run of several classes or findings.
fn check(run: &Run, task: TaskKind) {
    let data = &run.summary.data;
    assert_eq!(data.task, task);
    for entry in &run.summary.methods {
        let mut classes = Vec::new();
        let gaps: Vec<ClassGap> = class_gaps(run, &entry.method).expect("classes");
        for (index, subgroup) in entry.subgroups.iter().enumerate() {
            let expected = by_hand(&rows(run, &entry.method, Part::Test, Some(index)), task);
            let got = subgroup.auc.value.expect("defined");
            assert!((got - mean(&expected)).abs() < TOLERANCE, "{}: {got} {expected:?}", entry.method);
            for (gap, expected) in gaps.iter().zip(&expected) {
                let same = match (gap.auc[index].value, expected) {
                    (Some(got), Some(expected)) => (got - expected).abs() < TOLERANCE,
                    (got, expected) => got.is_none() && expected.is_none(),
                };
                assert!(same, "{} {}: {expected:?}", entry.method, gap.class);
                assert_eq!(gap.auc[index].low.is_none(), gap.auc[index].reason.is_some());
            }
            assert!(subgroup.auc_paper.is_none() && subgroup.brier.is_none(), "binary only");
            classes.push(expected);
        }
        let disparity = entry.disparity.clustered.difference.value.expect("defined");
        let both = classes[0].iter().zip(&classes[1]).filter_map(|(a, b)| Some((*a)? - (*b)?));
        let both: Vec<Option<f64>> = both.map(Some).collect();
        assert!((disparity - mean(&both)).abs() < TOLERANCE, "{}: over the classes of both", entry.method);
    }
}

/// Delta follows the macro AUC of the dominant validation samples, from its value of Mixed.
fn check_delta(run: &Run, task: TaskKind) {
    let qpi: Vec<_> = run.history.iter().filter(|record| record.model == "qpi").collect();
    let anchor = mean(&by_hand(&rows(run, "mixed", Part::Validation, Some(0)), task));
    let start = qpi[0].auc_dominant.expect("defined");
    assert!((start - anchor).abs() < TOLERANCE, "QPI starts at {start}, Mixed ends at {anchor}");
    for epoch in qpi.windows(2) {
        let difference = epoch[0].auc_dominant.expect("defined") - anchor;
        let expected = 1.0 / (1.0 + (difference / SIGMA).exp());
        let got = epoch[1].delta.expect("delta");
        assert!((got - expected).abs() < TOLERANCE, "delta {got}, expected {expected}");
        assert_eq!(epoch[1].delta_se, None, "a macro AUC has no standard error here");
    }
    let selected = qpi.iter().find(|record| record.selected).expect("one epoch is kept");
    let kept = mean(&by_hand(&rows(run, "qpi", Part::Validation, Some(0)), task));
    assert!((selected.auc_dominant.expect("defined") - kept).abs() < TOLERANCE);
}

/// A run is kept and read back to the same bits, and every table and figure can be made of it.
fn check_outputs(run: &Run) {
    let folder = tempfile::tempdir().expect("tempdir");
    let out = folder.path().join("kept");
    save(run, &[], &out).expect("save");
    assert!(&load(&out).expect("load") == run, "a kept run reads back to other numbers");
    let summary = &run.summary;
    let text = [
        counts_table(summary),
        auc_table(summary),
        difference_table(summary),
        class_counts_table(summary),
        class_table(run, "mixed").expect("classes"),
    ]
    .map(|table| table.to_string())
    .join("\n");
    assert!(text.contains("macro AUC") && !text.contains("DeLong"), "{text}");
    let figures = [
        auc_figure(summary).expect("figure"),
        class_figure(run, &["mixed", "qpi"], "classes").expect("figure"),
        schemes_auc_figure(&[summary, summary], "a", "a").expect("figure"),
        schemes_disparity_figure(&[summary], "b", "b").expect("figure"),
    ];
    for figure in figures {
        assert!(
            !figure.png.is_empty() && figure.caption.contains("patients as independent units"),
            "{}",
            figure.caption
        );
    }
}

#[test]
fn findings_run_from_population_to_figures() {
    let config = tiny("synthetic-chexpert", "age");
    let population = people(&config, None);
    let run = trained(&config, &population);
    assert_eq!(run.predictions[0].scores.len(), 14);
    let unknown =
        run.predictions.iter().flat_map(|row| &row.findings).filter(|known| known.is_none()).count();
    assert!(unknown > 0, "uncertain findings stay unknown");
    check(&run, TaskKind::MultiLabel);
    check_delta(&run, TaskKind::MultiLabel);
    check_outputs(&run);
    let words = reversed_words(&run, "mixed").expect("words").expect("drawn with reversed cues");
    assert!(words.contains("Edema and Atelectasis") && words.contains(">80"), "{words}");
    assert!(trained(&config, &population) == run, "the same seed gave other numbers");
}

#[test]
fn the_reversed_findings_follow_the_scheme() {
    let mut config = tiny("synthetic-chexpert", "race");
    config.methods = vec![MethodSpec::mixed()];
    let run = trained(&config, &people(&config, None));
    let words = reversed_words(&run, "mixed").expect("words").expect("drawn with reversed cues");
    assert!(words.contains("Cardiomegaly and Pleural Effusion") && words.contains("Black"), "{words}");
}

/// Three kinds of grey squares; the small hospital never sees kind C.
fn squares(root: &Path) -> String {
    let folder = root.join("squares");
    std::fs::create_dir(&folder).expect("folder");
    let mut table = "image,patient,site,kind\n".to_owned();
    let mut rng = 1u32;
    for (site, patients) in [("large", [30, 30, 30]), ("small", [20, 20, 0])] {
        for (kind, patients) in patients.into_iter().enumerate() {
            for number in 0..2 * patients {
                let name = format!("{site}{kind}{number}");
                let image = image::GrayImage::from_fn(16, 16, |_, _| {
                    rng = rng.wrapping_mul(1_664_525).wrapping_add(1_013_904_223);
                    image::Luma([(60 * kind as u32 + 40 + (rng >> 26)) as u8])
                });
                image.save(folder.join(format!("{name}.png"))).expect("image");
                table += &format!("{name},{site}{kind}-{},{site},{}\n", number / 2, ["a", "b", "c"][kind]);
            }
        }
    }
    std::fs::write(folder.join("table.csv"), table).expect("table");
    let manifest = r#"
name = "squares"
title = "Grey squares"
kind = "files"
citation = "none"
licence = "none"
obtain = "drawn by this test"
folder = "squares"
default_scheme = "site"
[table]
files = ["table.csv"]
[columns]
sample = "image"
patient = "patient"
image = "image"
[label]
kind = "multi-class"
column = "kind"
classes = [{ name = "A", in = ["a"] }, { name = "B", in = ["b"] }, { name = "C", in = ["c"] }]
[images]
roots = ["."]
patterns = ["{image}.png"]
[images.rule]
channels = 1
fit = "crop-centre"
mean = [0.5]
std = [0.29]
[schemes.site]
title = "site"
subgroups = [
    { name = "large", role = "dominant", where = [{ column = "site", in = ["large"] }] },
    { name = "small", role = "less-prevalent", where = [{ column = "site", in = ["small"] }] },
]
"#;
    let path = root.join("squares.toml");
    std::fs::write(&path, manifest).expect("manifest");
    path.display().to_string()
}

#[test]
fn classes_run_from_population_to_figures() {
    let folder = tempfile::tempdir().expect("tempdir");
    let config = tiny(&squares(folder.path()), "site");
    assert_eq!(config.settings.model.classes, 3, "the class head has a logit a class");
    let population = people(&config, Some(folder.path()));

    // Five cells, since one class is missing in the small hospital; all in every balanced batch.
    let members = training_members(&population, &[0, 1]);
    let mut cells: Vec<Cell> = members.iter().map(|(cell, _)| *cell).collect();
    cells.sort_unstable();
    cells.dedup();
    assert_eq!(cells, [(0, 0), (0, 1), (0, 2), (1, 0), (1, 1)]);
    let mut sampler = CellSampler::new(&members, Sampling::CellBalanced, Streams::new(1).get("batches"));
    for _ in 0..10 {
        let batch = sampler.batch(20);
        let of = |cell: &Cell| batch.iter().filter(|&&at| members.contains(&(*cell, at))).count();
        assert!(cells.iter().all(|cell| of(cell) == 4), "every cell has a fifth of the batch");
    }

    let run = trained(&config, &population);
    for row in &run.predictions {
        assert_eq!(row.scores.len(), 3);
        assert!((row.scores.iter().sum::<f64>() - 1.0).abs() < TOLERANCE, "softmax over classes");
    }
    check(&run, TaskKind::MultiClass);
    check_delta(&run, TaskKind::MultiClass);
    check_outputs(&run);
    let gaps = class_gaps(&run, "mixed").expect("classes");
    assert!(gaps[2].auc[0].value.is_some() && gaps[2].auc[1].value.is_none(), "C has no outcome in small");
    assert_eq!(gaps[2].gap.difference.value, None);
    let table = class_table(&run, "mixed").expect("table").to_string();
    assert!(table.contains("small: 2 of 3, without C") && table.contains("different classes"), "{table}");
    assert_eq!(reversed_words(&run, "mixed").expect("words"), None);
    let headers = counts_table(&run.summary).headers;
    assert_eq!(headers[4..], ["A", "B", "C"], "no class is the positive one");
}

/// A listener that keeps warnings.
#[derive(Default)]
struct Warned(Mutex<Vec<String>>);

impl Progress for Warned {
    fn on(&self, event: Event<'_>) {
        if let Event::Warning(words) = event {
            self.0.lock().expect("lock").push(words.to_owned());
        }
    }
}

/// AUCs of both subgroups, the worse first; of the first `classes` classes.
fn ascending(trained: &Trained, classes: usize) -> [f64; 2] {
    let of = |subgroup: &str| {
        let wanted = |row: &&Prediction| row.part == Part::Validation.as_str() && row.subgroup == subgroup;
        let rows: Vec<&Prediction> = trained.predictions.iter().filter(wanted).collect();
        mean(&by_hand(&rows, TaskKind::MultiClass)[..classes])
    };
    let [large, small] = ["large", "small"].map(of);
    [large.min(small), large.max(small)]
}

#[test]
fn selection_compares_subgroups_over_the_classes_that_all_have() {
    let folder = tempfile::tempdir().expect("tempdir");
    let mut config = tiny(&squares(folder.path()), "site");
    config.methods = vec![MethodSpec::mixed()];
    let population = people(&config, Some(folder.path()));
    let device = choose(DeviceChoice::Cpu).expect("cpu");
    let fitted = |config: &RunConfig, progress: &dyn Progress| {
        let with = Resources { device: &device, clock: &Frozen(0.0), cores: 1, progress };
        train(config, &population, &with).expect("trained")
    };
    const EPOCHS: usize = 4;
    // The epoch with the largest AUCs; the earlier one of a tie.
    let best =
        |aucs: &[[f64; 2]]| (1..EPOCHS).fold(0, |best, at| if aucs[at] > aucs[best] { at } else { best }) + 1;
    for seed in 1..=40 {
        config.seed = seed;
        (config.settings.base.steps_per_epoch, config.settings.base.selection) = (Some(2), Selection::Last);
        let after: Vec<Trained> = (1..=EPOCHS)
            .map(|epochs| {
                config.settings.base.epochs = epochs;
                fitted(&config, &Silent)
            })
            .collect();
        let of = |classes| after.iter().map(|trained| ascending(trained, classes)).collect::<Vec<_>>();
        let (own, common) = (best(&of(3)), best(&of(2)));
        if own == common {
            continue;
        }
        config.settings.base.selection = Selection::WorstAuc;
        let heard = Warned::default();
        let selected = fitted(&config, &heard).history.iter().position(|record| record.selected);
        assert_eq!(
            selected,
            Some(common),
            "seed {seed}: over the classes of each subgroup it would be {own}"
        );
        let heard = heard.0.into_inner().expect("lock");
        assert!(heard.iter().any(|words| words.contains("left out: C")), "{heard:?}");
        return;
    }
    panic!("no seed tells the two rules apart");
}
