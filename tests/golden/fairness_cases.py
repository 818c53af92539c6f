"""fairness.json: rates and their gaps by subgroup, AUCs within, across and of the worst subgroup, negative
log-likelihood, Brier skill and temperature, inputs included."""

import math

import numpy as np
from scipy.optimize import brentq
from scipy.special import expit
from sklearn.metrics import brier_score_loss, confusion_matrix, log_loss, roc_auc_score

THRESHOLD = 0.5


def share(part, whole):
    return part / whole if whole else None


def spread(values):
    """Largest minus smallest of those that exist, as Fairlearn's `MetricFrame.difference` has it."""
    known = [v for v in values if v is not None]
    return max(known) - min(known) if len(known) > 1 else None


def rates(label, score, group):
    rows = []
    for g in sorted(set(group)):
        own = [i for i, x in enumerate(group) if x == g]
        calls = [score[i] >= THRESHOLD for i in own]
        tn, fp, fn, tp = confusion_matrix([label[i] for i in own], calls, labels=[0, 1]).ravel().tolist()
        rows.append({"group": g, "tpr": share(tp, tp + fn), "fpr": share(fp, fp + tn),
                     "called": share(tp + fp, len(own))})
    tpr, fpr, called = (spread([row[key] for row in rows]) for key in ("tpr", "fpr", "called"))
    odds = None if tpr is None or fpr is None else max(tpr, fpr)
    return {"rates": rows, "tpr_gap": tpr, "fpr_gap": fpr, "equalised_odds": odds, "demographic_parity": called}


def area(positive, negative):
    """scikit-learn's AUC of two lists of scores."""
    if not positive or not negative:
        return None
    return float(roc_auc_score([1] * len(positive) + [0] * len(negative), positive + negative))


def areas(label, score, group):
    names = sorted(set(group))
    scores = {(g, y): [s for s, l, x in zip(score, label, group) if x == g and l == y] for g in names for y in (0, 1)}
    cross = [[area(scores[a, 1], scores[b, 0]) for b in names] for a in names]
    within = [cross[i][i] for i in range(len(names))]
    known = [a for a in within if a is not None]
    return {"within": within, "worst": min(known) if known else None, "cross": cross}


def temperature(label, score):
    """Root of the slope of the log-likelihood in 1 / T, by Brent's method; None without one."""
    x, y = np.log(score) - np.log1p(-np.array(score)), np.array(label, float)
    slope = lambda b: math.fsum(x * (y - expit(b * x)))
    wrong = np.any(np.where(y == 1, x < 0, x > 0))
    if len(set(label)) < 2 or not wrong or slope(0.0) <= 0.0:
        return None
    top = 1.0
    while slope(top) > 0.0:
        top *= 2.0
    return 1.0 / brentq(slope, 0.0, top, xtol=1e-15, rtol=1e-14)


def forecast(label, score):
    one = len(set(label)) < 2
    base = sum(label) / len(label)
    skill = None if one else 1.0 - brier_score_loss(label, score, pos_label=1) / (base * (1.0 - base))
    found = temperature(label, score)
    scaled = None if found is None else expit((np.log(score) - np.log1p(-np.array(score))) / found)
    return {"log_loss": float(log_loss(label, score, labels=[0, 1])), "brier_skill": skill, "temperature": found,
            "scaled": scaled, "scaled_log_loss": None if scaled is None else float(log_loss(label, scaled))}


def build():
    rng, cases = np.random.Generator(np.random.PCG64(911)), []
    for name, n, prevalence, groups, bend, decimals in [
        ("two_groups_200", 200, 0.4, 2, 0.6, 6), ("four_groups_ties_120", 120, 0.5, 4, 1.5, 1),
        ("rare_300", 300, 0.04, 3, 1.0, 6), ("tiny_cells_12", 12, 0.4, 5, 1.0, 2), ("timid_90", 90, 0.5, 2, 3.0, 6),
        ("heavy_ties_60", 60, 0.3, 3, 0.8, 1), ("two_samples", 2, 0.5, 2, 1.0, 2),
    ]:
        logit = 1.5 * rng.standard_normal(n) + math.log(prevalence / (1 - prevalence))
        score = np.clip(np.round(expit(logit), decimals), 0.02, 0.98)
        kept = np.log(score / (1 - score))
        label = (rng.uniform(size=n) < expit(bend * kept)).astype(int).tolist()
        cases.append((name, label, score.tolist(), rng.integers(0, groups, n).tolist()))
    cases.append(("n_2_right", [1, 0], [0.8, 0.3], [0, 1]))
    cases.append(("n_2_one_group", [1, 0], [0.3, 0.8], [0, 0]))
    cases.append(("n_2_tied", [1, 0], [0.7, 0.7], [0, 0]))
    cases.append(("constant", [1, 0, 0, 1, 0, 0], [0.3] * 6, [0, 0, 1, 1, 2, 2]))
    cases.append(("one_outcome", [1] * 5, [0.2, 0.4, 0.6, 0.8, 0.9], [0, 1, 0, 1, 0]))
    return {"threshold": THRESHOLD, "cases": [
        {"name": name, "label": label, "score": score, "group": group} | rates(label, score, group)
        | areas(label, score, group) | forecast(label, score) for name, label, score, group in cases]}
