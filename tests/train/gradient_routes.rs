//! Which parameters of the whole network receive gradient from which term, and with which factor.

use std::collections::BTreeMap;

use crate::people::people;
use qpnet_lib::data::{Population, SyntheticSizes};
use qpnet_lib::experiment::{MethodKind, MethodSpec};
use qpnet_lib::loss::{
    DomainSettings, Estimator, Gammas, Kernel, Task, bss, class_loss, coral, domain_loss, dwb_loss,
    dwb_weights, flsd53_loss, focal_loss, mmd, sample_loss, subgroup_loss,
};
use qpnet_lib::model::{Mode, ModelConfig, QpNet};
use qpnet_lib::rng::Streams;
use qpnet_lib::train::{
    Batch, CellSampler, GroupDro, Kendall, Method, Outputs, QpiConfig, Ramp, Sampling, State,
    training_members,
};
use tch::{Device, Kind, Tensor};

/// Two ways to the same gradient in double precision, entries up to about 10.
const TOLERANCE: f64 = 1e-10;
const DELTA: f64 = 0.3;
const STATE: State = State { delta: DELTA, progress: 0.25 };

/// The three parts of the network.
#[derive(Clone, Copy, Debug, PartialEq)]
enum Part {
    Features,
    ClassHead,
    SubgroupHead,
}
use Part::{ClassHead, Features, SubgroupHead};

fn part(name: &str) -> Part {
    match name.split('.').next() {
        Some("class_head") => ClassHead,
        Some("subgroup_head") => SubgroupHead,
        _ => Features,
    }
}

/// The gradient of every parameter that has one, by name.
type Gradients = BTreeMap<String, Tensor>;

/// A small network in double precision and a batch of all four cells.
struct Scene {
    population: Population,
    net: QpNet,
    batch: Batch,
}

impl Scene {
    fn new() -> Self {
        let sizes = SyntheticSizes { dominant_train: 60, less_train: 20, validation: [20, 20], test: [8, 8] };
        let population = people(16, sizes);
        let mut net = QpNet::new(&ModelConfig::narrow(1, 2, 8), 5, Device::Cpu).expect("network");
        net.var_store_mut().set_kind(Kind::Double);
        let members = training_members(&population, &[0, 1]);
        // Twice as many dominant samples, so that means differ from sums.
        let positions =
            CellSampler::new(&members, Sampling::Weighted { exponent: 0.5 }, Streams::new(2).get("batches"))
                .batch(18);
        let mut batch = Batch::gather(&population, positions, Device::Cpu);
        batch.images = batch.images.to_kind(Kind::Double);
        let counts = batch.counts();
        assert!(counts.len() == 4 && counts[&(0, 0)] != counts[&(1, 0)], "{counts:?}");
        Self { population, net, batch }
    }

    fn outputs(&self, mode: Mode) -> Outputs {
        let z = self.net.features(&self.batch.images, mode);
        Outputs { logits: self.net.classify(&z), z }
    }

    /// The gradients of a loss made from what the network says of the batch.
    fn of(&self, loss: impl FnOnce(&Outputs) -> Tensor) -> Gradients {
        self.gradients(&loss(&self.outputs(Mode::Train)))
    }

    fn gradients(&self, loss: &Tensor) -> Gradients {
        let variables: Vec<(String, Tensor)> =
            self.net.var_store().variables().into_iter().filter(|(_, v)| v.requires_grad()).collect();
        let tensors: Vec<&Tensor> = variables.iter().map(|(_, v)| v).collect();
        for tensor in &tensors {
            let mut gradient = tensor.grad();
            if gradient.defined() {
                let _ = gradient.zero_();
            }
        }
        loss.backward();
        let nonzero = |(name, tensor): (String, Tensor)| {
            let gradient = tensor.grad();
            let moves = gradient.defined() && gradient.abs().max().double_value(&[]) > 0.0;
            moves.then(|| (name, gradient.copy()))
        };
        variables.into_iter().filter_map(nonzero).collect()
    }

    fn with(&self, method: &mut dyn Method) -> Gradients {
        self.of(|outputs| method.loss(&self.net, &self.batch, outputs, STATE).total)
    }

    fn rows(&self, z: &Tensor, of: i64) -> Tensor {
        z.index_select(0, &self.batch.subgroup.eq(of).nonzero().view([-1]))
    }

    /// The plain terms of the specification, one by one: no weight, no reversal.
    fn class(&self, of: usize) -> Gradients {
        let delta = [1.0, 0.0][of];
        self.of(|o| {
            class_loss(&o.logits, &self.batch.labels, &self.batch.subgroup, delta, Task::SingleLabel).total
        })
    }

    fn adversarial(&self) -> Gradients {
        self.of(|o| subgroup_loss(&self.net.discriminate(&o.z), &self.batch.subgroup, true))
    }

    fn mmd(&self) -> Gradients {
        let DomainSettings { kernel, estimator, .. } = DomainSettings::default();
        self.of(|o| mmd(&self.rows(&o.z, 0), &self.rows(&o.z, 1), kernel, estimator).loss)
    }

    fn bss(&self) -> Gradients {
        self.of(|o| bss(&o.z, 1))
    }

    fn coral(&self) -> Gradients {
        self.of(|o| coral(&self.rows(&o.z, 0), &self.rows(&o.z, 1)))
    }
}

/// The gradients reach all of `parts` and nothing else.
fn assert_reaches(what: &str, gradients: &Gradients, parts: &[Part]) {
    for wanted in parts {
        assert!(gradients.keys().any(|name| part(name) == *wanted), "{what} does not reach {wanted:?}");
    }
    let other = gradients.keys().find(|name| !parts.contains(&part(name)));
    assert!(other.is_none(), "{what} reaches {other:?}");
}

/// `sum_k factor_k g_k` by parameter; a factor may depend on the part.
fn sum(terms: &[(&Gradients, &dyn Fn(Part) -> f64)]) -> Gradients {
    let mut total = Gradients::new();
    for (gradients, factor) in terms {
        for (name, gradient) in *gradients {
            let scaled = gradient * factor(part(name));
            let sum = match total.remove(name) {
                Some(before) => before + scaled,
                None => scaled,
            };
            total.insert(name.clone(), sum);
        }
    }
    total
}

fn times(factor: f64) -> impl Fn(Part) -> f64 {
    move |_| factor
}

fn assert_equal(what: &str, got: &Gradients, expected: &Gradients) {
    let names = |g: &Gradients| g.keys().cloned().collect::<Vec<_>>();
    let nonzero: Gradients = expected
        .iter()
        .filter(|(_, g)| g.abs().max().double_value(&[]) > 0.0)
        .map(|(name, g)| (name.clone(), g.shallow_clone()))
        .collect();
    assert_eq!(names(got), names(&nonzero), "{what}");
    for (name, gradient) in got {
        let worst = (gradient - &nonzero[name]).abs().max().double_value(&[]);
        assert!(worst < TOLERANCE, "{what}, {name}: off by {worst:e}");
    }
}

#[test]
fn each_term_reaches_the_parts_it_should_and_no_other() {
    let scene = Scene::new();
    assert_reaches("L_domi", &scene.class(0), &[Features, ClassHead]);
    assert_reaches("L_less", &scene.class(1), &[Features, ClassHead]);
    assert_reaches("L_d", &scene.adversarial(), &[Features, SubgroupHead]);
    assert_reaches("L_MMD", &scene.mmd(), &[Features]);
    assert_reaches("L_BSS", &scene.bss(), &[Features]);
    assert_reaches("CORAL", &scene.coral(), &[Features]);
    // From the first convolution to the last layer before z: nothing on the way is detached.
    for (what, gradients) in [("L_MMD", scene.mmd()), ("L_BSS", scene.bss()), ("L_less", scene.class(1))] {
        for name in ["conv1.weight", "layer4.1.conv2.weight", "fc.weight", "fc.bias"] {
            assert!(gradients.contains_key(name), "{what} does not reach {name}");
        }
    }
}

#[test]
fn qp_net_is_the_sum_of_its_terms_with_their_factors() {
    let scene = Scene::new();
    let (domi, less) = (scene.class(0), scene.class(1));
    let (adversarial, mmd, bss) = (scene.adversarial(), scene.mmd(), scene.bss());
    let paper = QpiConfig::paper().gammas;
    let strong = Gammas { d: 0.7, mmd: 1.3, bss: 0.4 };
    for gammas in [paper, strong, Gammas { d: 0.0, ..strong }] {
        // w_d descends L_d with factor one; w_z receives it reversed.
        let reversal = |part| if part == SubgroupHead { 1.0 } else { -gammas.d };
        let expected = sum(&[
            (&domi, &times(DELTA)),
            (&less, &times(1.0 - DELTA)),
            (&adversarial, &reversal),
            (&mmd, &times(gammas.mmd)),
            (&bss, &times(gammas.bss)),
        ]);
        let config = QpiConfig { gammas, ..QpiConfig::paper() };
        let mut method = MethodKind::Qpi(config).objective().expect("settings");
        assert_equal("QP-Net", &scene.with(method.as_mut()), &expected);
    }
    // With a warm-up the reversal grows, and the discriminator learns from the start.
    let config = QpiConfig { gammas: strong, ramp: Ramp::Warmup, ..QpiConfig::paper() };
    let strength = 2.0 / (1.0 + (-10.0f64 * STATE.progress).exp()) - 1.0;
    let reversal = |part| if part == SubgroupHead { 1.0 } else { -strong.d * strength };
    let expected = sum(&[
        (&domi, &times(DELTA)),
        (&less, &times(1.0 - DELTA)),
        (&adversarial, &reversal),
        (&mmd, &times(strong.mmd)),
        (&bss, &times(strong.bss)),
    ]);
    let mut method = MethodKind::Qpi(config).objective().expect("settings");
    assert_equal("warm-up", &scene.with(method.as_mut()), &expected);
}

#[test]
fn a_term_that_is_off_leaves_no_gradient() {
    let scene = Scene::new();
    let off = Gammas { d: 0.0, mmd: 0.0, bss: 0.0 };
    let domain = |gammas| {
        scene.of(|o| {
            let discriminator = |z: &Tensor| scene.net.discriminate(z);
            domain_loss(&o.z, &scene.batch.subgroup, discriminator, gammas, DomainSettings::default()).total
        })
    };
    assert_reaches("nothing", &domain(off), &[SubgroupHead]);
    assert_reaches("MMD", &domain(Gammas { mmd: 1.0, ..off }), &[Features, SubgroupHead]);
    assert_reaches("BSS", &domain(Gammas { bss: 1.0, ..off }), &[Features, SubgroupHead]);
}

#[test]
fn alignment_pulls_at_both_subgroups() {
    let scene = Scene::new();
    type Distance<'a> = &'a dyn Fn(&Tensor, &Tensor) -> Tensor;
    let plain = |a: &Tensor, b: &Tensor| mmd(a, b, Kernel::default(), Estimator::default()).loss;
    let distances: [(&str, Distance<'_>); 2] = [("MMD", &plain), ("CORAL", &coral)];
    for (what, of) in distances {
        let z = scene.outputs(Mode::Train).z.detach().set_requires_grad(true);
        of(&scene.rows(&z, 0), &scene.rows(&z, 1)).backward();
        for subgroup in [0, 1] {
            let pull = scene.rows(&z.grad(), subgroup).abs().sum(Kind::Double).double_value(&[]);
            assert!(pull > 0.0, "{what} leaves subgroup {subgroup} alone");
        }
    }
}

/// The gradient of `sum_i w_i l_i` for weights that are constants.
fn weighted(scene: &Scene, weights: &Tensor) -> Gradients {
    scene.of(|o| (sample_loss(&o.logits, &scene.batch.labels, Task::SingleLabel) * weights).sum(Kind::Double))
}

#[test]
fn every_control_moves_features_and_class_head_and_never_the_discriminator() {
    let scene = Scene::new();
    for spec in MethodSpec::known() {
        let mut method = spec.method.objective().expect("settings");
        let _ =
            method.members(training_members(&scene.population, &[0, 1]), &scene.population, &Streams::new(1));
        let gradients = scene.with(method.as_mut());
        match spec.key.as_str() {
            "qpi" | "dann" | "mmd" | "bss" => {
                assert_reaches(&spec.key, &gradients, &[Features, ClassHead, SubgroupHead]);
            }
            "dfr" => assert_reaches(&spec.key, &gradients, &[ClassHead]),
            _ => assert_reaches(&spec.key, &gradients, &[Features, ClassHead]),
        }
    }
}

#[test]
fn weightings_are_constants_to_the_network() {
    let scene = Scene::new();
    let size = scene.batch.positions.len() as f64;
    let equal = Tensor::full([size as i64], 1.0 / size, tch::kind::DOUBLE_CPU);
    for word in ["mixed", "erm_plus", "group_balanced", "rwg", "subg"] {
        let mut method = MethodSpec::list(word).expect("known")[0].method.objective().expect("settings");
        assert_equal(word, &scene.with(method.as_mut()), &weighted(&scene, &equal));
    }
    // Re-weighting: N / (K n_gy) of the training set, over the size of the batch.
    let members = training_members(&scene.population, &[0, 1]);
    let count = |cell| members.iter().filter(|(other, _)| *other == cell).count() as f64;
    let weights: Vec<f64> =
        scene.batch.cells().iter().map(|&cell| members.len() as f64 / (4.0 * count(cell)) / size).collect();
    assert!(weights.iter().any(|w| (w * size - 1.0).abs() > 0.3), "{weights:?}");
    let mut method = MethodKind::Reweighted.objective().expect("settings");
    let _ = method.members(members.clone(), &scene.population, &Streams::new(1));
    assert_equal(
        "reweighted",
        &scene.with(method.as_mut()),
        &weighted(&scene, &Tensor::from_slice(&weights)),
    );
    // GroupDRO: q_g / n_g after the update.
    let mut method = GroupDro::new(20.0).expect("eta");
    let got = scene.with(&mut method);
    let q = &method.state()[0].1;
    assert!((q.double_value(&[0]) - 0.5).abs() > 1e-3, "{q}");
    let expected = sum(&[
        (&scene.class(0), &times(q.double_value(&[0]))),
        (&scene.class(1), &times(q.double_value(&[1]))),
    ]);
    assert_equal("GroupDRO", &got, &expected);
    // A fixed weight of the dominant subgroup, and the weights that a round of minimax has found.
    let mut method = MethodKind::Delta { delta: 0.25 }.objective().expect("delta");
    let expected = sum(&[(&scene.class(0), &times(0.25)), (&scene.class(1), &times(0.75))]);
    assert_equal("fixed delta", &scene.with(method.as_mut()), &expected);
    let mut method = MethodKind::Minimax { alpha: 0.5, every: 1 }.objective().expect("settings");
    let even = sum(&[(&scene.class(0), &times(0.5)), (&scene.class(1), &times(0.5))]);
    assert_equal("minimax, first step", &scene.with(method.as_mut()), &even);
    let mu = method.state()[0].1.copy();
    assert!((mu.double_value(&[0]) - 0.5).abs() > 0.2, "{mu}");
    let expected = sum(&[
        (&scene.class(0), &times(mu.double_value(&[0]))),
        (&scene.class(1), &times(mu.double_value(&[1]))),
    ]);
    assert_equal("minimax", &scene.with(method.as_mut()), &expected);
    // CORAL: half of either class loss, and gamma times the distance.
    let mut method = MethodKind::Coral { gamma: 2.5 }.objective().expect("gamma");
    let expected =
        sum(&[(&scene.class(0), &times(0.5)), (&scene.class(1), &times(0.5)), (&scene.coral(), &times(2.5))]);
    assert_equal("CORAL", &scene.with(method.as_mut()), &expected);
}

#[test]
fn losses_of_single_samples_are_averaged_with_their_own_gradient() {
    let scene = Scene::new();
    let (labels, task) = (&scene.batch.labels, Task::SingleLabel);
    let members = training_members(&scene.population, &[0, 1]);
    let count = |label| members.iter().filter(|((_, other), _)| *other == label).count();
    let weights = Tensor::from_slice(&dwb_weights(&[count(0), count(1)]));
    type Loss<'a> = &'a dyn Fn(&Tensor) -> Tensor;
    let losses: [(&str, Loss<'_>); 3] = [
        ("focal", &|logits| focal_loss(logits, labels, 3.0, task)),
        ("flsd", &|logits| flsd53_loss(logits, labels, task)),
        ("dwb", &|logits| dwb_loss(logits, labels, &weights, task)),
    ];
    let plain = scene.of(|o| sample_loss(&o.logits, labels, task).mean(Kind::Double));
    for (word, loss) in losses {
        let mut method = MethodSpec::list(word).expect("known")[0].method.objective().expect("settings");
        let _ = method.members(members.clone(), &scene.population, &Streams::new(1));
        let got = scene.with(method.as_mut());
        assert_equal(word, &got, &scene.of(|o| loss(&o.logits).mean(Kind::Double)));
        let moved = (&got["fc.weight"] - &plain["fc.weight"]).abs().max().double_value(&[]);
        assert!(moved > 1e-3, "{word} is cross-entropy: {moved:e}");
    }
}

#[test]
fn learnt_uncertainty_weighs_by_exp_of_minus_s_and_learns_from_its_own_gradient() {
    let scene = Scene::new();
    let mut method = Kendall::new(10.0).expect("factor");
    let s = [0.4f64, -0.3].map(|s| s as f32);
    method
        .restore(&BTreeMap::from([("log_variances".to_owned(), Tensor::from_slice(&s))]))
        .expect("restored");
    let s = s.map(f64::from);
    let outputs = scene.outputs(Mode::Train);
    let terms = method.loss(&scene.net, &scene.batch, &outputs, STATE);
    let [domi, less] = terms.subgroups.expect("both").map(|mean| mean.double_value(&[]));
    let got = scene.gradients(&terms.total);
    let expected = sum(&[(&scene.class(0), &times((-s[0]).exp())), (&scene.class(1), &times((-s[1]).exp()))]);
    // The log-variances are kept in single precision.
    for (name, gradient) in &got {
        let worst = (gradient - &expected[name]).abs().max().double_value(&[]);
        assert!(worst < 1e-5, "{name}: off by {worst:e}");
    }
    assert_reaches("Kendall", &got, &[Features, ClassHead]);
    method.stepped(0.01);
    let moved = &method.state()[0].1;
    for (g, (s, loss)) in s.into_iter().zip([domi, less]).enumerate() {
        let expected = s - 0.1 * (0.5 - (-s).exp() * loss);
        assert!((moved.double_value(&[g as i64]) - expected).abs() < 1e-6, "{moved}");
    }
}

#[test]
fn the_last_layer_alone_is_retrained() {
    let scene = Scene::new();
    let mut method = MethodKind::Dfr.objective().expect("settings");
    assert_eq!(method.mode(), Mode::Evaluate);
    let running = || scene.net.var_store().variables()["bn1.running_mean"].copy();
    let before = running();
    let outputs = scene.outputs(method.mode());
    let terms = method.loss(&scene.net, &scene.batch, &outputs, STATE);
    assert!(running().equal(&before), "running statistics moved");
    let plain = sample_loss(&outputs.logits, &scene.batch.labels, Task::SingleLabel).mean(Kind::Double);
    assert!((plain.double_value(&[]) - terms.total.double_value(&[])).abs() < 1e-12, "the same loss");
    let got = scene.gradients(&terms.total);
    // One hidden layer: the last is number 1.
    assert_eq!(got.keys().collect::<Vec<_>>(), ["class_head.1.bias", "class_head.1.weight"]);
    let full = scene.gradients(&plain);
    for (name, gradient) in &got {
        assert!((gradient - &full[name]).abs().max().double_value(&[]) < TOLERANCE, "{name}");
    }
}
