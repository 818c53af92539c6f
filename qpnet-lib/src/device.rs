//! The device a run computes on, chosen once and said aloud.
//!
//! The linker drops `libtorch_cuda.so` because no symbol of it is used directly; without it
//! libtorch answers that there is no CUDA. So the library is loaded by hand before the first
//! question is asked.

mod cuda;
mod graphics;
mod machine;

use std::str::FromStr;

use tch::{Cuda, Device};

pub use cuda::CudaSettings;
pub use machine::Machine;

/// What the user asked for.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum DeviceChoice {
    /// CUDA when there is one, else the processor.
    #[default]
    Auto,
    /// The processor.
    Cpu,
    /// CUDA device number so-and-so; an error when it is not there.
    Cuda(usize),
}

/// A device that cannot be had.
#[derive(Debug, thiserror::Error, PartialEq, Eq)]
pub enum DeviceError {
    /// The word is none of `auto`, `cpu`, `cuda`, `cuda:N`.
    #[error("unknown device {0:?}: expected auto, cpu, cuda or cuda:N")]
    Unknown(String),
    /// CUDA was asked for by number and is not available.
    #[error(
        "there is no CUDA device number {wanted}: libtorch sees {seen} CUDA devices ({detail}); use --device cpu, or `make setup TORCH=full` on a machine with an NVIDIA driver"
    )]
    Unavailable {
        /// The number asked for.
        wanted: usize,
        /// How many devices libtorch sees.
        seen: i64,
        /// What loading libtorch_cuda said.
        detail: String,
    },
    /// A setting of CUDA on another device.
    #[error(
        "{setting} is a setting of CUDA, and the device is {device}: leave it out, or choose --device cuda"
    )]
    CudaOnly {
        /// Which.
        setting: &'static str,
        /// The device in use.
        device: String,
    },
    /// A variable of the environment that contradicts a setting of CUDA.
    #[error(
        "the environment variable {name} is {got:?}, and the settings of CUDA ask for {expected}: unset it, or ask for what it says"
    )]
    Variable {
        /// Its name.
        name: &'static str,
        /// What the settings ask for.
        expected: String,
        /// What it is.
        got: String,
    },
    /// Settings of CUDA that come too late.
    #[error(
        "this process has begun with the settings of CUDA {got}; expected {expected}: they hold for a whole process, so start another one (a notebook: restart its kernel)"
    )]
    Begun {
        /// What is asked for.
        expected: String,
        /// What the process was begun with.
        got: String,
    },
}

impl FromStr for DeviceChoice {
    type Err = DeviceError;

    fn from_str(word: &str) -> Result<Self, DeviceError> {
        let unknown = || DeviceError::Unknown(word.to_owned());
        match word {
            "auto" => Ok(Self::Auto),
            "cpu" => Ok(Self::Cpu),
            "cuda" => Ok(Self::Cuda(0)),
            _ => {
                let number = word.strip_prefix("cuda:").ok_or_else(unknown)?;
                number.parse().map(Self::Cuda).map_err(|_| unknown())
            }
        }
    }
}

/// The device in use and how it came to be.
#[derive(Clone, Debug, PartialEq)]
pub struct ChosenDevice {
    /// For libtorch.
    pub device: Device,
    /// For people: `cpu`, `cuda:0`.
    pub name: String,
    /// Why not CUDA, or empty.
    pub note: String,
}

/// Resolve `choice` to a device.
///
/// # Errors
/// [`DeviceError::Unavailable`] when a CUDA device was asked for and is not there.
pub fn choose(choice: DeviceChoice) -> Result<ChosenDevice, DeviceError> {
    let cpu = |note: String| ChosenDevice { device: Device::Cpu, name: "cpu".to_owned(), note };
    let cuda = |index: usize| ChosenDevice {
        device: Device::Cuda(index),
        name: format!("cuda:{index}"),
        note: String::new(),
    };
    if choice == DeviceChoice::Cpu {
        return Ok(cpu(String::new()));
    }
    let detail = load_cuda();
    let seen = if Cuda::is_available() { Cuda::device_count() } else { 0 };
    match choice {
        DeviceChoice::Cuda(wanted) if (wanted as i64) < seen => Ok(cuda(wanted)),
        DeviceChoice::Cuda(wanted) => Err(DeviceError::Unavailable { wanted, seen, detail }),
        DeviceChoice::Auto if seen > 0 => Ok(cuda(0)),
        DeviceChoice::Auto | DeviceChoice::Cpu => Ok(cpu(format!("no CUDA device: {detail}"))),
    }
}

/// Load `libtorch_cuda.so` into the process and say how that went.
///
/// The library registers its kernels when it is loaded, so it stays loaded for ever.
#[allow(unsafe_code)]
fn load_cuda() -> String {
    // SAFETY: the initialisers of libtorch_cuda are those libtorch itself runs when a program
    // links to it; the handle is leaked, so no code is unmapped while in use.
    match unsafe { libloading::Library::new("libtorch_cuda.so") } {
        Ok(library) => {
            std::mem::forget(library);
            "libtorch_cuda is loaded, but libtorch reports no usable device".to_owned()
        }
        Err(_) => "this libtorch has no CUDA part, or no NVIDIA driver is installed".to_owned(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn words_are_parsed_or_refused() {
        assert_eq!("cuda:3".parse(), Ok(DeviceChoice::Cuda(3)));
        assert_eq!("auto".parse(), Ok(DeviceChoice::Auto));
        assert_eq!("gpu".parse::<DeviceChoice>(), Err(DeviceError::Unknown("gpu".into())));
        assert!("cuda:x".parse::<DeviceChoice>().is_err());
    }

    #[test]
    fn a_missing_device_is_an_error_and_auto_always_works() {
        assert!(choose(DeviceChoice::Cuda(4096)).is_err());
        assert!(choose(DeviceChoice::Auto).is_ok());
        assert_eq!(choose(DeviceChoice::Cpu).expect("cpu").device, Device::Cpu);
    }
}
