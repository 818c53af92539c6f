#!/usr/bin/env bash
# faircare 0.3.0 (FairCareAI): one patient moves the "Expected Calibration Error" of a subgroup from 0.000 to 0.475.
#
# Guess: gaps of the bins are weighted by how many patients they hold; one of 1,001 moves the error by about 0.001.
# Behaviour: `compute_calibration_by_group` takes the plain mean over the bins that are not empty. A bin of one weighs
# like a bin of a thousand, so that small subgroups look worse calibrated.
# Output (2026-11-29):
#   1,000 patients: 0.0000; with one more: 0.4750; weighted by hand: 0.0009
set -euo pipefail
dir=$(mktemp -d)
trap 'rm -rf "$dir"' EXIT
python3 -m venv "$dir/venv"
"$dir/venv/bin/pip" install --quiet --no-compile --disable-pip-version-check \
    numpy==2.4.6 polars==1.44.2 scikit-learn==1.9.1 scipy==1.17.1 faircare==0.3.0
cd "$dir"
venv/bin/python - <<'PYTHON'
import numpy as np, polars as pl
from faircareai.metrics.fairness import compute_calibration_by_group

p = np.r_[np.full(1000, 0.3), 0.95]
y = np.r_[np.ones(300), np.zeros(700), 0].astype(int)

def said(p, y):
    table = pl.DataFrame({"p": p, "y": y, "sex": ["women"] * len(p)})
    return compute_calibration_by_group(table, "p", "y", "sex")["groups"]["women"]["ece"]

before, after = said(p[:-1], y[:-1]), said(p, y)
bins = np.minimum((p * 10).astype(int), 9)
own = sum(abs(p[bins == b].mean() - y[bins == b].mean()) * (bins == b).mean() for b in np.unique(bins))
print(f"1,000 patients: {before:.4f}; with one more: {after:.4f}; weighted by hand: {own:.4f}")
assert before < 1e-9 and abs(after - 0.475) < 1e-9 and own < 0.001, "changed"
PYTHON
