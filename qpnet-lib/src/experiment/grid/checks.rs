//! What a run would refuse, found while the plan is read: a night of failed cells is no way to learn it.

use crate::data::{Manifest, Source};
use crate::experiment::RunConfig;
use crate::train::TrainError;

/// Fewer images have one class at most.
const FEWEST: usize = 2;

/// Why no run of `config` would begin.
pub(super) fn check(config: &RunConfig, manifest: &Manifest) -> Result<(), String> {
    let settings = &config.settings;
    let of_training = || -> Result<(), TrainError> {
        settings.base.check().and_then(|()| settings.transfer.check())?;
        settings.model.check()?;
        config.methods.iter().try_for_each(|spec| Ok(spec.method.objective().map(drop)?))
    };
    config.check().map_err(|error| error.to_string())?;
    of_training().map_err(|error| error.to_string())?;
    if !is_drawn(manifest) {
        return Ok(());
    }
    let sizes = &settings.synthetic;
    let named = [("dominant_train", sizes.dominant_train), ("less_train", sizes.less_train)];
    let of = |part: &'static str, sizes: [usize; 2]| [(part, sizes[0]), (part, sizes[1])];
    let all = named.into_iter().chain(of("validation", sizes.validation)).chain(of("test", sizes.test));
    match all.into_iter().find(|(_, count)| *count < FEWEST) {
        Some((name, got)) => Err(format!(
            "settings.synthetic.{name}: expected at least {FEWEST} images, one of each class; got {got}"
        )),
        None => Ok(()),
    }
}

/// Why there cannot be so many dominant training images.
pub(super) fn refused(size: usize, config: &RunConfig, manifest: &Manifest) -> Option<String> {
    let has = config.settings.synthetic.dominant_train;
    if size < FEWEST {
        return Some(format!(
            "expected at least {FEWEST} dominant training images, one of each class; got {size}"
        ));
    }
    (is_drawn(manifest) && size > has).then(|| {
        format!(
            "the population has {has} dominant training images, got {size}: settings.synthetic.dominant_train is \
             how many are drawn"
        )
    })
}

fn is_drawn(manifest: &Manifest) -> bool {
    matches!(manifest.source, Source::Synthetic)
}
