#!/usr/bin/env bash
# fairmedfm 0.4.2: calls that are all right have sensitivity 0 and accuracy 0.5 "at the threshold of the best F1".
#
# Guess: the threshold is found among the scores by counting who has it or more, and used in the same way.
# Behaviour: it is found so, and then only who scores *more* is positive. Everybody at the threshold changes sides:
# nobody is left for hard calls, and a clinical score of few steps loses a whole step. `overall-acc`, `acc-gap`, `eo`
# and `eod` are of that rule.
# Output (2026-11-29):
#   calls that are all right: accuracy 0.5, sensitivity 0.0, eo 0.0, at 0.5: 1.0
#   a score of six steps, threshold 0.6: accuracy 0.7715; by hand at or above it 0.8435, above it 0.7715
set -euo pipefail
dir=$(mktemp -d)
trap 'rm -rf "$dir"' EXIT
python3 -m venv "$dir/venv"
"$dir/venv/bin/pip" install --quiet --no-compile --disable-pip-version-check \
    numpy==2.4.6 pandas==3.1.1 scikit-learn==1.9.1 fairmedfm==0.4.2
cd "$dir"
venv/bin/python - <<'PYTHON'
import numpy as np
import fairmedfm
from fairmedfm.metrics import find_threshold

y = np.r_[np.ones(100), np.zeros(100)].astype(int)
sex = np.array(["f", "m"] * 100)
perfect = fairmedfm.evaluate(y, y.astype(float), sex)
row = perfect.by_group.iloc[0]
print(f"calls that are all right: accuracy {perfect.summary.iloc[0]['overall-acc']}, "
      f"sensitivity {row['tpr@best_f1']}, eo {perfect.summary.iloc[0]['eo']}, at 0.5: {row['tpr']}")

rng = np.random.default_rng(0)
y = rng.integers(0, 2, 2000)
points = np.clip(np.round(3 * y + rng.normal(0, 1.5, 2000) + 1), 0, 5) / 5
made = fairmedfm.evaluate(y, points, rng.choice(["f", "m"], 2000))
t = find_threshold(points, y)
said, own, above = made.summary.iloc[0]["overall-acc"], np.mean((points >= t) == y), np.mean((points > t) == y)
print(f"a score of six steps, threshold {t}: accuracy {said:.4f}; by hand at or above it {own:.4f}, above it {above:.4f}")
assert perfect.summary.iloc[0]["overall-acc"] == 0.5 and row["tpr@best_f1"] == 0, "changed"
assert abs(said - above) < 1e-12 and own - said > 0.05, "changed"
PYTHON
