//! Which parameter receives which gradient, and three Adam steps, against PyTorch.

use std::collections::BTreeMap;

use crate::support::{assert_close, golden, integers, leaf, list, number, tensor, text};
use qpnet_lib::loss::{
    DomainSettings, DomainTerms, Gammas, Task, class_loss, domain_loss, mmd, subgroup_loss,
};
use qpnet_lib::train::{Adam, AdamSettings};
use serde_json::Value;
use tch::nn;
use tch::{Device, Kind, Tensor};

/// The discriminator's weighting is plain in the reference.
const SETTINGS: fn() -> DomainSettings =
    || DomainSettings { balanced_discriminator: false, ..DomainSettings::default() };

/// Linear `F_z` with ReLU, linear heads: small enough to be written out in the reference.
struct Tiny {
    parameters: BTreeMap<String, Tensor>,
}

impl Tiny {
    fn of(parameters: &Value) -> Self {
        let object = parameters.as_object().expect("parameters");
        Self { parameters: object.iter().map(|(name, value)| (name.clone(), leaf(value))).collect() }
    }

    fn layer(&self, x: &Tensor, name: &str) -> Tensor {
        let get = |part: &str| &self.parameters[&format!("{name}.{part}")];
        x.linear(get("weight"), Some(get("bias")))
    }

    fn z(&self, x: &Tensor) -> Tensor {
        self.layer(x, "f_z").relu()
    }

    fn objective(&self, case: &Value, batch: &Value) -> Tensor {
        let z = self.z(&tensor(&batch["x"]));
        let subgroup = integers(&batch["subgroup"]);
        let logits = self.layer(&z, "f_y");
        let delta = number(&batch["delta"]);
        let class = class_loss(&logits, &integers(&batch["label"]), &subgroup, delta, Task::SingleLabel);
        let DomainTerms { total, .. } =
            domain_loss(&z, &subgroup, |z| self.layer(z, "f_d"), gammas(case), SETTINGS());
        class.total + total
    }

    fn assert_gradients(&self, what: &str, expected: &Value) {
        for (name, parameter) in &self.parameters {
            let gradient = parameter.grad();
            let gradient = if gradient.defined() { gradient } else { parameter.zeros_like() };
            assert_close(&format!("{what}, {name}"), &gradient, &expected[name], 1e-12, 1e-9);
        }
    }
}

fn gammas(case: &Value) -> Gammas {
    let [d, mmd, bss] = ["gamma_d", "gamma_mmd", "gamma_bss"].map(|key| number(&case[key]));
    Gammas { d, mmd, bss }
}

#[test]
fn every_term_moves_the_parameters_it_should_and_no_other() {
    let file = golden("losses.json");
    let total = &file["total"];
    let subgroup = integers(&total["subgroup"]);
    let z_of = |net: &Tiny| net.z(&tensor(&total["x"]));
    let select = |z: &Tensor, of: i64| z.index_select(0, &subgroup.eq(of).nonzero().view([-1]));
    type Term<'a> = Box<dyn Fn(&Tiny) -> Tensor + 'a>;
    let terms: [(&str, Term<'_>); 4] = [
        (
            "class",
            Box::new(|net| {
                let logits = net.layer(&z_of(net), "f_y");
                let labels = integers(&total["label"]);
                class_loss(&logits, &labels, &subgroup, number(&total["delta"]), Task::SingleLabel).total
            }),
        ),
        ("adversarial", Box::new(|net| subgroup_loss(&net.layer(&z_of(net), "f_d"), &subgroup, false))),
        (
            "mmd",
            Box::new(|net| {
                let (z, settings) = (z_of(net), SETTINGS());
                mmd(&select(&z, 0), &select(&z, 1), settings.kernel, settings.estimator).loss
            }),
        ),
        ("bss", Box::new(|net| qpnet_lib::loss::bss(&z_of(net), 1))),
    ];
    for (name, term) in terms {
        let net = Tiny::of(&total["parameters"]);
        let value = term(&net);
        assert_close(name, &value, &total["terms"][name]["value"], 1e-12, 1e-10);
        value.backward();
        net.assert_gradients(name, &total["terms"][name]["grad"]);
    }
}

#[test]
fn the_objective_is_a_saddle_point_in_the_discriminator() {
    let file = golden("losses.json");
    let total = &file["total"];
    for case in list(&total["cases"]) {
        let net = Tiny::of(&total["parameters"]);
        let objective = net.objective(case, total);
        assert_close("objective", &objective, &case["value_objective"], 1e-12, 1e-10);
        objective.backward();
        net.assert_gradients(text(&case["name"]), &case["grad"]);
    }
}

#[test]
fn three_adam_steps() {
    let file = golden("adam_steps.json");
    let setting = |key: &str| number(&file["optimiser"][key]);
    for run in list(&file["runs"]) {
        let mut net = Tiny::of(&file["parameters"]);
        let mut vs = nn::VarStore::new(Device::Cpu);
        vs.set_kind(Kind::Double);
        for (name, parameter) in &mut net.parameters {
            // The optimiser owns what the network computes with.
            *parameter = vs.root().var_copy(&name.replace('.', "_"), &parameter.detach());
        }
        let settings = AdamSettings {
            beta1: setting("beta1"),
            beta2: setting("beta2"),
            eps: setting("eps"),
            weight_decay: 0.0,
        };
        let mut adam = Adam::new(&vs, settings, setting("lr")).expect("optimiser");
        for step in list(&run["steps"]) {
            adam.zero_grad();
            net.objective(run, &file).backward();
            adam.step(&adam.gradients());
            for (name, parameter) in &net.parameters {
                let what = format!("{} step {} {name}", run["name"], step["step"]);
                assert_close(&what, &parameter.detach(), &step["parameters"][name], 1e-10, 0.0);
            }
        }
    }
}
