#!/usr/bin/env bash
# SimpleITK 2.5.7: a MONOCHROME1 film is read inverted, and still says MONOCHROME1.
#
# Guess: `ReadImage` gives the stored values, as pydicom does; who needs white bone inverts where the tag says so.
# Behaviour: each value v becomes (2^BitsStored - 1) - v on reading, while the metadata keep MONOCHROME1: code that
# inverts by the tag inverts twice. pydicom and SimpleITK give negatives of each other for one film, and 12-bit data
# declared as 16 bits stored come out as nearly white (61,440 to 65,535).
# Output (2026-11-29):
#   12 bits, MONOCHROME1: pydicom [0, 100, 2000, 4095], SimpleITK [4095, 3995, 2095, 0], tag MONOCHROME1
#   16 bits, MONOCHROME1: pydicom [0, 100, 2000, 4095], SimpleITK [65535, 65435, 63535, 61440], tag MONOCHROME1
#   12 bits, MONOCHROME2: pydicom [0, 100, 2000, 4095], SimpleITK [0, 100, 2000, 4095], tag MONOCHROME2
set -euo pipefail
dir=$(mktemp -d)
trap 'rm -rf "$dir"' EXIT
python3 -m venv "$dir/venv"
"$dir/venv/bin/pip" install --quiet --no-compile --disable-pip-version-check \
    numpy==2.4.6 pydicom==3.0.2 SimpleITK==2.5.7
cd "$dir"
venv/bin/python - <<'PYTHON'
import numpy as np, pydicom, SimpleITK
from pydicom.dataset import Dataset, FileMetaDataset
from pydicom.uid import ExplicitVRLittleEndian, generate_uid

def film(name, bits, kind):
    ds = Dataset()
    ds.file_meta = FileMetaDataset()
    ds.file_meta.TransferSyntaxUID = ExplicitVRLittleEndian
    ds.SOPClassUID = ds.file_meta.MediaStorageSOPClassUID = "1.2.840.10008.5.1.4.1.1.1.1"
    ds.SOPInstanceUID = ds.file_meta.MediaStorageSOPInstanceUID = generate_uid()
    ds.StudyInstanceUID, ds.SeriesInstanceUID, ds.Modality = generate_uid(), generate_uid(), "DX"
    ds.Rows, ds.Columns, ds.SamplesPerPixel, ds.PhotometricInterpretation = 2, 2, 1, kind
    ds.BitsAllocated, ds.BitsStored, ds.HighBit, ds.PixelRepresentation = 16, bits, bits - 1, 0
    ds.PixelData = np.array([[0, 100], [2000, 4095]], "<u2").tobytes()
    ds.save_as(name, enforce_file_format=True)
    image = SimpleITK.ReadImage(name)
    tag = image.GetMetaData("0028|0004").strip()
    values = SimpleITK.GetArrayFromImage(image).ravel().tolist()
    stored = pydicom.dcmread(name).pixel_array.ravel().tolist()
    print(f"{bits} bits, {kind}: pydicom {stored}, SimpleITK {values}, tag {tag}")
    return values, tag, stored

stored = [0, 100, 2000, 4095]
assert film("a.dcm", 12, "MONOCHROME1") == ([4095 - v for v in stored], "MONOCHROME1", stored), "changed"
assert film("b.dcm", 16, "MONOCHROME1") == ([65535 - v for v in stored], "MONOCHROME1", stored), "changed"
assert film("c.dcm", 12, "MONOCHROME2") == (stored, "MONOCHROME2", stored), "changed"
PYTHON
