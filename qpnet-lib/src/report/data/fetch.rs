//! What `qpnet data fetch` would do, and has done.

use crate::data::fetch::{FetchPlan, FileState, PlannedFile, Received};
use crate::report::Table;

/// The listed files: what is there, how long they are, where they come from, under which terms.
pub fn fetch_table(plan: &FetchPlan) -> Table {
    let title = format!("Files of {} in {}", plan.name, plan.folder.display());
    let mut table = Table::new(title, ["File", "Size", "Here", "From"]);
    for file in &plan.files {
        let from = file.url.clone().unwrap_or_else(|| "no url: see below".to_owned());
        table.row([file.path.clone(), size(file), state(file), from]);
    }
    table.note(format!("licence: {}", plan.licence)).note(format!("cite: {}", plan.citation));
    if plan.files.iter().any(|file| file.url.is_none() && file.state != FileState::Here) {
        table.note(format!("without url: {}", plan.obtain));
    }
    if plan.wanted().any(|file| file.sha256.is_none()) {
        table.note("no sha256 is listed for some of these files: they are checked by their length only");
    }
    table
}

fn size(file: &PlannedFile) -> String {
    let here = (file.state == FileState::Here).then_some(file.present);
    file.bytes.or(here).map_or_else(|| "not listed".to_owned(), size_words)
}

fn state(file: &PlannedFile) -> String {
    match file.state {
        FileState::Here => "yes".to_owned(),
        FileState::Other => format!("another file of {} bytes", file.present),
        FileState::Part => format!("the first {}", size_words(file.present)),
        FileState::Absent => "no".to_owned(),
    }
}

/// Bytes as people say them.
fn size_words(bytes: u64) -> String {
    let size = bytes as f64;
    match bytes {
        0..1_000 => format!("{bytes} bytes"),
        1_000..1_000_000 => format!("{:.1} kB", size / 1e3),
        1_000_000..1_000_000_000 => format!("{:.1} MB", size / 1e6),
        _ => format!("{:.1} GB", size / 1e9),
    }
}

/// What was downloaded, and what is left to do; `plan` as it is afterwards.
pub fn received_words(plan: &FetchPlan, received: &[Received]) -> String {
    let mut text = String::new();
    for file in received {
        let kept = file.bytes - file.received.min(file.bytes);
        let kept = if kept > 0 { format!(", {kept} of them from an earlier call") } else { String::new() };
        let listed = plan.files.iter().any(|other| other.path == file.path && other.sha256.is_some());
        let compared = if listed { "as listed" } else { "the manifest lists none to compare with" };
        text += &format!("{}: {} bytes{kept}; sha256 {} ({compared})\n", file.path, file.bytes, file.sha256);
    }
    if received.is_empty() {
        text += "nothing to download\n";
    }
    for file in plan.files.iter().filter(|file| file.state != FileState::Here) {
        text += &format!("MISSING: {}: {}\n", file.path, plan.obtain);
    }
    let unpacking = plan.unpacking();
    if !unpacking.is_empty() {
        text += &format!("unpack with\n    {}\n", unpacking.join("\n    "));
    }
    text + &format!("then: qpnet data verify {}\n", plan.name)
}

#[cfg(test)]
mod tests {
    use super::size_words;

    #[test]
    fn sizes_are_said_as_people_say_them() {
        let said = [999, 1_000, 1_266_147, 9_100_000_000].map(size_words);
        assert_eq!(said, ["999 bytes", "1.0 kB", "1.3 MB", "9.1 GB"]);
    }
}
