#!/usr/bin/env bash
# pycm 4.6: with thresholds of one's own the two classes of one binary model have different areas under the curve.
#
# Guess: a coarse grid makes the area a little smaller (trapezoids below the curve from (0, 0) to (1, 1)), and the
# area of class 0 with probability 1 - p equals that of class 1 with p.
# Behaviour: the curve is not carried to its corners. The area is that between the lowest and the highest false
# positive rate met, over a width below 1: no AUC at all. Without thresholds the area is right.
# Output (2026-11-29):
#   thresholds 0.3, 0.5, 0.7: {0: 0.6227, 1: 0.7721}
#   by hand, with both corners: {0: 0.8229, 1: 0.8229}
#   all thresholds: {0: 0.8881, 1: 0.8881} scikit-learn: 0.8881
set -euo pipefail
dir=$(mktemp -d)
trap 'rm -rf "$dir"' EXIT
python3 -m venv "$dir/venv"
"$dir/venv/bin/pip" install --quiet --no-compile --disable-pip-version-check \
    numpy==2.4.6 scikit-learn==1.9.1 pycm==4.6
cd "$dir"
venv/bin/python - <<'PYTHON'
import numpy as np
from pycm import ROCCurve
from sklearn.metrics import roc_auc_score

rng = np.random.default_rng(0)
sick = rng.integers(0, 2, 300)
risk = np.clip(rng.normal(0.45 + 0.15 * sick, 0.1), 0.01, 0.99)
both = dict(actual_vector=sick, probs=np.c_[1 - risk, risk], classes=[0, 1])
grid = [0.3, 0.5, 0.7]
area, full = ROCCurve(**both, thresholds=grid).area(), ROCCurve(**both).area()

def with_corners(y, p):
    rates = sorted(((p[y == 0] >= t).mean(), (p[y == 1] >= t).mean()) for t in grid)
    x, h = zip(*[(0.0, 0.0), *rates, (1.0, 1.0)])
    return float(np.trapezoid(h, x))

own = {0: with_corners(1 - sick, 1 - risk), 1: with_corners(sick, risk)}
print("thresholds 0.3, 0.5, 0.7:", {k: round(float(v), 4) for k, v in area.items()})
print("by hand, with both corners:", {k: round(v, 4) for k, v in own.items()})
print("all thresholds:", {k: round(float(v), 4) for k, v in full.items()},
      "scikit-learn:", round(roc_auc_score(sick, risk), 4))
assert abs(area[0] - area[1]) > 0.1 and own[0] - area[0] > 0.1 and own[1] - area[1] > 0.05, "changed"
assert abs(full[1] - roc_auc_score(sick, risk)) < 1e-9, "changed"
PYTHON
