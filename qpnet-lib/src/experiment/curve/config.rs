//! Which trainings a learning curve consists of.

use serde::{Deserialize, Serialize};

use crate::data::{Manifest, Part, Population, Source, TaskKind};
use crate::experiment::{MethodSpec, Profile, RunConfig};
use crate::train::Selection;

/// What stays equal from size to size. A curve may fall for want of steps alone, so both matter.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Regime {
    /// As many passes over the training set at every size: more images, more steps. A transfer
    /// after them takes the same steps at every size.
    FixedEpochs,
    /// As many optimisation steps at every size: more images, fewer passes.
    FixedSteps,
}

impl Regime {
    /// For titles.
    pub fn title(self) -> &'static str {
        match self {
            Self::FixedEpochs => "fixed epochs",
            Self::FixedSteps => "fixed steps",
        }
    }
}

/// A learning curve to be measured.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct CurveConfig {
    /// Every point's experiment but for size and seed; its steps are those of the largest size.
    pub base: RunConfig,
    /// What stays equal.
    pub regime: Regime,
    /// How many sizes, each twice the one before; the last is the whole dominant training set.
    pub points: usize,
    /// Seeds of training; the data are those of `base.data_seed` throughout.
    pub seeds: Vec<u64>,
}

impl CurveConfig {
    /// The curve of a profile.
    ///
    /// The last epoch's weights are kept throughout, and no training stops early: selection on a small validation part would
    /// add noise of its own, and selection by both subgroups removes the fall that is looked for.
    /// Under `small`, images are trained at the `smoke` size for longer, since a curve is dozens
    /// of trainings.
    pub fn new(
        data: &str,
        manifest: &Manifest,
        scheme: &str,
        methods: &[MethodSpec],
        profile: Profile,
        regime: Regime,
    ) -> Self {
        let mut base = RunConfig::new(data, manifest, scheme, methods, profile, 1);
        let synthetic = matches!(manifest.source, Source::Synthetic);
        if !synthetic && profile == Profile::Small {
            base.settings = Profile::Smoke.settings(manifest);
            base.settings.base.epochs = 16;
            base.settings.base.halve_every = 4;
            base.settings.transfer.epochs = 6;
        }
        let (points, seeds) = match profile {
            Profile::Smoke => (3, 2),
            Profile::Small if synthetic => (6, 5),
            Profile::Small => (5, 3),
            Profile::Paper => (8, 5),
        };
        let largest = if profile == Profile::Smoke { 1600 } else { 6400 };
        let dominant = &mut base.settings.synthetic.dominant_train;
        *dominant = largest.max(*dominant);
        if profile == Profile::Smoke {
            // Several classes cost a chapter with two schemes; their best epoch comes early.
            base.settings.base.epochs = if manifest.task() == TaskKind::Binary { 6 } else { 3 };
            base.settings.base.halve_every = 2;
            base.settings.transfer.epochs = 2;
        }
        (base.settings.base.early_stop, base.settings.transfer.early_stop) = (None, None);
        Self { base, regime, points, seeds: (1..=seeds).collect() }.selecting(Selection::Last)
    }

    /// The same curve with every training's weights kept by another rule.
    pub fn selecting(mut self, selection: Selection) -> Self {
        for training in [&mut self.base.settings.base, &mut self.base.settings.transfer] {
            training.selection = selection;
        }
        self
    }

    /// The sizes for a dominant training set of `available` images, ascending.
    pub fn sizes(&self, available: usize) -> Vec<usize> {
        let mut sizes: Vec<usize> = (0..self.points).rev().map(|halvings| available >> halvings).collect();
        sizes.retain(|&size| size > 0);
        sizes
    }

    /// The experiment of one point.
    pub fn cell(&self, population: &Population, size: usize, seed: u64) -> RunConfig {
        let mut config = RunConfig { dominant_train: Some(size), ..self.base.repeated(seed) };
        let [dominant, less] = [0, 1].map(|g| population.indices(Part::Train, Some(g)).len());
        let (whole, settings) = (dominant + less, &mut config.settings);
        for training in [&mut settings.base, &mut settings.transfer] {
            training.steps_per_epoch = Some(training.steps(whole));
        }
        if self.regime == Regime::FixedEpochs {
            let share = (size + less) as f64 / whole as f64;
            let steps = settings.base.steps(whole) as f64;
            settings.base.steps_per_epoch = Some((steps * share).ceil() as usize);
        }
        config
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn sizes_double_up_to_the_whole() {
        let manifest = Manifest::find("synthetic").expect("shipped");
        let methods = [MethodSpec::mixed()];
        let small = |profile| {
            CurveConfig::new("synthetic", &manifest, "moderate", &methods, profile, Regime::FixedSteps)
        };
        assert_eq!(small(Profile::Small).sizes(6400), [200, 400, 800, 1600, 3200, 6400]);
        assert_eq!(small(Profile::Smoke).sizes(5), [1, 2, 5]);
    }
}
