#!/usr/bin/env bash
# fairlearn 0.15.0: where the AUC of the women cannot be known, its difference to the men's is 0 and the ratio 1.
#
# Guess: an undefined value makes a difference undefined, the more so with errors="raise".
# Behaviour: `difference` is the largest less the smallest of the defined values. With two subgroups that is the other
# one less itself: perfectly fair.
# Output (2026-11-29):
#   {'men': 0.819, 'women': nan}: difference 0.0, ratio 1.0, smallest 0.819
set -euo pipefail
dir=$(mktemp -d)
trap 'rm -rf "$dir"' EXIT
python3 -m venv "$dir/venv"
"$dir/venv/bin/pip" install --quiet --no-compile --disable-pip-version-check \
    numpy==2.4.6 pandas==3.1.1 scikit-learn==1.9.1 fairlearn==0.15.0
cd "$dir"
venv/bin/python - <<'PYTHON'
import warnings
warnings.filterwarnings("ignore")
import numpy as np
from fairlearn.metrics import MetricFrame
from sklearn.metrics import roc_auc_score

rng = np.random.default_rng(0)
sick = rng.integers(0, 2, 400)
risk = sick + rng.normal(0, 1, 400)
sex = np.repeat(["men", "women"], 200)
sick[200:] = 0                                          # no woman is sick
made = MetricFrame(metrics=roc_auc_score, y_true=sick, y_pred=risk, sensitive_features=sex)
groups = {name: round(float(value), 3) for name, value in made.by_group.items()}
print(f"{groups}: difference {made.difference(errors='raise')}, ratio {made.ratio(errors='raise')}, "
      f"smallest {made.group_min():.3f}")
assert np.isnan(groups["women"]) and made.difference() == 0.0 and made.ratio() == 1.0, "changed"
PYTHON
