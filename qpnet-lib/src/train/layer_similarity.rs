//! Which layers a transfer has kept: CKA before against after, layer by layer (Fig 5).
//!
//! `CKA_1` compares a network before and after a transfer that starts from ImageNet (or another
//! start that has not seen the dominant subgroup), `CKA_2` after one that starts from `M_mix`;
//! `Delta CKA = CKA_2 - CKA_1` says how much more of the Mixed model's features was reused.
//!
//! ```text
//! let cka_1 = layer_similarity(Transfer { before: &start, after: &from_start }, images, &settings)?;
//! let cka_2 = layer_similarity(Transfer { before: &mixed, after: &from_mixed }, images, &settings)?;
//! let delta = delta_cka(&cka_1, &cka_2)?; // paired: the same images are left out of both
//! ```
//!
//! Over seeds, [`over_seeds`](crate::cka::over_seeds) takes the jackknifes of one layer's
//! differences, and [`cka_over_seeds`](crate::cka::cka_over_seeds) those of its CKA. HSIC counts
//! two images as independent, which two of one patient are not: give it the images that
//! [`one_a_patient`](super::one_a_patient()) draws.

use std::collections::HashMap;

use serde::{Deserialize, Serialize};
use tch::{Device, Tensor};

use crate::cka::{CkaError, Gram, Jackknife, Minibatch, Spatial};
use crate::data::Population;
use crate::model::QpNet;
use crate::stats::Estimate;

/// Images that pass through a network at a time.
const CHUNK: usize = 64;

/// How HSIC is estimated.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum HsicBatches {
    /// All images at once; the interval leaves out patients. It holds the activations of all
    /// images, and `n^2` numbers a layer.
    #[default]
    Full,
    /// Batches of at least so many images, dealt out like cards so that neighbours in the table
    /// part; the interval leaves out batches, and is too narrow where patients have images in
    /// several.
    Of(usize),
}

/// How layers are compared.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct Similarity {
    /// How convolutional activations become rows.
    pub spatial: Spatial,
    /// How HSIC is estimated.
    pub batches: HsicBatches,
}

/// A network before and after training.
#[derive(Clone, Copy, Debug)]
pub struct Transfer<'a> {
    /// Where it started.
    pub before: &'a QpNet,
    /// Where it ended; of the same shape.
    pub after: &'a QpNet,
}

/// The images on which layers are compared.
#[derive(Clone, Copy, Debug)]
pub struct CkaImages<'a> {
    /// All samples.
    pub population: &'a Population,
    /// Which of them: of the less-prevalent test patients one image each, say.
    pub positions: &'a [usize],
    /// Where to compute.
    pub device: Device,
}

/// A number for one layer.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct LayerCka {
    /// Counted from 1, in the order of the forward pass.
    pub index: usize,
    /// The layer's name: `layer1.0.conv1`.
    pub layer: String,
    /// CKA, or a difference of two; `None` where a layer says the same of every image.
    pub cka: Option<Jackknife>,
}

impl LayerCka {
    /// The CKA of a single transfer, with its interval on Fisher's scale.
    ///
    /// # Errors
    /// [`CkaError`] for a confidence level outside (0, 1).
    pub fn value(&self, level: f64) -> Result<Estimate, CkaError> {
        self.cka.as_ref().map_or_else(|| Ok(undefined(0)), |cka| cka.fisher(level))
    }

    /// A difference of two CKAs, with a symmetric interval.
    ///
    /// # Errors
    /// [`CkaError`] for a confidence level outside (0, 1).
    pub fn difference(&self, level: f64) -> Result<Estimate, CkaError> {
        self.cka.as_ref().map_or_else(|| Ok(undefined(0)), |cka| cka.estimate(level))
    }
}

fn undefined(n: usize) -> Estimate {
    Estimate::undefined("jackknife", n, "a layer says the same of every image, so its HSIC is 0")
}

/// Debiased CKA of every point of [`QpNet::activations`], before against after.
///
/// # Errors
/// [`CkaError`]: fewer than four images, or an activation that is not finite.
pub fn layer_similarity(
    transfer: Transfer<'_>,
    images: CkaImages<'_>,
    settings: &Similarity,
) -> Result<Vec<LayerCka>, CkaError> {
    let ckas = match settings.batches {
        HsicBatches::Full => full(transfer, images, settings.spatial)?,
        HsicBatches::Of(size) => minibatches(transfer, images, settings.spatial, size)?,
    };
    let named = transfer.before.points().into_iter().zip(ckas).enumerate();
    Ok(named.map(|(at, (layer, cka))| LayerCka { index: at + 1, layer, cka }).collect())
}

/// `CKA_2 - CKA_1` of each layer, with the same images left out of both; undefined where one of
/// them is.
///
/// # Errors
/// [`CkaError::Layers`] unless both have the same layers in the same order, [`CkaError::Unpaired`]
/// when they were not measured on the same images.
pub fn delta_cka(cka_1: &[LayerCka], cka_2: &[LayerCka]) -> Result<Vec<LayerCka>, CkaError> {
    let same = cka_1.iter().zip(cka_2).take_while(|(first, second)| first.layer == second.layer).count();
    if same < cka_1.len().max(cka_2.len()) {
        return Err(CkaError::Layers { first: cka_1.len(), second: cka_2.len(), place: same + 1 });
    }
    let difference = |(first, second): (&LayerCka, &LayerCka)| {
        let both = second.cka.as_ref().zip(first.cka.as_ref());
        let delta = both.map(|(second, first)| Jackknife::combine(&[(1.0, second), (-1.0, first)]));
        Ok(LayerCka { index: first.index, layer: first.layer.clone(), cka: delta.transpose()? })
    };
    cka_1.iter().zip(cka_2).map(difference).collect()
}

fn full(
    transfer: Transfer<'_>,
    images: CkaImages<'_>,
    spatial: Spatial,
) -> Result<Vec<Option<Jackknife>>, CkaError> {
    let mut patients = HashMap::new();
    let group = |&position: &usize| {
        let next = patients.len();
        *patients.entry(images.population.samples[position].patient_id.as_str()).or_insert(next)
    };
    let groups: Vec<usize> = images.positions.iter().map(group).collect();
    // One network after the other: its activations are gone before the next one's come.
    let before = grams(transfer.before, images, images.positions, spatial)?;
    let after = grams(transfer.after, images, images.positions, spatial)?;
    before.iter().zip(&after).map(|(k, l)| Jackknife::debiased(k, l, &groups)).collect()
}

fn minibatches(
    transfer: Transfer<'_>,
    images: CkaImages<'_>,
    spatial: Spatial,
    size: usize,
) -> Result<Vec<Option<Jackknife>>, CkaError> {
    let count = (images.positions.len() / size.max(1)).max(1);
    let mut layers = vec![Minibatch::default(); transfer.before.points().len()];
    for batch in 0..count {
        let dealt: Vec<usize> = images.positions.iter().copied().skip(batch).step_by(count).collect();
        let before = grams(transfer.before, images, &dealt, spatial)?;
        let after = grams(transfer.after, images, &dealt, spatial)?;
        for ((layer, k), l) in layers.iter_mut().zip(&before).zip(&after) {
            layer.add(k, l)?;
        }
    }
    Ok(layers.iter().map(Minibatch::jackknife).collect())
}

/// The Gram matrix of every point of `net` on the images at `positions`.
fn grams(
    net: &QpNet,
    images: CkaImages<'_>,
    positions: &[usize],
    spatial: Spatial,
) -> Result<Vec<Gram>, CkaError> {
    let mut rows: Vec<Vec<Tensor>> = net.points().iter().map(|_| Vec::new()).collect();
    for chunk in positions.chunks(CHUNK) {
        let x = images.population.images.batch(chunk, images.device);
        for (layer, (_, activation)) in rows.iter_mut().zip(net.activations(&x)) {
            layer.push(spatial.rows(&activation)?);
        }
    }
    let gram = |chunks: Vec<Tensor>| match chunks.as_slice() {
        [] => Err(CkaError::TooFew { estimator: "debiased CKA", needed: 4, got: 0 }),
        _ => Gram::new(&Tensor::cat(&chunks, 0)),
    };
    rows.into_iter().map(gram).collect()
}
