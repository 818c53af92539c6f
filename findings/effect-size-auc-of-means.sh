#!/usr/bin/env bash
# pingouin 0.7.0: `compute_effsize(eftype="AUC")` is not the AUC of the two samples.
#
# Guess: the share of pairs in which the sick score higher, ties half: what Mann and Whitney's U gives.
# Behaviour: it is Cohen's d turned into an area under the assumption of two normal distributions of one width. For
# skewed scores it is far off, and it moves when the scores are replaced by their logarithms, which no AUC does. The
# share of pairs is `eftype="CLES"`.
# Output (2026-11-29):
#   eftype AUC 0.5321, of the logarithms 0.6659; share of pairs 0.6750, eftype CLES 0.6750
set -euo pipefail
dir=$(mktemp -d)
trap 'rm -rf "$dir"' EXIT
python3 -m venv "$dir/venv"
"$dir/venv/bin/pip" install --quiet --no-compile --disable-pip-version-check numpy==2.4.6 pingouin==0.7.0
cd "$dir"
venv/bin/python - <<'PYTHON'
import numpy as np
import pingouin

rng = np.random.default_rng(0)
sick, healthy = np.exp(rng.normal(1, 2, 200)), np.exp(rng.normal(0, 2, 200))
pairs = np.sign(sick[:, None] - healthy[None, :])
own = float(((pairs + 1) / 2).mean())
auc = pingouin.compute_effsize(sick, healthy, eftype="AUC")
logs = pingouin.compute_effsize(np.log(sick), np.log(healthy), eftype="AUC")
cles = pingouin.compute_effsize(sick, healthy, eftype="CLES")
print(f"eftype AUC {auc:.4f}, of the logarithms {logs:.4f}; share of pairs {own:.4f}, eftype CLES {cles:.4f}")
assert abs(auc - 0.5321) < 1e-3 and abs(logs - auc) > 0.1, "changed"
assert abs(cles - own) < 1e-12 and abs(own - 0.675) < 1e-3, "changed"
PYTHON
