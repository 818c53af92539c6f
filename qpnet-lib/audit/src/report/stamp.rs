//! When, how and from what a report was made.

use super::Table;
use crate::stamp::Stamp;

/// When, how and from which bytes a report on the table in `file` was made.
pub fn stamp_table(stamp: &Stamp, file: &str, sha256: &str) -> Table {
    let mut table = Table::new("Reproducibility", ["What", "Value"]);
    for (what, value) in [
        ("made by", format!("qpnet {}", stamp.version)),
        ("date", stamp.date.clone()),
        ("command", stamp.command.clone()),
        ("table", file.to_owned()),
        ("its SHA-256", sha256.to_owned()),
    ] {
        table.row([what.to_owned(), value]);
    }
    table
}
