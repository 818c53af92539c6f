//! The options of `run`, `ablate`, `curve` and `cka` that say how CUDA computes.

use clap::{Args, ValueEnum};
use qpnet_lib::device::CudaSettings;

/// What is asked of CUDA.
#[derive(Args)]
pub struct CudaArguments {
    /// Ten-bit factors on tensor cores: on or off everywhere; CUDA only [default: in convolutions].
    #[arg(long, value_enum)]
    tf32: Option<Switch>,
    /// Let cuDNN take the algorithms that it finds fastest, in each run anew; CUDA only.
    #[arg(long)]
    nondeterministic: bool,
}

/// On or off.
#[derive(Clone, Copy, PartialEq, Eq, ValueEnum)]
pub enum Switch {
    /// Yes.
    On,
    /// No.
    Off,
}

impl CudaArguments {
    /// For a configuration.
    pub fn settings(&self) -> CudaSettings {
        let tf32 = self.tf32.map(|switch| switch == Switch::On);
        CudaSettings { tf32, deterministic: !self.nondeterministic }
    }
}
