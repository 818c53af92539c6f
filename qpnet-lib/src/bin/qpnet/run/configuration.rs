//! The experiment that the arguments ask for.

use std::path::Path;

use qpnet_audit::program::bad_use;
use qpnet_lib::data::Manifest;
use qpnet_lib::experiment::{self, MethodSpec, Original, Preset, Profile, RunConfig, StartWeights};
use qpnet_lib::model::{BackboneName, Layout};
use qpnet_lib::train::{Event, Progress};

use super::arguments::{Arguments, Unreadable};
use crate::cuda::Switch;

/// What is to be done, on which data, and which run it repeats.
pub struct Task {
    pub config: RunConfig,
    pub manifest: Manifest,
    pub original: Option<Original>,
}

/// The experiment of `--config`, or of the words of the command line.
pub fn configuration(arguments: &Arguments, progress: &dyn Progress) -> anyhow::Result<Task> {
    let Some(path) = &arguments.config else {
        let (config, manifest) = worded(arguments)?;
        return Ok(Task { config, manifest, original: None });
    };
    let mut config = experiment::read_config(path).map_err(bad_use)?;
    let original = Original::beside(path)?;
    let Some(original) = original else {
        let manifest = Manifest::find(&config.data).map_err(bad_use)?;
        find_weights(&mut config, arguments.weights.as_deref())?;
        return Ok(Task { config, manifest, original: None });
    };
    let (manifest, note) = original.manifest(&config).map_err(bad_use)?;
    note.iter().for_each(|note| progress.on(Event::Warning(note)));
    let repeats = original.is_of(&config);
    if !repeats {
        let words = format!("{} was edited: this is no repeat of the run beside it", path.display());
        progress.on(Event::Note(&words));
    }
    find_weights(&mut config, arguments.weights.as_deref())?;
    Ok(Task { config, manifest, original: repeats.then_some(original) })
}

/// Weights of a kept configuration lie where they lay, or where the user says.
fn find_weights(config: &mut RunConfig, place: Option<&Path>) -> anyhow::Result<()> {
    match (&mut config.weights, place) {
        (None, None) => {}
        (None, Some(_)) => return Err(bad_use("--weights: the configuration of --config starts from none")),
        (Some(weights), Some(place)) => *weights = weights.moved_to(place)?,
        (Some(weights), None) if !weights.file.is_file() => anyhow::bail!(
            "the run starts from weights that are not there: {} (SHA-256 {}); --weights FILE says where they are now",
            weights.file.display(),
            weights.sha256
        ),
        (Some(_), None) => {}
    }
    Ok(())
}

fn worded(arguments: &Arguments) -> anyhow::Result<(RunConfig, Manifest)> {
    let data = arguments.data.as_deref().unwrap_or_default(); // clap has asked for it
    let manifest = Manifest::find(data).map_err(bad_use)?;
    let methods = MethodSpec::list(&arguments.methods).map_err(bad_use)?;
    let profile: Profile = arguments.profile.parse().map_err(bad_use)?;
    let preset: Preset = arguments.preset.parse().map_err(bad_use)?;
    let asked = arguments.scheme.as_deref().unwrap_or_default(); // empty: the manifest's own
    let scheme = manifest.scheme(asked).map_err(bad_use)?.name.clone();
    let mut config = RunConfig::new(data, &manifest, &scheme, &methods, profile, arguments.seed);
    config = config.with_preset(preset);
    config.fold = arguments.fold;
    if let Some(threads) = arguments.threads {
        config.threads = threads.into();
    }
    if let Some(word) = &arguments.backbone {
        let backbone: BackboneName = word.parse().map_err(bad_use)?;
        config.settings.model = config.settings.model.with_backbone(backbone);
    }
    if let Some(side) = arguments.image_size {
        config.settings.image_size = side;
    }
    if arguments.channels_last {
        config.settings.model.layout = Layout::ChannelsLast;
    }
    for training in [&mut config.settings.base, &mut config.settings.transfer] {
        training.batch = arguments.batch.map_or(training.batch, |images| images as usize);
        training.epochs = arguments.epochs.map_or(training.epochs, |epochs| epochs as usize);
        (training.ema, training.amp) = (arguments.ema, arguments.amp);
        let augment = &mut training.augment;
        augment.flip = arguments.flip.map_or(augment.flip, |switch| switch == Switch::On);
        augment.rotate_degrees = arguments.rotate.unwrap_or(augment.rotate_degrees);
        training.check().map_err(bad_use)?;
    }
    config.cuda = arguments.cuda.settings();
    config.skip_unreadable = arguments.unreadable == Unreadable::Skip;
    if let Some(file) = &arguments.weights {
        let prefix = arguments.weights_prefix.clone().unwrap_or_default();
        config.weights = Some(StartWeights { prefix, ..StartWeights::of(file, !arguments.lenient)? });
    }
    Ok((config, manifest))
}
