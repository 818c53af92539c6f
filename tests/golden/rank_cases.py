"""ranks.json: Wilcoxon's signed-rank test, Friedman's test with Iman and Davenport's form, the studentised range
and Nemenyi's critical difference (SciPy), inputs included."""

import itertools
import math

import numpy as np
from scipy.stats import f as fisher
from scipy.stats import friedmanchisquare, rankdata, studentized_range, wilcoxon


def signed_rank(name, difference):
    difference = np.array(difference, float)
    kept = difference[difference != 0.0]
    exact = len(kept) == len(difference) <= 50 and len(set(np.abs(kept))) == len(kept)
    case = {"name": name, "difference": difference, "exact": exact}
    for side in ("two-sided", "greater", "less"):
        if len(kept) == 0:
            case |= {side: None, "w": None}
            continue
        found = wilcoxon(difference, zero_method="wilcox", correction=False, alternative=side,
                         method="exact" if exact else "asymptotic")
        case[side] = float(found.pvalue)
    if len(kept):
        ranks = rankdata(np.abs(kept))
        case["w"] = float(ranks[kept > 0].sum())
    return case


def signed_rank_cases():
    rng = np.random.Generator(np.random.PCG64(921))
    draw = lambda n, shift, decimals: np.round(rng.standard_normal(n) + shift, decimals).tolist()
    return [signed_rank(name, d) for name, d in [
        ("n_1", [0.3]), ("n_2", [0.3, -0.2]), ("n_2_same_side", [0.1, 0.4]), ("n_5", draw(5, 0.5, 6)),
        ("n_12", draw(12, -0.7, 6)), ("n_25", draw(25, 0.4, 6)), ("n_50", draw(50, 0.2, 6)), ("n_51", draw(51, 0.3, 6)),
        ("ties_20", draw(20, 0.4, 1)), ("ties_n_2", [0.1, -0.1]), ("zeroes_9", [0.0, 0.0, 0.1, -0.2, 0.3, 0.4, 0.5, 0.6, -0.7]),
        ("zeroes_and_ties", [0.0, 0.1, 0.1, -0.1, 0.2, 0.2, 0.0, 0.3]), ("one_side_15", [i / 8 for i in range(1, 16)]),
        ("many_300", draw(300, 0.05, 6)), ("all_equal_6", [0.5] * 6), ("all_zero", [0.0] * 5)]]


def friedman(name, table):
    """table: N data sets x k methods."""
    table = np.array(table, float)
    n, k = table.shape
    chi, p = (float(x) for x in friedmanchisquare(*table.T)) if k > 2 else paired_friedman(table)
    ranks = np.array([rankdata(-row) for row in table])  # rank 1 is the best: the largest
    rest = n * (k - 1) - chi
    statistic = None if rest <= 1e-12 else (n - 1) * chi / rest
    return {"name": name, "table": [row.tolist() for row in table], "chi": chi, "p": p, "ranks": ranks.mean(axis=0),
            "f": statistic,  # None: all rows agree, whose chance is (1 / k!)^(n - 1)
            "f_p": math.factorial(k) ** (1.0 - n) if statistic is None
            else float(fisher.sf(statistic, k - 1, (k - 1) * (n - 1)))}


def paired_friedman(table):
    """SciPy refuses k = 2; Friedman's own formula with Conover's correction for ties."""
    from scipy.stats import chi2
    n, k = table.shape
    ranks = np.array([rankdata(row) for row in table])
    a, c = (ranks**2).sum(), n * k * (k + 1) ** 2 / 4
    value = (k - 1) * ((ranks.sum(axis=0) ** 2).sum() - n * c) / (a - c)
    return float(value), float(chi2.sf(value, k - 1))


def friedman_cases():
    rng = np.random.Generator(np.random.PCG64(922))
    draw = lambda n, k, lift, decimals: np.round(rng.standard_normal((n, k)) + lift * np.arange(k), decimals)
    return [friedman(name, table) for name, table in [
        ("10_x_4", draw(10, 4, 0.3, 6)), ("6_x_3_ties", draw(6, 3, 0.2, 0)), ("30_x_8", draw(30, 8, 0.05, 6)),
        ("2_x_3", draw(2, 3, 0.0, 6)), ("14_x_5_ties", draw(14, 5, 0.3, 1)), ("12_x_2", draw(12, 2, 0.5, 6)),
        ("all_agree_4_x_3", [[1, 2, 3]] * 4)]]


def studentised_cases():
    """Upper quantiles of the range of k normals (infinite degrees of freedom), and its tail."""
    cases = [{"k": k, "alpha": alpha, "q": float(studentized_range.ppf(1 - alpha, k, np.inf))}
             for k in (2, 3, 4, 5, 6, 8, 10, 15, 20, 50) for alpha in (0.1, 0.05, 0.01)]
    return cases


def bars(ranks, cd):
    """All sets of methods no two of which differ, less those inside another; by their best method."""
    alike = [set(m) for size in range(2, len(ranks) + 1) for m in itertools.combinations(range(len(ranks)), size)
             if max(ranks[i] for i in m) - min(ranks[i] for i in m) <= cd]
    largest = [m for m in alike if not any(m < other for other in alike)]
    ordered = [sorted(m, key=lambda i: ranks[i]) for m in largest]
    return sorted(ordered, key=lambda m: ranks[m[0]])


def nemenyi_cases():
    """Demsar 2006: CD = q / sqrt(2) * sqrt(k (k + 1) / (6 N)), and the bars of the diagram."""
    rng, cases = np.random.Generator(np.random.PCG64(923)), []
    for k, n, alpha, lift in [(4, 14, 0.05, 0.3), (5, 30, 0.1, 0.2), (10, 8, 0.05, 0.3), (2, 20, 0.05, 0.0), (7, 40, 0.01, 0.15)]:
        table = rng.standard_normal((n, k)) + lift * rng.permutation(k)
        ranks = np.array([rankdata(-row) for row in table]).mean(axis=0)
        q = float(studentized_range.ppf(1 - alpha, k, np.inf))
        cd = q / math.sqrt(2) * math.sqrt(k * (k + 1) / (6 * n))
        cases.append({"k": k, "n": n, "alpha": alpha, "ranks": ranks, "cd": cd, "bars": bars(ranks.tolist(), cd)})
    return cases


def build():
    return {"signed_rank": signed_rank_cases(), "friedman": friedman_cases(), "studentised": studentised_cases(),
            "nemenyi": nemenyi_cases()}
