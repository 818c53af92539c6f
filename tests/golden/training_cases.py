"""trainings.json: the mean AUC of several trainings on the same patients, its two errors, and the limits.

The error of patients by leaving each out of the means of placements, which stay, averaged over trainings; that of trainings
by their spread; limits by integrating one Student's t over the other with SciPy.
"""

import math

import numpy as np
from scipy.integrate import quad
from scipy.optimize import brentq
from scipy.stats import t as student
from sklearn.metrics import roc_auc_score

from along_cases import freedom, placed, side


def sides(label, score, weight, patient):
    rank = placed(label, score, weight)
    return [side(rank, weight, patient, [i for i, y in enumerate(label) if y == outcome]) for outcome in (0, 1)]


def added(all_sides, factor):
    """Parts of patients, summed over sides with a factor."""
    total = {}
    for parts, _ in all_sides:
        for patient, d in parts.items():
            total[patient] = total.get(patient, 0.0) + factor * d
    return total


def half_width(a, df_a, b, df_b, level):
    """The quantile of |s_a T_a + s_b T_b|."""
    if min(a, b) == 0:
        scale, df = max((a, df_a), (b, df_b))
        return scale * student.ppf((1 + level) / 2, df)

    def beyond(c):
        inner = lambda x: student.pdf(x, df_a) * (student.sf((c - a * x) / b, df_b) + student.cdf((-c - a * x) / b, df_b))
        return quad(inner, -60, 60, points=[-c / a, c / a] if abs(c / a) < 60 else None, limit=400)[0] - (1 - level)

    return brentq(beyond, 1e-9, 100 * (a + b) + 1e-6, xtol=1e-12)


def of(case):
    label, patient, weight = case["label"], case["patient"], case["weight"]
    count = len(case["scores"])
    values = [roc_auc_score(label, s, sample_weight=weight) for s in case["scores"]]
    every = [sides(label, s, weight, patient) for s in case["scores"]]
    parts = added([own for pair in every for own in pair], 1 / count)
    scaled = [({c: d / count for c, d in own.items()}, h) for pair in every for own, h in pair]
    df = min(freedom(scaled, parts, len(parts)),
             max(freedom(pair, added(pair, 1.0), len(parts)) for pair in every))
    patients = math.sqrt(sum(d * d for d in parts.values()))
    seeds = float(np.std(values, ddof=1) / math.sqrt(count))
    return {"value": float(np.mean(values)), "patients": patients, "df": df, "seeds": seeds,
            "half": half_width(patients, df, seeds, count - 1, 0.95)}


def build():
    rng = np.random.Generator(np.random.PCG64(909))
    cases = []
    for name, patients, images, count, apart, decimals, weighted in [
        ("two", 60, 1, 2, 0.2, 3, False), ("five_of_pairs", 40, 2, 5, 0.6, 2, False), ("alike", 50, 1, 3, 0.0, 3, False),
        ("weights", 36, 2, 4, 0.4, 2, True),
    ]:
        label = [c % 2 for c in range(patients) for _ in range(images)]
        patient = [c for c in range(patients) for _ in range(images)]
        common = np.array([1.0 * y for y in label]) + rng.standard_normal(len(label))
        scores = []
        for _ in range(count):
            gain = 1 + apart * rng.standard_normal()
            own = common + gain * np.array(label) * 0.5 + (0.6 * rng.standard_normal(len(label)) if apart else 0.0)
            scores.append(np.round(own, decimals).tolist())
        weight = np.round(rng.uniform(0.2, 2, len(label)), 2).tolist() if weighted else [1.0] * len(label)
        case = {"name": name, "label": label, "patient": patient, "weight": weight, "scores": scores}
        cases.append({**case, "found": of(case)})
    return {"cases": cases}
