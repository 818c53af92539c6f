#!/usr/bin/env bash
# pandas 3.1.1: `read_sas` of a transport file (XPT: the format of NHANES and of trials) turns 0 into 5.4e-79.
#
# Guess: a stored 0 is 0.
# Behaviour: the eight zero bytes are run through the conversion of IBM floating point as if they were a normalised
# number. Nothing shows: a table prints 0.0 beside larger numbers, but `== 0` finds nobody, `> 0` everybody, and a
# 0/1 column is taken as true throughout. pyreadstat reads the same file right.
# Output (2026-11-29):
#   bytes of the first row: 00000000000000000000000000000000
#   pandas: [[5.397605346934028e-79, 5.397605346934028e-79], [1.0, 5.397605346934028e-79], [80.0, 1.0]]
#   deaths (DIED > 0): 3 infants (AGE == 0): 0
#   pyreadstat, the same: 1 1
set -euo pipefail
dir=$(mktemp -d)
trap 'rm -rf "$dir"' EXIT
python3 -m venv "$dir/venv"
"$dir/venv/bin/pip" install --quiet --no-compile --disable-pip-version-check \
    numpy==2.4.6 pandas==3.1.1 pyreadstat==1.3.7
cd "$dir"
venv/bin/python - <<'PYTHON'
import pandas, pyreadstat

pyreadstat.write_xport(pandas.DataFrame({"AGE": [0.0, 1.0, 80.0], "DIED": [0.0, 0.0, 1.0]}), "cohort.xpt",
                       file_format_version=5)
data = open("cohort.xpt", "rb").read()
first_row = data[data.index(b"HEADER RECORD*******OBS") + 80:][:16]
print("bytes of the first row:", first_row.hex())
read = pandas.read_sas("cohort.xpt")
peer, _ = pyreadstat.read_xport("cohort.xpt")
print("pandas:", read.values.tolist())
print("deaths (DIED > 0):", int((read.DIED > 0).sum()), "infants (AGE == 0):", int((read.AGE == 0).sum()))
print("pyreadstat, the same:", int((peer.DIED > 0).sum()), int((peer.AGE == 0).sum()))
assert first_row == bytes(16), "changed"
assert (read.DIED > 0).sum() == 3 and (read.AGE == 0).sum() == 0, "changed"
assert 0 < read.AGE[0] < 1e-70 and (peer.DIED > 0).sum() == 1 and (peer.AGE == 0).sum() == 1, "changed"
PYTHON
