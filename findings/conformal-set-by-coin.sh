#!/usr/bin/env bash
# crepes 0.9.1: a subgroup without one calibration row gets confident single labels, by the throw of a coin.
#
# Guess: a Mondrian classifier that meets a category it was not calibrated on refuses it, or answers with every
# label.
# Behaviour: with no calibration scores the smoothed p-value is a uniform random number. At 90 % confidence a tenth
# of labels is struck out at random: about 18 % of patients get one label, 1 % none, whatever the model says; the
# single label is right half the time, though this model is always right. `smoothing=False` gives every label to
# all.
# Output (2026-11-29):
#   men: no label 0.100, one label 0.900 (right 1.000), both 0.000
#   women: no label 0.009, one label 0.174 (right 0.499), both 0.817
#   women, without smoothing: both labels 1.0
set -euo pipefail
dir=$(mktemp -d)
trap 'rm -rf "$dir"' EXIT
python3 -m venv "$dir/venv"
"$dir/venv/bin/pip" install --quiet --no-compile --disable-pip-version-check \
    numpy==2.4.6 pandas==2.3.3 scikit-learn==1.9.1 crepes==0.9.1
cd "$dir"
venv/bin/python - <<'PYTHON'
import numpy as np
from crepes import ConformalClassifier

rng = np.random.default_rng(0)
n = 2000
sick = rng.integers(0, 2, n)
risk = np.clip(0.5 + 0.4 * (2 * sick - 1) + rng.normal(0, 0.02, n), 0.01, 0.99)
probability = np.c_[1 - risk, risk]
assert (probability.argmax(1) == sick).all()
model = ConformalClassifier()
model.fit(1 - probability[np.arange(n), sick], bins=np.full(n, "men"))
for group in ("men", "women"):
    sets = model.predict_set(1 - probability, bins=np.full(n, group), confidence=0.9, seed=1)
    single = sets.sum(1) == 1
    right = (sets[single].argmax(1) == sick[single]).mean()
    print(f"{group}: no label {(sets.sum(1) == 0).mean():.3f}, one label {single.mean():.3f} (right {right:.3f}), "
          f"both {(sets.sum(1) == 2).mean():.3f}")
    last = single.mean(), right
assert 0.14 < last[0] < 0.22 and 0.4 < last[1] < 0.6, "changed"
plain = model.predict_set(1 - probability, bins=np.full(n, "women"), confidence=0.9, smoothing=False)
print("women, without smoothing: both labels", (plain.sum(1) == 2).mean())
assert (plain.sum(1) == 2).all(), "changed"
PYTHON
