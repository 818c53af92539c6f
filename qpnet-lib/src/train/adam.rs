//! Adam whose state can be kept and put back.
//!
//! libtorch's own optimiser hides its moments from the binding, so a training that goes on from a
//! checkpoint needs this one. Its numbers are those of libtorch's, to the last bit: the same
//! operations in the same order and rounding, on all parameters at once where libtorch takes one
//! after the other.

use std::collections::BTreeMap;

use tch::nn::{self, OptimizerConfig};
use tch::{TchError, Tensor};

use super::TrainError;
use super::method::kept;

/// Adam with the usual constants and L2 weight decay.
///
/// # Formula
/// ```text
/// g <- g + wd w
/// m <- b1 m + (1 - b1) g            v <- b2 v + (1 - b2) g^2
/// w <- w - lr / (1 - b1^t) * m / (sqrt(v) / sqrt(1 - b2^t) + eps)
/// ```
/// A parameter without a gradient is left alone, and its `t` does not count the step.
///
/// # Source
/// Kingma & Ba 2015 (arXiv 1412.6980), as in libtorch's `torch::optim::Adam`.
#[derive(Debug)]
pub struct Adam {
    settings: AdamSettings,
    rate: f64,
    /// In a fixed order: that of the names.
    parameters: Vec<(String, Tensor)>,
    moments: Vec<Moments>,
    bundles: Vec<Bundle>,
    /// The members of all bundles, ascending.
    active: Vec<usize>,
    /// Takes no step: the binding has no other way to make gradients absent again.
    absent: nn::Optimizer,
}

/// The constants.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct AdamSettings {
    /// Decay of the first moment.
    pub beta1: f64,
    /// Decay of the second moment.
    pub beta2: f64,
    /// Added to the denominator.
    pub eps: f64,
    /// L2 penalty, added to the gradient.
    pub weight_decay: f64,
}

impl Default for AdamSettings {
    fn default() -> Self {
        Self { beta1: 0.9, beta2: 0.999, eps: 1e-8, weight_decay: 0.0 }
    }
}

/// Of one parameter, flat: views of its bundle's once it has had a step.
#[derive(Debug)]
struct Moments {
    first: Tensor,
    second: Tensor,
    steps: i64,
}

/// Parameters that have had a gradient in the same steps: their moments are one long tensor each,
/// so that a step is a few operations and not ten a parameter.
#[derive(Debug)]
struct Bundle {
    members: Vec<usize>,
    lengths: Vec<i64>,
    first: Tensor,
    second: Tensor,
}

impl Adam {
    /// Of all trainable parameters of `vs`, with no step done.
    ///
    /// # Errors
    /// What libtorch says.
    pub fn new(vs: &nn::VarStore, settings: AdamSettings, rate: f64) -> Result<Self, TchError> {
        let mut parameters: Vec<(String, Tensor)> =
            vs.variables().into_iter().filter(|(_, tensor)| tensor.requires_grad()).collect();
        parameters.sort_by(|a, b| a.0.cmp(&b.0));
        let zero = |(_, parameter): &(String, Tensor)| {
            let flat = || Tensor::zeros([parameter.numel() as i64], (parameter.kind(), parameter.device()));
            Moments { first: flat(), second: flat(), steps: 0 }
        };
        let moments = parameters.iter().map(zero).collect();
        let absent = nn::Sgd::default().build(vs, 0.0)?;
        Ok(Self { settings, rate, parameters, moments, bundles: Vec::new(), active: Vec::new(), absent })
    }

    /// The learning rate of the steps to come.
    pub fn set_rate(&mut self, rate: f64) {
        self.rate = rate;
    }

    /// Make all gradients absent.
    pub fn zero_grad(&mut self) {
        self.absent.zero_grad();
    }

    /// The gradients that there are, for [`Self::step`].
    pub fn gradients(&self) -> Gradients {
        let of = |(_, parameter): &(String, Tensor)| Some(parameter.grad()).filter(Tensor::defined);
        Gradients(self.parameters.iter().map(of).collect())
    }

    /// Move every parameter that has a gradient.
    pub fn step(&mut self, gradients: &Gradients) {
        let active: Vec<usize> = (0..gradients.0.len()).filter(|&at| gradients.0[at].is_some()).collect();
        if active != self.active {
            self.bundle(active);
        }
        tch::no_grad(|| {
            for bundle in &mut self.bundles {
                let all = |of: &dyn Fn(usize) -> Option<Tensor>| {
                    let flat = bundle.members.iter().filter_map(|&at| Some(of(at)?.reshape([-1])));
                    Tensor::cat(&flat.collect::<Vec<_>>(), 0)
                };
                let mut gradient = all(&|at| gradients.0[at].as_ref().map(Tensor::shallow_clone));
                if self.settings.weight_decay != 0.0 {
                    let weights = all(&|at| Some(self.parameters[at].1.shallow_clone()));
                    gradient = plus(&gradient, &weights, self.settings.weight_decay);
                }
                let step = self.moments[bundle.members[0]].steps + 1;
                let change = bundle.change(&gradient, step, self.rate, &self.settings);
                let changes = change.split_with_sizes(&bundle.lengths, 0);
                for (&at, change) in bundle.members.iter().zip(changes) {
                    let parameter = &mut self.parameters[at].1;
                    let _ = parameter.g_add_(&change.view_as(parameter));
                    self.moments[at].steps = step;
                }
            }
        });
    }

    /// Bundle the parameters `active` by the number of their steps.
    fn bundle(&mut self, active: Vec<usize>) {
        let mut by_steps: BTreeMap<i64, Vec<usize>> = BTreeMap::new();
        for &at in &active {
            by_steps.entry(self.moments[at].steps).or_default().push(at);
        }
        self.bundles = by_steps.into_values().map(|members| Bundle::of(members, &mut self.moments)).collect();
        self.active = active;
    }

    /// Moments and steps by name, for a checkpoint.
    pub fn state(&self) -> Vec<(String, Tensor)> {
        let of = |((name, parameter), moments): (&(String, Tensor), &Moments)| {
            let shaped = |flat: &Tensor| flat.view_as(parameter).copy();
            [
                (format!("first.{name}"), shaped(&moments.first)),
                (format!("second.{name}"), shaped(&moments.second)),
                (format!("steps.{name}"), Tensor::from(moments.steps)),
            ]
        };
        self.parameters.iter().zip(&self.moments).flat_map(of).collect()
    }

    /// Go on from `state`, as [`Self::state`] has given it.
    ///
    /// # Errors
    /// [`TrainError::State`] where a tensor is missing or has another shape; nothing is changed then.
    pub fn restore(&mut self, state: &BTreeMap<String, Tensor>) -> Result<(), TrainError> {
        let of = |(name, parameter): &(String, Tensor)| -> Result<Moments, TrainError> {
            let flat = |which: &str| {
                let kept = kept(state, &format!("{which}.{name}"), &parameter.size())?;
                let kept = kept.to_kind(parameter.kind()).to_device(parameter.device());
                Ok::<_, TrainError>(kept.reshape([-1]))
            };
            let steps = kept(state, &format!("steps.{name}"), &[])?.int64_value(&[]);
            Ok(Moments { first: flat("first")?, second: flat("second")?, steps })
        };
        self.moments = self.parameters.iter().map(of).collect::<Result<_, _>>()?;
        self.bundles.clear();
        self.active.clear();
        Ok(())
    }
}

/// The gradient of each parameter that has one.
#[derive(Debug)]
pub struct Gradients(Vec<Option<Tensor>>);

impl Gradients {
    /// Divide them all by `factor`, in place.
    pub fn divide(&mut self, factor: f64) {
        tch::no_grad(|| {
            for gradient in self.0.iter_mut().flatten() {
                let _ = gradient.g_mul_scalar_(1.0 / factor);
            }
        });
    }

    /// Whether no number of them is infinite or NaN.
    pub fn are_finite(&self) -> bool {
        let sums: Vec<Tensor> = self.0.iter().flatten().map(|g| g.sum(g.kind())).collect();
        sums.is_empty() || Tensor::stack(&sums, 0).isfinite().all().int64_value(&[]) == 1
    }
}

impl Bundle {
    /// Of `members`, whose moments become views of the bundle's.
    fn of(members: Vec<usize>, moments: &mut [Moments]) -> Self {
        let cat = |of: fn(&Moments) -> &Tensor| {
            Tensor::cat(&members.iter().map(|&at| of(&moments[at])).collect::<Vec<_>>(), 0)
        };
        let (first, second) = (cat(|moments| &moments.first), cat(|moments| &moments.second));
        let lengths: Vec<i64> = members.iter().map(|&at| moments[at].first.numel() as i64).collect();
        let views = first.split_with_sizes(&lengths, 0).into_iter().zip(second.split_with_sizes(&lengths, 0));
        for (&at, (first, second)) in members.iter().zip(views) {
            (moments[at].first, moments[at].second) = (first, second);
        }
        Self { members, lengths, first, second }
    }

    /// Move the moments, and say by how much the weights move.
    fn change(&mut self, gradient: &Tensor, step: i64, rate: f64, settings: &AdamSettings) -> Tensor {
        let AdamSettings { beta1, beta2, eps, .. } = *settings;
        let correction = |beta: f64| 1.0 - beta.powf(step as f64);
        let multiple = scalar(gradient, 1.0 - beta1);
        let _ = self.first.g_mul_scalar_(beta1).addcmul_(gradient, &multiple);
        let _ = self.second.g_mul_scalar_(beta2).addcmul_(&(gradient * (1.0 - beta2)), gradient);
        let spread = self.second.sqrt().g_div_scalar_(correction(beta2).sqrt()).g_add_scalar_(eps);
        (&self.first * (-(rate / correction(beta1)))).g_div_(&spread)
    }
}

/// `a + factor b`, multiplied and added with one rounding: so libtorch adds a multiple.
fn plus(a: &Tensor, b: &Tensor, factor: f64) -> Tensor {
    a.addcmul(b, &scalar(a, factor))
}

/// A number of the kind and on the device of `like`.
fn scalar(like: &Tensor, value: f64) -> Tensor {
    Tensor::from(value).to_kind(like.kind()).to_device(like.device())
}
