//! What `qpnet run` is told.

use std::path::PathBuf;

use clap::{Args, ValueEnum};
use qpnet_lib::data::Fold;

use crate::cuda::{CudaArguments, Switch};

const EXAMPLES: &str = "Examples:
  qpnet run --data synthetic --out target/runs/first
  QPNET_DATA=/data qpnet run --data ham10000 --scheme site --profile small --seed 1 --out ham-site
  qpnet run --data my-clinic.toml --scheme sex --methods mixed,qpi --out my-run
  qpnet run --config my-run/config.toml --out my-run-again

Models are kept in OUT.checkpoints while they are trained. Interrupted at any moment, the same command
goes on where it was, to the same numbers; the folder is removed at the end.

The folder OUT holds predictions.csv, history.csv, summary.json, config.toml, environment.json
and the figure as svg, png and csv. It appears when the run is complete, or not at all. Where the
variable QPNET_CACHE names a folder, images come from the packs in it (`qpnet data pack`).";

/// Arguments of `qpnet run`.
#[derive(Args)]
#[command(after_help = EXAMPLES)]
pub struct Arguments {
    /// A shipped manifest by name (synthetic, ham10000, …) or a path to a .toml file.
    #[arg(long, required_unless_present = "config")]
    pub(super) data: Option<String>,
    /// Repeat the experiment of a kept run: its config.toml, in place of all that it says.
    #[arg(long, conflicts_with_all = ["data", "scheme", "methods", "profile", "preset", "seed", "fold", "image_size", "backbone", "threads", "batch", "epochs", "flip", "rotate", "ema", "amp", "channels_last", "tf32", "nondeterministic", "lenient", "weights_prefix", "unreadable"])]
    pub(super) config: Option<PathBuf>,
    /// A subgrouping scheme of the manifest [default: the manifest's own].
    #[arg(long)]
    pub(super) scheme: Option<String>,
    /// Comma-separated list of mixed, dc, qpi, erm_plus, group_balanced, group_dro, subg, rwg,
    /// reweighted, focal, flsd, dwb, dann, mmd, bss, coral, dfr, kendall, delta_50, delta_35, delta_25, delta_10,
    /// delta_0, minimax (README, "Methods").
    #[arg(long, default_value = "mixed,dc,qpi")]
    pub(super) methods: String,
    /// Size of the experiment: smoke, small or paper.
    #[arg(long, default_value = "smoke")]
    pub(super) profile: String,
    /// Constants of losses, heads and optimiser: paper, or public_code, those of the paper's public code.
    #[arg(long, default_value = "paper")]
    pub(super) preset: String,
    /// Root seed of the split, the initial weights, the batches, everything.
    #[arg(long, default_value_t = 1, allow_negative_numbers = true)]
    pub(super) seed: u64,
    /// One fold of a cross-fitting in place of the usual split, such as 2/5: in the folds 1/5 to 5/5 of one seed every
    /// image is a test image once. Patients stay whole; a division that came with the data is not used.
    #[arg(long, value_name = "FOLD")]
    pub(super) fold: Option<Fold>,
    /// Side of the square input in pixels, instead of the profile's.
    #[arg(long, value_parser = clap::value_parser!(i64).range(16..=1024))]
    pub(super) image_size: Option<i64>,
    /// resnet, densenet121, efficientnet_b0 or efficientnet_lite0; in a small profile DenseNet and
    /// B0 are as narrow as its ResNet [default: resnet].
    #[arg(long)]
    pub(super) backbone: Option<String>,
    /// Images in a batch, instead of the profile's; the smaller, the less memory.
    #[arg(long, value_parser = clap::value_parser!(u32).range(4..))]
    pub(super) batch: Option<u32>,
    /// Epochs of every training, instead of the profile's; 1 tries whether data and options go together.
    #[arg(long, value_parser = clap::value_parser!(u32).range(1..))]
    pub(super) epochs: Option<u32>,
    /// Start the backbone from this safetensors file, which must fit tensor by tensor
    /// (data-manifests/weights.toml names files and shows how they are made). With --config: where its
    /// weights are now; they must be the same bytes.
    #[arg(long, value_name = "FILE")]
    pub(super) weights: Option<PathBuf>,
    /// Take of --weights what fits, and say what does not.
    #[arg(long, requires = "weights")]
    pub(super) lenient: bool,
    /// What a wrapper put before the names in --weights, such as module. or backbone.; it is taken off, and
    /// names without it are left aside [default: nothing; an error names the prefix that would fit].
    #[arg(long, value_name = "PREFIX", requires = "weights")]
    pub(super) weights_prefix: Option<String>,
    /// Mirror training images left and right [default: the manifest's, else on].
    #[arg(long, value_enum)]
    pub(super) flip: Option<Switch>,
    /// Rotate training images by up to so many degrees [default: the manifest's, else 90, 0 for synthetic data].
    #[arg(long, value_name = "DEGREES", allow_negative_numbers = true)]
    pub(super) rotate: Option<f64>,
    /// Validate, choose and keep an exponential moving average of the weights with this decay
    /// (such as 0.99) in their place [default: none].
    #[arg(long, value_name = "DECAY")]
    pub(super) ema: Option<f64>,
    /// Compute the network in half precision; CUDA only. Not measured.
    #[arg(long)]
    pub(super) amp: bool,
    /// Lay kernels out with the channels of a pixel side by side. Not measured on CUDA.
    #[arg(long)]
    pub(super) channels_last: bool,
    #[command(flatten)]
    pub(super) cuda: CudaArguments,
    /// Folder of the data sets [default: the variable QPNET_DATA].
    #[arg(long)]
    pub(super) data_root: Option<PathBuf>,
    /// auto, cpu, cuda or cuda:N.
    #[arg(long, default_value = "auto")]
    pub(super) device: String,
    /// Threads of libtorch on the processor, 0 for all cores; the numbers depend on it
    /// [default: 1, all cores for the profile paper].
    #[arg(long, value_parser = clap::value_parser!(u16).range(0..=1024))]
    pub(super) threads: Option<u16>,
    /// What to do with an image that cannot be read.
    #[arg(long, value_enum, default_value_t = Unreadable::Fail)]
    pub(super) unreadable: Unreadable,
    /// Write a checkpoint after so many steps too, and not only after every epoch.
    #[arg(long, value_name = "STEPS", value_parser = clap::value_parser!(u32).range(1..))]
    pub(super) checkpoint_every: Option<u32>,
    /// Folder to write; it must not exist yet, or be empty.
    #[arg(long)]
    pub(super) out: PathBuf,
    /// Print summary.json on standard output instead of tables.
    #[arg(long)]
    pub(super) json: bool,
}

/// What to do with an image that cannot be read.
#[derive(Clone, Copy, PartialEq, Eq, ValueEnum)]
pub enum Unreadable {
    /// Stop and name it.
    Fail,
    /// Leave its row out, and say so.
    Skip,
}
