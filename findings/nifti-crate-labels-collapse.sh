#!/usr/bin/env bash
# nifti 0.17.0 (Rust) with nibabel 5.4.2: a mask of labels 0, 1, 2, 3 is read as 1 everywhere.
#
# Guess: `into_ndarray::<u8>()` computes slope * stored + intercept and then makes a u8 of it: 0, 1, 2, 3.
# Behaviour: the stored number is cut to the asked kind first, and scaled afterwards. In a mask that nibabel wrote
# from floats under an int16 header the stored numbers run from -32768 to 32767: after the cut all of them are
# small, and every voxel, background too, is 1. Read as f64 and rounded, the labels are right.
# Output (2026-11-29):
#   nibabel, rounded: [160, 32, 32, 32]
#   voxels of labels 0, 1, 2, 3: as u8 [0, 256, 0, 0], as f64 and rounded [160, 32, 32, 32]
set -euo pipefail
dir=$(mktemp -d)
trap 'rm -rf "$dir"' EXIT
cd "$dir"
python3 -m venv venv
venv/bin/pip install --quiet --no-compile --disable-pip-version-check numpy==2.4.6 nibabel==5.4.2
venv/bin/python - <<'PYTHON'
import nibabel, numpy as np

mask = np.zeros((8, 8, 4))
mask[0], mask[1], mask[2] = 1, 2, 3
scan = nibabel.Nifti1Image(np.zeros((8, 8, 4), np.int16), np.eye(4))
nibabel.save(nibabel.Nifti1Image(mask, scan.affine, scan.header), "mask.nii")
read = np.rint(nibabel.load("mask.nii").get_fdata())
print("nibabel, rounded:", [int((read == label).sum()) for label in range(4)])
PYTHON
mkdir src
cat > Cargo.toml <<'TOML'
[package]
name = "labels"
version = "0.0.0"
edition = "2021"

[dependencies]
nifti = { version = "=0.17.0", features = ["ndarray_volumes"] }
TOML
cat > src/main.rs <<'RUST'
use nifti::{IntoNdArray, NiftiObject, ReaderOptions};

fn volume() -> impl IntoNdArray {
    ReaderOptions::new().read_file("mask.nii").expect("a NIfTI file").into_volume()
}

fn main() {
    let count = |labels: Vec<u8>| -> Vec<usize> {
        (0..4).map(|l| labels.iter().filter(|v| **v == l).count()).collect()
    };
    let bytes = count(volume().into_ndarray::<u8>().expect("u8").iter().copied().collect());
    let rounded = count(volume().into_ndarray::<f64>().expect("f64").iter().map(|v| v.round() as u8).collect());
    println!("voxels of labels 0, 1, 2, 3: as u8 {bytes:?}, as f64 and rounded {rounded:?}");
    assert_eq!(bytes, [0, 256, 0, 0]);
    assert_eq!(rounded, [160, 32, 32, 32]);
}
RUST
CARGO_TARGET_DIR="$dir/target" cargo run --quiet
