//! Remarks on single values: one sign per different remark, explained below the drawing.

use crate::stats::Estimate;

/// All remarks of a drawing, in the order of their signs.
#[derive(Default)]
pub(super) struct Notes(Vec<Note>);

struct Note {
    remark: String,
    undefined: bool,
    /// Group and series of every value it is about.
    places: Vec<(usize, usize)>,
}

impl Notes {
    /// Note what an estimate says of itself; the sign that goes beside its value.
    pub fn about(&mut self, place: (usize, usize), estimate: &Estimate) -> String {
        match (estimate.value, &estimate.reason) {
            (Some(value), _) if !value.is_finite() => self.add(place, "not a finite number", true),
            (None, reason) => self.add(place, reason.as_deref().unwrap_or("no reason given"), true),
            // An interval can be missing for a reason, and a value can carry a remark: both in one.
            (Some(_), reason) => {
                let remark = [reason, &estimate.flag].into_iter().flatten().cloned();
                let remark = remark.collect::<Vec<_>>().join("; ");
                if remark.is_empty() { String::new() } else { self.add(place, &remark, false) }
            }
        }
    }

    /// Note `remark` for the value at `place`; the sign that goes beside it.
    pub fn add(&mut self, place: (usize, usize), remark: &str, undefined: bool) -> String {
        let notes = &mut self.0;
        let found = notes.iter().position(|n| n.remark == remark && n.undefined == undefined);
        let index = found.unwrap_or_else(|| {
            notes.push(Note { remark: remark.to_owned(), undefined, places: Vec::new() });
            notes.len() - 1
        });
        notes[index].places.push(place);
        sign(index)
    }

    /// One line per remark.
    pub fn lines(&self, groups: &[&str], series: &[&str]) -> Vec<String> {
        let line = |(i, note): (usize, &Note)| {
            let kind = if note.undefined { "undefined, " } else { "" };
            let remark = note.remark.trim_end_matches('.');
            format!("{} {}: {kind}{remark}.", sign(i), note.place(groups, series))
        };
        self.0.iter().enumerate().map(line).collect()
    }
}

fn sign(index: usize) -> String {
    const SIGNS: [char; 9] = ['¹', '²', '³', '⁴', '⁵', '⁶', '⁷', '⁸', '⁹'];
    SIGNS.get(index).map_or_else(|| format!("({})", index + 1), ToString::to_string)
}

impl Note {
    /// `less prevalent (Mixed, QPI); other`: a group alone stands for all its values.
    fn place(&self, groups: &[&str], series: &[&str]) -> String {
        let mut parts = Vec::new();
        for (g, group) in groups.iter().enumerate() {
            let here = self.places.iter().filter(|(place, _)| *place == g);
            let here: Vec<&str> = here.map(|&(_, s)| series[s]).collect();
            if here.is_empty() {
                continue;
            }
            parts.push(match (*group, here.len() == series.len()) {
                ("", _) => here.join(", "),
                (label, true) => label.to_owned(),
                (label, false) => format!("{label} ({})", here.join(", ")),
            });
        }
        parts.join("; ")
    }
}
