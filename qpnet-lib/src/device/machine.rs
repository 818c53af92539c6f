//! What of a machine decides about the last bits that are computed on it.
//!
//! libtorch takes other kernels on other processors, by itself or told by environment variables; they sum in
//! another order, and a training makes much of a last bit. So do the mathematical functions of the C library.

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};

use super::ChosenDevice;
use super::graphics::graphics_model;

/// A machine as far as it decides about bits, for the names of kept runs and for people.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default)]
pub struct Machine {
    /// Maker, family and model of the processor.
    pub processor: String,
    /// Its vector instructions, which kernels are chosen by.
    pub instructions: String,
    /// The C library, which has the exponential function.
    pub libc: String,
    /// Model of the CUDA device with its capability, and cuDNN's version; empty on the processor.
    pub graphics: String,
    /// Environment variables that choose kernels, as far as they are set.
    pub variables: BTreeMap<String, String>,
}

impl Machine {
    /// This one, for computing on `device`.
    pub fn of(device: &ChosenDevice) -> Self {
        let (processor, instructions) =
            processor(&std::fs::read_to_string("/proc/cpuinfo").unwrap_or_default());
        let on_cuda = device.device.is_cuda();
        let graphics = match device.device {
            tch::Device::Cuda(number) => graphics_model(number),
            _ => String::new(),
        };
        let text = |(name, value): (std::ffi::OsString, std::ffi::OsString)| {
            (name.to_string_lossy().into_owned(), value.to_string_lossy().into_owned())
        };
        let variables = std::env::vars_os().map(text).filter(|(name, _)| decides(name, on_cuda)).collect();
        Self { processor, instructions, libc: libc(), graphics, variables }
    }
}

/// Kernels of the processor are chosen by what begins so …
const PREFIXES: [&str; 6] = ["ATEN_", "ONEDNN_", "DNNL_", "MKLDNN_", "MKL_", "OPENBLAS_"];
/// … or is called so. How many threads there are is set by each run, whatever OMP_NUM_THREADS says.
const NAMES: [&str; 7] = [
    "OMP_DYNAMIC",
    "OMP_THREAD_LIMIT",
    "OMP_NESTED",
    "OMP_MAX_ACTIVE_LEVELS",
    "KMP_DETERMINISTIC_REDUCTION",
    "KMP_FORCE_REDUCTION",
    "GLIBC_TUNABLES",
];
/// The same on CUDA.
const CUDA_PREFIXES: [&str; 4] = ["NVIDIA_TF32_", "CUBLAS", "CUDNN_", "TORCH_"];
/// What begins so and decides about nothing.
const HARMLESS: [&str; 1] = ["MKL_NUM_THREADS"];

/// Does the environment variable `name` choose kernels?
fn decides(name: &str, on_cuda: bool) -> bool {
    let begins = |prefixes: &[&str]| prefixes.iter().any(|prefix| name.starts_with(prefix));
    let chosen = begins(&PREFIXES) || NAMES.contains(&name) || on_cuda && begins(&CUDA_PREFIXES);
    chosen && !HARMLESS.contains(&name) && !name.ends_with("_VERBOSE")
}

/// What names a processor in `/proc/cpuinfo`, on x86 and on Arm.
const MODEL: [&str; 9] = [
    "vendor_id",
    "cpu family",
    "model",
    "model name",
    "stepping",
    "CPU implementer",
    "CPU architecture",
    "CPU variant",
    "CPU part",
];
/// How the names of vector instructions begin there.
const VECTOR: [&str; 12] =
    ["sse", "ssse", "avx", "fma", "f16c", "amx", "bmi", "asimd", "sve", "sme", "bf16", "i8mm"];

/// Model and vector instructions of the first processor in the text of `/proc/cpuinfo`.
fn processor(text: &str) -> (String, String) {
    let first = text.split("\n\n").next().unwrap_or_default();
    let fields: Vec<(&str, &str)> = first
        .lines()
        .filter_map(|line| line.split_once(':'))
        .map(|(name, value)| (name.trim(), value.trim()))
        .collect();
    let model: Vec<&str> =
        fields.iter().filter(|(name, _)| MODEL.contains(name)).map(|(_, value)| *value).collect();
    let flags = fields.iter().filter(|(name, _)| matches!(*name, "flags" | "Features"));
    let is_vector = |flag: &&str| VECTOR.iter().any(|prefix| flag.starts_with(prefix));
    let mut vector: Vec<&str> =
        flags.flat_map(|(_, flags)| flags.split_whitespace()).filter(is_vector).collect();
    vector.sort_unstable();
    let known = |words: String| if words.is_empty() { "unknown".to_owned() } else { words };
    (known(model.join(" ")), known(vector.join(" ")))
}

/// Name and version of the C library in use.
#[cfg(all(target_os = "linux", target_env = "gnu"))]
#[allow(unsafe_code)]
fn libc() -> String {
    unsafe extern "C" {
        safe fn gnu_get_libc_version() -> *const std::ffi::c_char;
    }
    // SAFETY: glibc returns a constant string.
    let version = unsafe { std::ffi::CStr::from_ptr(gnu_get_libc_version()) };
    format!("glibc {}", version.to_string_lossy())
}

#[cfg(not(all(target_os = "linux", target_env = "gnu")))]
fn libc() -> String {
    "unknown".to_owned()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::device::{DeviceChoice, choose};

    #[test]
    fn this_machine_is_known() {
        let machine = Machine::of(&choose(DeviceChoice::Cpu).expect("cpu"));
        if cfg!(all(target_os = "linux", target_env = "gnu")) {
            assert!(machine.processor != "unknown" && machine.libc.starts_with("glibc 2."), "{machine:?}");
        }
        assert_eq!(machine.graphics, "");
    }

    #[test]
    fn a_processor_is_its_model_and_its_vector_instructions() {
        let text = "processor\t: 0\nvendor_id\t: GenuineIntel\ncpu family\t: 6\nmodel\t\t: 106\n\
            model name\t: Some(R) CPU @ 2.6GHz\nstepping\t: 6\ncpu MHz\t\t: 2593.9\ncache size\t: 1 KB\n\
            flags\t\t: fpu vme sse2 avx512f avx2\n\nprocessor\t: 1\nmodel\t\t: 107\n";
        let (model, vector) = processor(text);
        assert_eq!(model, "GenuineIntel 6 106 Some(R) CPU @ 2.6GHz 6");
        assert_eq!(vector, "avx2 avx512f sse2");
        let arm = "processor\t: 0\nFeatures\t: fp asimd sve\nCPU implementer\t: 0x41\nCPU part\t: 0xd40\n";
        assert_eq!(processor(arm), ("0x41 0xd40".to_owned(), "asimd sve".to_owned()));
        assert_eq!(processor(""), ("unknown".to_owned(), "unknown".to_owned()));
    }

    #[test]
    fn variables_that_choose_kernels_are_known_from_others() {
        for name in [
            "ATEN_CPU_CAPABILITY",
            "ONEDNN_MAX_CPU_ISA",
            "DNNL_DEFAULT_FPMATH_MODE",
            "MKL_CBWR",
            "MKL_DYNAMIC",
            "OMP_THREAD_LIMIT",
            "GLIBC_TUNABLES",
        ] {
            assert!(decides(name, false) && decides(name, true), "{name}");
        }
        for name in [
            "NVIDIA_TF32_OVERRIDE",
            "CUBLAS_WORKSPACE_CONFIG",
            "CUBLASLT_WORKSPACE_SIZE",
            "CUDNN_CONV_WSCAP_DBG",
            "TORCH_ALLOW_TF32_CUBLAS_OVERRIDE",
        ] {
            assert!(!decides(name, false) && decides(name, true), "{name}");
        }
        for name in ["PATH", "OMP_NUM_THREADS", "MKL_NUM_THREADS", "ONEDNN_VERBOSE", "QPNET_DATA", "LANG"] {
            assert!(!decides(name, true), "{name}");
        }
    }
}
