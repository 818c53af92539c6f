//! How libtorch computes on CUDA, for the whole process.

use std::path::Path;

use serde::{Deserialize, Serialize};
use tch::Cuda;

use super::{ChosenDevice, DeviceError};

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

/// Switches TF32 off everywhere where it is 0, against every other setting.
const OVERRIDE: &str = "NVIDIA_TF32_OVERRIDE";
const WORKSPACE: &str = "CUBLAS_WORKSPACE_CONFIG";
/// NVIDIA names two workspaces with which cuBLAS sums in a fixed order; the first is set where none is.
const FIXED_ORDER: [&str; 2] = [":4096:8", ":16:8"];
/// Remembers what a process was begun with: libraries read the variables once, and statics of a notebook's cells
/// are each cell's own.
const BEGUN: &str = "QPNET_CUDA_BEGUN";

/// A variable and the values that stand for a setting; the first is set where it has none.
type Variable = (&'static str, &'static [&'static str]);

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
    fn variables(self) -> Vec<Variable> {
        let mut all: Vec<Variable> = match self.tf32 {
            None => vec![],
            Some(true) => vec![("TORCH_ALLOW_TF32_CUBLAS_OVERRIDE", &["1"])],
            Some(false) => vec![(OVERRIDE, &["0"])],
        };
        if self.deterministic {
            all.push((WORKSPACE, &FIXED_ORDER));
        }
        all
    }

    /// Which of [`Self::variables`] remain to be set, with the process's note of what it was begun with.
    ///
    /// # Errors
    /// [`DeviceError::Variable`] where one says otherwise, [`DeviceError::Begun`] where another experiment of
    /// this process has asked for others.
    fn missing(
        self,
        value: impl Fn(&str) -> Option<String>,
    ) -> Result<Vec<(&'static str, String)>, DeviceError> {
        let own = format!("{} {}", std::process::id(), self.words());
        let process = format!("{} ", std::process::id());
        // The note of another process, such as the one that started this one, says nothing.
        let begun = value(BEGUN).and_then(|note| note.strip_prefix(&process).map(str::to_owned));
        if let Some(got) = begun.filter(|words| *words != self.words()) {
            return Err(DeviceError::Begun { expected: self.words(), got });
        }
        if let (Some(true), Some(got)) = (self.tf32, value(OVERRIDE).filter(|got| got == "0")) {
            return Err(DeviceError::Variable { name: OVERRIDE, expected: "anything but 0".to_owned(), got });
        }
        let mut missing = Vec::new();
        for (name, values) in self.variables() {
            match value(name) {
                None => missing.push((name, values[0].to_owned())),
                Some(got) if values.contains(&got.as_str()) => {}
                Some(got) => return Err(DeviceError::Variable { name, expected: values.join(" or "), got }),
            }
        }
        if value(BEGUN).as_ref() != Some(&own) {
            missing.push((BEGUN, own));
        }
        Ok(missing)
    }

    fn words(self) -> String {
        let tf32 = self.tf32.map_or("as libtorch has it", |on| if on { "on" } else { "off" });
        format!("tf32 {tf32}, {}", if self.deterministic { "deterministic" } else { "nondeterministic" })
    }

    /// Set the variables that stand for these settings, before libtorch is asked for a device: only then does
    /// everything that reads them see them. Nothing is done where there is no NVIDIA driver.
    ///
    /// # Errors
    /// [`DeviceError::Variable`] where one is set to something else, [`DeviceError::Begun`] where this process has
    /// begun with other settings.
    #[allow(unsafe_code)]
    pub fn prepare(&self) -> Result<(), DeviceError> {
        if !DRIVER.iter().any(|place| Path::new(place).exists()) {
            return Ok(());
        }
        for (name, value) in self.missing(|name| std::env::var(name).ok())? {
            // SAFETY: programs and notebooks come here before libtorch is asked for anything, on the one thread
            // that works; a later call finds all of them set.
            unsafe { std::env::set_var(name, value) };
        }
        Ok(())
    }

    /// [`Self::prepare`], and tell libtorch what the binding can tell it, where `device` is CUDA.
    ///
    /// # Errors
    /// Those of [`Self::prepare`].
    pub fn apply(&self, device: &ChosenDevice) -> Result<(), DeviceError> {
        if device.device.is_cuda() {
            self.prepare()?;
            Cuda::cudnn_set_benchmark(!self.deterministic);
        }
        Ok(())
    }
}

/// One of these is there where the driver is: on Linux, in a container, under Windows.
const DRIVER: [&str; 3] = ["/proc/driver/nvidia", "/dev/nvidiactl", "/dev/dxg"];

#[cfg(test)]
mod tests {
    use super::*;
    use crate::device::{DeviceChoice, choose};
    use std::collections::BTreeMap;
    use tch::Device;

    const USUAL: CudaSettings = CudaSettings { tf32: None, deterministic: true };

    #[test]
    fn what_is_asked_of_cuda_is_refused_elsewhere() {
        let cpu = choose(DeviceChoice::Cpu).expect("cpu");
        let cuda = ChosenDevice { device: Device::Cuda(0), name: "cuda:0".into(), note: String::new() };
        assert_eq!(USUAL.check(&cpu), Ok(()));
        for (settings, word) in [
            (CudaSettings { tf32: Some(false), ..USUAL }, "tf32"),
            (CudaSettings { tf32: Some(true), ..USUAL }, "tf32"),
            (CudaSettings { deterministic: false, ..USUAL }, "nondeterministic"),
        ] {
            let message = settings.check(&cpu).expect_err("no CUDA").to_string();
            assert!(message.contains(word) && message.contains("the device is cpu"), "{message}");
            assert_eq!(settings.check(&cuda), Ok(()));
        }
    }

    /// An environment of these variables alone.
    fn environment<'a>(all: &'a [(&'a str, &'a str)]) -> impl Fn(&str) -> Option<String> + 'a {
        |name| all.iter().find(|(other, _)| *other == name).map(|(_, value)| (*value).to_owned())
    }

    #[test]
    fn variables_are_set_once_and_never_against_what_is_said() {
        let names = |settings: CudaSettings, all: &[(&str, &str)]| -> BTreeMap<&str, String> {
            settings
                .missing(environment(all))
                .expect("free")
                .into_iter()
                .filter(|(name, _)| *name != BEGUN)
                .collect()
        };
        let off = CudaSettings { tf32: Some(false), ..USUAL };
        let on = CudaSettings { tf32: Some(true), deterministic: false };
        assert_eq!(names(USUAL, &[]), [(WORKSPACE, ":4096:8".to_owned())].into());
        assert_eq!(names(USUAL, &[(WORKSPACE, ":16:8")]), BTreeMap::new());
        assert_eq!(names(off, &[(WORKSPACE, ":16:8")]), [(OVERRIDE, "0".to_owned())].into());
        assert_eq!(names(on, &[(OVERRIDE, "1")]).len(), 1);
        for (settings, name, value) in [
            (USUAL, WORKSPACE, ":4096:2"),
            (off, OVERRIDE, "1"),
            (on, OVERRIDE, "0"),
            (on, "TORCH_ALLOW_TF32_CUBLAS_OVERRIDE", "0"),
        ] {
            let error = settings.missing(environment(&[(name, value)])).expect_err("a contradiction");
            let message = error.to_string();
            assert!(message.contains(name) && message.contains(value), "{message}");
        }
    }

    #[test]
    fn a_process_keeps_the_settings_that_it_was_begun_with() {
        let begun = USUAL.missing(environment(&[])).expect("free");
        let begun: Vec<(&str, &str)> = begun.iter().map(|(name, value)| (*name, value.as_str())).collect();
        assert_eq!(USUAL.missing(environment(&begun)), Ok(Vec::new()), "nothing remains");
        let other = CudaSettings { tf32: Some(false), ..USUAL };
        let message = other.missing(environment(&begun)).expect_err("begun otherwise").to_string();
        assert!(message.contains("tf32 off") && message.contains("tf32 as libtorch has it"), "{message}");
        // The process that started this one is another.
        assert!(other.missing(environment(&[(BEGUN, "0 tf32 on, deterministic")])).is_ok());
    }
}
