#!/usr/bin/env bash
# faircare 0.3.0 (FairCareAI): a gap in false positives is tested as if there were as many healthy as sick people.
#
# Guess: 10 % against 14 % false positives among 2,000 healthy men and women is far from chance: p 0.0001.
# Behaviour: `compute_disparities(metric="fpr")` works counts back from the rate and the number of positives, whichever
# rate is asked for: 5 of 50 against 7 of 50. The table that it is given has the right interval of each rate beside it.
# Where the sick are the majority it errs the other way.
# Output (2026-11-29):
#   women: false positive rate 0.140 (0.125 to 0.156)
#   women less men: 0.040 (-0.094 to 0.174), p 0.538; by hand of 2,000 healthy each: p 0.000099, of 50 sick each:
#     p 0.538
set -euo pipefail
dir=$(mktemp -d)
trap 'rm -rf "$dir"' EXIT
python3 -m venv "$dir/venv"
"$dir/venv/bin/pip" install --quiet --no-compile --disable-pip-version-check \
    numpy==2.4.6 polars==1.44.2 scikit-learn==1.9.1 scipy==1.17.1 faircare==0.3.0
cd "$dir"
venv/bin/python - <<'PYTHON'
import polars as pl
from faircareai.core.disparity import compute_disparities
from faircareai.core.metrics import compute_group_metrics
from scipy.stats import norm

rows = []
for sex, false_positives in (("men", 200), ("women", 280)):
    rows += [(sex, 0, 1)] * false_positives + [(sex, 0, 0)] * (2000 - false_positives)
    rows += [(sex, 1, 1)] * 40 + [(sex, 1, 0)] * 10
table = pl.DataFrame(rows, schema=["sex", "y_true", "y_pred"], orient="row")
found = compute_group_metrics(table, "sex", metrics=["tpr", "fpr"])
women = found.filter(pl.col("group") == "women").row(0, named=True)
gap = compute_disparities(found, "fpr", "men", "specified").row(0, named=True)
z = 0.04 / (0.12 * 0.88 * (1 / 2000 + 1 / 2000)) ** 0.5
own = 2 * norm.sf(z)
own_sick = 2 * norm.sf(0.04 / (0.12 * 0.88 * (1 / 50 + 1 / 50)) ** 0.5)
print(f"women: false positive rate {women['fpr']:.3f} ({women['fpr_ci_lower']:.3f} to {women['fpr_ci_upper']:.3f})")
print(f"women less men: {gap['difference']:.3f} ({gap['diff_ci_lower']:.3f} to {gap['diff_ci_upper']:.3f}), "
      f"p {gap['p_value']:.3f}; by hand of 2,000 healthy each: p {own:.6f}, of 50 sick each: p {own_sick:.3f}")
assert abs(gap["p_value"] - own_sick) < 1e-6 and own < 0.001 and gap["diff_ci_lower"] < 0, "changed"
PYTHON
