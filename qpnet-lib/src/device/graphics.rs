//! The model of a CUDA device, which libtorch's binding does not tell: asked of the driver itself.

use std::ffi::{CStr, c_char, c_int};

use libloading::{Library, Symbol};

/// Attributes by their numbers in `cuda.h`: multiprocessors, capability before and after the point.
const ATTRIBUTES: [c_int; 3] = [16, 75, 76];
const UNKNOWN: &str = "unknown";

/// Name, multiprocessors and capability of CUDA device `number`, and the version of cuDNN. Not run on a GPU yet.
pub(super) fn graphics_model(number: usize) -> String {
    let device = ask_driver(number).unwrap_or_else(|| UNKNOWN.to_owned());
    let cudnn = ask_cudnn().map_or_else(|| UNKNOWN.to_owned(), |version| version.to_string());
    format!("{device}, cuDNN {cudnn}")
}

#[allow(unsafe_code)]
fn ask_driver(number: usize) -> Option<String> {
    let mut name: [c_char; 256] = [0; 256];
    let mut device: c_int = 0;
    let mut values = [0; ATTRIBUTES.len()];
    // SAFETY: the signatures are those of `cuda.h`; every pointer is to memory of ours of the size that is said.
    // libtorch has the driver loaded already, so that nothing is initialised that would not be.
    let name = unsafe {
        let driver = Library::new("libcuda.so.1").ok()?;
        let init: Symbol<unsafe extern "C" fn(u32) -> c_int> = driver.get(b"cuInit\0").ok()?;
        let get: Symbol<unsafe extern "C" fn(*mut c_int, c_int) -> c_int> =
            driver.get(b"cuDeviceGet\0").ok()?;
        let get_name: Symbol<unsafe extern "C" fn(*mut c_char, c_int, c_int) -> c_int> =
            driver.get(b"cuDeviceGetName\0").ok()?;
        let attribute: Symbol<unsafe extern "C" fn(*mut c_int, c_int, c_int) -> c_int> =
            driver.get(b"cuDeviceGetAttribute\0").ok()?;
        let number = c_int::try_from(number).ok()?;
        let told = init(0) == 0
            && get(&mut device, number) == 0
            && get_name(name.as_mut_ptr(), name.len() as c_int - 1, device) == 0
            && ATTRIBUTES.iter().zip(&mut values).all(|(&which, value)| attribute(value, which, device) == 0);
        told.then(|| CStr::from_ptr(name.as_ptr()).to_string_lossy().into_owned())
    }?;
    let [multiprocessors, major, minor] = values;
    Some(format!("{name}, {multiprocessors} multiprocessors, capability {major}.{minor}"))
}

#[allow(unsafe_code)]
fn ask_cudnn() -> Option<usize> {
    // SAFETY: the signature is that of `cudnn.h`; libtorch has the library loaded already.
    unsafe {
        let library = Library::new("libcudnn.so.9").ok()?;
        let version: Symbol<unsafe extern "C" fn() -> usize> = library.get(b"cudnnGetVersion\0").ok()?;
        Some(version())
    }
}
