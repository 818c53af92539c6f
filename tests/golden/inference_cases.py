"""inference.json: macro AUC, Murphy, weighted AUC, isotonic fits, multiplicity, bootstrap limits,
seeds, the quasi-Pareto claim and the bound of the Pareto criterion, inputs included."""

import math

import numpy as np
from scipy.optimize import isotonic_regression
from scipy.stats import norm, t
from sklearn.metrics import brier_score_loss, roc_auc_score
from statsmodels.stats.multitest import multipletests

import auc_formulas as f


def generator(seed):
    return np.random.Generator(np.random.PCG64(seed))


def macro(rng, name, target, decimals):
    """target: n x C with 1, 0 or None (uncertain). Classes without both outcomes are left out."""
    target = np.array(target, dtype=object)
    n, classes = target.shape
    score = np.round(rng.uniform(size=(n, classes)) + 0.5 * (target == 1), decimals)
    single = []
    for c in range(classes):
        known = [i for i in range(n) if target[i, c] is not None]
        outcomes = [int(target[i, c]) for i in known]
        single.append(float(roc_auc_score(outcomes, score[known, c])) if len(set(outcomes)) == 2 else None)
    defined = [a for a in single if a is not None]
    value = sum(defined) / len(defined) if defined else None
    return {"name": name, "classes": classes, "target": target.flatten().tolist(), "score": score.flatten(),
            "single": single, "value": value}


def macro_cases():
    rng = generator(710)
    def one_hot(labels, classes):
        return [[int(c == y) for c in range(classes)] for y in labels]
    def uncertain(shape, p):
        target = (rng.uniform(size=shape) < p).astype(int).astype(object)
        target[rng.uniform(size=shape) < 0.2] = None
        return target.tolist()
    cases = [
        macro(rng, "eight_classes_one_empty", one_hot(rng.integers(0, 7, 120).tolist(), 8), 6),
        macro(rng, "three_classes_ties", one_hot(rng.integers(0, 3, 40).tolist(), 3), 1),
        macro(rng, "fourteen_findings", uncertain((60, 14), 0.2), 6),
        macro(rng, "rare_findings_ties", uncertain((12, 5), 0.1), 1),
        macro(rng, "nothing_known", [[None, 1], [None, 1]], 6),
    ]
    whole = cases[1]  # scikit-learn's own macro mean, where it exists
    target, score = (np.reshape(whole[key], (-1, 3)) for key in ("target", "score"))
    direct = np.mean([roc_auc_score(target[:, c].astype(int), score[:, c]) for c in range(3)])
    assert abs(direct - whole["value"]) < 1e-14
    return cases


def murphy(label, p, bins):
    """Equal mass: in ascending order a bin closes after the tie that reaches the next multiple of n / bins."""
    label, p = np.asarray(label, float), np.asarray(p, float)
    n, base = len(p), label.mean()
    values, counts = np.unique(p, return_counts=True)
    number, cumulated, closed, current = {}, 0, 0, 0
    for value, count in zip(values, counts):
        number[value] = current
        cumulated += int(count)
        if cumulated * bins >= (closed + 1) * n:
            closed, current = cumulated * bins // n, current + 1
    place = np.array([number[value] for value in p])
    parts = dict(reliability=0.0, resolution=0.0, uncertainty=base * (1 - base), within_variance=0.0,
                 within_covariance=0.0, bins=len(set(place.tolist())))
    for k in set(place.tolist()):
        q, y = p[place == k], label[place == k]
        parts["reliability"] += len(q) / n * (q.mean() - y.mean()) ** 2
        parts["resolution"] += len(q) / n * (y.mean() - base) ** 2
        parts["within_variance"] += len(q) / n * q.var()
        parts["within_covariance"] += len(q) / n * np.mean((q - q.mean()) * (y - y.mean()))
    total = parts["reliability"] - parts["resolution"] + parts["uncertainty"] + parts["within_variance"] \
        - 2 * parts["within_covariance"]
    assert abs(total - brier_score_loss(label.astype(int), p, pos_label=1)) < 1e-14
    return parts


def murphy_cases():
    rng, cases = generator(711), []
    for name, n, decimals, bins in [("continuous", 100, 6, 10), ("ties", 60, 1, 10), ("more_bins_than_values", 30, 1, 50),
                                    ("one_bin", 20, 6, 1), ("uneven", 23, 2, 7), ("tiny", 2, 6, 10)]:
        p = np.round(rng.uniform(size=n), decimals)
        label = (rng.uniform(size=n) < p).astype(int)
        cases.append({"name": name, "label": label, "p": p, "asked": bins} | murphy(label, p, bins))
    return cases


def weighted_cases():
    rng, cases = generator(712), []
    for name, n, decimals in [("continuous", 50, 6), ("ties", 50, 1), ("tiny", 4, 6), ("constant", 10, 0)]:
        label = np.array([1, 0] * (n // 2))
        score = np.round(0.4 * rng.uniform(size=n) + 0.05 * label, decimals)
        weight = rng.integers(0, 4, n)
        weight[0], weight[1] = 1, 2
        cases.append({"name": name, "label": label, "score": score, "weight": weight,
                      "auc": float(roc_auc_score(label, score, sample_weight=weight)),
                      "brier": float(brier_score_loss(label, score, sample_weight=weight, pos_label=1))})
    return cases


def isotonic_cases():
    rng, cases = generator(713), []
    for size, decimals in [(1, 3), (2, 3), (6, 3), (12, 1), (40, 3)]:
        value = np.round(rng.standard_normal(size) + np.linspace(0, 1, size), decimals)
        for weight in (np.ones(size), np.round(rng.uniform(0.1, 3.0, size), 3)):
            cases.append({"value": value, "weight": weight,
                          "fit": isotonic_regression(value, weights=weight).x,
                          "drop": max([0.0] + [value[i] - value[j] for j in range(size) for i in range(j)])})
    return cases


def multiplicity_cases():
    rng, cases = generator(714), []
    for p in ([0.04], [0.01, 0.04], [0.0, 1.0, 0.5], [0.03, 0.03, 0.03], np.round(rng.uniform(size=12) ** 3, 6).tolist()):
        cases.append({"p": p, "holm": multipletests(p, method="holm")[1], "bh": multipletests(p, method="fdr_bh")[1]})
    return cases


def bootstrap_cases():
    """BCa over strata as scipy.stats.bootstrap has it for several samples; quantiles of type 7."""
    rng, cases = generator(715), []
    for name, sizes, replicates, decimals, level in [("one_stratum", [30], 200, 6, 0.95), ("strata", [12, 20, 5], 200, 6, 0.9),
                                                     ("ties", [10, 8], 101, 1, 0.95), ("few", [4], 5, 6, 0.8)]:
        replicate = np.round(rng.gamma(4.0, 0.1, replicates), decimals)
        value = float(np.round(np.median(replicate) + 0.02, decimals))
        jackknife = [np.round(value + rng.gamma(2.0, 0.3, n) / n, 6) for n in sizes]
        tail = (1 - level) / 2
        low, high = np.quantile(replicate, [tail, 1 - tail])
        share = (np.sum(replicate < value) + np.sum(replicate <= value)) / (2 * replicates)
        z0 = norm.ppf(share)
        influence = [(len(l) - 1) * (l.mean() - l) for l in jackknife]
        a = sum(np.sum(u**3) / len(u)**3 for u in influence) / 6 \
            / sum(np.sum(u**2) / len(u)**2 for u in influence) ** 1.5
        levels = [norm.cdf(z0 + (z0 + z) / (1 - a * (z0 + z))) for z in norm.ppf([tail, 1 - tail])]
        cases.append({"name": name, "value": value, "replicate": replicate, "level": level,
                      "jackknife": [l.tolist() for l in jackknife], "percentile": [low, high],
                      "basic": [2 * value - high, 2 * value - low], "bca": np.quantile(replicate, levels)})
    return cases


def seed_cases():
    rng, cases = generator(716), []
    for seeds in (2, 3, 5, 10):
        value, se = np.round(rng.uniform(0.7, 0.9, seeds), 4), np.round(rng.uniform(0.01, 0.03, seeds), 4)
        between, within = value.var(ddof=1), np.mean(se**2)
        variance = between / seeds + within
        df = variance**2 / ((between / seeds) ** 2 / (seeds - 1))
        half = t.ppf(0.975, df) * math.sqrt(variance)
        cases.append({"value": value, "se": se, "mean": value.mean(), "between": math.sqrt(between),
                      "within": math.sqrt(within), "total": math.sqrt(between + within), "se_of_mean": math.sqrt(variance),
                      "low": value.mean() - half, "high": value.mean() + half})
    return cases


def bound_cases():
    """Table of K sizes x S seeds: U = max(0, max over i < j of mean + t_(S-1) s / sqrt(S)), one-sided 95 %."""
    rng, cases = generator(717), []
    for sizes, seeds in [(2, 2), (6, 3), (8, 5), (4, 10)]:
        table = np.round(0.8 + np.linspace(0, 0.03, sizes)[:, None] + 0.01 * rng.standard_normal((sizes, seeds)), 4)
        bound = 0.0
        for j in range(sizes):
            for i in range(j):
                d = table[i] - table[j]
                bound = max(bound, d.mean() + t.ppf(0.95, seeds - 1) * d.std(ddof=1) / math.sqrt(seeds))
        cases.append({"table": [row.tolist() for row in table], "bound": bound})
    return cases


def paired(rng, n, lift, images, decimals):
    """Two scores of the same clustered samples, the first better by `lift`."""
    patient = np.arange(n) // images
    label = (rng.uniform(size=n) < 0.4).astype(int)
    common = rng.standard_normal(n) + rng.standard_normal(n)[patient]
    a, b = (np.round(common + l * label + 0.7 * rng.standard_normal(n), decimals) for l in (1.0 + lift, 1.0))
    difference = f.auc(a, label) - f.auc(b, label)
    cov = {k: f.obuchowski_covariance(x, y, label, patient)["cov"] for k, x, y in [("aa", a, a), ("bb", b, b), ("ab", a, b)]}
    se = math.sqrt(cov["aa"] + cov["bb"] - 2.0 * cov["ab"])
    return {"label": label, "method": a, "reference": b, "patient": patient}, difference, se


def quasi_pareto_cases():
    rng, cases = generator(718), []
    for lift, dominant_lift, images, decimals in [(2.0, 0.5, 1, 6), (0.3, -0.3, 3, 6), (-0.5, 0.2, 2, 1), (0.8, 0.1, 3, 1)]:
        less, d_less, s_less = paired(rng, 60, lift, images, decimals)
        dominant, d_domi, s_domi = paired(rng, 90, dominant_lift, images, decimals)
        superiority, inferiority = norm.sf(d_less / s_less), norm.sf((d_domi + 0.02) / s_domi)
        cases.append({"less": less, "dominant": dominant, "margin": 0.02, "p_superiority": superiority,
                      "p_non_inferiority": inferiority, "p": max(superiority, inferiority)})
    return cases


def build():
    return {"macro": macro_cases(), "murphy": murphy_cases(), "weighted": weighted_cases(),
            "isotonic": isotonic_cases(), "multiplicity": multiplicity_cases(), "bootstrap": bootstrap_cases(),
            "seeds": seed_cases(), "bound": bound_cases(), "quasi_pareto": quasi_pareto_cases()}
