"""decisions.json: ROC curve, confusion counts, reliability, calibration error and line, inputs included."""

import math

import numpy as np
import statsmodels.api as sm
from scipy.optimize import brentq
from scipy.special import expit
from sklearn.metrics import confusion_matrix, roc_curve

BINS = 5


def equal_mass(probabilities):
    """Bin numbers: ascending, tied values together, a bin closes at or after each n / BINS."""
    distinct = sorted(set(probabilities))
    n, number, below, bins = len(probabilities), 0, 0, {}
    for value in distinct:
        bins[value] = number
        below += sum(p == value for p in probabilities)
        if below * BINS >= (math.floor(start_share(bins, probabilities, number) * BINS / n + 1e-9) + 1) * n:
            number += 1
    return [bins[p] for p in probabilities]


def start_share(bins, probabilities, number):
    """How many samples lie in the bins before `number`."""
    return sum(1 for p in probabilities if bins.get(p, number) < number)


def reliability(label, probabilities):
    """(n, mean forecast, rate) of every bin, and the expected calibration error."""
    number = equal_mass(probabilities)
    rows = []
    for b in range(max(number) + 1):
        inside = [i for i in range(len(label)) if number[i] == b]
        if inside:
            rows.append([len(inside), float(np.mean([probabilities[i] for i in inside])),
                         float(np.mean([label[i] for i in inside]))])
    error = sum(n * abs(p - y) for n, p, y in rows) / len(label)
    return {"bins": rows, "error": error}


def line(label, probabilities):
    """Intercept and slope of a logistic regression on the logit, and the intercept at slope 1."""
    logit = np.log(np.array(probabilities) / (1 - np.array(probabilities)))
    if len(set(label)) < 2 or np.ptp(logit) == 0:
        return None
    both = sm.GLM(label, sm.add_constant(logit), family=sm.families.Binomial()).fit(tol=1e-15, maxiter=200)
    # At slope 1 the likelihood equation has one unknown: forecasts must add up to the positives.
    alone = brentq(lambda a: sum(expit(a + logit)) - sum(label), -50, 50, xtol=1e-15, rtol=1e-15)
    return {"intercept": both.params[0], "slope": both.params[1], "in_the_large": alone}


def decisions(label, score, threshold):
    """Counts at the threshold, and scikit-learn's curve with no point dropped."""
    calls = [s >= threshold for s in score]
    tn, fp, fn, tp = confusion_matrix(label, calls, labels=[0, 1]).ravel().tolist()
    result = {"threshold": threshold, "confusion": [tp, fp, tn, fn], "roc": None}
    if len(set(label)) == 2:
        fpr, tpr, _ = roc_curve(label, score, drop_intermediate=False)
        result["roc"] = [fpr.tolist(), tpr.tolist()]
    return result


def build():
    """Forecasts that are bent, tied, few and of rare positives."""
    rng = np.random.Generator(np.random.PCG64(811))
    cases = []
    for name, n, prevalence, intercept, slope, decimals in [
        ("calibrated_200", 200, 0.5, 0.0, 1.0, 6),
        ("too_extreme_150", 150, 0.4, 0.3, 0.5, 6),
        ("too_timid_120", 120, 0.5, -0.5, 2.0, 6),
        ("rare_400", 400, 0.05, 0.0, 1.0, 6),
        ("ties_100", 100, 0.5, 0.0, 1.0, 1),
        ("few_8", 8, 0.5, 0.0, 1.0, 2),
    ]:
        while True:
            logit = rng.standard_normal(n) * 1.5 + math.log(prevalence / (1 - prevalence))
            score = np.clip(np.round(1 / (1 + np.exp(-logit)), decimals), 0.01, 0.99).tolist()
            kept = np.log(np.array(score) / (1 - np.array(score)))
            label = (rng.uniform(size=n) < 1 / (1 + np.exp(-(intercept + slope * kept)))).astype(int).tolist()
            zero, one = [[s for s, y in zip(score, label) if y == side] for side in (0, 1)]
            if zero and one and max(zero) > min(one) and max(one) > min(zero):
                break  # the outcomes overlap: a line exists
        cases.append((name, label, score))
    cases.append(("one_outcome_5", [1] * 5, [0.2, 0.4, 0.6, 0.8, 0.9]))
    cases.append(("constant_6", [1, 0, 0, 1, 0, 0], [0.3] * 6))
    return {"bins": BINS, "cases": [
        {"name": name, "label": label, "score": score, "decisions": decisions(label, score, 0.5),
         "reliability": reliability(label, score), "line": line(label, score)}
        for name, label, score in cases]}
