//! The real HAM10000 and DDTI, where they are present; skipped with a reason where not.

#![allow(clippy::print_stdout)]

use std::path::PathBuf;
use std::time::Instant;

use qpnet_lib::data::{self, LoadOptions, Manifest, OnUnreadable, Part, Population, SyntheticSizes};
use qpnet_lib::rng::Streams;

/// The population, or `None` with a printed reason.
fn load(name: &str, scheme: &str, image_size: i64) -> Option<Population> {
    let Some(root) = std::env::var_os("QPNET_DATA").map(PathBuf::from) else {
        println!("skipped: QPNET_DATA is not set, so there is no {name} to read");
        return None;
    };
    if !root.join(name).is_dir() {
        println!("skipped: {} holds no folder {name}", root.display());
        return None;
    }
    let options = LoadOptions {
        scheme: scheme.into(),
        image_size,
        synthetic: SyntheticSizes::default(),
        data_root: Some(root),
        fold: None,
        cache: None,
        on_unreadable: OnUnreadable::Fail,
    };
    let manifest = Manifest::find(name).expect("shipped manifest");
    let started = Instant::now();
    let population = data::load(&manifest, &options, &Streams::new(1), &|_, _| {}).expect("real data");
    let seconds = started.elapsed().as_secs_f64();
    println!("{name} {scheme}: {} images at {image_size} px in {seconds:.1} s", population.images.len());
    println!("{}", population.table().expect("table"));
    println!("{}; {:?}; {:?}", population.leak_report(), population.exclusions, population.notes);
    Some(population)
}

fn check(population: &Population, images: usize, positives: usize, excluded: usize) {
    assert_eq!(population.samples.len(), images);
    assert_eq!(population.samples.iter().filter(|sample| sample.label == 1).count(), positives);
    assert!(population.leak_report().is_clean());
    assert_eq!(population.exclusions.iter().map(|exclusion| exclusion.rows).sum::<usize>(), excluded);
    assert!(
        !population.notes.iter().any(|note| note.contains("complete data set")),
        "{:?}",
        population.notes
    );
    // Of the images with a part, the shares are 60 / 20 / 20 within two percent points.
    for subgroup in 0..2 {
        let size = |part| population.indices(part, Some(subgroup)).len() as f64;
        let total: f64 = Part::ALL.into_iter().map(size).sum();
        for (part, share) in Part::ALL.into_iter().zip([0.6, 0.2, 0.2]) {
            assert!((size(part) / total - share).abs() < 0.02, "{part} {subgroup}");
        }
    }
}

#[test]
fn ham10000_by_age_has_its_published_counts() {
    let Some(population) = load("ham10000", "age", 32) else { return };
    // 57 ages are missing, two of them of malignant lesions.
    check(&population, 9958, 1952, 57);
}

#[test]
fn ham10000_by_site_reports_the_third_group_on_the_test_part_only() {
    let Some(population) = load("ham10000", "site", 64) else { return };
    assert_eq!(population.samples.len(), 10_015);
    check(&population, 10_015, 1954, 0);
    for part in [Part::Train, Part::Validation] {
        assert!(population.indices(part, Some(2)).is_empty());
    }
    assert!(!population.indices(Part::Test, Some(2)).is_empty());
    let indices: Vec<usize> = (0..population.samples.len()).step_by(20).collect();
    let batch = population.images.batch(&indices, tch::Device::Cpu); // (501, 3, 64, 64)
    assert_eq!(batch.size(), [indices.len() as i64, 3, 64, 64]);
    assert_eq!(i64::try_from(batch.isfinite().all()).expect("bool"), 1);
}

/// The public download: two folders, 4 : 3 pictures, a table without an ending. Runs everywhere.
#[test]
fn the_public_layout_is_found_too() {
    let root = tempfile::tempdir().expect("tempdir");
    let folder = root.path().join("ham10000");
    let parts = ["HAM10000_images_part_1", "HAM10000_images_part_2"].map(|part| folder.join(part));
    parts.iter().for_each(|part| std::fs::create_dir_all(part).expect("mkdir"));
    let mut table = "lesion_id,image_id,dx,dx_type,age,sex,localization\r\n".to_owned();
    for index in 0..80 {
        let (dx, sex) = (["nv", "mel"][index / 2 % 2], ["male", "female"][index % 2]);
        table += &format!("HAM_{index},ISIC_{index},{dx},histo,{index}.0,{sex},back\r\n");
        let colour = image::Rgb([index as u8 * 3, 40, 200]);
        let picture = image::RgbImage::from_pixel(60, 45, colour);
        picture.save(parts[index % 2].join(format!("ISIC_{index}.jpg"))).expect("jpeg");
    }
    std::fs::write(folder.join("HAM10000_metadata"), table).expect("table");
    let mut options = LoadOptions {
        scheme: "sex".into(),
        image_size: 32,
        synthetic: SyntheticSizes::default(),
        data_root: Some(root.path().to_owned()),
        fold: None,
        cache: None,
        on_unreadable: OnUnreadable::Fail,
    };
    let manifest = Manifest::find("ham10000").expect("shipped");
    let load = |options: &LoadOptions| data::load(&manifest, options, &Streams::new(1), &|_, _| {});
    let population = load(&options).expect("public layout");
    assert_eq!((population.samples.len(), population.images.shape()), (80, [3, 32, 32]));
    assert!(population.notes.iter().any(|note| note.contains("complete data set has 10015")));
    // This table has no column `dataset`.
    options.scheme = "site".into();
    let error = load(&options).expect_err("no column").to_string();
    assert!(error.contains("no column \"dataset\"") && error.contains("\"localization\""), "{error}");
}

#[test]
fn ham10000_by_sex_leaves_out_the_unknown() {
    let Some(population) = load("ham10000", "sex", 32) else { return };
    assert_eq!(population.samples.len(), 9958);
    assert_eq!(population.exclusions.iter().map(|exclusion| exclusion.rows).sum::<usize>(), 57);
}

#[test]
fn ddti_loads_in_grey() {
    let Some(population) = load("ddti", "age", 64) else { return };
    assert_eq!(population.images.shape(), [1, 64, 64]);
    assert_eq!(population.samples.len(), 456);
}

/// Lesions of every subgroup of the two that are trained on.
fn lesions(population: &Population) -> [usize; 2] {
    [0, 1].map(|subgroup| {
        let own = population.samples.iter().filter(|sample| sample.subgroup == subgroup);
        own.map(|sample| sample.patient_id.as_str()).collect::<std::collections::HashSet<_>>().len()
    })
}

#[test]
fn ham10000_by_site_on_histology_alone_has_its_counts() {
    let Some(population) = load("ham10000", "site_histology", 16) else { return };
    let images = [0, 1].map(|group| population.samples.iter().filter(|own| own.subgroup == group).count());
    assert_eq!(images, [2642, 2259]);
    check(&population, 2642 + 2259, positives(&population), 10_015 - 2642 - 2259);
}

fn positives(population: &Population) -> usize {
    population.samples.iter().filter(|sample| sample.label == 1).count()
}

#[test]
fn ham10000_by_lot_has_the_lesions_of_site_and_no_difference_but_noise() {
    let Some(site) = load("ham10000", "site", 16) else { return };
    let Some(placebo) = load("ham10000", "site_placebo", 16) else { return };
    // The third group, which is only reported, is no part of the placebo.
    assert_eq!(placebo.samples.len(), site.samples.len() - 439);
    assert_eq!(lesions(&placebo), lesions(&site));
    assert!(placebo.leak_report().is_clean());
    // Of follow-up cases nothing is left that tells the subgroups: prevalences differ by chance alone.
    let prevalence = |population: &Population, group: usize| {
        let own: Vec<usize> = population
            .samples
            .iter()
            .filter(|sample| sample.subgroup == group)
            .map(|own| own.label)
            .collect();
        own.iter().sum::<usize>() as f64 / own.len() as f64
    };
    let gap = |population: &Population| (prevalence(population, 0) - prevalence(population, 1)).abs();
    // 5,000 against 1,600 lesions: a standard error of about 0.012.
    assert!(gap(&site) > 0.1 && gap(&placebo) < 0.04, "{} {}", gap(&site), gap(&placebo));
}

#[test]
fn columns_beside_the_schemes_come_by_sample_and_missing_values_are_none() {
    let Some(root) =
        std::env::var_os("QPNET_DATA").map(PathBuf::from).filter(|root| root.join("ham10000").is_dir())
    else {
        println!("skipped: there is no ham10000 to read");
        return;
    };
    let manifest = Manifest::find("ham10000").expect("shipped manifest");
    let found = data::columns(&manifest, &["dx_type", "age", "dx"], Some(&root)).expect("tables");
    assert_eq!(found.len(), 10_015);
    let confirmed = |how: &str| found.values().filter(|values| values[0].as_deref() == Some(how)).count();
    assert_eq!(["histo", "follow_up", "consensus", "confocal"].map(confirmed), [5340, 3704, 902, 69]);
    assert_eq!(found.values().filter(|values| values[1].is_none()).count(), 57);
    // The label's own column, too, which is of no scheme.
    assert_eq!(found["ISIC_0027419"], ["histo", "80.0", "bkl"].map(|value| Some(value.to_owned())));
    let error = data::columns(&manifest, &["dx_typ"], Some(&root)).expect_err("no such column").to_string();
    assert!(error.contains("dx_typ"), "{error}");
    let drawn = Manifest::find("synthetic").expect("shipped manifest");
    assert!(data::columns(&drawn, &[], Some(&root)).is_err(), "it has no tables");
}
