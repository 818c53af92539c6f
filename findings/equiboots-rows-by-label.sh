#!/usr/bin/env bash
# equiboots 0.0.1a14: of a table that was shuffled, the men get rows of women; the subgroups look equal.
#
# Guess: outcomes, scores and the table of subgroups are paired by their place, as everywhere with arrays. A test set
# that was shuffled or split off keeps its old index, which does not matter.
# Behaviour: rows of a subgroup are its index labels, and the arrays are asked for the places of those numbers. An index
# that runs from 0 in order is right; a shuffled one gives every subgroup a mixture, without a word.
# Output (2026-11-29):
#   in file order: {'men': 0.999, 'women': 0.507} shuffled: {'men': 0.836, 'women': 0.852} index reset: {'men':
#     0.999, 'women': 0.507} by hand: {'men': 0.999, 'women': 0.507}
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
from sklearn.metrics import roc_auc_score

rng = np.random.default_rng(0)
sick = rng.integers(0, 2, 1000)
men = np.arange(1000) < 500
table = pd.DataFrame({"sick": sick, "sex": np.where(men, "men", "women"),
                      "risk": np.clip(0.5 + np.where(men, 0.4, 0) * (sick - 0.5) + rng.normal(0, 0.1, 1000), 0, 1)})

def audited(data):
    made = EquiBoots(y_true=data.sick.to_numpy(), y_prob=data.risk.to_numpy(),
                     y_pred=(data.risk >= 0.5).astype(int).to_numpy(), fairness_df=data[["sex"]].copy(),
                     fairness_vars=["sex"], reference_groups=["men"])
    with contextlib.redirect_stdout(io.StringIO()):
        made.grouper(["sex"])
        found = made.get_metrics(made.slicer("sex"))
    return {sex: round(float(found[sex]["ROC AUC"]), 3) for sex in ("men", "women")}

shuffled = table.sample(frac=1, random_state=1)
own = {sex: round(float(roc_auc_score(part.sick, part.risk)), 3) for sex, part in shuffled.groupby("sex")}
print("in file order:", audited(table), "shuffled:", audited(shuffled),
      "index reset:", audited(shuffled.reset_index(drop=True)), "by hand:", own)
assert audited(table) == audited(shuffled.reset_index(drop=True)) == own, "changed"
assert own["men"] > 0.95 and own["women"] < 0.6, "changed"
assert abs(audited(shuffled)["men"] - audited(shuffled)["women"]) < 0.1, "changed"
PYTHON
