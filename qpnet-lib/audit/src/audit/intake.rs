//! Rows of predictions in the reading: names become numbers, samples are compared.

use csv::StringRecord;

use super::AuditError;
use super::beside::Beside;
use super::columns::Places;
use super::crossing::Crossing;
use super::cut::{Continuous, Cut};
use super::fault::{Fault, Wanted};
use super::fields::{Fields, fault as fault_of, text};
use super::names::Names;
use super::row::{MOST_NAMES, Row};
use super::samples::{SampleNames, Samples, Told, contradiction};
use super::trainings::joined;
use super::vocabulary::{NO_GROUP, NOBODYS, Open, part};

mod notes;

pub(super) use notes::opened;

/// What the rows of a table have told so far.
pub(super) struct Intake<'a> {
    file: &'a str,
    header: &'a [String],
    cut: &'a Cut,
    pub(super) crossing: Option<Crossing>,
    ranges: Vec<String>,
    continuous: Continuous,
    pub(super) methods: Names,
    pub(super) groups: Names,
    pub(super) patients: Names,
    pub(super) strata: Names,
    stratum: String,
    pub(super) names: SampleNames,
    pub(super) samples: Samples,
    pub(super) rows: Vec<Row>,
    pub(super) scores: Vec<f64>,
    targets: Vec<Option<bool>>,
    open: Vec<(usize, Open)>,
    /// Outcomes that are blank, missing, uncertain.
    opened: [usize; 3],
    /// Rows without a subgroup.
    pub(super) without_group: usize,
    /// Whether those are taken.
    unplaced: bool,
    /// Samples without a patient.
    alone: usize,
    /// What columns without a role hold.
    pub(super) beside: Beside,
}

/// Why a row cannot be taken.
pub(super) enum Trouble {
    Field(Box<Fault>),
    Error(Box<AuditError>),
}

impl From<Box<Fault>> for Trouble {
    fn from(fault: Box<Fault>) -> Self {
        Self::Field(fault)
    }
}

impl<'a> Intake<'a> {
    pub(super) fn new(
        file: &'a str,
        header: &'a [String],
        cuts: &'a [Cut],
        crossed: &[usize],
        named: bool,
        beside: Beside,
    ) -> Self {
        let (cut, further) =
            cuts.split_first().map_or((&Cut::Refuse, cuts), |(first, further)| (first, further));
        let crossing = (!crossed.is_empty()).then(|| Crossing::new(crossed, further));
        let names = if named { SampleNames::Named(Names::default()) } else { SampleNames::Rows(0) };
        Self {
            file,
            header,
            cut,
            crossing,
            ranges: cut.ranges(),
            continuous: Continuous::default(),
            methods: Names::default(),
            groups: Names::default(),
            patients: Names::default(),
            strata: Names::default(),
            stratum: String::new(),
            names,
            samples: Samples::default(),
            rows: Vec::new(),
            scores: Vec::new(),
            targets: Vec::new(),
            open: Vec::new(),
            opened: [0; 3],
            without_group: 0,
            unplaced: false,
            alone: 0,
            beside,
        }
    }

    /// Take rows without a subgroup too.
    pub(super) fn of_unplaced(self) -> Self {
        Self { unplaced: true, ..self }
    }

    /// Take the row at `line`; the number of its subgroup, `None` where it is left out.
    pub(super) fn row(
        &mut self,
        record: &StringRecord,
        line: u64,
        fields: &mut Fields<'_>,
    ) -> Result<Option<u32>, Trouble> {
        let fault = |message: String| {
            Trouble::Error(Box::new(AuditError::Table { file: self.file.to_owned(), row: line, message }))
        };
        let short =
            u32::try_from(line).map_err(|_| fault("there are more than 4,294,967,295 lines".into()))?;
        let places = fields.places;
        let group = match fields.group(record) {
            Some(found) => {
                let place = places.group;
                let refused = || {
                    let expected = "a number, which --cut needs".to_owned();
                    fault_of(place, Wanted::Score, text(record, place), expected)
                };
                self.cut.group(found, &mut fields.numbers, &self.ranges).ok_or_else(refused)?
            }
            None if fields.words.keep_missing_groups => NO_GROUP,
            None => {
                self.without_group += 1;
                if !self.unplaced {
                    return Ok(None);
                }
                NOBODYS
            }
        };
        let group = match self.crossing.as_mut() {
            _ if group == NOBODYS => group,
            None => group,
            Some(crossing) => {
                match crossing.join((group, self.cut, self.header), record, fields)?.map_err(fault)? {
                    Some(joined) => joined,
                    None => {
                        self.without_group += 1;
                        if !self.unplaced {
                            return Ok(None);
                        }
                        NOBODYS
                    }
                }
            }
        };
        let name = fields.name(record, places.sample, "sample")?;
        let known = self.groups.len() + self.methods.len();
        let method = fields.name(record, places.method, "method")?.unwrap_or("the model");
        let method = match fields.name(record, places.seed, "training or reader")? {
            Some(seed) => self.methods.number(&joined(method, seed)),
            None => self.methods.number(method),
        };
        let placed = group != NOBODYS;
        let group = self.groups.number(group);
        if self.groups.len() + self.methods.len() > known {
            self.limits(fields.places).map_err(fault)?;
        }
        let found = fields.patient(record)?;
        if let Some((name, false)) = found {
            let known = self.patients.len();
            self.patients.number(name);
            if self.patients.len() > known {
                fields.somebody(name)?;
            }
        }
        self.targets.clear();
        self.open.clear();
        fields.targets(record, &mut self.targets, &mut self.open)?;
        let weight = fields.weight(record)?;
        let stratum = self.stratum(record, fields).map_err(fault)?;
        let along = fields.along(record)?;
        // A sample gets its number where nothing but a contradiction may still refuse the row: none is without properties.
        let sample = self.names.number(name);
        let patient = match found {
            None => sample,
            Some((name, false)) => self.patients.number(name),
            // Apart from all names of patients.
            Some((name, true)) => self.patients.number(&format!("\0{name}")),
        };
        let told = Told {
            group,
            patient,
            targets: &self.targets,
            open: &self.open,
            weight,
            stratum,
            along,
            line: short,
        };
        let new = self.samples.meet(sample, &told).map_err(|(first, what)| {
            let sample = self.names.name(sample, short);
            let told = places.told.all();
            Trouble::Error(Box::new(contradiction(self.file, sample, what, (first, short), told)))
        })?;
        if new {
            self.open.iter().for_each(|&(_, why)| self.opened[why as usize] += 1);
            self.alone += usize::from(matches!(found, Some((_, true))));
            self.beside.take(sample, record);
        }
        let begin = self.scores.len();
        if let Err(fault) = fields.scores(record, &mut self.scores) {
            self.scores.truncate(begin);
            return Err(fault.into());
        }
        self.rows.push(Row { method, sample, at: self.rows.len() as u32, line: short });
        Ok(placed.then_some(group))
    }

    /// The number of the stratum of a row, `None` where no column says; what is wrong otherwise.
    fn stratum(&mut self, record: &StringRecord, fields: &Fields<'_>) -> Result<Option<u32>, String> {
        let places = &fields.places.strata;
        if places.is_empty() {
            return Ok(None);
        }
        self.stratum.clear();
        for &place in places {
            let found = text(record, place);
            let found = if fields.words.says_nothing(found) { NO_GROUP } else { found };
            if !self.stratum.is_empty() {
                self.stratum.push_str(", ");
            }
            self.stratum.push_str(&part(found, ','));
        }
        let number = self.strata.number(&self.stratum);
        if self.strata.len() <= MOST_NAMES {
            return Ok(Some(number));
        }
        let columns: Vec<&str> = places.iter().map(|&place| self.header[place].as_str()).collect();
        Err(format!(
            "{} makes more than {MOST_NAMES} strata up to here: is it a column of ids, or of numbers that should be cut \
             into ranges first? (--standardise)",
            columns.join(" with ")
        ))
    }

    /// Whether there are still so few subgroups and methods that they are no ids; what is wrong otherwise.
    fn limits(&mut self, places: &Places) -> Result<(), String> {
        let column = |place: usize| self.header[place].as_str();
        if let Some(message) = self.crossing.as_ref().filter(|_| self.groups.len() > MOST_NAMES).map(|_| {
            format!(
                "there are more than {MOST_NAMES} crossings of attributes up to here: cut or leave out some"
            )
        }) {
            return Err(message);
        }
        let continuous = self.continuous.check(self.cut, &self.groups, column(places.group));
        continuous.map_err(|message| message + &places.told.of_place(places.group))?;
        let limited =
            [("subgroups", &self.groups, Some(places.group)), ("methods", &self.methods, places.method)];
        let beyond = limited.into_iter().find(|(_, names, _)| names.len() > MOST_NAMES);
        let Some((what, _, Some(place))) = beyond else { return Ok(()) };
        Err(format!(
            "column {} has more than {MOST_NAMES} {what} up to here: is it a column of ids?{}",
            column(place),
            places.told.of_place(place)
        ))
    }
}
