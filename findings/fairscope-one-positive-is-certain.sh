#!/usr/bin/env bash
# fairscope 0.3.0: the AUC of a subgroup with a single positive has no uncertainty, and noise differs from noise.
#
# Guess: DeLong's variance needs two positives; with one the interval is refused, or undefined, or 0 to 1.
# Behaviour: the variance is undefined, which is taken for 0. The interval has no width, and the test against another
# subgroup counts the error of the latter alone. (NumPy warns of a division; nothing of the package's does.)
# Output (2026-11-29):
#   one positive of 61, e.g. 0.633 (0.633 to 0.633): without width in 500 of 500; noise against noise has p < 0.05
#     in 0.85
set -euo pipefail
dir=$(mktemp -d)
trap 'rm -rf "$dir"' EXIT
python3 -m venv "$dir/venv"
"$dir/venv/bin/pip" install --quiet --no-compile --disable-pip-version-check \
    numpy==2.4.6 scipy==1.17.1 fairscope==0.3.0
cd "$dir"
venv/bin/python - <<'PYTHON'
import warnings
warnings.filterwarnings("ignore")
import numpy as np
from fairscope.core import delong_auc_ci, delong_unpaired_test

rng = np.random.default_rng(0)
trials, narrow, found = 500, 0, 0
y = np.r_[1, np.zeros(60)].astype(int)
other = np.r_[np.ones(100), np.zeros(100)].astype(int)
for _ in range(trials):
    noise, rest = rng.random(61), rng.random(200)
    interval = delong_auc_ci(y, noise)
    narrow += interval["ci_upper"] == interval["ci_lower"]
    found += delong_unpaired_test(y, noise, other, rest)["p_value"] < 0.05
print(f"one positive of 61, e.g. {interval['auc']:.3f} ({interval['ci_lower']:.3f} to {interval['ci_upper']:.3f}): "
      f"without width in {narrow} of {trials}; noise against noise has p < 0.05 in {found / trials:.2f}")
assert narrow == trials and found / trials > 0.5, "changed"
PYTHON
