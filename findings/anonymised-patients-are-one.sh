#!/usr/bin/env bash
# dicom-anonymizer 2.1.0: by default all patients get one id, the empty one, and everybody is 0 years old.
#
# Guess: the id becomes a pseudonym that keeps a patient's images together, and dates are emptied or shifted, so
# that an age is unknown or right.
# Behaviour: PatientID is emptied for all: split by it, the whole set is a single patient. Dates become 00010101,
# which is a valid date: the age from birth to study is 0 for a woman of 92. Her sex and PatientAge are gone as
# well.
# Output (2026-11-29):
#   distinct ids of two patients: [''] birth and study: 00010101 00010101
#   ages by the dates: [0, 0, 0] PatientAge kept: [False, False, False] sex: ['', '', '']
set -euo pipefail
dir=$(mktemp -d)
trap 'rm -rf "$dir"' EXIT
python3 -m venv "$dir/venv"
"$dir/venv/bin/pip" install --quiet --no-compile --disable-pip-version-check pydicom==3.0.2 dicom-anonymizer==2.1.0
cd "$dir"
venv/bin/python - <<'PYTHON'
import datetime, os, subprocess, sys
import pydicom
from pydicom.dataset import Dataset, FileMetaDataset
from pydicom.uid import ExplicitVRLittleEndian, generate_uid

os.mkdir("in")
os.mkdir("out")
patients = [("P1", "19280302", "092Y"), ("P1", "19280302", "092Y"), ("P2", "19750101", "045Y")]
for i, (patient, born, age) in enumerate(patients):
    ds = Dataset()
    ds.file_meta = FileMetaDataset()
    ds.file_meta.TransferSyntaxUID = ExplicitVRLittleEndian
    ds.SOPClassUID = ds.file_meta.MediaStorageSOPClassUID = "1.2.840.10008.5.1.4.1.1.1.1"
    ds.SOPInstanceUID = ds.file_meta.MediaStorageSOPInstanceUID = generate_uid()
    ds.StudyInstanceUID, ds.SeriesInstanceUID, ds.Modality = generate_uid(), generate_uid(), "DX"
    ds.PatientID, ds.PatientName, ds.PatientBirthDate, ds.PatientAge, ds.PatientSex = patient, "A^B", born, age, "F"
    ds.StudyDate = "20200401"
    ds.save_as(f"in/{i}.dcm", enforce_file_format=True)
subprocess.run([os.path.join(os.path.dirname(sys.executable), "dicom-anonymizer"), "in", "out"], check=True,
               capture_output=True)
made = [pydicom.dcmread(f"out/{i}.dcm") for i in range(3)]
day = lambda text: datetime.datetime.strptime(text, "%Y%m%d").date()
ids = {ds.PatientID for ds in made}
ages = [(day(ds.StudyDate) - day(ds.PatientBirthDate)).days // 365 for ds in made]
print("distinct ids of two patients:", sorted(ids), "birth and study:", made[0].PatientBirthDate, made[0].StudyDate)
print("ages by the dates:", ages, "PatientAge kept:", ["PatientAge" in ds for ds in made],
      "sex:", [ds.PatientSex for ds in made])
assert ids == {""} and ages == [0, 0, 0], "changed"
assert not any("PatientAge" in ds for ds in made), "changed"
PYTHON
