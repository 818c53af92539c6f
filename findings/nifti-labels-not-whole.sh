#!/usr/bin/env bash
# nibabel 5.4.2: a mask saved with the header of its scan has no voxel that equals 1, 2 or 3.
#
# Guess: a float array of whole labels under an int16 header is stored as int16 1, 2, 3 and read as such.
# Behaviour: an array of floats is stretched over the whole range of int16, and the header gets the slope that
# brings it back, nearly: 2 is read as 1.9999999995. Unique values print as 0, 1, 2, 3, but `== 1`
# finds nothing, and `astype(int)` turns label 3 into 2. Dice by label is 0. An array of integers
# (`mask.astype("int16")`) is kept.
# Output (2026-11-29):
#   kind on disk: int16 unique as printed: [0. 1. 2. 3.]
#   voxels of labels 1, 2, 3: put in [32, 32, 32] found [0, 0, 0] after astype(int) [32, 32, 0]
#   saved as integers: [32, 32, 32] rounded: [32, 32, 32]
set -euo pipefail
dir=$(mktemp -d)
trap 'rm -rf "$dir"' EXIT
python3 -m venv "$dir/venv"
"$dir/venv/bin/pip" install --quiet --no-compile --disable-pip-version-check numpy==2.4.6 nibabel==5.4.2
cd "$dir"
venv/bin/python - <<'PYTHON'
import nibabel, numpy as np

scan = nibabel.Nifti1Image(np.zeros((8, 8, 4), np.int16), np.eye(4))
mask = np.zeros((8, 8, 4))
mask[0], mask[1], mask[2] = 1, 2, 3
nibabel.save(nibabel.Nifti1Image(mask, scan.affine, scan.header), "mask.nii")
nibabel.save(nibabel.Nifti1Image(mask.astype(np.int16), scan.affine, scan.header), "whole.nii")

def counts(values):
    return [int((values == label).sum()) for label in (1, 2, 3)]

read, whole = nibabel.load("mask.nii").get_fdata(), nibabel.load("whole.nii").get_fdata()
print("kind on disk:", nibabel.load("mask.nii").get_data_dtype(), "unique as printed:", np.unique(read))
print("voxels of labels 1, 2, 3: put in", counts(mask), "found", counts(read),
      "after astype(int)", counts(read.astype(int)))
print("saved as integers:", counts(whole), "rounded:", counts(np.rint(read)))
assert counts(mask) == [32, 32, 32] and counts(read) == [0, 0, 0], "changed"
assert counts(read.astype(int)) != [32, 32, 32], "changed"
assert counts(whole) == counts(np.rint(read)) == [32, 32, 32], "changed"
PYTHON
