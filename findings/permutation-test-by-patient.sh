#!/usr/bin/env bash
# scikit-learn 1.9.1: `permutation_test_score(groups=patients)` gives p = 1 to a model that is nearly perfect.
#
# Guess: handed patients as groups (as the grouped cross-validator asks), the test deals labels anew among patients,
# and an AUC of 0.99 has the smallest p that 30 permutations allow (1 / 31).
# Behaviour: labels are permuted *within* groups. Where all images of a patient share one label, as diagnoses do, no
# permutation changes anything: each of them has the score of the model itself, and p is exactly 1.
# Output (2026-11-29):
#   AUC 0.993, p 1.0000, scores of the permutations 0.993 to 0.993
#   labels dealt among patients by hand: p 0.0323
set -euo pipefail
dir=$(mktemp -d)
trap 'rm -rf "$dir"' EXIT
python3 -m venv "$dir/venv"
"$dir/venv/bin/pip" install --quiet --no-compile --disable-pip-version-check numpy==2.4.6 scikit-learn==1.9.1
cd "$dir"
venv/bin/python - <<'PYTHON'
import warnings
warnings.filterwarnings("ignore")
import numpy as np
from sklearn.linear_model import LogisticRegression
from sklearn.model_selection import GroupKFold, cross_val_score, permutation_test_score

rng = np.random.default_rng(0)
patient = np.repeat(np.arange(40), 3)
sick = np.arange(40) % 2
X = 3.0 * sick[patient][:, None] + rng.normal(size=(120, 1))
model, folds = LogisticRegression(), GroupKFold(5)
score, permuted, p = permutation_test_score(model, X, sick[patient], groups=patient, cv=folds, scoring="roc_auc",
                                            n_permutations=30, random_state=0)
print(f"AUC {score:.3f}, p {p:.4f}, scores of the permutations {permuted.min():.3f} to {permuted.max():.3f}")

def of_dealt_patients():  # a fold that is dealt one class has no AUC
    dealt = rng.permutation(sick)[patient]
    return np.nanmean(cross_val_score(model, X, dealt, groups=patient, cv=folds, scoring="roc_auc"))

right = (1 + sum(of_dealt_patients() >= score for _ in range(30))) / 31
print(f"labels dealt among patients by hand: p {right:.4f}")
assert score > 0.98 and p == 1.0 and np.ptp(permuted) == 0.0, "changed"
assert right == 1 / 31, "changed"
PYTHON
