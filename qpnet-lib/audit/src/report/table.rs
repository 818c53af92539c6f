//! A table with title and notes: aligned text, Markdown, HTML.

use crate::figure::block;
use crate::stats::Estimate;
use std::fmt::{self, Display, Formatter};

/// Rows under headers. Columns of numbers are aligned to the right.
///
/// # Examples
/// ```
/// use qpnet_audit::report::Table;
/// let mut table = Table::new("AUC", ["method", "n"]);
/// table.row(["Mixed", "412"]).note("synthetic population");
/// assert_eq!(table.to_string(), "AUC\nmethod    n\nMixed   412\nsynthetic population\n");
/// assert_eq!(
///     table.markdown(),
///     "**AUC**\n\n| method | n |\n|---|---:|\n| Mixed | 412 |\n\nsynthetic population\n"
/// );
/// ```
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Table {
    /// Heading.
    pub title: String,
    /// One name per column.
    pub headers: Vec<String>,
    /// The cells; a short row is filled up with empty ones.
    pub rows: Vec<Vec<String>>,
    /// Remarks below the table.
    pub notes: Vec<String>,
}

impl Table {
    /// An empty table.
    pub fn new<S: Into<String>>(title: impl Into<String>, headers: impl IntoIterator<Item = S>) -> Self {
        let headers = headers.into_iter().map(Into::into).collect();
        Self { title: title.into(), headers, ..Self::default() }
    }

    /// Add a row of cells.
    pub fn row<S: Into<String>>(&mut self, cells: impl IntoIterator<Item = S>) -> &mut Self {
        self.rows.push(cells.into_iter().map(Into::into).collect());
        self
    }

    /// Add a note, once.
    pub fn note(&mut self, note: impl Into<String>) -> &mut Self {
        let note = note.into();
        if !self.notes.contains(&note) {
            self.notes.push(note);
        }
        self
    }

    /// Add a row of estimates under a label; flags and reasons become notes.
    pub fn estimates(&mut self, label: impl Into<String>, cells: &[Estimate]) -> &mut Self {
        let label = label.into();
        for (i, cell) in cells.iter().enumerate() {
            for remark in [&cell.reason, &cell.flag].into_iter().flatten() {
                let column = self.headers.get(i + 1).cloned().unwrap_or_default();
                self.note(format!("* {label}, {column}: {remark}."));
            }
        }
        let cells = cells.iter().map(super::estimate);
        self.row(std::iter::once(label).chain(cells))
    }

    fn columns(&self) -> usize {
        self.rows.iter().map(Vec::len).chain([self.headers.len()]).max().unwrap_or(0)
    }

    fn cell(row: &[String], column: usize) -> &str {
        row.get(column).map_or("", String::as_str)
    }

    /// A column is numeric when every filled cell looks like a number and one does.
    fn numeric(&self, column: usize) -> bool {
        let mut filled = self.rows.iter().map(|row| Self::cell(row, column)).filter(|c| !c.is_empty());
        let looks = |cell: &str| {
            let start = cell.trim_start_matches(['<', '>', '≤', '≥', ' ', '−', '-', '+']);
            start.starts_with(|c: char| c.is_ascii_digit()) && !start.contains(char::is_alphabetic)
                || cell.starts_with('—')
                || cell.contains(" to ") && start.starts_with(|c: char| c.is_ascii_digit())
        };
        filled.clone().next().is_some() && filled.all(looks)
    }

    /// GitHub-flavoured Markdown.
    pub fn markdown(&self) -> String {
        let escape = |cell: &str| cell.replace('|', "\\|").replace('\n', " ");
        let line = |row: &[String]| {
            let cells: Vec<_> = (0..self.columns()).map(|c| escape(Self::cell(row, c))).collect();
            format!("| {} |\n", cells.join(" | "))
        };
        let rule = |c| if self.numeric(c) { "---:" } else { "---" };
        let rules: Vec<_> = (0..self.columns()).map(rule).collect();
        let mut out = String::new();
        if !self.title.is_empty() {
            out += &format!("**{}**\n\n", self.title);
        }
        out += &line(&self.headers);
        out += &format!("|{}|\n", rules.join("|"));
        out.extend(self.rows.iter().map(|row| line(row)));
        for note in &self.notes {
            out += &format!("\n{}\n", note.replace('*', "\\*"));
        }
        out
    }

    /// An HTML table without scripts or style sheets.
    pub fn html(&self) -> String {
        self.html_with(|_| String::new())
    }

    /// [`Table::html`] whose cells know their headers, so that a narrow page can show rows as lists.
    pub(super) fn labelled_html(&self) -> String {
        self.html_with(|c| format!(" data-label=\"{}\"", escape(Self::cell(&self.headers, c))))
    }

    fn html_with(&self, label: impl Fn(usize) -> String) -> String {
        let align = |c| if self.numeric(c) { "right" } else { "left" };
        let line = |row: &[String], tag: &str| {
            let cells = (0..self.columns()).map(|c| {
                let (align, text) = (align(c), escape(Self::cell(row, c)));
                let label = if tag == "td" { label(c) } else { String::new() };
                format!("<{tag}{label} style=\"text-align:{align}\">{text}</{tag}>")
            });
            format!("<tr>{}</tr>\n", cells.collect::<String>())
        };
        let mut out = String::from("<table>\n");
        if !self.title.is_empty() {
            out += &format!("<caption>{}</caption>\n", escape(&self.title));
        }
        out += &format!("<thead>\n{}</thead>\n<tbody>\n", line(&self.headers, "th"));
        out.extend(self.rows.iter().map(|row| line(row, "td")));
        out += "</tbody>\n</table>\n";
        out.extend(self.notes.iter().map(|note| format!("<p><small>{}</small></p>\n", escape(note))));
        out
    }

    /// What [`Table::evcxr_display`] prints: HTML, and the same as plain text.
    pub fn evcxr_blocks(&self) -> String {
        block("text/html", &self.html()) + &block("text/plain", &self.to_string())
    }

    /// Show the table as the result of a notebook cell (evcxr calls this).
    #[expect(clippy::print_stdout, reason = "evcxr reads results from standard output")]
    pub fn evcxr_display(&self) {
        print!("{}", self.evcxr_blocks());
    }
}

pub(super) fn escape(text: &str) -> String {
    text.replace('&', "&amp;").replace('<', "&lt;").replace('>', "&gt;").replace('"', "&quot;")
}

impl Display for Table {
    fn fmt(&self, f: &mut Formatter<'_>) -> fmt::Result {
        if !self.title.is_empty() {
            writeln!(f, "{}", self.title)?;
        }
        let rows = || std::iter::once(&self.headers).chain(&self.rows);
        let count = |text: &str| text.chars().count();
        let width = |c| rows().map(|row| count(Self::cell(row, c))).max().unwrap_or(0);
        let widths: Vec<_> = (0..self.columns()).map(width).collect();
        let numeric: Vec<_> = (0..self.columns()).map(|c| self.numeric(c)).collect();
        for row in rows() {
            let mut line = String::new();
            for c in 0..widths.len() {
                let text = Self::cell(row, c);
                let pad = " ".repeat(widths[c] - count(text));
                let cell = if numeric[c] { pad + text } else { text.to_owned() + &pad };
                line += if c > 0 { "  " } else { "" };
                line += &cell;
            }
            writeln!(f, "{}", line.trim_end())?;
        }
        for note in &self.notes {
            writeln!(f, "{note}")?;
        }
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn estimates_bring_their_notes() {
        let mut table = Table::new("", ["method", "PTC", "FTC"]);
        table.estimates(
            "Mixed",
            &[
                Estimate::new(0.876, 0.861, 0.89, "DeLong 95 %", 100),
                Estimate::undefined("DeLong 95 %", 3, "no positives among 3 samples"),
            ],
        );
        assert_eq!(table.rows[0], ["Mixed", "0.876 (0.861–0.890)", "—*"]);
        assert_eq!(table.notes, ["* Mixed, FTC: no positives among 3 samples."]);
        assert!(table.numeric(1) && table.numeric(2) && !table.numeric(0));
    }

    #[test]
    fn odd_tables_do_not_break() {
        let mut table = Table::new("a < b & c", ["x|y"]);
        table.row(["1", "2", "3"]).row(Vec::<String>::new());
        assert!(table.markdown().contains("x\\|y"));
        assert!(table.html().contains("a &lt; b &amp; c"));
        assert_eq!(table.to_string().lines().count(), 4);
        assert_eq!(Table::default().to_string(), "\n");
        let blocks = table.evcxr_blocks();
        assert_eq!(blocks.matches("EVCXR_BEGIN_CONTENT").count(), 2);
        assert_eq!(blocks.matches("EVCXR_END_CONTENT").count(), 2);
    }
}
