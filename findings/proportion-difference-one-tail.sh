#!/usr/bin/env bash
# mlxtend 0.25.0: `proportion_difference` gives p = 0.99 for 80 % against 70 % of 200, and 0.01 the other way round.
#
# Guess: "the p-value for a difference of proportions test" is two-sided: 0.02, whichever comes first.
# Behaviour: it is the lower tail of the normal distribution at z. A model that is clearly better than the other
# gets a p near 1 when it stands first; swapped, half of what is right.
# Output (2026-11-29):
#   0.8 against 0.7: z 2.3250, p 0.9900; swapped: p 0.0100; two-sided by hand: z 2.3250, p 0.0201
set -euo pipefail
dir=$(mktemp -d)
trap 'rm -rf "$dir"' EXIT
python3 -m venv "$dir/venv"
"$dir/venv/bin/pip" install --quiet --no-compile --disable-pip-version-check \
    numpy==2.4.6 mlxtend==0.25.0 scipy==1.17.1
cd "$dir"
venv/bin/python - <<'PYTHON'
from mlxtend.evaluate import proportion_difference
from scipy.stats import norm

z, p = proportion_difference(0.8, 0.7, n_1=200, n_2=200)
_, swapped = proportion_difference(0.7, 0.8, n_1=200, n_2=200)
own_z = 0.1 / (0.8 * 0.2 / 200 + 0.7 * 0.3 / 200) ** 0.5
own = 2 * norm.sf(abs(own_z))
print(f"0.8 against 0.7: z {z:.4f}, p {p:.4f}; swapped: p {swapped:.4f}; two-sided by hand: z {own_z:.4f}, p {own:.4f}")
assert abs(z - own_z) < 1e-12 and abs(p - norm.cdf(own_z)) < 1e-9, "changed"
assert abs(swapped - own / 2) < 1e-9, "changed"
PYTHON
