//! Subgroups by several attributes at once: one for each crossing of their values.

use csv::StringRecord;

use super::AuditError;
use super::columns::Places;
use super::cut::{Continuous, Cut};
use super::fault::{Fault, Wanted};
use super::fields::{Fields, fault, text};
use super::names::Names;
use super::vocabulary::NO_GROUP;

/// Between the values of a crossing.
pub(super) const BETWEEN: &str = " × ";

/// The attributes after the first, and the values of all that were met.
pub(super) struct Crossing {
    places: Vec<usize>,
    cuts: Vec<(Cut, Vec<String>)>,
    /// By attribute, the first included.
    names: Vec<(Names, Continuous)>,
    joined: String,
}

impl Crossing {
    /// Of the attributes at `places`, cut by `cuts`, one each.
    pub(super) fn new(places: &[usize], cuts: &[Cut]) -> Self {
        let cut = |cut: &Cut| (cut.clone(), cut.ranges());
        Self {
            places: places.to_vec(),
            cuts: cuts.iter().map(cut).collect(),
            names: (0..=places.len()).map(|_| Default::default()).collect(),
            joined: String::new(),
        }
    }

    /// The crossing of a row whose first attribute is `first`, which `cut` has cut; `None` where another one is
    /// not known.
    pub(super) fn join(
        &mut self,
        (first, cut, header): (&str, &Cut, &[String]),
        record: &StringRecord,
        fields: &mut Fields<'_>,
    ) -> Result<Result<Option<&str>, String>, Box<Fault>> {
        self.joined.clear();
        self.joined.push_str(first);
        let mut met = |at: usize, name: &str, cut: &Cut, place: usize| {
            let (names, continuous) = &mut self.names[at];
            let known = names.len();
            names.number(name);
            if names.len() > known { continuous.check(cut, names, &header[place]) } else { Ok(()) }
        };
        if let Err(message) = met(0, first, cut, fields.places.group) {
            return Ok(Err(message));
        }
        for (at, (&place, (cut, ranges))) in self.places.iter().zip(&self.cuts).enumerate() {
            let name = match fields.attribute(record, place) {
                None if fields.words.keep_missing_groups => NO_GROUP,
                None => return Ok(Ok(None)),
                Some(found) => cut.group(found, &mut fields.numbers, ranges).ok_or_else(|| {
                    let expected = "a number, which --cut needs".to_owned();
                    fault(place, Wanted::Score, text(record, place), expected)
                })?,
            };
            if let Err(message) = met(at + 1, name, cut, place) {
                return Ok(Err(message));
            }
            self.joined.push_str(BETWEEN);
            self.joined.push_str(name);
        }
        Ok(Ok(Some(&self.joined)))
    }

    /// Every crossing of values that were met, whether anybody is in it or not.
    pub(super) fn all(&self) -> Vec<String> {
        let mut found = vec![String::new()];
        for (at, (names, _)) in self.names.iter().enumerate() {
            let longer = |begin: &String| {
                let join = |value: u32| match at {
                    0 => names.name(value).to_owned(),
                    _ => format!("{begin}{BETWEEN}{}", names.name(value)),
                };
                (0..names.len() as u32).map(join).collect::<Vec<_>>()
            };
            found = found.iter().flat_map(longer).collect();
        }
        found
    }
}

/// The cut of each attribute, the first one first: `cut` where there is one attribute only, else by name.
pub(super) fn cuts(
    file: &str,
    header: &[String],
    places: &Places,
    (cut, named): (&Cut, &[(String, Cut)]),
) -> Result<Vec<Cut>, AuditError> {
    let all: Vec<usize> = std::iter::once(places.group).chain(places.crossed.iter().copied()).collect();
    let columns: Vec<&str> = all.iter().map(|&place| header[place].as_str()).collect();
    let whole = |message: String| AuditError::Whole { file: file.to_owned(), message };
    if columns.len() > 1 && *cut != Cut::Refuse {
        let (all, last) = (columns.join(", "), columns[columns.len() - 1]);
        return Err(whole(format!("--cut does not say which of {all} it cuts: say --cut {last}=40,60")));
    }
    if let Some((name, _)) = named.iter().find(|(name, _)| !columns.contains(&name.as_str())) {
        return Err(whole(format!(
            "--cut {name}=: {name:?} is no subgroup; there are {}",
            columns.join(", ")
        )));
    }
    let of = |column: &&str| named.iter().find(|(name, _)| name == column).map(|(_, cut)| cut.clone());
    Ok(columns.iter().map(|column| of(column).unwrap_or_else(|| cut.clone())).collect())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn crossings_that_nobody_is_in_are_listed_too() {
        let mut crossing = Crossing::new(&[1], &[Cut::Refuse]);
        for (at, name) in [(0, "f"), (0, "m"), (1, "old"), (1, "young")] {
            crossing.names[at].0.number(name);
        }
        assert_eq!(crossing.all(), ["f × old", "f × young", "m × old", "m × young"]);
    }
}
