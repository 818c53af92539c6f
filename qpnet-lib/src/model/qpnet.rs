//! QP-Net: one feature extractor, two heads (equations 8–10, Fig 3).

use tch::nn;
use tch::{Device, Kind, TchError, Tensor};

use super::drawing::drawing;
use super::head::linear;
use super::{Backbone, Mlp, ModelConfig, ModelError, Pass, Taps, choice};
use crate::rng::Rng;

/// Which statistics batch normalisation uses; there is no hidden state to forget.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Mode {
    /// Those of the batch; the running statistics move.
    Train,
    /// The running ones, which stay.
    Evaluate,
}

pub(super) const FEATURE_LAYER: &str = "fc";
pub(super) const CLASS_HEAD: &str = "class_head";
pub(super) const SUBGROUP_HEAD: &str = "subgroup_head";

/// Whether a parameter belongs to one of the two heads.
pub(super) fn is_head(name: &str) -> bool {
    matches!(name.split('.').next(), Some(CLASS_HEAD | SUBGROUP_HEAD))
}

/// Norms of a loss's gradient by part of the network.
#[derive(Clone, Copy, Debug, Default, PartialEq)]
pub struct GradientNorms {
    /// Of `w_z`.
    pub feature_extractor: f64,
    /// Of `w_y`.
    pub class_head: f64,
    /// Of `w_d`.
    pub subgroup_head: f64,
}

/// The network of the paper on one `VarStore`.
///
/// ```text
/// z = F_z(x; w_z)    y_hat = F_y(z; w_y)    d_hat = F_d(z; w_d)          (8, 9, 10)
/// ```
/// `w_z` is named as in the backbone's own checkpoints (ResNet: torchvision) with `fc` as
/// feature layer, `w_y` begins with `class_head.`, `w_d` with `subgroup_head.`. At test time only `F_z` and `F_y` are used.
#[derive(Debug)]
pub struct QpNet {
    config: ModelConfig,
    vs: nn::VarStore,
    backbone: Box<dyn Backbone>,
    feature: nn::Linear,
    class_head: Mlp,
    subgroup_head: Mlp,
}

impl QpNet {
    /// A network with weights drawn from `seed`.
    ///
    /// # Errors
    /// [`ModelError`] when `config` is no network.
    pub fn new(config: &ModelConfig, seed: i64, device: Device) -> Result<Self, ModelError> {
        config.check()?;
        // libtorch draws initial weights from its global generator; seeding it here makes the
        // weights a function of the argument whatever was drawn before, and the lock whatever
        // other threads build. They are drawn on the processor, so that a GPU run starts from
        // the same numbers.
        let drawing = drawing();
        tch::manual_seed(seed);
        let mut vs = nn::VarStore::new(Device::Cpu);
        let p = vs.root();
        let backbone = choice::build(&p, config);
        let feature = linear(&p / FEATURE_LAYER, backbone.outputs(), config.features);
        let class_head = Mlp::new(&(&p / CLASS_HEAD), config.features, &config.hidden, config.classes);
        let subgroup_head = Mlp::new(&(&p / SUBGROUP_HEAD), config.features, &config.hidden, 1);
        drop((p, drawing));
        vs.set_device(device);
        config.layout.apply(&vs);
        Ok(Self { config: config.clone(), vs, backbone, feature, class_head, subgroup_head })
    }

    /// Another network of the same shape and the same weights.
    ///
    /// # Errors
    /// What libtorch says when the weights cannot be copied (memory).
    pub fn duplicate(&self) -> Result<Self, TchError> {
        let mut copy = match Self::new(&self.config, 0, self.device()) {
            Ok(copy) => copy,
            Err(error) => unreachable!("the configuration was checked when self was made: {error}"),
        };
        copy.copy_weights(self)?;
        Ok(copy)
    }

    /// Take over the weights and running statistics of `other`, a network of the same shape.
    ///
    /// # Errors
    /// What libtorch says when a tensor is missing or has another shape.
    pub fn copy_weights(&mut self, other: &Self) -> Result<(), TchError> {
        self.vs.copy(&other.vs)
    }

    /// Take over `w_z` (backbone and feature layer) of `other`, whose heads may have another
    /// shape; the own heads stay.
    ///
    /// # Errors
    /// What libtorch says when a tensor is missing or has another shape.
    pub fn copy_feature_extractor(&mut self, other: &Self) -> Result<(), TchError> {
        let theirs = other.vs.variables();
        for (name, mut variable) in self.vs.variables() {
            if is_head(&name) {
                continue;
            }
            let source = theirs
                .get(&name)
                .ok_or_else(|| TchError::TensorNameNotFound(name.clone(), "the other network".to_owned()))?;
            if source.size() != variable.size() {
                let (got, expected) = (source.size(), variable.size());
                return Err(TchError::Shape(format!("{name}: expected {expected:?}, got {got:?}")));
            }
            tch::no_grad(|| variable.f_copy_(&source.to_device(self.vs.device())))?;
        }
        Ok(())
    }

    /// Activations at the points where layers are compared, in evaluation mode and without
    /// gradients: the convolutions of the layer list as they leave the convolution, and last
    /// the pooled vector before the feature layer, called `avgpool` (see [`Taps`]).
    ///
    /// The pooled vector stands for the "final features": the feature layer `fc` behind it is
    /// QP-Net's own, so a network that starts from ImageNet has drawn weights there.
    ///
    /// # Shapes
    /// `x (b, c, h, w)` -> `(b, channels, h', w')` each, the last one `(b, outputs)`.
    pub fn activations(&self, x: &Tensor) -> Vec<(String, Tensor)> {
        let mut pass = Pass { taps: Taps::open(), ..Pass::plain(false) };
        let _pooled = tch::no_grad(|| self.backbone.forward(&self.rescaled(x), &mut pass));
        self.points().into_iter().zip(pass.taps.into_vec()).collect()
    }

    /// Names of the points of [`Self::activations`]: 18 for ResNet-18.
    pub fn points(&self) -> Vec<String> {
        self.backbone.points()
    }

    /// The network up to the pooled vector.
    pub(super) fn backbone(&self) -> &dyn Backbone {
        self.backbone.as_ref()
    }

    fn rescaled(&self, x: &Tensor) -> Tensor {
        self.config.rescale.as_ref().map_or_else(|| x.shallow_clone(), |rescale| rescale.apply(x))
    }

    /// Features `z = F_z(x)`, rectified. No branch is dropped, whatever the mode.
    ///
    /// # Shapes
    /// `x (b, c, h, w)` -> `(b, features)`.
    pub fn features(&self, x: &Tensor, mode: Mode) -> Tensor {
        self.features_of(x, &mut Pass::plain(mode == Mode::Train))
    }

    /// Features of a training step: [`Self::features`] in [`Mode::Train`], with the stochastic
    /// depth of the configuration drawn from `drops`. Without one nothing is drawn.
    ///
    /// # Shapes
    /// `x (b, c, h, w)` -> `(b, features)`.
    pub fn training_features(&self, x: &Tensor, drops: &mut Rng) -> Tensor {
        self.features_of(x, &mut Pass { drops: Some(drops), ..Pass::plain(true) })
    }

    fn features_of(&self, x: &Tensor, pass: &mut Pass) -> Tensor {
        self.backbone.forward(&self.rescaled(x), pass).apply(&self.feature).relu()
    }

    /// Class logits `F_y(z)`: `(b, features)` -> `(b, classes)`.
    pub fn classify(&self, z: &Tensor) -> Tensor {
        z.apply(&self.class_head)
    }

    /// [`Self::classify`] with a gradient for the last layer of `F_y` only: the values are the same, and
    /// neither `z` nor the layers between move.
    pub fn classify_by_last_layer(&self, z: &Tensor) -> Tensor {
        self.class_head.forward_last(z)
    }

    /// Subgroup logit `F_d(z)`: `(b, features)` -> `(b, 1)`; positive speaks for less-prevalent.
    pub fn discriminate(&self, z: &Tensor) -> Tensor {
        z.apply(&self.subgroup_head)
    }

    /// How strongly `loss` pulls at each part of the network: the Euclidean norms of
    /// `dL/dw_z`, `dL/dw_y`, `dL/dw_d`. Gradients that were there before are discarded; the
    /// graph of `loss` is used up.
    pub fn gradient_norms(&self, loss: &Tensor) -> GradientNorms {
        for (_, variable) in self.vs.variables() {
            let mut gradient = variable.grad();
            if gradient.defined() {
                let _ = gradient.zero_();
            }
        }
        loss.backward();
        let mut squares = GradientNorms::default();
        for (name, variable) in self.vs.variables() {
            let gradient = variable.grad();
            if !gradient.defined() {
                continue;
            }
            let square = gradient.square().sum(Kind::Double).double_value(&[]);
            match name.split('.').next() {
                Some(CLASS_HEAD) => squares.class_head += square,
                Some(SUBGROUP_HEAD) => squares.subgroup_head += square,
                _ => squares.feature_extractor += square,
            }
        }
        GradientNorms {
            feature_extractor: squares.feature_extractor.sqrt(),
            class_head: squares.class_head.sqrt(),
            subgroup_head: squares.subgroup_head.sqrt(),
        }
    }

    /// The shape.
    pub fn config(&self) -> &ModelConfig {
        &self.config
    }

    /// The weights, for an optimiser or a checkpoint.
    pub fn var_store(&self) -> &nn::VarStore {
        &self.vs
    }

    /// The weights, to be loaded or converted.
    pub fn var_store_mut(&mut self) -> &mut nn::VarStore {
        &mut self.vs
    }

    /// Where the weights are.
    pub fn device(&self) -> Device {
        self.vs.device()
    }

    /// The number of trainable parameters.
    pub fn parameter_count(&self) -> usize {
        self.vs.trainable_variables().iter().map(Tensor::numel).sum()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_seed_alone_decides_the_weights_whatever_other_threads_draw() {
        let config = ModelConfig::narrow(1, 2, 8);
        let sum = |seed: i64| {
            let net = QpNet::new(&config, seed, Device::Cpu).expect("network");
            let mut variables: Vec<_> = net.var_store().variables().into_iter().collect();
            variables.sort_by(|a, b| a.0.cmp(&b.0));
            variables.iter().map(|(_, tensor)| tensor.abs().sum(Kind::Double).double_value(&[])).sum::<f64>()
        };
        let alone = sum(3);
        std::thread::scope(|scope| {
            for seed in 10..13 {
                scope.spawn(move || (0..10).map(|_| sum(seed)).sum::<f64>());
            }
            for _ in 0..10 {
                assert_eq!(sum(3).to_bits(), alone.to_bits());
            }
        });
        assert_ne!(sum(4).to_bits(), alone.to_bits());
    }
}
