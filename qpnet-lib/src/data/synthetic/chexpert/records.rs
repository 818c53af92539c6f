//! The generated patients as CheXpert's own tables.

use super::findings::FINDINGS;
use super::patient::Patient;

/// The folder that begins every path of CheXpert's small release.
const RELEASE: &str = "CheXpert-v1.0-small/train";

/// `train.csv`: one row per image; `patients` holds each patient with his number of images.
///
/// Columns: Path, Sex, Age, Frontal/Lateral, AP/PA, then the fourteen findings as 1.0, 0.0, -1.0
/// or nothing.
pub fn labels_csv(patients: &[(Patient, usize)]) -> String {
    let names: Vec<&str> = FINDINGS.iter().map(|finding| finding.name).collect();
    let mut text = format!("Path,Sex,Age,Frontal/Lateral,AP/PA,{}\n", names.join(","));
    for (number, (patient, images)) in patients.iter().enumerate() {
        let word = |value: &Option<i8>| value.map_or(String::new(), |value| format!("{value}.0"));
        let words: Vec<String> = patient.recorded.iter().map(word).collect();
        let direction = if patient.anteroposterior { "AP" } else { "PA" };
        for image in 0..*images {
            let path = image_path(number, image);
            let age = patient.age;
            text += &format!("{path},Female,{age},Frontal,{direction},{}\n", words.join(","));
        }
    }
    text
}

/// The demographics table: PATIENT, PRIMARY_RACE.
pub fn demographics_csv(patients: &[(Patient, usize)]) -> String {
    let row = |(number, (patient, _)): (usize, &(Patient, usize))| {
        format!("{},{}\n", patient_name(number), patient.race.as_str())
    };
    let rows: String = patients.iter().enumerate().map(row).collect();
    format!("PATIENT,PRIMARY_RACE\n{rows}")
}

fn patient_name(number: usize) -> String {
    format!("patient{:05}", number + 1)
}

/// `CheXpert-v1.0-small/train/patient00001/study1/view1_frontal.jpg`
fn image_path(number: usize, image: usize) -> String {
    format!("{RELEASE}/{}/study1/view{}_frontal.jpg", patient_name(number), image + 1)
}
