//! Which software and machine made a result.

use serde::{Deserialize, Serialize};

use crate::device::ChosenDevice;

/// Versions and device of a run.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Environment {
    /// This library.
    pub qpnet: String,
    /// libtorch.
    pub libtorch: String,
    /// Its Rust binding.
    pub tch: String,
    /// The table library.
    pub polars: String,
    /// The compiler.
    pub rustc: String,
    /// Operating system and processor architecture.
    pub platform: String,
    /// The device in use.
    pub device: String,
    /// Threads that libtorch uses on the processor.
    pub threads: i32,
}

impl Environment {
    /// Of this program on `device`.
    pub fn of(device: &ChosenDevice) -> Self {
        Self {
            qpnet: env!("CARGO_PKG_VERSION").to_owned(),
            libtorch: env!("QPNET_LIBTORCH").to_owned(),
            tch: env!("QPNET_TCH").to_owned(),
            polars: env!("QPNET_POLARS").to_owned(),
            rustc: env!("QPNET_RUSTC").to_owned(),
            platform: format!("{} {}", std::env::consts::OS, std::env::consts::ARCH),
            device: device.name.clone(),
            threads: tch::get_num_threads(),
        }
    }
}
