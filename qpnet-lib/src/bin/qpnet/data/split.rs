//! `qpnet data split`.

use std::path::PathBuf;
use std::process::ExitCode;

use clap::Args;
use qpnet_lib::data::{self, Fold, LoadOptions};
use qpnet_lib::rng::Streams;
use qpnet_lib::{fs, report};

use qpnet_audit::program::{bad_use, print};

/// Arguments of `qpnet data split`.
#[derive(Args)]
#[command(after_help = "The table has the columns sample_id, patient_id, subgroup, label, part, nested.\n\
Part is train, validation, test or none. The training set of a learning curve with at most n dominant\n\
images is: part = train, and nested empty or at most n. `qpnet run` with the same seed has this split of
a data set that is read from files; of one that is drawn, its profile decides the sizes.")]
pub struct Arguments {
    #[command(flatten)]
    data: super::DataSet,
    /// A subgrouping scheme of the manifest [default: the manifest's own].
    #[arg(long, default_value = "", hide_default_value = true)]
    scheme: String,
    /// The root seed.
    #[arg(long, default_value_t = 1, allow_negative_numbers = true)]
    seed: u64,
    /// One fold of a cross-fitting in place of the usual split, such as 2/5, as of `qpnet run --fold`.
    #[arg(long, value_name = "FOLD")]
    fold: Option<Fold>,
    /// Divide and count from the tables alone, where the images are not here. Patients who share an
    /// identical image file are then not known, and `qpnet run` may place them otherwise.
    #[arg(long)]
    tables_only: bool,
    /// File to write the table to; without it only the counts are printed.
    #[arg(long)]
    out: Option<PathBuf>,
}

/// Split, count, write.
pub fn execute(arguments: &Arguments) -> anyhow::Result<ExitCode> {
    let manifest = arguments.data.manifest()?;
    manifest.scheme(&arguments.scheme).map_err(bad_use)?;
    let (seed, root) = (arguments.seed, arguments.data.root());
    let options = LoadOptions { fold: arguments.fold, ..super::options(&arguments.scheme, root) };
    let partition = if arguments.tables_only {
        data::partition_tables(&manifest, &options, &Streams::new(seed))?
    } else {
        super::partition(&manifest, &options, seed)?
    };
    let mut text = report::partition_table(&partition).to_string();
    if let Some(path) = &arguments.out {
        fs::write_atomic_with(path, |file| partition.write_csv(file))?;
        text += &format!("written to {}\n", path.display());
    }
    print(&text)?;
    Ok(ExitCode::SUCCESS)
}
