//! ISIC 2019's own tables against the paper's "10,173 male and 5014 female" training images:
//! `data-manifests/ISIC2019.md` tells what comes out. Skipped with a reason without `QPNET_DATA`.

#![allow(clippy::print_stdout)]

use std::collections::{BTreeMap, BTreeSet, HashMap};
use std::path::PathBuf;

use qpnet_lib::data::{Manifest, survey_all};

const CLASSES: [&str; 8] = ["MEL", "NV", "BCC", "AK", "BKL", "DF", "VASC", "SCC"];
const PAPER: [usize; 2] = [10_173, 5014]; // male, female

/// One image; words as they stand in the tables.
struct Row {
    image: String,
    age: String,
    site: String,
    lesion: String,
    sex: String,
    class: &'static str,
}

impl Row {
    /// HAM, BCN, MSK, or nothing where there is no lesion id.
    fn source(&self) -> &str {
        self.lesion.get(..3).unwrap_or_default()
    }
}

fn folder() -> Option<PathBuf> {
    let Some(root) = std::env::var_os("QPNET_DATA").map(PathBuf::from) else {
        println!("skipped: QPNET_DATA is not set, so there is no isic2019 to read");
        return None;
    };
    let folder = root.join("isic2019");
    if !folder.is_dir() {
        println!("skipped: {} holds no folder isic2019", root.display());
    }
    folder.is_dir().then_some(folder)
}

/// All rows in the order of the tables, read here by another reader than the library's.
fn rows() -> Option<Vec<Row>> {
    let folder = folder()?;
    type Record = HashMap<String, String>;
    let table = |name: &str| -> Vec<Record> {
        let mut reader = csv::Reader::from_path(folder.join(name)).expect("table");
        reader.deserialize().collect::<Result<_, _>>().expect("rows")
    };
    let truth: HashMap<String, &str> = table("ISIC_2019_Training_GroundTruth.csv")
        .into_iter()
        .map(|record| {
            let class = CLASSES.into_iter().find(|class| record[*class].starts_with('1'));
            (record["image"].clone(), class.expect("one of eight classes"))
        })
        .collect();
    let row = |mut record: Record| {
        let mut take = |name: &str| record.remove(name).unwrap_or_default();
        let sex = take("sex") + &take("gender"); // the column has either name
        let [image, age, site, lesion] =
            ["image", "age_approx", "anatom_site_general", "lesion_id"].map(&mut take);
        Row { class: truth[&image], image, age, site, lesion, sex }
    };
    Some(table("ISIC_2019_Training_Metadata.csv").into_iter().map(row).collect())
}

/// Male and female images.
fn by_sex<'a>(rows: impl IntoIterator<Item = &'a Row>) -> [usize; 2] {
    let mut counts = [0; 2];
    for row in rows {
        match row.sex.as_str() {
            "male" => counts[0] += 1,
            "female" => counts[1] += 1,
            _ => {}
        }
    }
    counts
}

#[test]
fn the_tables_hold_other_numbers_than_the_paper() {
    let Some(rows) = rows() else { return };
    assert_eq!((rows.len(), by_sex(&rows)), (25_331, [13_286, 11_661]));
    let age = |row: &Row| row.age.parse::<f64>().ok();
    assert_eq!(rows.iter().filter(|row| age(row).is_some_and(|age| age < 60.0)).count(), 14_089);
    assert_eq!(rows.iter().filter(|row| age(row).is_some_and(|age| age >= 60.0)).count(), 10_805);
    assert_eq!(rows.iter().filter(|row| age(row).is_none()).count(), 437);
    assert!(rows.iter().filter(|row| row.sex.is_empty()).all(|row| age(row).is_none()));
    let lesions = |sex: &str| {
        let unit = |row: &Row| if row.lesion.is_empty() { row.image.clone() } else { row.lesion.clone() };
        rows.iter().filter(|row| row.sex == sex).map(unit).collect::<BTreeSet<String>>().len()
    };
    assert_eq!([lesions("male"), lesions("female")], [7234, 6362], "fewer lesions than the paper's males");

    // The library reads the same.
    let root = folder().and_then(|folder| folder.parent().map(PathBuf::from));
    let manifest = Manifest::find("isic2019").expect("shipped");
    let surveys = survey_all(&manifest, root.as_deref()).expect("tables");
    let counts: BTreeMap<String, Vec<usize>> = surveys
        .into_iter()
        .map(|survey| survey.expect("scheme"))
        .map(|survey| (survey.scheme.name, survey.subgroups.iter().map(|group| group.images).collect()))
        .collect();
    assert_eq!(counts["sex"], by_sex(&rows));
    assert_eq!(counts["age"], [14_089, 10_805]);
}

/// Choose any cells of `key`, each as a whole or in part alike for both sexes: the most males that
/// come with at most `PAPER[1]` females. (The fractional knapsack: cells by their ratio.)
fn most_males<K: Ord>(rows: &[Row], key: impl Fn(&Row) -> K) -> (f64, usize) {
    let mut cells: BTreeMap<K, [usize; 2]> = BTreeMap::new();
    for row in rows {
        let [male, female] = by_sex([row]);
        let cell = cells.entry(key(row)).or_default();
        *cell = [cell[0] + male, cell[1] + female];
    }
    let count = cells.len();
    let mut cells: Vec<[f64; 2]> = cells.into_values().map(|cell| cell.map(|n| n as f64)).collect();
    cells.sort_by(|a, b| (b[0] * a[1]).total_cmp(&(a[0] * b[1])));
    let (mut males, mut room) = (0.0, PAPER[1] as f64);
    for [male, female] in cells {
        let share = if female > room { room / female } else { 1.0 };
        males += male * share;
        room -= female * share;
    }
    (males, count)
}

#[test]
fn no_selection_that_is_blind_to_sex_gives_the_papers_numbers() {
    let Some(rows) = rows() else { return };
    let check = |what: &str, (most, cells): (f64, usize), expected: f64| {
        println!("{what}: {cells} cells, with 5,014 females at most {most:.0} males");
        assert!((most - expected).abs() < 0.5, "{what}: {most}");
        assert!(most < PAPER[0] as f64);
    };
    check("class", most_males(&rows, |row| row.class), 6782.0);
    check("source", most_males(&rows, |row| row.source().to_owned()), 5925.0);
    check(
        "class, source and age",
        most_males(&rows, |row| (row.class, row.source().to_owned(), row.age.clone())),
        8297.0,
    );
    let all = |row: &Row| (row.class, row.source().to_owned(), row.age.clone(), row.site.clone());
    check("class, source, age and site", most_males(&rows, all), 9764.0);
}

#[test]
fn the_papers_numbers_are_the_first_20_000_images_without_most_female_nevi() {
    let Some(rows) = rows() else { return };
    let first = &rows[..20_000];
    let female = |row: &&Row| row.sex == "female";
    let (nevi, others): (Vec<&Row>, Vec<&Row>) =
        first.iter().filter(female).partition(|row| row.class == "NV");
    assert_eq!((nevi.len(), nevi[1398].image.as_str()), (5406, "ISIC_0025815"));
    let males: Vec<&Row> = first.iter().filter(|row| row.sex == "male").collect();
    let chosen: Vec<&Row> = nevi[..1399].iter().chain(&others).chain(&males).copied().collect();
    let without_scc: Vec<&Row> = chosen.iter().filter(|row| row.class != "SCC").copied().collect();
    assert_eq!(by_sex(without_scc.iter().copied()), PAPER);
    let share = |sex: &str| {
        let mine = || without_scc.iter().filter(|row| row.sex == sex);
        mine().filter(|row| row.class == "NV").count() as f64 / mine().count() as f64
    };
    println!("nevi: {:.3} of the male images, {:.3} of the female ones", share("male"), share("female"));
    assert!((share("male") - 0.531).abs() < 5e-4 && (share("female") - 0.279).abs() < 5e-4);

    // The table that the authors published, dataset/CSV/ISIC_2019_Training_sex.csv, has this many
    // characters, and at these offsets these words.
    let mut table = format!("image,age_approx,anatom_site_general,lesion_id,sex,{},UNK\n", CLASSES.join(","));
    for row in &chosen {
        let hot = CLASSES.map(|class| if class == row.class { "1" } else { "0" }).join(",");
        table += &format!("{},{},{},{},{},{hot},0\n", row.image, row.age, row.site, row.lesion, row.sex);
    }
    assert_eq!(table.len(), 1_012_653);
    for (offset, words) in [(318_000, "062756,80,"), (333_994, "ISIC_0"), (997_000, ",0\nISIC_0064064,75,")] {
        assert!(table[offset..].starts_with(words), "{offset}: {}", &table[offset..offset + 30]);
    }
    assert!(table.ends_with("ISIC_0064815,80,head/neck,BCN_0005254,male,0,0,0,0,1,0,0,0,0\n"));
}
