//! Bad input, one case each: the error names the file, the row and the remedy.

use std::fs;
use std::path::{Path, PathBuf};

use crate::toy::{AGE, MANIFEST, Toy, assert_says};
use image::{GrayImage, RgbImage};
use qpnet_lib::data::{
    self, DataError, LoadOptions, Manifest, OnUnreadable, Part, Population, SyntheticSizes,
};
use qpnet_lib::rng::Streams;

/// 60 patients with a picture each, by sex and by age.
fn whole() -> Toy {
    let mut toy = Toy::new(60, 1);
    toy.manifest += AGE;
    toy
}

fn load(toy: &Toy, scheme: &str, on_unreadable: OnUnreadable) -> Result<Population, DataError> {
    toy.save();
    let manifest = Manifest::parse("toy.toml", &toy.manifest)?;
    let root = Some(toy.root.path().to_owned());
    data::load(&manifest, &options(scheme, root, on_unreadable), &Streams::new(1), &|_, _| {})
}

fn error(toy: &Toy, scheme: &str) -> String {
    load(toy, scheme, OnUnreadable::Fail).expect_err("bad input").to_string()
}

fn options(scheme: &str, data_root: Option<PathBuf>, on_unreadable: OnUnreadable) -> LoadOptions {
    let synthetic = SyntheticSizes { dominant_train: 8, less_train: 8, validation: [4, 4], test: [4, 4] };
    LoadOptions {
        scheme: scheme.into(),
        image_size: 16,
        synthetic,
        data_root,
        fold: None,
        cache: None,
        on_unreadable,
    }
}

#[test]
fn the_unspoilt_toy_loads() {
    let toy = whole();
    let population = load(&toy, "", OnUnreadable::Fail).expect("good input");
    assert_eq!(population.samples.len(), 60);
    assert_eq!(population.images.shape(), [1, 16, 16]);
    assert!(population.leak_report().is_clean());
    assert_eq!(population.counts().iter().map(|count| count.images).sum::<usize>(), 60);
    let again = load(&toy, "sex", OnUnreadable::Fail).expect("good input");
    assert_eq!(population.hash, again.hash);
    assert_ne!(population.hash, load(&toy, "age", OnUnreadable::Fail).expect("good input").hash);
    let batch = population.images.batch(&population.indices(Part::Test, None), tch::Device::Cpu);
    assert!(f64::try_from(batch.abs().max()).expect("number") <= 1.0 + 1e-6);
}

#[test]
fn a_missing_image_is_named_with_row_and_places() {
    let toy = whole();
    fs::remove_file(toy.image("s3.png")).expect("remove");
    let alone = error(&toy, "sex");
    assert_says(&alone, &["toy.csv: row 5", "\"s3\"", "s3.png", "s3.jpg", "complete the download"]);
    assert!(!alone.contains("more)"), "{alone}");
    let gone = fs::read(toy.image("s4.png")).expect("read");
    fs::remove_file(toy.image("s4.png")).expect("remove");
    assert_says(&error(&toy, "sex"), &["toy.csv: row 5", "(and 1 more)"]);
    fs::write(toy.image("s4.png"), gone).expect("write");
    let population = load(&toy, "sex", OnUnreadable::Skip).expect("skipped");
    assert_eq!(population.samples.len(), 59);
    assert!(population.notes.iter().any(|note| note.contains("row 5") && note.contains("s3")));
    assert_eq!(population.exclusions[0].rows, 1);
}

#[test]
fn truncated_images_are_refused() {
    let toy = whole();
    let bytes = fs::read(toy.image("s4.png")).expect("read");
    fs::write(toy.image("s4.png"), &bytes[..bytes.len() / 2]).expect("write");
    assert_says(&error(&toy, "sex"), &["toy.csv: row 6", "s4.png", "cannot be decoded", "replace the file"]);

    let toy = whole();
    fs::remove_file(toy.image("s4.png")).expect("remove");
    let noisy = RgbImage::from_fn(90, 90, |x, y| image::Rgb([(x * y) as u8, (x ^ y) as u8, (x * 7) as u8]));
    noisy.save(toy.image("s4.jpg")).expect("jpeg");
    load(&toy, "sex", OnUnreadable::Fail).expect("a whole JPEG is fine");
    let bytes = fs::read(toy.image("s4.jpg")).expect("read");
    for share in [2, 10] {
        fs::write(toy.image("s4.jpg"), &bytes[..bytes.len() - bytes.len() / share]).expect("write");
        assert_says(&error(&toy, "sex"), &["row 6", "s4.jpg", "cut off"]);
    }
    let population = load(&toy, "sex", OnUnreadable::Skip).expect("skipped");
    assert!(population.notes.iter().any(|note| note.contains("cut off")));
    assert_eq!(population.images.len(), population.samples.len());
}

#[test]
fn text_called_jpg_is_refused() {
    let toy = whole();
    fs::remove_file(toy.image("s5.png")).expect("remove");
    fs::write(toy.image("s5.jpg"), "not an image at all").expect("write");
    assert_says(&error(&toy, "sex"), &["row 7", "s5.jpg", "no JPEG or PNG", "not an image"]);
    fs::write(toy.image("s5.jpg"), "").expect("write");
    assert_says(&error(&toy, "sex"), &["row 7", "the file is empty"]);
}

#[test]
fn a_bomb_is_refused_before_decoding() {
    let toy = whole();
    GrayImage::new(200, 200).save(toy.image("s6.png")).expect("png");
    assert_says(&error(&toy, "sex"), &["row 8", "200 x 200", "10000 pixels"]);
}

#[test]
fn paths_do_not_leave_the_folder() {
    let mut toy = whole();
    toy.rows[0] = "../../secret,p0,good,m,20".into();
    assert_says(&error(&toy, "sex"), &["row 2", "../../secret", "inside the data folder"]);
    #[cfg(unix)]
    {
        let toy = whole();
        let outside = toy.root.path().join("secret.png");
        fs::rename(toy.image("s0.png"), &outside).expect("rename");
        std::os::unix::fs::symlink(&outside, toy.image("s0.png")).expect("link");
        assert_says(&error(&toy, "sex"), &["row 2", "\"s0\"", "is a link to"]);
    }
}

#[test]
fn unknown_columns_and_schemes_list_what_there_is() {
    let mut toy = whole();
    toy.header = "id,patient,dx,sexe,age";
    assert_says(&error(&toy, "sex"), &["toy.csv", "no column \"sex\"", "\"age\"", "did you mean \"sexe\"?"]);
    assert_says(&error(&toy, "seks"), &["no scheme \"seks\"", "\"age\", \"sex\"", "did you mean \"sex\"?"]);
}

#[test]
fn one_class_is_refused_with_the_part() {
    let mut toy = whole();
    for row in toy.rows.iter_mut().filter(|row| row.contains(",f,")) {
        *row = row.replace("bad", "good");
    }
    assert_says(&error(&toy, "sex"), &["\"female\"", "0 positive", "train part", "both classes are needed"]);
}

#[test]
fn empty_subgroups_and_schemes_that_select_nobody() {
    let mut toy = whole();
    toy.rows.retain(|row| row.contains(",m,"));
    assert_says(&error(&toy, "sex"), &["\"female\"", "sex = f", "is empty"]);
    toy.rows.iter_mut().for_each(|row| *row = row.replace(",m,", ",NA,"));
    assert_says(&error(&toy, "sex"), &["selects none of the 30 rows", "male: sex = m"]);
}

#[test]
fn doubled_ids_name_both_rows() {
    let mut toy = whole();
    toy.rows.push("s7,p99,good,m,30".into());
    assert_says(&error(&toy, "sex"), &["rows 9 and 62", "\"s7\"", "remove one"]);
}

#[test]
fn labels_numbers_and_ids_outside_their_set() {
    let mut toy = whole();
    toy.rows[1] = "s1,p1,ugly,f,21".into();
    assert_says(
        &error(&toy, "sex"),
        &["toy.csv: row 3", "\"dx\"", "\"ugly\"", "good (negative) or bad (positive)"],
    );
    toy.rows[1] = "s1,p1,good,f,old".into();
    assert_says(&error(&toy, "age"), &["row 3", "\"age\"", "\"old\"", "a number"]);
    toy.rows[1] = "s1,,good,f,21".into();
    assert_says(&error(&toy, "age"), &["row 3", "\"patient\" is empty"]);
}

#[test]
fn overlapping_subgroups_name_row_and_both() {
    let mut toy = whole();
    toy.manifest = toy.manifest.replace("min = 60", "min = 50");
    assert_says(&error(&toy, "age"), &["row 32", "\"young\", \"old\"", "exclusive"]);
}

#[test]
fn missing_values_are_counted_not_lost() {
    let mut toy = whole();
    toy.rows[0] = "s0,p0,good,NA,20".into();
    toy.rows[2] = "s2,p2,bad,,20".into();
    let population = load(&toy, "sex", OnUnreadable::Fail).expect("good input");
    assert_eq!(population.exclusions.len(), 1);
    assert_eq!(population.exclusions[0].rows, 2);
    assert!(population.exclusions[0].reason.contains("sex missing or in no subgroup"));
}

#[test]
fn a_missing_data_root_says_what_to_set() {
    let manifest = Manifest::find("ham10000").expect("shipped");
    let load_from =
        |root| data::load(&manifest, &options("age", root, OnUnreadable::Fail), &Streams::new(1), &|_, _| {});
    assert_says(
        &load_from(None).expect_err("no root").to_string(),
        &["set QPNET_DATA", "ham10000", "Dataverse"],
    );
    let nowhere = Path::new("/nonexistent").to_owned();
    assert_says(
        &load_from(Some(nowhere)).expect_err("no folder").to_string(),
        &["/nonexistent/ham10000", "QPNET_DATA"],
    );
    let toy = whole();
    fs::create_dir(toy.root.path().join("ham10000")).expect("mkdir");
    let message = load_from(Some(toy.root.path().to_owned())).expect_err("no table").to_string();
    assert_says(&message, &["no table", "HAM10000_metadata.csv"]);
}

#[test]
fn manifests_are_checked() {
    let text = MANIFEST.replace("obtain =", "obtian =");
    let error = Manifest::parse("toy.toml", &text).expect_err("unknown key").to_string();
    assert_says(&error, &["toy.toml:7", "unknown field `obtian`"]);
    let error = Manifest::find("ham1000").expect_err("unknown name").to_string();
    assert_says(&error, &["\"ham1000\"", "did you mean \"ham10000\"?"]);
    assert!(Manifest::find("no/such.toml").expect_err("no file").to_string().contains("no/such.toml"));
    for (from, to, words) in [
        ("name = \"female\"", "name = \"male\"", ["schemes.sex.subgroups[1].name", "no other subgroup"]),
        ("[schemes.sex]", "[schemes.\"a b\"]", ["\"a b\"", "file names"]),
    ] {
        let text = MANIFEST.replacen(from, to, 1);
        assert_ne!(text, MANIFEST, "{from}");
        assert_says(&Manifest::parse("toy.toml", &text).expect_err(to).to_string(), &words);
    }
}

#[test]
fn identical_files_of_two_patients_stay_together_and_are_noted() {
    let toy = whole();
    for other in ["s11.png", "s25.png", "s39.png"] {
        fs::copy(toy.image("s1.png"), toy.image(other)).expect("copy");
    }
    let population = load(&toy, "sex", OnUnreadable::Fail).expect("good input");
    assert!(population.leak_report().is_clean());
    assert!(population.notes.iter().any(|note| note.contains("shared by different patients")));
}

#[test]
fn synthetic_populations_are_nested_and_refuse_a_single_class() {
    let manifest = Manifest::find("synthetic").expect("shipped");
    let load = |dominant_train, validation| {
        let mut options = options("strong", None, OnUnreadable::Fail);
        options.synthetic.dominant_train = dominant_train;
        options.synthetic.validation = validation;
        data::load(&manifest, &options, &Streams::new(1), &|_, _| {})
    };
    let (small, large) = (load(8, [4, 4]).expect("small"), load(24, [4, 4]).expect("large"));
    let pixels = |population: &Population, count: usize| {
        let first: Vec<usize> = population.indices(Part::Train, Some(0))[..count].to_vec();
        population.images.batch(&first, tch::Device::Cpu)
    };
    assert_eq!(pixels(&small, 8), pixels(&large, 8));
    assert_ne!(small.hash, large.hash);
    assert_eq!(small.hash, load(8, [4, 4]).expect("again").hash);
    let one_thread = rayon::ThreadPoolBuilder::new().num_threads(1).build().expect("pool");
    assert_eq!(one_thread.install(|| load(8, [4, 4]).expect("one thread").hash), small.hash);
    assert!(load(0, [4, 4]).is_ok(), "an empty training set starts a learning curve");
    assert_says(&load(8, [2, 4]).expect_err("one class").to_string(), &["0 positive", "validation"]);
}

#[test]
fn classes_that_are_nowhere_or_alone_are_named() {
    let mut toy = whole();
    let binary = "column = \"dx\"\npositive = [\"bad\"]\nnegative = [\"good\"]";
    let class = |name: &str| format!("{{ name = \"{name}\", in = [\"{name}\"] }}");
    let classes = |names: &[&str]| {
        let classes: Vec<String> = names.iter().map(|name| class(name)).collect();
        format!("kind = \"multi-class\"\ncolumn = \"dx\"\nclasses = [{}]", classes.join(", "))
    };
    toy.manifest = MANIFEST.replace(binary, &classes(&["good", "bad"]));
    assert_ne!(toy.manifest, MANIFEST);
    let population = load(&toy, "sex", OnUnreadable::Fail).expect("two classes");
    assert_eq!(population.classes, ["good", "bad"]);
    assert!(population.counts().iter().all(|count| count.per_class.iter().sum::<usize>() == count.images));
    toy.manifest = MANIFEST.replace(binary, &classes(&["good", "bad", "rare"]));
    assert_says(&error(&toy, "sex"), &["no image of \"rare\"", "every class"]);
    for row in toy.rows.iter_mut().filter(|row| row.contains(",f,")) {
        *row = row.replace("bad", "good");
    }
    toy.manifest = MANIFEST.replace(binary, &classes(&["good", "bad"]));
    assert_says(&error(&toy, "sex"), &["\"female\"", "[\"good\"]", "at least two classes"]);
}

#[test]
fn findings_that_never_differ_and_rows_that_are_not_wanted() {
    let mut toy = whole();
    toy.header = "id,patient,dx,sex,age,Edema,Fracture";
    for (index, row) in toy.rows.iter_mut().enumerate() {
        *row += [",1,0", ",0,-1"][index / 2 % 2];
    }
    let binary = "column = \"dx\"\npositive = [\"bad\"]\nnegative = [\"good\"]";
    let label = |columns: &str| {
        format!("kind = \"multi-label\"\ncolumns = {columns}\nuncertain = \"ignore\"\nblank = \"zeros\"")
    };
    toy.manifest = MANIFEST.replace(binary, &label("[\"Edema\", \"Fracture\"]"));
    let population = load(&toy, "sex", OnUnreadable::Fail).expect("Edema differs");
    assert_eq!(population.samples[0].findings, [Some(true), Some(false)]);
    assert_eq!(population.samples[2].findings, [Some(false), None]);
    // Fracture is absent or uncertain: nothing to compare.
    for row in &mut toy.rows {
        *row = row.replace(",1,0", ",0,0");
    }
    assert_says(&error(&toy, "sex"), &["no finding is both present and absent", "in the train part"]);
    toy.manifest =
        MANIFEST.replace("[label]", "[include]\nwhere = [{ column = \"age\", min = 30 }]\n\n[label]");
    let population = load(&toy, "sex", OnUnreadable::Fail).expect("fifty rows");
    assert_eq!(population.samples.len(), 50);
    assert!(population.exclusions.iter().any(|one| one.rows == 10 && one.reason.contains("age >= 30")));
}
