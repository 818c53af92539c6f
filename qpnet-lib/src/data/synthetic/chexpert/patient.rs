//! Who a patient is, what the patient has, and what the report says.

use rand::RngExt;
use rand_distr::StandardNormal;
use statrs::distribution::{ContinuousCDF, Normal};

use super::cue::Cue;
use super::findings::{FINDINGS, MENTIONED, REVERSED};
use super::render::Cues;
use crate::data::rule::generator::Attribute;
use crate::data::rule::role::LESS_PREVALENT;
use crate::data::rule::task::NO_FINDING;
use crate::rng::Rng;

/// Race as the demographics table writes it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Race {
    /// `White`
    White,
    /// `Asian`
    Asian,
    /// `Other`
    Other,
    /// `Black or African American`
    Black,
}

impl Race {
    /// The word in the column PRIMARY_RACE.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::White => "White",
            Self::Asian => "Asian",
            Self::Other => "Other",
            Self::Black => "Black or African American",
        }
    }
}

/// The last age of the dominant subgroup.
const OLDEST_DOMINANT: u32 = 80;
/// Ages are normal with this mean and deviation, cut to 18 to 90 years.
const AGE: [f64; 2] = [61.0, 17.5];
/// Shares of White, Asian, other and Black patients.
const RACES: [(Race, f64); 4] =
    [(Race::White, 0.63), (Race::Asian, 0.13), (Race::Other, 0.18), (Race::Black, 0.06)];

/// One patient, with one study.
#[derive(Clone, Debug, PartialEq)]
pub struct Patient {
    /// In years.
    pub age: u32,
    /// Race.
    pub race: Race,
    /// Whether the images are taken from the front to the back, as of bedridden patients.
    pub anteroposterior: bool,
    /// What the patient has, in the order of [`FINDINGS`].
    pub truth: [bool; 14],
    /// What the report says: 1, 0, -1, or `None` for not mentioned.
    pub recorded: [Option<i8>; 14],
    /// The cues of the patient; those of an image vary around them.
    pub cues: Cues,
}

impl Patient {
    /// A patient of one subgroup of the scheme that `attribute` makes.
    ///
    /// # Formula
    /// `z_f = sum_k a_fk F_k + own_f e_f`, `y_f = [z_f > Phi^-1(1 - prevalence_f)]`,
    /// `C_f = mu_f t_f + N(0, 1)` with `t_f = 2 y_f - 1`
    ///
    /// Where: `F_k` four factors that findings share, `a_fk` their weights, `C_f` the cue.
    pub fn draw(attribute: Attribute, subgroup: usize, rng: &mut Rng) -> Self {
        let less = subgroup == LESS_PREVALENT;
        let ages = match (attribute, less) {
            (Attribute::Age, true) => [OLDEST_DOMINANT + 1, 90],
            (Attribute::Age, false) => [18, OLDEST_DOMINANT],
            (Attribute::Race, _) => [18, 90],
        };
        let age = draw_age(ages, rng);
        let race = draw_race(|race| attribute == Attribute::Age || (race == Race::Black) == less, rng);
        let anteroposterior = rng.random::<f64>() < 0.85;
        let factors: [f64; 4] = std::array::from_fn(|_| normal(rng));
        let standard = Normal::standard();
        let truth: [bool; 14] = std::array::from_fn(|index| {
            let finding = &FINDINGS[index];
            let shared: f64 = finding.loadings.iter().zip(factors).map(|(a, f)| a * f).sum();
            let latent = shared + finding.own() * normal(rng);
            let prevalence = finding.prevalence();
            prevalence > 0.0 && latent > standard.inverse_cdf(1.0 - prevalence)
        });
        let mut patient =
            Self { age, race, anteroposterior, truth, recorded: [None; 14], cues: Cues::default() };
        for cue in Cue::ALL {
            let shift = patient.shift(cue);
            patient.cues.set(cue, shift + normal(rng));
        }
        patient.record(rng);
        patient
    }

    /// Does the patient belong to the subgroup that `attribute` makes less prevalent?
    pub fn is_less_prevalent(&self, attribute: Attribute) -> bool {
        match attribute {
            Attribute::Age => self.age > OLDEST_DOMINANT,
            Attribute::Race => self.race == Race::Black,
        }
    }

    /// The look of the images: 1 in every subgroup that some scheme calls less prevalent.
    pub fn style(&self) -> usize {
        let any = [Attribute::Age, Attribute::Race].into_iter().any(|of| self.is_less_prevalent(of));
        usize::from(any)
    }

    /// The mean of a cue in patients like this one: `mu_f t_f`, reversed where it is.
    fn shift(&self, cue: Cue) -> f64 {
        let carries = |index: usize| Some((index, FINDINGS[index].cue.filter(|(own, _)| *own == cue)?.1));
        let Some((index, mu)) = (0..FINDINGS.len()).find_map(carries) else { return 0.0 };
        let reversed = FINDINGS[index].reversed_in.is_some_and(|attribute| self.is_less_prevalent(attribute));
        let direction = if self.truth[index] { 1.0 } else { -1.0 };
        direction * mu * if reversed { REVERSED } else { 1.0 }
    }

    /// What the report makes of the truth. "No Finding" is what is left when nothing but support
    /// devices is present or uncertain; the patient then truly counts as without finding.
    fn record(&mut self, rng: &mut Rng) {
        for (index, finding) in FINDINGS.iter().enumerate() {
            let [doubt, mention]: [f64; 2] = [rng.random(), rng.random()];
            self.recorded[index] = match self.truth[index] {
                present if doubt < finding.doubt(present) => Some(-1),
                true => Some(1),
                false => (mention < MENTIONED).then_some(0),
            };
        }
        let devices = FINDINGS.len() - 1;
        let quiet = (1..devices).all(|index| !matches!(self.recorded[index], Some(1 | -1)));
        for (index, finding) in FINDINGS.iter().enumerate() {
            if finding.name == NO_FINDING {
                self.recorded[index] = quiet.then_some(1);
                self.truth[index] = quiet;
            }
        }
    }
}

/// A whole number of years, from the cut normal distribution, by its inverse.
fn draw_age([youngest, oldest]: [u32; 2], rng: &mut Rng) -> u32 {
    let standard = Normal::standard();
    let below = |age: f64| standard.cdf((age - AGE[0]) / AGE[1]);
    let (low, high) = (below(f64::from(youngest)), below(f64::from(oldest) + 1.0));
    let share = low + (high - low) * rng.random::<f64>();
    let age = (AGE[0] + AGE[1] * standard.inverse_cdf(share)).floor() as u32;
    age.clamp(youngest, oldest)
}

fn draw_race(allowed: impl Fn(Race) -> bool, rng: &mut Rng) -> Race {
    let total: f64 = RACES.iter().filter(|(race, _)| allowed(*race)).map(|(_, share)| share).sum();
    let mut left = total * rng.random::<f64>();
    let mut drawn = Race::Other;
    for (race, share) in RACES.into_iter().filter(|(race, _)| allowed(*race)) {
        drawn = race;
        left -= share;
        if left < 0.0 {
            break;
        }
    }
    drawn
}

fn normal(rng: &mut Rng) -> f64 {
    rng.sample(StandardNormal)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::data::rule::role::DOMINANT;
    use crate::rng::Streams;

    fn patients(attribute: Attribute, subgroup: usize, count: u64) -> Vec<Patient> {
        let streams = Streams::new(3);
        (0..count).map(|at| Patient::draw(attribute, subgroup, &mut streams.at("patient", at))).collect()
    }

    #[test]
    fn shares_are_those_of_the_table() {
        let drawn = patients(Attribute::Age, DOMINANT, 20_000);
        for (index, finding) in FINDINGS.iter().enumerate().skip(1) {
            for (word, expected) in [(1, finding.positive), (-1, finding.uncertain)] {
                let count = drawn.iter().filter(|patient| patient.recorded[index] == Some(word)).count();
                let share = count as f64 / drawn.len() as f64;
                // Four standard errors of a share of 20,000.
                let tolerance = 4.0 * (expected * (1.0 - expected) / drawn.len() as f64).sqrt();
                assert!((share - expected).abs() < tolerance, "{}: {share} {expected}", finding.name);
            }
        }
        let none = drawn.iter().filter(|patient| patient.truth[0]).count() as f64 / drawn.len() as f64;
        assert!((0.06..0.12).contains(&none), "CheXpert has 8.9 % without finding, here {none}");
    }

    #[test]
    fn no_finding_excludes_every_other() {
        for patient in patients(Attribute::Race, DOMINANT, 2000) {
            let other = patient.recorded[1..13].iter().any(|word| matches!(word, Some(1 | -1)));
            assert_eq!(patient.recorded[0] == Some(1), !other);
            assert!(matches!(patient.recorded[0], Some(1) | None), "CheXpert has 1 or blank here");
        }
    }

    #[test]
    fn subgroups_are_what_the_scheme_says() {
        for attribute in [Attribute::Age, Attribute::Race] {
            for subgroup in [DOMINANT, LESS_PREVALENT] {
                for patient in patients(attribute, subgroup, 500) {
                    assert_eq!(patient.is_less_prevalent(attribute), subgroup == LESS_PREVALENT);
                    assert!((18..=90).contains(&patient.age));
                }
            }
        }
        let black = patients(Attribute::Age, DOMINANT, 20_000);
        let share = black.iter().filter(|patient| patient.race == Race::Black).count() as f64 / 20_000.0;
        assert!((share - 0.06).abs() < 0.007, "{share}");
    }

    #[test]
    fn two_cues_of_each_scheme_are_reversed_in_the_less_prevalent_subgroup() {
        for attribute in [Attribute::Age, Attribute::Race] {
            for (index, finding) in FINDINGS.iter().enumerate() {
                let Some((cue, mu)) = finding.cue else { continue };
                let mean = |subgroup| {
                    let of = |patient: &Patient| {
                        let other = [Attribute::Age, Attribute::Race]
                            .into_iter()
                            .any(|other| other != attribute && patient.is_less_prevalent(other));
                        let t = if patient.truth[index] { 1.0 } else { -1.0 };
                        (!other).then_some(t * patient.cues.get(cue))
                    };
                    let values: Vec<f64> =
                        patients(attribute, subgroup, 4000).iter().filter_map(of).collect();
                    values.iter().sum::<f64>() / values.len() as f64
                };
                let factor = if finding.reversed_in == Some(attribute) { REVERSED } else { 1.0 };
                assert!((mean(DOMINANT) - mu).abs() < 0.08, "{}", finding.name);
                assert!((mean(LESS_PREVALENT) - mu * factor).abs() < 0.08, "{}", finding.name);
            }
        }
    }
}
