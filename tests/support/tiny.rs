//! The smallest trainings that the program does, as its arguments.

/// `run` of Mixed on `data` for so many epochs: seconds.
pub const fn run(data: &'static str, epochs: &'static str) -> [&'static str; 11] {
    ["run", "--data", data, "--methods", "mixed", "--image-size", "16", "--epochs", epochs, "--device", "cpu"]
}
