//! A study over its seeds.

use super::seed::{OneSeed, SeedOutcome, SeedStudy};
use super::{CkaStudyConfig, Claim, LayerTest, TransferKind};
use crate::cka::{CkaError, Jackknife, cka_over_seeds, test_over_seeds};
use crate::experiment::evaluate::LEVEL;
use crate::experiment::{
    DataSummary, Environment, LazyPopulation, Resources, RunError, RunStore, check_seeds,
};
use crate::stats::{Comparison, Estimate};

/// A finished study.
#[derive(Clone, Debug, PartialEq)]
pub struct CkaStudy {
    /// What was asked.
    pub config: CkaStudyConfig,
    /// The data.
    pub data: DataSummary,
    /// Versions and device that the first seed was done with.
    pub environment: Environment,
    /// What each seed measured.
    pub seeds: Vec<SeedStudy>,
    /// Every transfer, averaged over seeds; intervals are over seeds and patients.
    pub transfers: [TransferResult; 3],
    /// Delta CKA of QPI minus that of fine-tuning: the paper has it above 0.
    pub qpi_minus_fine_tuning: Vec<LayerTest>,
    /// The same of QPI with delta at 1/2.
    pub half_minus_fine_tuning: Vec<LayerTest>,
    /// The paper's sentences, and what this study says to them.
    pub claims: Vec<Claim>,
}

/// One layer, over seeds and images.
#[derive(Clone, Debug, PartialEq)]
pub struct LayerResult {
    /// Similarity of M_1 before and after.
    pub cka_1: Estimate,
    /// Similarity of M_2 before and after.
    pub cka_2: Estimate,
    /// `CKA_2 - CKA_1`, tested against 0.
    pub delta: LayerTest,
}

/// One kind of transfer.
#[derive(Clone, Debug, PartialEq)]
pub struct TransferResult {
    /// Which.
    pub kind: TransferKind,
    /// Every layer.
    pub layers: Vec<LayerResult>,
}

/// Do the study; seeds that are kept are not repeated.
///
/// # Errors
/// [`RunError`] from data, training, CKA or files.
pub fn study(
    config: &CkaStudyConfig,
    store: &RunStore,
    source: &mut LazyPopulation,
    with: &Resources,
) -> Result<CkaStudy, RunError> {
    check_seeds(&config.seeds)?;
    config.base.check()?;
    let single: Vec<OneSeed> = config.seeds.iter().map(|&seed| OneSeed::of(config, seed)).collect();
    let mut all: Vec<Option<SeedOutcome>> = single.iter().map(|_| None).collect();
    store.each(&single, source, with, |number, outcome| {
        all[number] = Some(outcome);
        Ok(())
    })?;
    let (mut seeds, mut origin) = (Vec::new(), None);
    for (of_data, environment, result) in all.into_iter().flatten() {
        origin.get_or_insert((of_data, environment));
        seeds.push(result);
    }
    let (Some((data, environment)), Some(first)) = (origin, seeds.first()) else {
        return Err(RunError::NoSeeds);
    };
    let names = first.cka_1[0].iter().map(|layer| (layer.index, layer.layer.clone())).collect();
    let over = Averages { seeds: &seeds, names };
    let [tuned, qpi, half] = TransferKind::ALL.map(|kind| over.transfer(kind));
    let transfers = [tuned?, qpi?, half?];
    let qpi_minus_fine_tuning = over.difference(TransferKind::Qpi)?;
    let half_minus_fine_tuning = over.difference(TransferKind::QpiHalf)?;
    let delta = transfers
        .each_ref()
        .map(|transfer| transfer.layers.iter().map(|layer| layer.delta.clone()).collect::<Vec<_>>());
    let between = [&qpi_minus_fine_tuning[..], &half_minus_fine_tuning];
    let claims = Claim::all(delta.each_ref().map(Vec::as_slice), between)?;
    Ok(CkaStudy {
        config: config.clone(),
        data,
        environment,
        seeds,
        transfers,
        qpi_minus_fine_tuning,
        half_minus_fine_tuning,
        claims,
    })
}

/// Seeds of at least one, and the layers they share.
struct Averages<'a> {
    seeds: &'a [SeedStudy],
    names: Vec<(usize, String)>,
}

impl Averages<'_> {
    fn transfer(&self, kind: TransferKind) -> Result<TransferResult, RunError> {
        let at = kind.place();
        let delta = self.family(|seed, layer| {
            let (second, first) = (seed.cka_2[at][layer].cka.as_ref()?, seed.cka_1[at][layer].cka.as_ref()?);
            Jackknife::combine(&[(1.0, second), (-1.0, first)]).ok()
        })?;
        let result = |(layer, delta): (usize, LayerTest)| {
            Ok(LayerResult {
                cka_1: self.similarity(|seed| seed.cka_1[at][layer].cka.as_ref())?,
                cka_2: self.similarity(|seed| seed.cka_2[at][layer].cka.as_ref())?,
                delta,
            })
        };
        let layers = delta.into_iter().enumerate().map(result).collect::<Result<_, RunError>>()?;
        Ok(TransferResult { kind, layers })
    }

    /// Delta CKA of `kind` minus that of fine-tuning.
    fn difference(&self, kind: TransferKind) -> Result<Vec<LayerTest>, RunError> {
        let [tuned, qpi] = [TransferKind::FineTuning, kind].map(TransferKind::place);
        self.family(|seed, layer| {
            let terms = [
                (1.0, seed.cka_2[qpi][layer].cka.as_ref()?),
                (-1.0, seed.cka_1[qpi][layer].cka.as_ref()?),
                (-1.0, seed.cka_2[tuned][layer].cka.as_ref()?),
                (1.0, seed.cka_1[tuned][layer].cka.as_ref()?),
            ];
            Jackknife::combine(&terms).ok()
        })
    }

    /// Every layer, tested together with the others.
    fn family(
        &self,
        of: impl Fn(&SeedStudy, usize) -> Option<Jackknife>,
    ) -> Result<Vec<LayerTest>, RunError> {
        let layers = self
            .names
            .iter()
            .enumerate()
            .map(|(at, (index, name))| Ok((*index, name.clone(), self.mean(|seed| of(seed, at))?)));
        LayerTest::family(layers.collect::<Result<_, RunError>>()?)
    }

    /// A difference; undefined where a seed's is.
    fn mean(&self, of: impl Fn(&SeedStudy) -> Option<Jackknife>) -> Result<Comparison, RunError> {
        let all: Option<Vec<Jackknife>> = self.seeds.iter().map(of).collect();
        let all = all.unwrap_or_default();
        match test_over_seeds(&all.iter().collect::<Vec<_>>(), LEVEL) {
            // No jackknife of a seed, or one without replicates.
            Err(CkaError::Unpaired(_)) => Ok(Comparison::undefined("jackknife", 0, SAME)),
            found => Ok(found?),
        }
    }

    /// A CKA, whose interval stays within 1.
    fn similarity<'b>(
        &'b self,
        of: impl Fn(&'b SeedStudy) -> Option<&'b Jackknife>,
    ) -> Result<Estimate, RunError> {
        let all: Option<Vec<&Jackknife>> = self.seeds.iter().map(of).collect();
        match cka_over_seeds(&all.unwrap_or_default(), LEVEL) {
            Err(CkaError::Unpaired(_)) => Ok(Estimate::undefined("jackknife", 0, SAME)),
            found => Ok(found?),
        }
    }
}

const SAME: &str = "a layer says the same of every image";
