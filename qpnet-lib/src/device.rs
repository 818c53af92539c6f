//! The device a run computes on, chosen once and said aloud.
//!
//! The linker drops `libtorch_cuda.so` because no symbol of it is used directly; without it
//! libtorch answers that there is no CUDA. So the library is loaded by hand before the first
//! question is asked.

use std::str::FromStr;

use serde::{Deserialize, Serialize};
use tch::{Cuda, Device};

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
}

/// How libtorch computes on CUDA, for the whole process. None of it was measured on a GPU.
///
/// The binding reaches one of these settings itself (cuDNN's choice of algorithms); the others are environment
/// variables that libtorch, cuBLAS and cuDNN read when they begin. It does not reach
/// `torch.use_deterministic_algorithms`, nor `torch.backends.cudnn.deterministic`: a gradient that libtorch adds
/// up atomically may differ in its last bits from run to run.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct CudaSettings {
    /// Round the factors of products to ten bits, which tensor cores multiply faster: everywhere, nowhere, or
    /// (absent) where libtorch does so by itself: in convolutions, not in products of matrices.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub tf32: Option<bool>,
    /// Take algorithms by rule, and sums of matrix products in a fixed order. Otherwise cuDNN times its algorithms
    /// and takes the fastest, which may be another one in the next run.
    pub deterministic: bool,
}

impl Default for CudaSettings {
    fn default() -> Self {
        Self { tf32: None, deterministic: true }
    }
}

impl CudaSettings {
    /// Is nothing asked for?
    pub fn are_usual(&self) -> bool {
        *self == Self::default()
    }

    /// `Ok` unless something is asked of CUDA and `device` is none.
    ///
    /// # Errors
    /// [`DeviceError::CudaOnly`].
    pub fn check(&self, device: &ChosenDevice) -> Result<(), DeviceError> {
        if self.are_usual() || device.device.is_cuda() {
            return Ok(());
        }
        let setting = if self.tf32.is_some() { "tf32" } else { "nondeterministic" };
        Err(DeviceError::CudaOnly { setting, device: device.name.clone() })
    }

    /// The environment variables that stand for these settings.
    pub fn variables(&self) -> Vec<(&'static str, &'static str)> {
        let mut all = match self.tf32 {
            None => vec![],
            Some(true) => vec![("TORCH_ALLOW_TF32_CUBLAS_OVERRIDE", "1")],
            Some(false) => vec![("NVIDIA_TF32_OVERRIDE", "0")],
        };
        if self.deterministic {
            all.push(("CUBLAS_WORKSPACE_CONFIG", ":4096:8"));
        }
        all
    }

    /// Set [`Self::variables`], before libtorch is asked anything; those that are set already stay.
    #[allow(unsafe_code)]
    pub fn prepare(&self) {
        for (name, value) in self.variables().into_iter().filter(|(name, _)| std::env::var_os(name).is_none())
        {
            // SAFETY: programs call this first of all, while there is one thread.
            unsafe { std::env::set_var(name, value) };
        }
    }

    /// Tell libtorch what the binding can tell it.
    pub fn apply(&self, device: &ChosenDevice) {
        if device.device.is_cuda() {
            Cuda::cudnn_set_benchmark(!self.deterministic);
        }
    }
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
    fn what_is_asked_of_cuda_is_refused_elsewhere() {
        let cpu = choose(DeviceChoice::Cpu).expect("cpu");
        let cuda = ChosenDevice { device: Device::Cuda(0), name: "cuda:0".into(), note: String::new() };
        let usual = CudaSettings::default();
        assert_eq!(usual.check(&cpu), Ok(()));
        assert_eq!(usual.variables(), [("CUBLAS_WORKSPACE_CONFIG", ":4096:8")]);
        for (settings, word, variable) in [
            (CudaSettings { tf32: Some(false), ..usual }, "tf32", Some(("NVIDIA_TF32_OVERRIDE", "0"))),
            (
                CudaSettings { tf32: Some(true), ..usual },
                "tf32",
                Some(("TORCH_ALLOW_TF32_CUBLAS_OVERRIDE", "1")),
            ),
            (CudaSettings { deterministic: false, ..usual }, "nondeterministic", None),
        ] {
            let message = settings.check(&cpu).expect_err("no CUDA").to_string();
            assert!(message.contains(word) && message.contains("the device is cpu"), "{message}");
            assert_eq!(settings.check(&cuda), Ok(()));
            assert_eq!(
                settings.variables().first().copied().filter(|v| v.0 != "CUBLAS_WORKSPACE_CONFIG"),
                variable
            );
        }
    }

    #[test]
    fn a_missing_device_is_an_error_and_auto_always_works() {
        assert!(choose(DeviceChoice::Cuda(4096)).is_err());
        assert!(choose(DeviceChoice::Auto).is_ok());
        assert_eq!(choose(DeviceChoice::Cpu).expect("cpu").device, Device::Cpu);
    }
}
