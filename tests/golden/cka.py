"""cka.json: linear CKA from its definitions, with explicit centring matrices and double loops.

Kornblith et al. 2019 (biased), Song et al. 2012 and Nguyen et al. 2021 (HSIC_1).
"""

import numpy as np

from golden_io import rounded_normal


def gram(x):
    return x @ x.T


def hsic_biased(k, l):
    n = len(k)
    h = np.eye(n) - np.ones((n, n)) / n
    return np.trace(k @ h @ l @ h) / (n - 1) ** 2


def hsic_1(k, l):
    """Song et al., equation 5, term by term."""
    n, one = len(k), np.ones(len(k))
    k, l = k - np.diag(np.diag(k)), l - np.diag(np.diag(l))
    terms = (np.trace(k @ l) + one @ k @ one * (one @ l @ one) / ((n - 1) * (n - 2))
             - 2 / (n - 2) * one @ k @ l @ one)
    return terms / (n * (n - 3))


def hsic_u_statistic(k, l):
    """The same as the mean over all ordered quadruples of different samples (Song et al., theorem 2)."""
    n, total, count = len(k), 0.0, 0
    for i in range(n):
        for j in range(n):
            for q in range(n):
                for r in range(n):
                    if len({i, j, q, r}) == 4:
                        total += k[i, j] * (l[i, j] + l[q, r] - 2 * l[i, q])
                        count += 1
    return total / count


def cka(hsic, x, y):
    k, l = gram(x), gram(y)
    return hsic(k, l) / np.sqrt(hsic(k, k) * hsic(l, l))


def minibatch(pairs):
    sums = np.zeros(3)
    for x, y in pairs:
        k, l = gram(x), gram(y)
        sums += [hsic_1(k, l), hsic_1(k, k), hsic_1(l, l)]
    return sums[0] / np.sqrt(sums[1] * sums[2])


def without(x, groups, group):
    return x[[g != group for g in groups]]


def case(name, seed, n, left, right, mix, groups):
    x = rounded_normal(seed, (n, left), shift=1.5, decimals=3)
    y = rounded_normal(seed + 1, (n, right), shift=-0.5, decimals=3)
    shared = min(left, right)
    y[:, :shared] = np.round(y[:, :shared] + mix * x[:, :shared], 3)
    half = n // 2
    return {
        "name": name, "x": x, "y": y, "groups": groups,
        "biased": cka(hsic_biased, x, y), "debiased": cka(hsic_1, x, y),
        "halves": minibatch([(x[:half], y[:half]), (x[half:], y[half:])]),
        "without": [cka(hsic_1, without(x, groups, g), without(y, groups, g)) for g in range(max(groups) + 1)],
    }


def build():
    rng = np.random.Generator(np.random.PCG64(9))
    a, b = gram(rng.standard_normal((7, 3))), gram(rng.standard_normal((7, 5)))
    assert abs(hsic_1(a, b) - hsic_u_statistic(a, b)) < 1e-12
    return {"cases": [
        case("wide", 41, 10, 30, 20, 0.8, [0, 1, 2, 3, 4, 5, 6, 7, 8, 9]),
        case("tall", 42, 24, 3, 2, 0.8, [0, 0, 0, 1, 1, 2, 3, 3, 3, 3, 4, 5, 6, 6, 7, 7, 7, 8, 8, 9, 9, 9, 10, 11]),
        case("mixed", 43, 12, 40, 2, 0.5, [0, 1, 0, 1, 2, 2, 3, 4, 3, 5, 5, 0]),
    ]}
