#!/usr/bin/env bash
# dcurves 1.1.7: patients without a prediction count as "not treated" in the net benefit.
#
# Guess: rows with a missing prediction are left out (or refused), and the table's n says how many were used.
# Behaviour: a missing value exceeds no threshold, so each such patient is a negative call; n and the prevalence are
# those of all. Where predictions are missing more often in one subgroup, its curve falls without any worse
# prediction.
# Output (2026-11-29):
#   30 % of predictions missing: n 1000, net benefit 0.3070; missing rows cut beforehand: n 677, 0.4535
#   by hand: missing as negative 0.3070, left out 0.4535
set -euo pipefail
dir=$(mktemp -d)
trap 'rm -rf "$dir"' EXIT
python3 -m venv "$dir/venv"
"$dir/venv/bin/pip" install --quiet --no-compile --disable-pip-version-check \
    numpy==2.4.6 pandas==2.3.3 dcurves==1.1.7
cd "$dir"
venv/bin/python - <<'PYTHON'
import warnings
warnings.filterwarnings("ignore")
import numpy as np, pandas as pd
from dcurves import dca

rng = np.random.default_rng(0)
sick = rng.integers(0, 2, 1000)
risk = np.clip(rng.normal(0.3 + 0.4 * sick, 0.2), 0, 1)
gone = rng.random(1000) < 0.3

def net_benefit(y, called, t):
    return (y * called).mean() - ((1 - y) * called).mean() * t / (1 - t)

def curve(y, p):
    table = dca(data=pd.DataFrame({"sick": y, "risk": p}), outcome="sick", modelnames=["risk"], thresholds=[0.2])
    row = table[table.model == "risk"].iloc[0]
    return int(row["n"]), float(row["net_benefit"])

n, seen = curve(sick, np.where(gone, np.nan, risk))
kept, complete = curve(sick[~gone], risk[~gone])
as_negative = net_benefit(sick, ~gone & (risk >= 0.2), 0.2)
own = net_benefit(sick[~gone], risk[~gone] >= 0.2, 0.2)
print(f"30 % of predictions missing: n {n}, net benefit {seen:.4f}; "
      f"missing rows cut beforehand: n {kept}, {complete:.4f}")
print(f"by hand: missing as negative {as_negative:.4f}, left out {own:.4f}")
assert n == 1000 and abs(seen - as_negative) < 1e-9, "changed"
assert abs(complete - own) < 1e-9 and own - seen > 0.1, "changed"
PYTHON
