//! How kernels and activations lie in memory.

use serde::{Deserialize, Serialize};
use tch::nn;

/// How kernels and activations lie in memory: what is computed is the same but for rounding, the time is not.
///
/// Libtorch lays the result of a convolution out as the kernel is, and every layer after it keeps that. So only
/// the kernels are turned: images come as they are, and weights go to files and into other networks by value.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Layout {
    /// Channel by channel, libtorch's default.
    #[default]
    ChannelsFirst,
    /// Pixel by pixel, all channels of one beside each other.
    ChannelsLast,
}

impl Layout {
    // serde asks by reference.
    #[allow(clippy::trivially_copy_pass_by_ref)]
    pub(super) fn is_default(&self) -> bool {
        *self == Self::default()
    }

    /// Lay out the kernels of `vs`, and with them what is computed with them.
    pub(super) fn apply(self, vs: &nn::VarStore) {
        if self == Self::ChannelsFirst {
            return;
        }
        for (_, mut variable) in vs.variables() {
            if variable.dim() == 4 {
                // The shape stays (o, i, h, w); the strides are those of (o, h, w, i).
                let turned = variable.detach().permute([0, 2, 3, 1]).contiguous().permute([0, 3, 1, 2]);
                variable.set_data(&turned);
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::model::{BackboneName, Mode, ModelConfig, QpNet, weights};
    use tch::{Device, Kind, Tensor};

    /// Of the largest feature, and of the largest gradient of the first kernel, which is small because much
    /// cancels on its way: single precision, summed in another order.
    const FEATURES: f64 = 1e-4;
    const GRADIENT: f64 = 5e-3;

    fn pair(backbone: BackboneName) -> [QpNet; 2] {
        let first = ModelConfig::narrow(3, 2, 8).with_backbone(backbone);
        let last = ModelConfig { layout: Layout::ChannelsLast, ..first.clone() };
        [first, last].map(|config| QpNet::new(&config, 7, Device::Cpu).expect("network"))
    }

    /// 64 px, so that no backbone ends with a single pixel.
    fn images() -> Tensor {
        let numbers = Tensor::arange(4 * 3 * 64 * 64, (Kind::Float, Device::Cpu));
        (numbers * 0.37).sin().view([4, 3, 64, 64])
    }

    /// Whether the channels of a pixel lie beside each other, which one channel or one pixel cannot tell.
    fn is_last(tensor: &Tensor) -> Option<bool> {
        let (size, stride) = (tensor.size(), tensor.stride());
        (size.len() == 4 && size[1] > 1 && size[2] * size[3] > 1).then(|| stride[1] == 1)
    }

    #[test]
    fn kernels_and_all_activations_are_turned() {
        for (word, backbone) in BackboneName::KNOWN {
            let [first, last] = pair(backbone);
            for (net, wanted) in [(&first, false), (&last, true), (&last.duplicate().expect("copy"), true)] {
                let kernels = net.var_store().variables();
                let known: Vec<bool> = kernels.values().filter_map(is_last).collect();
                assert!(!known.is_empty() && known.iter().all(|&last| last == wanted), "{word}: {known:?}");
                let shown = net.activations(&images());
                let known: Vec<bool> = shown.iter().filter_map(|(_, tensor)| is_last(tensor)).collect();
                assert!(known.len() > 5 && known.iter().all(|&last| last == wanted), "{word}: {known:?}");
            }
        }
    }

    #[test]
    fn features_and_gradients_are_the_same_but_for_rounding() {
        for (word, backbone) in BackboneName::KNOWN {
            let of = |net: &QpNet| {
                // Through batch statistics of so few images the gradient itself is hardly determined.
                let trained = net.features(&images(), Mode::Train).detach();
                let z = net.features(&images(), Mode::Evaluate);
                net.classify(&z).square().mean(Kind::Float).backward();
                let name = net.backbone().stem_weight();
                [trained, z.detach(), net.var_store().variables()[name].grad()]
            };
            let [first, last] = pair(backbone).map(|net| of(&net));
            for ((a, b), allowed) in first.iter().zip(&last).zip([FEATURES, FEATURES, GRADIENT]) {
                let size = a.abs().max().double_value(&[]);
                let gap = (a - b).abs().max().double_value(&[]);
                assert!(size > 0.0 && gap <= allowed * size, "{word}: {gap:e} of {size:e}");
            }
        }
    }

    #[test]
    fn files_do_not_know_of_it() {
        let folder = tempfile::tempdir().expect("folder");
        let [first, mut last] = pair(BackboneName::Resnet);
        let path = |name: &str| folder.path().join(name);
        weights::save(&first, &path("first")).expect("saved");
        weights::save(&last, &path("last")).expect("saved");
        let bytes = |name: &str| std::fs::read(path(name)).expect("bytes");
        assert!(bytes("first") == bytes("last"), "the same seed, the same file");
        weights::load(&mut last, &path("first"), weights::LoadOptions::default()).expect("loaded");
        assert_eq!(is_last(&last.var_store().variables()["layer1.0.conv1.weight"]), Some(true));
    }
}
