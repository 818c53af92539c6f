#!/usr/bin/env bash
# safetensors 0.8.0 (numpy) with nibabel 5.4.2: a NIfTI volume comes back with its voxels in other places.
#
# Guess: `save_file` writes what the array says, or refuses an array that does not lie row by row.
# Behaviour: the memory is written as it lies, the shape as the array says. Arrays of nibabel lie column by column
# (Fortran order), and so do transposed arrays and many tables' `to_numpy()`: shape, kind, sum and histogram are
# right after loading, the places are not. 0.7.0 wrote such arrays right. `numpy.ascontiguousarray` first helps.
# Output (2026-11-29):
#   voxel [0, 0, :] in the image: [0.0, 1.0, 2.0, 3.0]
#                    read again: [0.0, 12.0, 4.0, 16.0]
#   shape and sum kept: True True
#   voxels in their place: 2 of 24
set -euo pipefail
dir=$(mktemp -d)
trap 'rm -rf "$dir"' EXIT
python3 -m venv "$dir/venv"
"$dir/venv/bin/pip" install --quiet --no-compile --disable-pip-version-check \
    numpy==2.4.6 nibabel==5.4.2 safetensors==0.8.0
cd "$dir"
venv/bin/python - <<'PYTHON'
import nibabel, numpy as np
from safetensors.numpy import load_file, save_file

nibabel.save(nibabel.Nifti1Image(np.arange(24, dtype=np.int16).reshape(2, 3, 4), np.eye(4)), "volume.nii")
volume = nibabel.load("volume.nii").get_fdata(dtype=np.float32)
save_file({"volume": volume, "copied": np.ascontiguousarray(volume)}, "volume.safetensors")
back = load_file("volume.safetensors")
print("voxel [0, 0, :] in the image:", volume[0, 0].tolist())
print("                 read again:", back["volume"][0, 0].tolist())
print("shape and sum kept:", back["volume"].shape == volume.shape, back["volume"].sum() == volume.sum())
print("voxels in their place:", int((back["volume"] == volume).sum()), "of", volume.size)
assert volume.flags.f_contiguous and not np.array_equal(back["volume"], volume), "changed"
assert np.array_equal(back["volume"].ravel(), volume.ravel(order="F")), "changed"
assert np.array_equal(back["copied"], volume), "changed"
PYTHON
