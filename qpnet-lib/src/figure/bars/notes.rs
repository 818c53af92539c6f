//! Remarks on single bars: one sign per different remark, explained below the chart.

use super::Bars;

/// All remarks of a chart, in the order of their signs.
#[derive(Default)]
pub(super) struct Notes<'a>(Vec<Note<'a>>);

struct Note<'a> {
    remark: String,
    undefined: bool,
    /// Group and series of every bar it is about.
    places: Vec<(usize, &'a str)>,
}

/// The notes, and the bar that is being drawn.
pub(super) struct Marks<'n, 'a> {
    pub place: (usize, &'a str),
    pub notes: &'n mut Notes<'a>,
}

impl Marks<'_, '_> {
    /// Note `remark` for this bar; the sign that goes beside its value.
    pub fn add(self, remark: &str, undefined: bool) -> String {
        let notes = &mut self.notes.0;
        let found = notes.iter().position(|n| n.remark == remark && n.undefined == undefined);
        let index = found.unwrap_or_else(|| {
            notes.push(Note { remark: remark.to_owned(), undefined, places: Vec::new() });
            notes.len() - 1
        });
        notes[index].places.push(self.place);
        sign(index)
    }
}

fn sign(index: usize) -> String {
    const SIGNS: [char; 9] = ['¹', '²', '³', '⁴', '⁵', '⁶', '⁷', '⁸', '⁹'];
    SIGNS.get(index).map_or_else(|| format!("({})", index + 1), ToString::to_string)
}

impl Notes<'_> {
    /// One line per remark.
    pub fn lines(&self, chart: &Bars) -> Vec<String> {
        let line = |(i, note): (usize, &Note<'_>)| {
            let kind = if note.undefined { "undefined, " } else { "" };
            format!("{} {}: {kind}{}.", sign(i), note.place(chart), note.remark)
        };
        self.0.iter().enumerate().map(line).collect()
    }
}

impl Note<'_> {
    /// `less prevalent (Mixed, QPI); other`: a group alone stands for all its bars.
    fn place(&self, chart: &Bars) -> String {
        let mut parts = Vec::new();
        for (g, group) in chart.groups.iter().enumerate() {
            let here = self.places.iter().filter(|(place, _)| *place == g);
            let here: Vec<&str> = here.map(|(_, series)| *series).collect();
            if here.is_empty() {
                continue;
            }
            parts.push(match (group.label.as_str(), here.len() == chart.series.len()) {
                ("", _) => here.join(", "),
                (label, true) => label.to_owned(),
                (label, false) => format!("{label} ({})", here.join(", ")),
            });
        }
        parts.join("; ")
    }
}
