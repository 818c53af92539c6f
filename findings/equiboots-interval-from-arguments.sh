#!/usr/bin/env bash
# equiboots 0.0.1a14: a bootstrap interval is as wide for 30,000 women as for 300, and 60 replicates are 10.
#
# Guess: a hundred times as many patients make an interval a tenth as wide; every replicate draws anew.
# Behaviour: each replicate draws `boot_sample_size` rows, 100 by default and shared out among the subgroups, and the
# ten default seeds are used in turn. Both arguments have to be given for an interval that means what it says.
# Output (2026-11-29):
#   300 women: interval 0.176 wide, 10 different replicates of 60
#   3,000 women: interval 0.145 wide, 10 different replicates of 60
#   30,000 women: interval 0.153 wide, 10 different replicates of 60
#   3,000 with boot_sample_size=6000 and 60 seeds: 0.026 wide, 60 different
set -euo pipefail
dir=$(mktemp -d)
trap 'rm -rf "$dir"' EXIT
python3 -m venv "$dir/venv"
"$dir/venv/bin/pip" install --quiet --no-compile --disable-pip-version-check \
    numpy==2.2.4 pandas==2.2.3 scikit-learn==1.8.0 equiboots==0.0.1a14
cd "$dir"
venv/bin/python - <<'PYTHON'
import contextlib, io, os
os.environ["TQDM_DISABLE"] = "1"
import numpy as np, pandas as pd
from equiboots import EquiBoots

def audited(n, **more):
    rng = np.random.default_rng(0)
    sick = rng.integers(0, 2, 2 * n)
    risk = 1 / (1 + np.exp(-(2 * sick - 1 + rng.normal(0, 1.4, 2 * n))))
    sex = pd.DataFrame({"sex": np.repeat(["men", "women"], n)})
    made = EquiBoots(y_true=sick, y_prob=risk, y_pred=(risk >= 0.5).astype(int), fairness_df=sex, fairness_vars=["sex"],
                     reference_groups=["men"], bootstrap_flag=True, num_bootstraps=60, **more)
    with contextlib.redirect_stdout(io.StringIO()):
        made.grouper(["sex"])
        found = [replicate["women"]["ROC AUC"] for replicate in made.get_metrics(made.slicer("sex"))]
    low, high = np.percentile(found, [2.5, 97.5])
    return high - low, len(set(found))

widths = {n: audited(n) for n in (300, 3000, 30000)}
told, distinct = audited(3000, boot_sample_size=6000, seeds=list(range(60)))
for n, (width, different) in widths.items():
    print(f"{n:,} women: interval {width:.3f} wide, {different} different replicates of 60")
print(f"3,000 with boot_sample_size=6000 and 60 seeds: {told:.3f} wide, {distinct} different")
assert all(different == 10 for _, different in widths.values()) and distinct > 50, "changed"
assert min(width for width, _ in widths.values()) > 3 * told, "changed"
PYTHON
