//! Who is in which part, and what crosses between parts.

use crate::data::{LESS_PREVALENT, Partition, SplitAudit, TaskKind};
use crate::report::Table;

/// Patients and images of every part and subgroup, with positives or the images of each class.
pub fn partition_table(partition: &Partition) -> Table {
    let title = format!("Split of {}, scheme {}", partition.name, partition.scheme.name);
    let positive = (partition.task != TaskKind::MultiClass).then(|| "Positive".to_owned());
    let classes = if partition.task == TaskKind::Binary { &[][..] } else { &partition.classes };
    let headers = ["Part", "Subgroup", "Patients", "Images"].map(str::to_owned);
    let headers = headers.into_iter().chain(positive.clone()).chain(classes.iter().cloned());
    let mut table = Table::new(title, headers);
    let counts = partition.counts();
    for count in &counts {
        let words = [count.part.to_string(), partition.scheme.subgroups[count.subgroup].clone()];
        let positives = positive.is_some().then_some(count.positives);
        let of_class = count.per_class.iter().take(classes.len()).copied();
        let numbers = [count.patients, count.images].into_iter().chain(positives).chain(of_class);
        table.row(words.into_iter().chain(numbers.map(|number| number.to_string())));
    }
    for count in counts.iter().filter(|count| count.subgroup <= LESS_PREVALENT) {
        let both = |(with, without): (&usize, &usize)| *with > 0 && *without > 0;
        if !count.per_class.iter().zip(&count.against_class).any(both) {
            let (subgroup, part) = (&partition.scheme.subgroups[count.subgroup], count.part);
            table.note(format!(
                "{subgroup} has one class in the {part} part: `qpnet run` refuses this scheme"
            ));
        }
    }
    for exclusion in &partition.exclusions {
        table.note(format!("left out: {} rows, {}", exclusion.rows, exclusion.reason));
    }
    for note in &partition.notes {
        table.note(note.clone());
    }
    table.note(partition.leak_report().to_string());
    table
}

/// What [`crate::data::audit_split`] found; at most `most` of each kind are shown.
pub fn split_audit_words(audit: &SplitAudit, most: usize) -> String {
    let mut table = Table::new(audit.split.clone(), ["Part", "Samples", "Patients"]);
    for part in &audit.parts {
        table.row([part.part.clone(), part.samples.to_string(), part.patients.to_string()]);
    }
    for note in &audit.notes {
        table.note(note.clone());
    }
    let mut text = format!("{table}\n");
    let report = &audit.report;
    for (what, all) in [("patients", &report.patients), ("identical image files", &report.images)] {
        let looked = match what {
            "patients" => report.checked,
            _ => audit.images,
        };
        text += &format!("{} {what} in more than one part, among {looked} samples\n", all.len());
        for shared in all.iter().take(most) {
            let places: Vec<String> =
                shared.samples.iter().map(|(id, part)| format!("{id} in {part}")).collect();
            text += &format!("    {}: {}\n", shared.key, places.join(", "));
        }
        text += &more(all.len(), most);
    }
    if !audit.like_patients.is_empty() {
        text += &format!(
            "{} sets of patients in more than one part whose ids differ by blanks, case or leading zeros only\n",
            audit.like_patients.len()
        );
        for like in audit.like_patients.iter().take(most) {
            let ids: Vec<String> = like.ids.iter().map(|id| format!("{id:?}")).collect();
            text += &format!("    {}\n", ids.join(", "));
        }
        text += &more(audit.like_patients.len(), most);
    }
    if let Some(near) = &audit.near {
        text += &format!("{} pairs that look alike in different parts\n", near.len());
        for pair in near.iter().take(most) {
            let ((a, in_a), (b, in_b)) = (&pair.first, &pair.second);
            text += &format!("    {a} in {in_a}, {b} in {in_b}: {} bits apart\n", pair.distance);
        }
        text += &more(near.len(), most);
    }
    text
}

fn more(all: usize, shown: usize) -> String {
    if all > shown {
        format!("    and {} more (--json lists them all)\n", all - shown)
    } else {
        String::new()
    }
}
