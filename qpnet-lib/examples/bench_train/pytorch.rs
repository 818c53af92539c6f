//! The other side, in a Python process.

use std::path::Path;
use std::process::Command;

use anyhow::{Context, ensure};
use qpnet_lib::train::QpiConfig;
use serde_json::{Value, json};

use super::shape::{Shape, WARM_UP};
use super::turn::RATE;

/// How a step is built there.
#[derive(Clone, Copy, serde::Serialize)]
#[serde(rename_all = "snake_case")]
pub enum Structure {
    /// This project's losses, a batch at a time, one backward pass.
    Eager,
    /// The authors' public code: loops over rows, copies to the processor, three backward passes.
    Authors,
}

/// One turn.
///
/// # Errors
/// What Python says on standard error.
pub fn turn(shape: &Shape, python: &Path, structure: Structure) -> anyhow::Result<Value> {
    call(shape, python, structure, None)
}

/// One turn, or, with the weights and batch in `start`, the losses before and after one step.
///
/// # Errors
/// What Python says on standard error.
pub fn call(
    shape: &Shape,
    python: &Path,
    structure: Structure,
    start: Option<&Path>,
) -> anyhow::Result<Value> {
    let qpi = QpiConfig::paper();
    let request = json!({
        "model": shape.model(), "batch": shape.batch, "size": shape.size, "threads": shape.threads,
        "device": shape.device, "warm_up": WARM_UP, "steps": shape.steps, "rate": RATE, "delta": 0.5,
        "gammas": qpi.gammas, "bss_k": qpi.domain.bss_k, "kernel": { "mul": 2.0, "num": 5 },
        "structure": structure, "start": start, "channels_last": shape.channels_last,
    });
    let script = Path::new(env!("CARGO_MANIFEST_DIR")).join("examples/bench_train/pytorch_step.py");
    let mut command = Command::new(python);
    // The Python has a libtorch of its own.
    command.arg(script).arg(request.to_string()).env_remove("LD_LIBRARY_PATH");
    let output = command.output().with_context(|| python.display().to_string())?;
    ensure!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
    serde_json::from_slice(&output.stdout).context("the script prints one JSON object")
}
