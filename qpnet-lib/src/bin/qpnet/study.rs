//! What `ablate`, `curve` and `cka` share: the options that say on what and how, and the folder with the report.

use std::path::PathBuf;
use std::time::SystemTime;

use clap::Args;
use qpnet_audit::program::bad_use;
use qpnet_audit::program::output::Output;
use qpnet_lib::data::Manifest;
use qpnet_lib::device::{ChosenDevice, DeviceChoice, choose};
use qpnet_lib::experiment::{self, LazyPopulation, Places, Profile, RunConfig, RunError};
use qpnet_lib::fs::Stage;
use qpnet_lib::report::Document;
use qpnet_lib::stamp::Stamp;

use crate::cuda::CudaArguments;

/// On what, how large, where.
#[derive(Args)]
pub struct StudyArguments {
    /// A shipped manifest by name (synthetic, ham10000, …) or a path to a .toml file.
    #[arg(long)]
    pub data: String,
    /// A subgrouping scheme of the manifest [default: the manifest's own].
    #[arg(long)]
    scheme: Option<String>,
    /// Size of the experiment: smoke, small or paper.
    #[arg(long, default_value = "smoke")]
    profile: String,
    /// Side of the square input in pixels, instead of the profile's.
    #[arg(long, value_parser = clap::value_parser!(i64).range(16..=1024))]
    pub image_size: Option<i64>,
    /// Epochs of every training on labels, instead of the profile's.
    #[arg(long, value_parser = clap::value_parser!(u32).range(1..))]
    pub epochs: Option<u32>,
    /// Folder of the data sets [default: the variable QPNET_DATA].
    #[arg(long)]
    data_root: Option<PathBuf>,
    /// auto, cpu, cuda or cuda:N.
    #[arg(long, default_value = "auto")]
    device: String,
    #[command(flatten)]
    cuda: CudaArguments,
    /// Folder to write; it must not exist yet, or be empty.
    #[arg(long)]
    pub out: PathBuf,
    /// Write --out anew where it holds an earlier report, which is removed then.
    #[arg(long)]
    overwrite: bool,
}

/// The words of the options as what they mean.
pub struct Asked {
    /// The data set.
    pub manifest: Manifest,
    /// The scheme's name.
    pub scheme: String,
    /// The profile.
    pub profile: Profile,
    choice: DeviceChoice,
}

/// What the folder of every report holds.
const REPORT: [&str; 3] = ["figures", "report.html", "report.md"];

impl StudyArguments {
    /// Look the words up.
    pub fn asked(&self) -> anyhow::Result<Asked> {
        let choice = self.device.parse().map_err(bad_use)?;
        let manifest = Manifest::find(&self.data).map_err(bad_use)?;
        let asked = self.scheme.as_deref().unwrap_or_default(); // empty: the manifest's own
        let scheme = manifest.scheme(asked).map_err(bad_use)?.name.clone();
        Ok(Asked { manifest, scheme, profile: self.profile.parse().map_err(bad_use)?, choice })
    }

    /// Change what the options say of a configuration.
    pub fn apply(&self, config: &mut RunConfig) {
        let settings = &mut config.settings;
        settings.image_size = self.image_size.unwrap_or(settings.image_size);
        for training in [&mut settings.base, &mut settings.transfer] {
            training.epochs = self.epochs.map_or(training.epochs, |epochs| epochs as usize);
        }
        config.cuda = self.cuda.settings();
    }

    /// Claim the folder, which may hold a report and `further`; then the device.
    pub fn begin<'a>(
        &'a self,
        asked: &Asked,
        config: &RunConfig,
        further: &[&str],
    ) -> anyhow::Result<(Output<'a>, ChosenDevice)> {
        config.cuda.prepare()?; // before the first question to libtorch about devices
        let known: Vec<&str> = REPORT.iter().chain(further).copied().collect();
        let output = Output::take(&self.out, self.overwrite, &known)?;
        Ok((output, choose(asked.choice)?))
    }

    /// The data, not loaded yet.
    pub fn population<'a>(&self, asked: &'a Asked) -> LazyPopulation<'a> {
        let data_root = self.data_root.clone().or_else(experiment::data_root);
        LazyPopulation::new(&asked.manifest, Places { data_root, cache: experiment::cache() })
    }
}

/// Seeds that are given twice are a mistake of whoever calls.
pub fn blame(error: RunError) -> anyhow::Error {
    match error {
        RunError::SeedTwice(_) => bad_use(error),
        other => other.into(),
    }
}

/// Write the report, with by whom it was made, and what `further` puts beside it; all at once.
pub fn write(
    output: &Output<'_>,
    mut document: Document,
    further: impl FnOnce(&Stage) -> anyhow::Result<()>,
) -> anyhow::Result<()> {
    let stamp = Stamp::new(SystemTime::now(), env!("CARGO_BIN_NAME"), std::env::args_os().skip(1));
    document.paragraph(format!("Made by qpnet {} at {}: {}", stamp.version, stamp.date, stamp.command));
    output.write(|stage| {
        for figure in document.figures() {
            figure.save(stage.path().join("figures"))?;
        }
        further(stage)?;
        stage.write("report.md", document.markdown().as_bytes())?;
        Ok(stage.write("report.html", document.html().as_bytes())?)
    })
}
