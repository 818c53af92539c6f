#!/usr/bin/env bash
# iterative-stratification 0.1.9: folds "without shuffling" differ at every call.
#
# Guess: `MultilabelStratifiedKFold(5)`, shuffle off as in scikit-learn, cuts the same folds each time.
# Behaviour: ties are broken by numpy's global generator even then. A second call gives other test sets: a model
# tuned on the folds of one call is tested, on those of the next, on its own training images. `random_state` without
# shuffle is refused; `shuffle=True, random_state=...` repeats, or a seed of that global generator beforehand.
# Output (2026-11-29; the number in common is another at each run):
#   first test set, called twice: 40 rows, 7 in common
#   equal with shuffle and a seed: True ; StratifiedKFold(5) equal: True
#   random_state alone: Setting a random_state has no effect since shuffle is False
set -euo pipefail
dir=$(mktemp -d)
trap 'rm -rf "$dir"' EXIT
python3 -m venv "$dir/venv"
"$dir/venv/bin/pip" install --quiet --no-compile --disable-pip-version-check \
    numpy==2.4.6 scikit-learn==1.9.1 iterative-stratification==0.1.9
cd "$dir"
venv/bin/python - <<'PYTHON'
import numpy as np
from iterstrat.ml_stratifiers import MultilabelStratifiedKFold
from sklearn.model_selection import StratifiedKFold

findings = (np.random.default_rng(0).random((200, 5)) < 0.2).astype(int)

def tests(cut, y):
    return [set(test.tolist()) for _, test in cut.split(findings, y)]

once, again = (tests(MultilabelStratifiedKFold(5), findings) for _ in range(2))
shared = len(once[0] & again[0])
print(f"first test set, called twice: {len(once[0])} rows, {shared} in common")
seeded = lambda: tests(MultilabelStratifiedKFold(5, shuffle=True, random_state=1), findings)
plain = lambda: tests(StratifiedKFold(5), findings[:, 0])
print("equal with shuffle and a seed:", seeded() == seeded(), "; StratifiedKFold(5) equal:", plain() == plain())
try:
    MultilabelStratifiedKFold(5, random_state=1)
    refused = False
except ValueError as error:
    refused = True
    print("random_state alone:", str(error).split(".")[0])
assert once != again and shared < len(once[0]) and refused, "changed"
assert seeded() == seeded() and plain() == plain(), "changed"
PYTHON
