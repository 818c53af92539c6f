#!/usr/bin/env bash
# equiboots 0.0.1a14: the "two_tailed" p of a gap is 0.95 or 0.05 for one and the same evidence, by its sign.
#
# Guess: with `tail_type="two_tailed"` p is twice the smaller share of replicates beyond 0, the same for −g and g.
# Behaviour: the interval takes "two_tailed" only, the p compares with "two-tailed", which is refused with the advice to
# write it so. p is therefore the share of replicates below 0: near 1 for a subgroup that is worse than the
# reference, half of what is right for one that is better.
# Output (2026-11-29):
#   gap -0.057: interval -0.122 to 0.010, p 0.953; by hand, two-sided: 0.095
#   gap 0.057: interval -0.012 to 0.123, p 0.044; by hand, two-sided: 0.088
#   with two-tailed: Must specify two-tailed, one-tail-less or one-tail-greater for the tail_type
set -euo pipefail
dir=$(mktemp -d)
trap 'rm -rf "$dir"' EXIT
python3 -m venv "$dir/venv"
"$dir/venv/bin/pip" install --quiet --no-compile --disable-pip-version-check \
    numpy==2.2.4 pandas==2.2.3 scikit-learn==1.8.0 equiboots==0.0.1a14
cd "$dir"
venv/bin/python - <<'PYTHON'
import os
os.environ["TQDM_DISABLE"] = "1"
import numpy as np
from equiboots.StatisticalTester import StatisticalTester

rng = np.random.default_rng(0)
config = {"test_type": "bootstrap_test", "alpha": 0.05, "adjust_method": "none", "confidence_level": 0.95,
          "tail_type": "two_tailed", "metrics": ["ROC_AUC_diff"]}

def tested(center):
    drawn = rng.normal(center, 0.034, 5000)
    replicates = [{"men": {"ROC_AUC_diff": 0.0}, "women": {"ROC_AUC_diff": value}} for value in drawn.tolist()]
    made = StatisticalTester().analyze_metrics(replicates, "men", config, "binary_classification", replicates)
    result = made["women"]["ROC_AUC_diff"]
    share = np.mean(drawn < 0)
    return result.p_value, result.confidence_interval, 2 * min(share, 1 - share), share

for center in (-0.057, 0.057):
    p, (low, high), own, share = tested(center)
    print(f"gap {center}: interval {low:.3f} to {high:.3f}, p {p:.3f}; by hand, two-sided: {own:.3f}")
    assert abs(p - share) < 1e-12 and 0.05 < own < 0.15, "changed"
    assert (p > 0.9) == (center < 0), "changed"
try:
    StatisticalTester().get_ci_bounds({**config, "tail_type": "two-tailed"})
    raise SystemExit("changed")
except ValueError as refusal:
    print("with two-tailed:", refusal)
PYTHON
