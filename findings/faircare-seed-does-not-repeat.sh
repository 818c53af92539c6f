#!/usr/bin/env bash
# faircare 0.3.0 (FairCareAI): a bootstrap of patients with a fixed seed has another interval at each call.
#
# Guess: `cluster_bootstrap_ci(random_state=1)` of the same table gives the same interval.
# Behaviour: the patients come from `unique()` of polars, whose order is not fixed; the seed draws places in that list.
# Output (2026-11-29; the intervals differ from run to run):
#   six calls with random_state=1: 6 intervals, the first three [(-0.2109, 0.205), (-0.1815, 0.19), (-0.171,
#     0.2079)]
set -euo pipefail
dir=$(mktemp -d)
trap 'rm -rf "$dir"' EXIT
python3 -m venv "$dir/venv"
"$dir/venv/bin/pip" install --quiet --no-compile --disable-pip-version-check \
    numpy==2.4.6 polars==1.44.2 scikit-learn==1.9.1 scipy==1.17.1 faircare==0.3.0
cd "$dir"
venv/bin/python - <<'PYTHON'
import numpy as np, polars as pl
from faircareai.core.statistics import cluster_bootstrap_ci

rng = np.random.default_rng(0)
patient = np.repeat([f"p{i:04d}" for i in range(100)], 2)
score = np.repeat(rng.normal(0, 1, 100), 2) + rng.normal(0, 0.5, 200)
table = pl.DataFrame({"patient": patient, "score": score})
mean = lambda data: float(data["score"].mean())
intervals = [cluster_bootstrap_ci(table, "patient", mean, n_bootstrap=60, random_state=1)[1] for _ in range(6)]
found = sorted({(round(float(low), 4), round(float(high), 4)) for low, high in intervals})
print(f"six calls with random_state=1: {len(found)} intervals, the first three", found[:3])
assert len(found) > 1, "changed"
PYTHON
