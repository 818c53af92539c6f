//! Subgroups by several attributes at once: one for each crossing of their values.

use csv::StringRecord;

use super::AuditError;
use super::columns::Places;
use super::cut::{Continuous, Cut};
use super::fault::{Fault, Wanted};
use super::fields::{Fields, fault, text};
use super::names::Names;
use super::vocabulary::{NO_GROUP, part};

/// Between the values of a crossing.
pub(super) const BETWEEN: &str = " × ";
/// Its sign.
const SIGN: char = '×';
/// More crossings that nobody is in than this are counted.
const MOST_EMPTY: u128 = 200;

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
        self.joined.push_str(&part(first, SIGN));
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
            self.joined.push_str(&part(name, SIGN));
        }
        Ok(Ok(Some(&self.joined)))
    }

    /// Crossings of values that were met which nobody of `groups` is in: their names, unless they are more than some, and
    /// how many they are. Several columns of some values make more crossings than a memory holds.
    pub(super) fn empty(&self, groups: &Names) -> (Vec<String>, u64) {
        let all = self.names.iter().fold(1u128, |all, (names, _)| all.saturating_mul(names.len() as u128));
        let empty = all.saturating_sub(groups.len() as u128);
        let count = u64::try_from(empty).unwrap_or(u64::MAX);
        if empty > MOST_EMPTY {
            return (Vec::new(), count);
        }
        let mut found = vec![String::new()];
        for (at, (names, _)) in self.names.iter().enumerate() {
            let longer = |begin: &String| {
                let join = |value: u32| {
                    let own = part(names.name(value), SIGN);
                    if at == 0 { own.into_owned() } else { format!("{begin}{BETWEEN}{own}") }
                };
                (0..names.len() as u32).map(join).collect::<Vec<_>>()
            };
            found = found.iter().flat_map(longer).collect();
        }
        found.retain(|name| groups.find(name).is_none());
        (found, count)
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

    fn met(values: &[&[&str]]) -> Crossing {
        let mut crossing = Crossing::new(&vec![1; values.len() - 1], &vec![Cut::Refuse; values.len() - 1]);
        for (at, names) in values.iter().enumerate() {
            names.iter().for_each(|name| {
                crossing.names[at].0.number(name);
            });
        }
        crossing
    }

    #[test]
    fn crossings_that_nobody_is_in_are_listed_too() {
        let mut groups = Names::default();
        ["f × old", "m × young"].iter().for_each(|name| {
            groups.number(name);
        });
        let (names, count) = met(&[&["f", "m"], &["old", "young"]]).empty(&groups);
        assert_eq!((names, count), (vec!["f × young".to_owned(), "m × old".to_owned()], 2));
    }

    #[test]
    fn more_crossings_than_a_memory_holds_are_counted() {
        let values: Vec<String> = (0..150).map(|at| format!("v{at}")).collect();
        let values: Vec<&str> = values.iter().map(String::as_str).collect();
        let mut groups = Names::default();
        groups.number("v0 × v0 × v0 × v0 × v0");
        let (names, count) = met(&[&values[..]; 5]).empty(&groups);
        assert_eq!((names.len(), count), (0, 150u64.pow(5) - 1));
        assert_eq!(met(&[&values[..]; 30]).empty(&groups).1, u64::MAX);
    }
}
