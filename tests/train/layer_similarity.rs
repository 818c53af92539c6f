//! CKA of all layers, before against after, on the images of a population.

use qpnet_lib::cka::{CkaError, Jackknife, Spatial, debiased, over_seeds};
use qpnet_lib::data::{Part, Population, SyntheticSizes};
use qpnet_lib::model::{ModelConfig, QpNet};
use qpnet_lib::rng::Streams;
use qpnet_lib::train::{
    CkaImages, HsicBatches, LayerCka, Similarity, Transfer, delta_cka, layer_similarity, one_a_patient,
};
use tch::{Device, Kind, Tensor};

fn people() -> Population {
    let sizes = SyntheticSizes { dominant_train: 8, less_train: 8, validation: [8, 8], test: [8, 90] };
    crate::people::people(32, sizes)
}

fn net(seed: i64) -> QpNet {
    QpNet::new(&ModelConfig::narrow(1, 2, 4), seed, Device::Cpu).expect("network")
}

/// The same network with other weights in one convolution.
fn changed(before: &QpNet, layer: &str, seed: i64) -> QpNet {
    let after = before.duplicate().expect("copy");
    let mut weight = after.var_store().variables()[&format!("{layer}.weight")].shallow_clone();
    let other = net(seed).var_store().variables()[&format!("{layer}.weight")].detach();
    tch::no_grad(|| weight.copy_(&other));
    after
}

fn compare(before: &QpNet, after: &QpNet, people: &Population, batches: HsicBatches) -> Vec<LayerCka> {
    let positions = people.indices(Part::Test, Some(1));
    let images = CkaImages { population: people, positions: &positions, device: Device::Cpu };
    let settings = Similarity { batches, ..Similarity::default() };
    layer_similarity(Transfer { before, after }, images, &settings).expect("comparable")
}

fn value(layer: &LayerCka) -> f64 {
    layer.cka.as_ref().expect("defined").value
}

#[test]
fn layers_below_a_change_are_kept_and_those_above_are_not() {
    let (people, before) = (people(), net(1));
    let layers = compare(&before, &changed(&before, "layer2.0.conv2", 2), &people, HsicBatches::Full);
    assert_eq!(layers.len(), 18);
    for layer in &layers {
        let estimate = layer.value(0.95).expect("level");
        let (value, low, high) = estimate.triple().expect("an interval");
        // conv1, four convolutions of layer1, layer2.0.conv1.
        if layer.index <= 6 {
            assert!(value > 1.0 - 1e-9 && high - low < 1e-9, "{}: {estimate:?}", layer.layer);
        } else {
            assert!(value < 1.0 - 1e-6 && low < value && value < high, "{}: {estimate:?}", layer.layer);
        }
    }
    assert_eq!(layers[6].layer, "layer2.0.conv2");
    assert_eq!(layers[17].layer, "avgpool");
}

#[test]
fn a_layers_number_is_the_debiased_cka_of_its_flattened_activations() {
    let (people, before, after) = (people(), net(1), net(2));
    let positions = people.indices(Part::Test, Some(1));
    let x = people.images.batch(&positions, Device::Cpu);
    let layers = compare(&before, &after, &people, HsicBatches::Full);
    let one_batch = compare(&before, &after, &people, HsicBatches::Of(positions.len()));
    let activations = before.activations(&x).into_iter().zip(after.activations(&x));
    for ((layer, batch), ((name, one), (_, other))) in layers.iter().zip(&one_batch).zip(activations) {
        let rows = |tensor: &Tensor| tensor.flatten(1, -1).to_kind(Kind::Double);
        let expected = debiased(&rows(&one), &rows(&other)).expect("comparable").expect("defined");
        assert_eq!(layer.layer, name);
        // The chunks of a forward pass may differ in the last bits of single precision.
        assert!((value(layer) - expected).abs() < 1e-5, "{name}: {} {expected}", value(layer));
        assert!((value(batch) - value(layer)).abs() < 1e-9, "{name}");
    }
}

#[test]
fn batches_estimate_the_same_number() {
    let (people, before, after) = (people(), net(1), net(2));
    let full = compare(&before, &after, &people, HsicBatches::Full);
    let batches = compare(&before, &after, &people, HsicBatches::Of(20));
    for (full, batches) in full.iter().zip(&batches) {
        let (jackknife, error) =
            (batches.cka.as_ref().expect("defined"), full.cka.as_ref().expect("defined"));
        assert_eq!((jackknife.without.len(), jackknife.images), (4, 90));
        let error = error.standard_error().expect("groups");
        assert!((value(full) - value(batches)).abs() < 3.0 * error + 0.02, "{}", full.layer);
    }
}

#[test]
fn delta_is_paired_and_averaged_over_seeds() {
    let (people, start, mixed) = (people(), net(1), net(2));
    let transfer = |before: &QpNet, seed| {
        compare(before, &changed(before, "layer3.0.conv1", seed), &people, HsicBatches::Full)
    };
    let deltas: Vec<Vec<LayerCka>> = (5..8)
        .map(|seed| delta_cka(&transfer(&start, seed), &transfer(&mixed, seed)).expect("paired"))
        .collect();
    for layer in 0..18 {
        let delta = &deltas[0][layer];
        let estimate = delta.difference(0.95).expect("level");
        assert!(estimate.low <= estimate.value && estimate.value <= estimate.high);
        let seeds: Vec<&Jackknife> =
            deltas.iter().map(|layers| layers[layer].cka.as_ref().expect("defined")).collect();
        let mean = over_seeds(&seeds, 0.95).expect("paired");
        let expected = seeds.iter().map(|seed| seed.value).sum::<f64>() / 3.0;
        assert!((mean.value.expect("value") - expected).abs() < 1e-12);
        if layer < 9 {
            assert!(expected.abs() < 1e-9, "{}", delta.layer);
        }
    }
}

#[test]
fn delta_refuses_lists_of_other_layers() {
    let cka = |value| Some(Jackknife { value, without: vec![value; 3], images: 3 });
    let list = |names: &[&str], value| -> Vec<LayerCka> {
        let layer =
            |(at, name): (usize, &&str)| LayerCka { index: at + 1, layer: (*name).into(), cka: cka(value) };
        names.iter().enumerate().map(layer).collect()
    };
    let (one, other) = (list(&["a", "b", "c"], 0.5), list(&["a", "b", "c"], 0.75));
    let delta = delta_cka(&one, &other).expect("the same layers");
    assert!(delta.len() == 3 && delta.iter().all(|layer| (value(layer) - 0.25).abs() < 1e-12));
    for (first, second, place) in [
        (&one[..], &other[..2], 3),
        (&one[..1], &other[..], 2),
        (&one[..], &[][..], 1),
        (&one[..], &list(&["a", "c", "b"], 0.5)[..], 2),
    ] {
        let error = delta_cka(first, second).expect_err("other layers");
        let expected = CkaError::Layers { first: first.len(), second: second.len(), place };
        assert_eq!(error, expected);
        assert!(error.to_string().contains(&format!("differ from layer {place} on")), "{error}");
    }
    assert!(delta_cka(&[], &[]).expect("the same").is_empty());
}

#[test]
fn images_are_drawn_one_a_patient_whatever_the_order_of_the_table() {
    let people = people();
    let test = people.indices(Part::Test, Some(1));
    let draw = |positions: &[usize], most, stream: &str| {
        one_a_patient(&people, positions, most, &mut Streams::new(3).get(stream))
    };
    let drawn = draw(&test, 45, "images");
    let mut patients: Vec<&str> = drawn.iter().map(|&at| people.samples[at].patient_id.as_str()).collect();
    patients.sort_unstable();
    patients.dedup();
    assert_eq!((drawn.len(), patients.len()), (45, 45), "90 images of 45 patients");
    let reversed: Vec<usize> = test.iter().rev().copied().collect();
    assert_eq!(drawn, draw(&reversed, 45, "images"));
    assert_eq!(drawn[..7], draw(&test, 7, "images"));
    assert_ne!(drawn, draw(&test, 45, "others"));
    assert!(draw(&[], 45, "images").is_empty() && draw(&test, 0, "images").is_empty());
}

#[test]
fn too_few_images_are_refused_and_pooling_is_another_number() {
    let (people, before, after) = (people(), net(1), net(2));
    let all = people.indices(Part::Test, Some(1));
    let transfer = Transfer { before: &before, after: &after };
    let of = |positions, settings: &Similarity| {
        let images = CkaImages { population: &people, positions, device: Device::Cpu };
        layer_similarity(transfer, images, settings)
    };
    for batches in [HsicBatches::Full, HsicBatches::Of(2), HsicBatches::Of(0)] {
        let settings = Similarity { batches, ..Similarity::default() };
        assert!(of(&all[..3], &settings).is_err() && of(&[], &settings).is_err());
    }
    let pooled = Similarity { spatial: Spatial::PoolTo(2), ..Similarity::default() };
    let (flat, pooled) =
        (of(&all, &Similarity::default()).expect("flat"), of(&all, &pooled).expect("pooled"));
    let gaps = flat.iter().zip(&pooled).map(|(flat, pooled)| (value(flat) - value(pooled)).abs());
    assert!(gaps.fold(0.0, f64::max) > 1e-3);
    assert!((value(&flat[17]) - value(&pooled[17])).abs() < 1e-9, "nothing to pool");
}
