//! Parts of samples as they were asked for: one split or one fold, and subgroups as they are or a placebo.

use super::{folds, placebo};
use crate::data::cohort::sample::Sample;
use crate::data::rule::content_hash::ContentHash;
use crate::data::rule::fold::Fold;
use crate::data::rule::part::Part;
use crate::rng::Streams;

/// What is asked of the parts.
#[derive(Clone, Copy, Debug)]
pub(in crate::data) struct Arrangement {
    /// One fold of a cross-fitting, in place of the usual split.
    pub fold: Option<Fold>,
    /// Whether subgroups are shuffled among patients.
    pub placebo: bool,
}

impl Arrangement {
    /// The part of every sample; `usual` is the split where no fold is asked for.
    pub(in crate::data) fn parts(
        self,
        samples: &mut [Sample],
        hashes: &[ContentHash],
        streams: &Streams,
        usual: impl FnOnce(&[Sample]) -> Vec<Option<Part>>,
    ) -> Vec<Option<Part>> {
        let (parts, blocks): (Vec<Option<Part>>, Vec<Option<usize>>) = match self.fold {
            Some(fold) => {
                let blocks = folds::blocks(samples, hashes, fold.of(), streams);
                (folds::parts(samples, &blocks, fold), blocks.into_iter().map(Some).collect())
            }
            None => {
                let parts = usual(samples);
                let blocks = parts.iter().map(|part| part.map(|part| part as usize)).collect();
                (parts, blocks)
            }
        };
        if self.placebo {
            placebo::shuffle(samples, &blocks, streams);
        }
        parts
    }

    /// What a reader should know.
    pub(in crate::data) fn notes(self) -> Vec<String> {
        let placebo = self.placebo.then(|| {
            "a placebo: subgroups are shuffled among patients within each part, a difference between them is noise"
                .to_owned()
        });
        let fold = self
            .fold
            .map(|fold| format!("fold {fold}: every image is a test image in one of {} folds", fold.of()));
        fold.into_iter().chain(placebo).collect()
    }
}
