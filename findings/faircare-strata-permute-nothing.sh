#!/usr/bin/env bash
# faircare 0.3.0 (FairCareAI): a permutation test stratified by a confounder permutes nothing; its p is always 1.
#
# Guess: `stratified_cluster_permutation_test(confound_cols=["site"])` exchanges the subgroups within each site. Where
# both sites have the same mix it gives nearly the p of the plain test.
# Behaviour: what is shuffled is a copy that indexing with a list has made, and it is dropped. Every "permuted" table
# is the table itself, so each statistic is as extreme as the observed one: p = 1 and an interval without width,
# whatever the data, with and without clusters.
# Output (2026-11-29):
#   sensitivity 0.9 against 0.6 (gap 0.275): p 0.005, 21 values of the statistic
#   within sites: p 1.000, 1 value, interval 0.275 to 0.275; of patients too: p 1.000; by hand within sites: p 0.005
set -euo pipefail
dir=$(mktemp -d)
trap 'rm -rf "$dir"' EXIT
python3 -m venv "$dir/venv"
"$dir/venv/bin/pip" install --quiet --no-compile --disable-pip-version-check \
    numpy==2.4.6 polars==1.44.2 scikit-learn==1.9.1 scipy==1.17.1 faircare==0.3.0
cd "$dir"
venv/bin/python - <<'PYTHON'
import warnings
warnings.filterwarnings("ignore")
import numpy as np, polars as pl
from faircareai.core.hypothesis import stratified_cluster_permutation_test

rng = np.random.default_rng(0)
found = np.r_[rng.random(200) < 0.9, rng.random(200) < 0.6].astype(int)
table = pl.DataFrame({"sick": [1] * 400, "found": found, "sex": ["men"] * 200 + ["women"] * 200,
                      "site": ["A", "B"] * 200, "patient": [f"p{i}" for i in range(400)]})

def gap(data):
    rate = lambda sex: data.filter(pl.col("sex") == sex)["found"].mean()
    return float(rate("men") - rate("women"))

def permuted(**more):
    made = stratified_cluster_permutation_test(table, gap, "TPR", "sex", "sick", n_perms=200, random_state=1, **more)
    null = np.asarray(made["null_distribution"])
    return made["p_value"], len(np.unique(null)), (made["ci_lower"], made["ci_upper"])

plain, spread, _ = permuted()
by_site, values, interval = permuted(confound_cols=["site"])
by_patient, _, _ = permuted(confound_cols=["site"], cluster_col="patient")

sex, site = table["sex"].to_numpy() == "men", table["site"].to_numpy()
observed = found[sex].mean() - found[~sex].mean()
own = []
for _ in range(200):
    drawn = sex.copy()
    for name in "AB":
        drawn[site == name] = rng.permutation(drawn[site == name])
    own.append(found[drawn].mean() - found[~drawn].mean())
p = (1 + np.sum(np.abs(own) >= abs(observed))) / 201
print(f"sensitivity 0.9 against 0.6 (gap {observed:.3f}): p {plain:.3f}, {spread} values of the statistic")
print(f"within sites: p {by_site:.3f}, {values} value, interval {interval[0]:.3f} to {interval[1]:.3f}; "
      f"of patients too: p {by_patient:.3f}; by hand within sites: p {p:.3f}")
assert plain < 0.01 and p < 0.01 and by_site == by_patient == 1.0 and values == 1, "changed"
PYTHON
