"""along.json: AUC, sensitivity and calibration along a continuous attribute by kernel weights, their errors, and the
correlations of errors between points; smooth calibration curves; factors of simultaneous bands.

Values by scikit-learn's weighted counts; each patient's part of the error by leaving the patient out of the means of
placements, hits or residuals, which stay; degrees of freedom from explicit matrices; factors from draws of NumPy's
multivariate normal.
"""

import math

import numpy as np
from scipy.stats import rankdata
from sklearn.metrics import recall_score, roc_auc_score

from auc_formulas import psi

THRESHOLD = 0.5


def bandwidth(at, patient):
    """1.06 min(SD, IQR / 1.349) n^(-1/5) over the means of patients."""
    means = [np.mean([a for a, c in zip(at, patient) if c == p]) for p in sorted(set(patient))]
    low, high = np.percentile(means, [25, 75])
    spread = np.std(means, ddof=1)
    if high > low:
        spread = min(spread, (high - low) / 1.349)
    return float(1.06 * spread * len(means) ** -0.2)


def grid(at, h):
    steps = min(max(math.ceil(2 * (max(at) - min(at)) / h), 24), 40)
    return np.linspace(min(at), max(at), steps + 1).tolist()


def placed(label, score, weight):
    """The weighted share of rivals that each sample beats."""
    found = []
    for i, y in enumerate(label):
        rivals = [j for j, other in enumerate(label) if other != y]
        beats = [psi(score[i], score[j]) if y == 1 else psi(score[j], score[i]) for j in rivals]
        found.append(float(np.average(beats, weights=[weight[j] for j in rivals])))
    return found


def side(value, weight, patient, kept):
    """{patient: part}, and the shares of patients, of the mean of what is kept."""
    kept = [i for i in kept if weight[i] > 0]
    patients = sorted({patient[i] for i in kept})
    mean = lambda own: sum(weight[i] * value[i] for i in own) / sum(weight[i] for i in own)
    whole, root = mean(kept), math.sqrt((len(patients) - 1) / len(patients))
    parts = {c: root * (whole - mean([i for i in kept if patient[i] != c])) for c in patients}
    total = sum(weight[i] for i in kept)
    shares = np.array([sum(weight[i] for i in kept if patient[i] == c) / total for c in patients])
    return parts, shares


def freedom(sides, parts, patients):
    """The smaller of what contributions show and of what shares allow."""
    d = np.array(list(parts.values()))
    shown = 2 * np.sum(d ** 2) ** 2 / np.sum(d ** 4) - 1
    variances, degrees, effective = [], [], []
    for own, h in sides:
        centre = np.eye(len(h)) - np.outer(np.ones(len(h)), h)
        form = centre.T @ np.diag((h / (1 - h)) ** 2) @ centre
        variances.append(sum(x * x for x in own.values()))
        degrees.append(np.trace(form) ** 2 / np.trace(form @ form))
        effective.append(1 / np.sum(h ** 2))
    v, nu, e = map(np.array, (variances, degrees, effective))
    allowed = min(v.sum() ** 2 / np.sum(v ** 2 / nu), patients - 1) * (1 - np.sum(v / e) / v.sum())
    return float(max(min(shown, allowed), 1))


def point(case, x, h, measure):
    label, score, patient = case["label"], case["score"], case["patient"]
    weight = np.array(case["weight"]) * np.exp(-0.5 * ((np.array(case["at"]) - x) / h) ** 2)
    hit = [float(s >= THRESHOLD) for s in score]
    everybody = range(len(label))
    if measure == "auc":
        value = roc_auc_score(label, score, sample_weight=weight)
        rank = placed(label, score, weight)
        sides = [side(rank, weight, patient, [i for i in everybody if label[i] == y]) for y in (0, 1)]
    elif measure == "sensitivity":
        value = recall_score(label, np.array(hit, int), sample_weight=weight)
        sides = [side(hit, weight, patient, [i for i in everybody if label[i] == 1])]
    else:
        miss = [y - s for y, s in zip(label, score)]
        value = np.average(label, weights=weight) - np.average(score, weights=weight)
        sides = [side(miss, weight, patient, everybody)]
    parts = {c: sum(own.get(c, 0.0) for own, _ in sides) for c in sorted(set(patient))}
    variance = sum(d * d for d in parts.values())
    df = freedom(sides, parts, len(parts))
    if measure == "calibration":
        implied = np.sum(weight ** 2 * np.array(score) * (1 - np.array(score))) / weight.sum() ** 2
        variance = max(variance, implied)
    effective = []
    for y in (0, 1):
        held = [sum(w for w, c, z in zip(weight, patient, label) if c == p and z == y) for p in sorted(set(patient))]
        effective.append(sum(held) ** 2 / sum(w * w for w in held))
    return {"value": float(value), "se": math.sqrt(variance), "df": df, "effective": effective}, list(parts.values())


def uncentred(parts):
    """Correlations of contributions, whose sums are not taken off: they are errors, not samples."""
    d = np.array(parts)
    product = d @ d.T
    scale = np.sqrt(np.diag(product))
    return (product / np.outer(scale, scale)).tolist()


def calibration(case):
    """The smooth curve: kernel means of probability and outcome over middle ranks."""
    rank = ((rankdata(case["score"]) - 0.5) / len(case["score"])).tolist()
    h = bandwidth(rank, case["patient"])
    ranked = {**case, "at": rank}
    rows = []
    for x in grid(rank, h):
        weight = np.array(case["weight"]) * np.exp(-0.5 * ((np.array(rank) - x) / h) ** 2)
        own, _ = point(ranked, x, h, "calibration")
        rows.append([float(np.average(case["score"], weights=weight)), float(np.average(case["label"], weights=weight)),
                     own["se"]])
    return {"bandwidth": h, "rows": rows}


def made(rng, patients, images, decimals, weighted):
    label, score, patient, at = [], [], [], []
    for c in range(patients):
        age, y, own = rng.uniform(20, 80), int(rng.uniform() < 0.45), rng.standard_normal()
        for k in range(images):
            x = y * (0.6 + age / 60) + 0.6 * own + 0.8 * rng.standard_normal() - 0.8
            label.append(y), patient.append(c), at.append(round(float(age + 0.3 * k), 2))
            score.append(round(float(1 / (1 + math.exp(-x))), decimals))
    weight = np.round(rng.uniform(0.2, 2, len(label)), 2).tolist() if weighted else [1.0] * len(label)
    return {"label": label, "score": score, "patient": patient, "at": at, "weight": weight}


def factors(rng):
    """The quantile of max |Z| by 4,000,000 draws, for correlations that fall with the distance."""
    found = []
    for n, reach in [(1, 1.0), (5, 1.0), (15, 4.0), (25, 10.0), (8, 0.01)]:
        place = np.arange(n)
        r = np.exp(-0.5 * ((place[:, None] - place[None, :]) / reach) ** 2)
        most = np.concatenate([np.abs(rng.multivariate_normal(np.zeros(n), r, 400_000, method="eigh")).max(axis=1)
                               for _ in range(10)])
        found.append({"correlations": r.tolist(), "factors": [float(round(np.quantile(most, q), 3)) for q in (0.9, 0.95, 0.99)]})
    return found


def build():
    rng = np.random.Generator(np.random.PCG64(2203))
    cases = []
    for name, patients, images, decimals, weighted in [
        ("one_image", 120, 1, 4, False), ("ties", 90, 1, 1, False), ("two_images", 110, 2, 3, False),
        ("weights", 120, 2, 2, True),
    ]:
        case = {"name": name, **made(rng, patients, images, decimals, weighted)}
        h = bandwidth(case["at"], case["patient"])
        points = grid(case["at"], h)
        inner = [x for x in points if 32 <= x <= 68][::2]
        for measure in ("auc", "sensitivity", "calibration"):
            found = [point(case, x, h, measure) for x in inner]
            case[measure] = {"points": [own for own, _ in found], "correlations": uncentred([parts for _, parts in found])}
        cases.append({**case, "bandwidth": h, "grid": points, "inner": inner, "smooth": calibration(case)})
    return {"threshold": THRESHOLD, "cases": cases, "factors": factors(rng)}
