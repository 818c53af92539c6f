"""operating.json: thresholds by a rule on one part, rates of another part at them, limits that contain the choice; and
the smallest difference that a comparison would show.

Thresholds are found by trying every candidate, rates by scikit-learn's counts, the variance by leaving patients out,
its degrees of freedom from the explicit matrix, quantiles by SciPy. Replicates of the threshold are inputs, so that no
generator of random numbers has to agree.
"""

import math

import numpy as np
from scipy.optimize import brentq
from scipy.stats import chi2, nct, norm, t as student
from sklearn.metrics import confusion_matrix

LEVEL = 0.95
RULES = ["youden", "sensitivity=0.9", "specificity=0.9", "sensitivity=1", "specificity=1"]


def shares(label, score, weight, threshold):
    """Weighted sensitivity and specificity."""
    hit = [w for y, s, w in zip(label, score, weight) if y == 1 and s >= threshold]
    kept = [w for y, s, w in zip(label, score, weight) if y == 0 and s < threshold]
    positive = sum(w for y, w in zip(label, weight) if y == 1)
    negative = sum(w for y, w in zip(label, weight) if y == 0)
    return sum(hit) / positive, sum(kept) / negative


def chosen(label, score, weight, rule):
    """By trying every score that has a weight, and the next number above all of them."""
    scores = sorted({s for s, w in zip(score, weight) if w > 0})
    candidates = scores + [math.nextafter(scores[-1], math.inf)]
    name, _, least = rule.partition("=")
    if name == "youden":
        gain = {c: sum(shares(label, score, weight, c)) for c in scores}
        best = max(gain.values())
        return min(c for c in scores if gain[c] > best - 1e-12)
    least = float(least) - 1e-12
    if name == "sensitivity":
        return max(c for c in scores if shares(label, score, weight, c)[0] >= least)
    return min(c for c in candidates if shares(label, score, weight, c)[1] >= least)


def rates(label, score, threshold):
    """Sensitivity, false positive rate, share called positive, predictive values; None where there is none."""
    tn, fp, fn, tp = confusion_matrix(label, [s >= threshold for s in score], labels=[0, 1]).ravel().tolist()
    share = lambda part, whole: part / whole if whole else None
    n = tn + fp + fn + tp
    return [share(tp, tp + fn), share(fp, fp + tn), share(tp + fp, n), share(tp, tp + fp), share(tn, tn + fn)]


def design(h):
    """tr(M)^2 / tr(M^2) of the quadratic form sum_c s_c (u_c - sum_k h_k u_k)^2."""
    h = np.array(h)
    s = np.diag((h / (1 - h)) ** 2)
    away = np.eye(len(h)) - np.outer(np.ones(len(h)), h)
    m = away.T @ s @ away
    return np.trace(m) ** 2 / np.trace(m @ m)


def wilson(p, size, z):
    square = z * z / size
    centre, half = p + square / 2, math.sqrt(p * (1 - p) * square + square * square / 4)
    return max((centre - half) / (1 + square), 0.0), min((centre + half) / (1 + square), 1.0)


def limits(hit, cluster, spread, shared):
    """Limits of a share of `hit` whose threshold adds (variance, degrees of freedom)."""
    n, clusters = len(hit), sorted(set(cluster))
    p, count = sum(hit) / n, len(set(cluster))
    h = [cluster.count(c) / n for c in clusters]
    effective = 1 / sum(x * x for x in h)
    move = []
    for c in clusters:
        others = [x for x, own in zip(hit, cluster) if own != c]
        move.append(math.sqrt((count - 1) / count) * (p - sum(others) / len(others)))
    v = sum(d * d for d in move)
    alone = count == n and n >= 10
    allowed = max(min(design(h), count - 1) * (1 - 1 / effective), 1.0)
    if v > 0:
        size = min(p * (1 - p) / v, n)
        shown = 2 * v * v / sum(d ** 4 for d in move) - 1
        df = math.inf if alone else max(min(shown, allowed), 1.0)
    else:
        size, df = effective, math.inf if alone else max(effective - 1, 1.0)
    variance, own_df = spread
    choice = variance + (2 * math.sqrt(v * variance) if shared else 0.0)

    def inside(m):
        q = (m * p + 2) / (m + 4)
        return p * (1 - p) if v > 0 else q * (1 - q)

    smaller = lambda m: 1 / (1 / m + choice / inside(m))
    judged = inside(size) / size
    mixed = lambda f: (judged + choice) ** 2 / (judged ** 2 / f + choice ** 2 / own_df) if choice > 0 else f
    factor = lambda f: norm.ppf((1 + LEVEL) / 2) if math.isinf(f) else student.ppf((1 + LEVEL) / 2, f)
    low, high = wilson(p, smaller(size), factor(mixed(df)))
    if not alone:
        least, most = wilson(p, smaller(effective), factor(mixed(allowed)))
        low, high = max(low, least), min(high, most)
    return [p, low, high, math.sqrt(v + choice)]


def mean_limits(value, cluster, weight):
    """A weighted mean over patients with Student's limits: by leaving patients out."""
    total, clusters = sum(weight), sorted(set(cluster))
    mean = sum(w * x for w, x in zip(weight, value)) / total
    move, count = [], len(set(cluster))
    for c in clusters:
        rest = [(w, x) for w, x, own in zip(weight, value, cluster) if own != c]
        move.append(math.sqrt((count - 1) / count) * (mean - sum(w * x for w, x in rest) / sum(w for w, _ in rest)))
    h = [sum(w for w, own in zip(weight, cluster) if own == c) / total for c in clusters]
    v = sum(d * d for d in move)
    if v == 0:
        return [mean, None, None]
    allowed = min(design(h), count - 1) * (1 - sum(x * x for x in h))
    df = max(min(2 * v * v / sum(d ** 4 for d in move) - 1, allowed), 1.0)
    half = student.ppf((1 + LEVEL) / 2, df) * math.sqrt(v)
    return [mean, mean - half, mean + half]


def benefit(label, score, cluster, weight, threshold):
    """Net benefit of the scores, of calling everybody, and their difference."""
    odds = threshold / (1 - threshold)
    worth = [1.0 if y == 1 else -odds for y in label]
    own = [w if s >= threshold else 0.0 for w, s in zip(worth, score)]
    return [mean_limits(x, cluster, weight) for x in (own, worth, [a - b for a, b in zip(own, worth)])]


def shown(se, df, power):
    """The smallest difference shown with this power, its limits up to 1, and the power by the noncentral distribution."""
    both = student.ppf((1 + LEVEL) / 2, df) + student.ppf(power, df)
    limits = [min(both * se * math.sqrt(df / chi2.ppf(q, df)), 1.0) for q in ((1 + LEVEL) / 2, (1 - LEVEL) / 2)]
    exact = 1 - nct.cdf(student.ppf((1 + LEVEL) / 2, df), df, both)
    return {"se": se, "df": df, "power": power, "found": [both * se, *limits], "exact": exact}


def newcombe(theta, m, n):
    star = (m + n) / 2 - 1
    return theta * (1 - theta) * (1 + star * ((1 - theta) / (2 - theta) + theta / (1 + theta))) / (m * n)


def shown_gap(first, second, power):
    """(auc, se, df, m, n) of both sides: the gap at which the second, at first - gap, is shown; by a root finder."""
    (a, s, f, _, _), (b, r, g, m, n) = first, second

    def excess(gap):
        moved = r * math.sqrt(newcombe(a - gap, m, n) / newcombe(b, m, n))
        df = (s * s + moved * moved) ** 2 / (s ** 4 / f + moved ** 4 / g)
        return gap - (student.ppf((1 + LEVEL) / 2, df) + student.ppf(power, df)) * math.hypot(s, moved)

    steps = np.linspace(1e-6, a - 1e-6, 4001)
    first_above = next((i for i, gap in enumerate(steps) if excess(gap) > 0), None)
    return None if first_above is None else brentq(excess, steps[first_above - 1], steps[first_above], xtol=1e-14)


def score_error(auc, m, n):
    """Of an AUC without a variance: the distance to the further limit of Newcombe's score interval over t."""
    df = max(m + n - 2, 1.0)
    t = student.ppf((1 + LEVEL) / 2, df)
    off = lambda x: abs(auc - x) - t * math.sqrt(newcombe(x, max(m, 1.0), max(n, 1.0)))
    low = brentq(off, 0.0, auc - 1e-12, xtol=1e-15) if auc > 0 else 0.0
    high = brentq(off, auc + 1e-12, 1.0, xtol=1e-15) if auc < 1 else 1.0
    return max(auc - low, high - auc) / t, df


def needed(first, second, patients, half_width):
    """Patients of the second subgroup, by trying and halving: sides are (auc, se or None, df, positives, negatives)."""
    def error(side, times):
        auc, se, df, m, n = side
        return score_error(auc, m * times, n * times) if se is None else (se / math.sqrt(times), max(df * times, 1.0))

    def wide(number):
        (a, f), (b, g) = error(first, 1.0), error(second, number / patients)
        return student.ppf((1 + LEVEL) / 2, (a * a + b * b) ** 2 / (a ** 4 / f + b ** 4 / g)) * math.hypot(a, b)

    tried = np.geomspace(1.0, 1e10, 3000)
    at = next((i for i, number in enumerate(tried) if wide(number) <= half_width), None)
    if at is None:
        return None
    return brentq(lambda number: wide(number) - half_width, tried[at - 1], tried[at], xtol=1e-12, rtol=1e-14) if at else 1.0


def build():
    rng = np.random.Generator(np.random.PCG64(2207))
    cases = []
    for name, val, test, images, shift, decimals, weighted in [
        ("plain_60_80", 60, 80, 1, 1.2, 3, False),
        ("pairs_50_60", 50, 60, 2, 1.0, 3, False),
        ("ties_40_50", 40, 50, 1, 0.8, 1, False),
        ("weights_45_40", 45, 40, 1, 1.0, 2, True),
        ("few_20_8", 20, 8, 3, 1.0, 2, False),
        ("apart_30_30", 30, 30, 1, 6.0, 2, False),
    ]:
        def part(patients):
            label, score, patient = [], [], []
            for c in range(patients):
                y, own = int(c % 2 == 0), rng.standard_normal()
                for _ in range(images):
                    x = shift * y + (own + rng.standard_normal()) / math.sqrt(2)
                    label.append(y), score.append(round(float(1 / (1 + math.exp(-x))), decimals)), patient.append(c)
            return label, score, patient
        (label, score, _), (own, scores, patient) = part(val), part(test)
        weight = np.round(rng.uniform(0, 2, len(label)), 2).tolist() if weighted else [1.0] * len(label)
        rows = []
        for rule in RULES:
            threshold = chosen(label, score, weight, rule)
            found = rates(own, scores, threshold)
            replicates = np.round(threshold + 0.05 * rng.standard_normal(25), 3).tolist()
            # Choosing patients are one stratum of `val`: Hesterberg's n / (n - 1).
            away = [(rates(own, scores, r)[0] - found[0]) ** 2 for r in replicates]
            spread = (val / (val - 1) * float(np.mean(away)), val - 1)
            hit = [int(s >= threshold) for s, y in zip(scores, own) if y == 1]
            cluster = [c for c, y in zip(patient, own) if y == 1]
            rows.append({"rule": rule, "threshold": threshold, "rates": found, "replicates": replicates,
                         "sensitivity": limits(hit, cluster, spread, False),
                         "shared": limits(hit, cluster, spread, True)})
        cases.append({"name": name, "chooses": val, "label": label, "score": score, "weight": weight,
                      "judged_label": own, "judged_score": scores, "judged_patient": patient, "rows": rows})
    power = [shown(*case) for case in ((0.03, 11.5, 0.8), (0.01, 150.0, 0.9), (0.2, 3.0, 0.8), (0.05, 4000.0, 0.8))]
    gaps = [{"first": first, "second": second, "found": shown_gap(first, second, 0.8)} for first, second in (
        ((0.85, 0.02, 90.0, 100.0, 150.0), (0.8, 0.03, 60.0, 60.0, 90.0)),
        ((0.95, 0.01, 120.0, 200.0, 300.0), (0.9, 0.05, 14.0, 12.0, 30.0)),
        ((0.6, 0.05, 30.0, 20.0, 40.0), (0.75, 0.2, 4.0, 4.0, 5.0)))]
    sizes = [{"first": first, "second": second, "patients": n, "half_width": h, "found": needed(first, second, n, h)}
             for first, second, n, h in (
                 ((0.85, 0.01, 200.0, 90.0, 140.0), (0.8, 0.04, 30.0, 20.0, 40.0), 50, 0.05),
                 ((0.85, 0.02, 80.0, 90.0, 140.0), (0.8, 0.03, 12.0, 10.0, 9.0), 17, 0.05),
                 ((0.85, 0.02, 400.0, 90.0, 140.0), (0.8, 0.15, 3.0, 4.0, 5.0), 8, 0.05),
                 ((0.85, 0.04, 30.0, 30.0, 40.0), (0.8, 0.01, 99.0, 70.0, 90.0), 80, 0.05),
                 ((0.9, 0.01, 300.0, 120.0, 200.0), (1.0, None, 1.0, 12.0, 15.0), 27, 0.05),
                 ((1.0, None, 1.0, 80.0, 90.0), (0.8, 0.05, 25.0, 20.0, 30.0), 50, 0.08))]
    benefits = [{"name": case["name"], "threshold": threshold, "weight": weight,
                 "found": benefit(case["judged_label"], case["judged_score"], case["judged_patient"], weight, threshold)}
                for case in cases[:5] for threshold in (0.1, 0.3, 0.6)
                for weight in ([1.0] * len(case["judged_label"]),
                               np.round(rng.uniform(0.2, 2, len(case["judged_label"])), 2).tolist())]
    return {"level": LEVEL, "benefits": benefits, "cases": cases, "power": power, "gaps": gaps, "sizes": sizes}
