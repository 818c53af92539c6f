//! The shipped manifests of public data sets, on tables that are drawn with their published columns.

use std::fs;
use std::path::Path;

use qpnet_lib::data::{
    LoadOptions, Manifest, OnUnreadable, Part, Partition, Survey, SyntheticSizes, partition_tables, survey,
};
use qpnet_lib::rng::Streams;
use tempfile::TempDir;

/// A data root with one folder and these tables in it.
fn root(folder: &str, tables: &[(&str, String)]) -> TempDir {
    let root = tempfile::tempdir().expect("tempdir");
    for (name, table) in tables {
        let path = root.path().join(folder).join(name);
        fs::create_dir_all(path.parent().expect("folder")).expect("mkdir");
        fs::write(path, table).expect("table");
    }
    root
}

fn counted(name: &str, scheme: &str, root: &Path) -> Survey {
    survey(&Manifest::find(name).expect("shipped"), scheme, Some(root))
        .unwrap_or_else(|error| panic!("{error}"))
}

fn divided(name: &str, root: &Path) -> Partition {
    let options = LoadOptions {
        scheme: String::new(),
        image_size: 16,
        synthetic: SyntheticSizes::default(),
        data_root: Some(root.to_owned()),
        fold: None,
        cache: None,
        on_unreadable: OnUnreadable::Fail,
    };
    let manifest = Manifest::find(name).expect("shipped");
    partition_tables(&manifest, &options, &Streams::new(1)).unwrap_or_else(|error| panic!("{error}"))
}

fn images(survey: &Survey) -> Vec<usize> {
    survey.subgroups.iter().map(|group| group.images).collect()
}

fn patients(survey: &Survey) -> Vec<usize> {
    survey.subgroups.iter().map(|group| group.patients).collect()
}

#[test]
fn nih_has_lists_of_findings_and_ages_with_units() {
    let header = "Image Index,Finding Labels,Follow-up #,Patient ID,Patient Age,Patient Gender,View Position,\
                  OriginalImage[Width,Height],OriginalImagePixelSpacing[x,y],\n";
    let rows: String = (0..120)
        .map(|at| {
            let age = ["058Y", "011M", "070Y", "021D"][at / 2 % 4];
            let found = ["No Finding", "Cardiomegaly|Emphysema", "Hernia"][at % 3];
            let sex = ["M", "F"][at / 2 % 2];
            format!("{at:08}_000.png,{found},{},{},{age},{sex},PA,2500,2048,0.168,0.168,\n", at % 2, at / 2)
        })
        .collect();
    let root = root("nih-chestxray14", &[("Data_Entry_2017.csv", header.to_owned() + &rows)]);
    let found = counted("nih-chestxray14", "age", root.path());
    assert_eq!((images(&found), patients(&found)), (vec![30, 30], vec![15, 15]), "011M is no 11 years");
    let class = |name: &str| found.classes.iter().position(|class| class == name).expect("class");
    let with = |name: &str| found.subgroups.iter().map(|group| group.per_class[class(name)]).sum::<usize>();
    assert_eq!([with("Emphysema"), with("Cardiomegaly"), with("Hernia"), with("Mass")], [20, 20, 20, 0]);
    assert_eq!(images(&counted("nih-chestxray14", "sex", root.path())), [60, 60]);
    // The corrected table has plain ages.
    let plain = header.to_owned() + &rows.replace("058Y", "58").replace("070Y", "70");
    fs::write(root.path().join("nih-chestxray14/Data_Entry_2017_v2020.csv"), plain).expect("table");
    assert_eq!(images(&counted("nih-chestxray14", "age", root.path())), [30, 30]);
}

#[test]
fn mimic_joins_four_tables_that_share_columns() {
    const FINDINGS: &str = "Atelectasis,Cardiomegaly,Consolidation,Edema,Enlarged Cardiomediastinum,Fracture,\
                            Lung Lesion,Lung Opacity,No Finding,Pleural Effusion,Pleural Other,Pneumonia,\
                            Pneumothorax,Support Devices";
    // 60 patients with a study of three images, of which one is lateral; half have a second study.
    let studies: Vec<(usize, usize)> =
        (0..60).flat_map(|who| (0..1 + who % 2).map(move |study| (who, 5000 + 2 * who + study))).collect();
    let (mut metadata, mut findings, mut division) = (String::new(), String::new(), String::new());
    for &(who, study) in &studies {
        let subject = 10_000_000 + who;
        for (at, view) in ["PA", "LATERAL", "AP"].into_iter().enumerate() {
            metadata +=
                &format!("d{study}-{at},{subject},{study},CHEST,{view},2544,3056,21800506,213014.531\n");
            let part = ["train", "train", "validate", "test", "train"][who / 4 % 5];
            division += &format!("d{study}-{at},{study},{subject},{part}\n");
        }
        let edema = ["1.0", "-1.0", "", "0.0"][who / 2 % 4];
        findings += &format!("{subject},{study},,,,{edema},,,,,1.0,,,,,\n");
    }
    let people: String = (0..60)
        .map(|who| {
            format!("{},{},{},2150,2011 - 2013,\n", 10_000_000 + who, ["M", "F"][who / 2 % 2], 30 + who)
        })
        .collect();
    let tables = [
        (
            "mimic-cxr-2.0.0-metadata.csv",
            "dicom_id,subject_id,study_id,PerformedProcedureStepDescription,ViewPosition,Rows,Columns,StudyDate,\
             StudyTime\n"
                .to_owned()
                + &metadata,
        ),
        ("mimic-cxr-2.0.0-chexpert.csv", format!("subject_id,study_id,{FINDINGS}\n{findings}")),
        ("mimic-cxr-2.0.0-split.csv", "dicom_id,study_id,subject_id,split\n".to_owned() + &division),
        (
            "patients.csv",
            "subject_id,gender,anchor_age,anchor_year,anchor_year_group,dod\n".to_owned() + &people,
        ),
    ];
    let root = root("mimic-cxr", &tables);
    let found = counted("mimic-cxr", "sex", root.path());
    assert_eq!((found.rows, images(&found), patients(&found)), (90, vec![45, 45], vec![30, 30]));
    let edema = found.classes.iter().position(|class| class == "Edema").expect("class");
    let unknown = |group: usize| {
        let unknown = &found.subgroups[group].unknown;
        (unknown.blank[edema], unknown.uncertain[edema])
    };
    // Seven times three studies of men are blank, eight times three of women uncertain.
    assert_eq!([unknown(0), unknown(1)], [(21, 0), (0, 24)]);
    let partition = divided("mimic-cxr", root.path());
    let parts = |part| partition.parts.iter().filter(|other| **other == Some(part)).count();
    assert_eq!(Part::ALL.map(parts), [54, 18, 18]);
    assert!(partition.leak_report().is_clean());
}

#[test]
fn padchest_has_years_of_birth_and_lists_in_brackets() {
    let header = ",ImageID,ImageDir,StudyDate_DICOM,StudyID,PatientID,PatientBirth,PatientSex_DICOM,Projection,Labels\n";
    let rows: String = (0..80)
        .map(|at| {
            let labels = ["['normal']", "\"['pleural effusion', 'loc right']\"", "[]", ""][at / 4 % 4];
            let (born, sex) = (["1930.0", "1970.0"][at / 4 % 2], ["F", "M", "O"][at / 4 % 3]);
            let view = ["PA", "L"][at % 2];
            format!("{at},i{at}.png,7,20140915,s{},p{},{born},{sex},{view},{labels}\n", at / 2, at / 4)
        })
        .collect();
    let name = "PADCHEST_chest_x_ray_images_labels_160K_01.02.19.csv";
    let root = root("padchest", &[(name, header.to_owned() + &rows)]);
    let found = counted("padchest", "age", root.path());
    // Of each study the frontal image, without the quarter that has no label.
    assert_eq!((found.rows, images(&found)), (30, vec![10, 20]));
    let effusion = found.classes.iter().position(|class| class == "pleural effusion").expect("class");
    assert_eq!([found.subgroups[0].per_class[effusion], found.subgroups[1].per_class[effusion]], [10, 0]);
    let sex = counted("padchest", "sex", root.path());
    assert!(sex.notes.iter().any(|note| note.contains("PatientSex_DICOM = \"O\" ")), "{:?}", sex.notes);
}

#[test]
fn vindr_takes_sex_and_age_from_a_table_of_the_headers() {
    let classes = Manifest::find("vindr-cxr").expect("shipped").classes().join(",");
    let zeros = vec!["0"; 25].join(",");
    let labels: String =
        (0..40).map(|at| format!("i{at},{},{zeros},{}\n", at / 2 % 2, 1 - at / 2 % 2)).collect();
    let about: String = (0..40)
        .map(|at| format!("i{at},{},{}\n", ["M", "F"][at % 2], ["045Y", "070Y"][at / 4 % 2]))
        .collect();
    let tables = [
        ("annotations/image_labels_test.csv", format!("image_id,{classes}\n{labels}")),
        ("attributes.csv", format!("image_id,sex,age\n{about}")),
    ];
    let root = root("vindr-cxr", &tables);
    assert_eq!(images(&counted("vindr-cxr", "sex", root.path())), [20, 20]);
    let age = counted("vindr-cxr", "age", root.path());
    assert_eq!((images(&age), age.subgroups[0].per_class[0]), (vec![20, 20], 10));
}

#[test]
fn photographs_of_skin_are_read_by_skin_type() {
    let header = "md5hash,fitzpatrick_scale,fitzpatrick_centaur,label,nine_partition_label,three_partition_label,qc,\
                  url,url_alphanum\n";
    let rows: String = (0..70)
        .map(|at| {
            let (kind, part) =
                [("acne", "non-neoplastic"), ("melanoma", "malignant"), ("naevus", "benign")][at % 3];
            format!(
                "h{at},{},{},{kind},{kind},{part},,http://x/{at},x{at}.jpg\n",
                at as i64 % 7 - i64::from(at % 7 == 0),
                3
            )
        })
        .collect();
    let root_17k = root("fitzpatrick17k", &[("fitzpatrick17k.csv", header.to_owned() + &rows)]);
    let found = counted("fitzpatrick17k", "", root_17k.path());
    assert_eq!(images(&found), [40, 20], "-1 is no skin type");
    assert!(
        found.notes.iter().any(|note| note.contains("the complete data set has 16577")),
        "{:?}",
        found.notes
    );

    let header = "patient_id,lesion_id,smoke,age,gender,fitspatrick,region,diagnostic,itch,img_id,biopsed\n";
    let rows: String = (0..60)
        .map(|at| {
            let (kind, biopsy) = [("BCC", "True"), ("NEV", "False"), ("ACK", "False")][at % 3];
            let sex = if at % 3 == 0 { ["FEMALE", "MALE"][at / 6 % 2] } else { "" };
            let (age, skin) = (40 + at / 2, 1.0 + (at / 2 % 4) as f64);
            format!("PAT_{},{at},,{age},{sex},{skin:.1},FACE,{kind},UNK,PAT_{at}.png,{biopsy}\n", at / 2)
        })
        .collect();
    let root = root("pad-ufes-20", &[("metadata.csv", header.to_owned() + &rows)]);
    let age = counted("pad-ufes-20", "age", root.path());
    assert_eq!((images(&age), patients(&age)), (vec![40, 20], vec![20, 10]));
    assert!(
        age.notes
            .iter()
            .any(|note| note.starts_with("column biopsed alone tells the label with an AUC of 1.000"))
    );
    assert_eq!(images(&counted("pad-ufes-20", "skin-type", root.path())), [32, 28], "1.0 is 1");
}

#[test]
fn ultrasound_with_masks_needs_a_table_that_names_the_widths() {
    let rows: String = (0..60)
        .map(|at| {
            let class = ["benign", "malignant", "normal"][at % 3];
            format!("{class}/{class} ({at}).png,c{at},{class},{}\n", [400, 600][at / 3 % 2])
        })
        .collect();
    let root_busi = root("busi", &[("busi.csv", format!("file,case,class,width\n{rows}"))]);
    let found = counted("busi", "", root_busi.path());
    assert_eq!((found.rows, images(&found)), (40, vec![20, 20]));

    let bare = |rows: usize| (0..rows).map(|at| format!("{at:04}.jpg,{}\n", at / 2 % 2)).collect::<String>();
    let width = |part: &str, rows: usize| -> String {
        (0..rows).map(|at| format!("{part}/{at:04}.jpg,{}\n", [400, 600][at % 2])).collect()
    };
    let tables = [
        ("label4trainval.csv", bare(80)),
        ("label4test.csv", bare(40)),
        ("widths.csv", format!("path,width\n{}{}", width("trainval", 80), width("test", 40))),
    ];
    let root = root("tn3k", &tables);
    assert_eq!(images(&counted("tn3k", "", root.path())), [60, 60]);
    let partition = divided("tn3k", root.path());
    let parts = |part| partition.parts.iter().filter(|other| **other == Some(part)).count();
    assert_eq!(Part::ALL.map(parts), [60, 20, 40]);
    for (sample, part) in partition.samples.iter().zip(&partition.parts) {
        assert_eq!(sample.sample_id.starts_with("test/"), *part == Some(Part::Test), "{}", sample.sample_id);
    }
}
