#!/usr/bin/env bash
# imbalanced-learn 0.14.2: SMOTE on 8-bit features makes values that lie between no two neighbours.
#
# Guess: a synthetic row lies on the line between two rows of the rare class, so within its range; whole numbers are
# rounded.
# Behaviour: the difference of two neighbours is taken in the kind of the input. In uint8 (pixels, small codes) it
# wraps at 256: rows of 150 to 180 give synthetic ones from 0 to 255, without a warning. In int64 there is room, but the
# result is cut, not rounded: ages come out half a year too young. Given as float, all is right.
# Output (2026-11-29):
#   rare class 150 to 180; synthetic as uint8 0 to 255, 82% of rows outside; as float 150.0 to 180.0
#   mean of the synthetic rows: as int64 165.364, as float 165.833
set -euo pipefail
dir=$(mktemp -d)
trap 'rm -rf "$dir"' EXIT
python3 -m venv "$dir/venv"
"$dir/venv/bin/pip" install --quiet --no-compile --disable-pip-version-check \
    numpy==2.4.6 imbalanced-learn==0.14.2 scikit-learn==1.9.1
cd "$dir"
venv/bin/python - <<'PYTHON'
import numpy as np
from imblearn.over_sampling import SMOTE

rng = np.random.default_rng(0)
X = rng.integers(150, 181, size=(500, 4)).astype(np.uint8)
y = np.r_[np.zeros(450, int), np.ones(50, int)]
made = SMOTE(random_state=0).fit_resample(X, y)[0][500:]
whole = SMOTE(random_state=0).fit_resample(X.astype(np.int64), y)[0][500:]
right = SMOTE(random_state=0).fit_resample(X.astype(float), y)[0][500:]
outside = ((made < 150) | (made > 180)).any(axis=1).mean()
print(f"rare class {X[450:].min()} to {X[450:].max()}; synthetic as uint8 {made.min()} to {made.max()}, "
      f"{outside:.0%} of rows outside; as float {right.min():.1f} to {right.max():.1f}")
print(f"mean of the synthetic rows: as int64 {whole.mean():.3f}, as float {right.mean():.3f}")
assert made.dtype == np.uint8 and made.min() < 10 and made.max() > 245 and outside > 0.5, "changed"
assert right.min() >= 150 and right.max() <= 180, "changed"
assert 0.3 < right.mean() - whole.mean() < 0.6, "changed"
PYTHON
