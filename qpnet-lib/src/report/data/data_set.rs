//! What there is to read: manifests, and whether a download is whole.

use std::path::Path;

use crate::data::{Manifest, Source, Survey, SurveyCount, TaskKind, Verification, survey_all};
use crate::report::Table;

/// One line a manifest: `present` where its data are embedded or lie below `data_root`.
pub fn manifests_table(manifests: &[Manifest], data_root: Option<&Path>) -> Table {
    let headers = ["Name", "Task", "Schemes (first: default)", "Access", "Here", "Title"];
    let mut table = Table::new("Data sets", headers);
    for manifest in manifests {
        let others = manifest.schemes.iter().map(|scheme| scheme.name.as_str());
        let others = others.filter(|name| *name != manifest.default_scheme);
        let schemes: Vec<&str> = std::iter::once(manifest.default_scheme.as_str()).chain(others).collect();
        let present = if manifest.is_present(data_root) { "yes" } else { "no" };
        table.row([
            manifest.name.clone(),
            task(manifest).to_owned(),
            schemes.join(", "),
            manifest.access.to_string(),
            present.to_owned(),
            manifest.title.clone(),
        ]);
    }
    match data_root {
        Some(root) => table.note(format!("looked below {}", root.display())),
        None => table.note("QPNET_DATA is not set: only embedded data are here"),
    };
    table
}

fn task(manifest: &Manifest) -> &'static str {
    match manifest.task() {
        TaskKind::Binary => "binary",
        TaskKind::MultiClass => "multi-class",
        TaskKind::MultiLabel => "multi-label",
    }
}

/// What is called a patient.
fn patient(manifest: &Manifest) -> String {
    match &manifest.source {
        Source::Synthetic => "drawn; never divided between parts".to_owned(),
        Source::Files(files) => format!("column {}; never divided between parts", files.columns.patient),
    }
}

/// A data set on one page: terms, task, schemes with their rules, and the counts of every scheme
/// where the tables are present; `false` where they are and no scheme could be counted.
pub fn manifest_card(manifest: &Manifest, data_root: Option<&Path>) -> (String, bool) {
    let mut text = format!("{}\n\n", manifest.title);
    let facts = [
        ("name", manifest.name.clone()),
        ("manifest", manifest.file.clone()),
        ("cite", manifest.citation.clone()),
        ("licence", manifest.licence.clone()),
        ("access", manifest.access.to_string()),
        ("get it", manifest.obtain.clone()),
        ("patient", patient(manifest)),
        ("task", format!("{}: {}", task(manifest), manifest.classes().join(", "))),
    ];
    let augment = ("augment", manifest.augment.words());
    for (name, fact) in facts.into_iter().chain((!augment.1.is_empty()).then_some(augment)) {
        text += &format!("{name:<10}{fact}\n");
    }
    text += "\nSchemes\n";
    for scheme in &manifest.schemes {
        let default = if scheme.name == manifest.default_scheme { " (default)" } else { "" };
        text += &format!("{}{default}: {}\n", scheme.name, scheme.title);
        text.extend(scheme.lines().iter().map(|line| format!("    {line}\n")));
    }
    if !manifest.is_file_based() {
        return (text, true);
    }
    text.push('\n');
    let surveys = match survey_all(manifest, data_root) {
        Ok(surveys) => surveys,
        Err(error) => return (text + &format!("not counted: {error}\n"), !manifest.is_present(data_root)),
    };
    let counted = surveys.iter().any(Result::is_ok);
    for survey in surveys {
        text += &match survey {
            Ok(survey) => format!("{}\n{}", scheme_table(&survey), unknown_table(&survey)),
            Err(error) => format!("{error}\n"),
        };
    }
    (text, counted)
}

/// Patients, images, positives and classes of every subgroup.
fn scheme_table(survey: &Survey) -> Table {
    let title = format!("Scheme {} in {} labelled rows", survey.scheme.name, survey.rows);
    let headers = ["Subgroup", "Patients", "Images"].map(str::to_owned);
    let findings = survey.task == TaskKind::MultiLabel;
    let positive = findings.then(|| "Positive".to_owned());
    let mut table = Table::new(title, headers.into_iter().chain(positive).chain(survey.classes.clone()));
    for group in &survey.subgroups {
        let positives = findings.then_some(group.positives);
        let numbers = [group.patients, group.images].into_iter().chain(positives);
        let numbers = numbers.chain(group.per_class.iter().copied()).map(|number| number.to_string());
        table.row(std::iter::once(group.subgroup.clone()).chain(numbers));
    }
    if findings {
        table.note("positive: with any finding");
    }
    if survey.subgroups.iter().any(|group| group.unknown.unlabelled > 0) {
        let group = |group: &SurveyCount| format!("{} {}", group.subgroup, group.unknown.unlabelled);
        let groups: Vec<String> = survey.subgroups.iter().map(group).collect();
        table.note(format!("rows without a label: {}", groups.join(", ")));
    }
    for exclusion in &survey.exclusions {
        table.note(format!("left out: {} rows, {}", exclusion.rows, exclusion.reason));
    }
    for note in &survey.notes {
        table.note(note.clone());
    }
    table
}

/// How often each finding is not mentioned, and how often it is uncertain, by subgroup; empty where
/// every one is stated plainly.
fn unknown_table(survey: &Survey) -> String {
    type Counts = fn(&SurveyCount) -> &[usize];
    let shares = |counts: Counts, class: usize| {
        survey.subgroups.iter().map(move |group| {
            let count = counts(group).get(class).copied().unwrap_or(0);
            (count, format!("{:.3}", count as f64 / group.images.max(1) as f64))
        })
    };
    let kinds: [(&str, Counts); 2] =
        [("blank", |group| &group.unknown.blank), ("uncertain", |group| &group.unknown.uncertain)];
    let headers = kinds.iter().flat_map(|(kind, _)| {
        survey.subgroups.iter().map(move |group| format!("{kind} in {}", group.subgroup))
    });
    let title =
        format!("Findings that are not stated plainly, scheme {} (shares of images)", survey.scheme.name);
    let mut table = Table::new(title, std::iter::once("Finding".to_owned()).chain(headers));
    let mut any = false;
    for (class, name) in survey.classes.iter().enumerate() {
        let cells: Vec<(usize, String)> =
            kinds.iter().flat_map(|(_, counts)| shares(*counts, class)).collect();
        any |= cells.iter().any(|(count, _)| *count > 0);
        table.row(std::iter::once(name.clone()).chain(cells.into_iter().map(|(_, cell)| cell)));
    }
    if any { format!("{table}\n") } else { String::new() }
}

/// What [`crate::data::verify`] looked at and found; at most `most` rows that are wrong are shown.
pub fn verification_words(found: &Verification, most: usize) -> String {
    let mut text = format!(
        "{}: {}\n{} labelled rows of {} patients; {} images decoded",
        found.name, found.table, found.rows, found.patients, found.images
    );
    let sizes: Vec<String> = found.sizes.iter().take(3).map(|(size, n)| format!("{n} of {size}")).collect();
    if !sizes.is_empty() {
        let more = if found.sizes.len() > 3 { ", and other sizes" } else { "" };
        text += &format!(" ({}{more})", sizes.join(", "));
    }
    text.extend(found.values.iter().map(|values| format!("\n{values}")));
    text += &match found.sums {
        Some(files) => format!("\n{files} files compared with SHA256SUMS\n"),
        None => "\nthere is no file SHA256SUMS to compare with\n".to_owned(),
    };
    if found.listed > 0 {
        text += &format!("{} files compared with the manifest's list\n", found.listed);
    }
    for scheme in &found.schemes {
        let groups: Vec<String> = scheme.subgroups.iter().map(|(name, n)| format!("{name} {n}")).collect();
        text += &match &scheme.fault {
            Some(fault) => format!("scheme {}: cannot be used: {fault}\n", scheme.scheme),
            None => format!("scheme {}: {}\n", scheme.scheme, groups.join(", ")),
        };
    }
    for exclusion in &found.exclusions {
        text += &format!("left out: {} rows, {}\n", exclusion.rows, exclusion.reason);
    }
    text.extend(found.notes.iter().map(|note| format!("note: {note}\n")));
    text.extend(found.faults.iter().map(|fault| format!("WRONG: {fault}\n")));
    for problem in found.problems.iter().take(most) {
        let image = if problem.image.is_empty() { String::new() } else { format!("{}: ", problem.image) };
        text += &format!("WRONG: row {}: {image}{}\n", problem.row, problem.problem);
    }
    if found.problems.len() > most {
        text += &format!("WRONG: and {} more rows (--json lists them all)\n", found.problems.len() - most);
    }
    text + if found.is_clean() { "nothing is wrong\n" } else { "" }
}
