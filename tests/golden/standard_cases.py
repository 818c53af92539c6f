"""standardised.json: the AUC of a subgroup at the mix of cases of another, its variance, and the gap between both.

The value comes pair by pair from the AUCs of strata; each patient's part of the error by leaving the patient out of the
means of strata, and of the reference's shares, with placements held fixed.
"""

import math

import numpy as np
from sklearn.metrics import roc_auc_score

from auc_formulas import psi


def share(weight, inside):
    return sum(w for w, i in zip(weight, inside) if i)


def common(reference, own):
    """Strata of each outcome that both have, with two patients or more of the subgroup."""
    found = {}
    for y in (1, 0):
        names = sorted(set(reference["stratum"]) | set(own["stratum"]))
        has = lambda part, s: [i for i in range(len(part["label"])) if part["label"][i] == y and part["stratum"][i] == s
                               and part["weight"][i] > 0]
        found[y] = [s for s in names if has(reference, s) and len({own["patient"][i] for i in has(own, s)}) > 1]
    return found


def restricted(part, both):
    kept = [i for i in range(len(part["label"])) if part["stratum"][i] in both[part["label"][i]]]
    return {key: [values[i] for i in kept] for key, values in part.items()}


def stratum_share(part, y, s):
    """Weighted share of the stratum among the samples of the outcome."""
    own = [y == label for label in part["label"]]
    inside = [o and s == name for o, name in zip(own, part["stratum"])]
    return share(part["weight"], inside) / share(part["weight"], own)


def stratum_auc(part, s, t):
    """AUC of positives of stratum s against negatives of stratum t, by scikit-learn."""
    kept = [i for i in range(len(part["label"]))
            if (part["label"][i], part["stratum"][i]) in ((1, s), (0, t)) and part["weight"][i] > 0]
    take = lambda key: [part[key][i] for i in kept]
    return roc_auc_score(take("label"), take("score"), sample_weight=take("weight"))


def placements(part, weight):
    """Weighted share of rivals that each sample beats."""
    found = []
    for i, y in enumerate(part["label"]):
        rivals = [j for j, other in enumerate(part["label"]) if other != y]
        beats = lambda j: psi(part["score"][i], part["score"][j]) if y == 1 else psi(part["score"][j], part["score"][i])
        total = sum(weight[j] for j in rivals)
        found.append(sum(weight[j] * beats(j) for j in rivals) / total)
    return found


def mean(values, weight, kept):
    total = sum(weight[i] for i in kept)
    return sum(weight[i] * values[i] for i in kept) / total


def moves(values, part, kept, factor=1.0):
    """{patient: sqrt((I - 1) / I) times the move of the mean when the patient is left out}."""
    kept = [i for i in kept if part["weight"][i] > 0]
    patients = sorted({part["patient"][i] for i in kept})
    root = math.sqrt((len(patients) - 1) / len(patients))
    whole, found = mean(values, part["weight"], kept), {}
    for c in patients:
        others = [i for i in kept if part["patient"][i] != c]
        found[c] = factor * root * (whole - mean(values, part["weight"], others))
    return found


def add(*parts):
    total = {}
    for part in parts:
        for patient, d in part.items():
            total[patient] = total.get(patient, 0.0) + d
    return total


def side(part, y):
    return [i for i, label in enumerate(part["label"]) if label == y]


def standardised(reference, own):
    """Value, variance and effective numbers of the subgroup; value and variance of the reference; of their gap."""
    both = common(reference, own)
    if not both[0] or not both[1]:
        return None
    them, us = restricted(reference, both), restricted(own, both)
    p = {(y, s): stratum_share(them, y, s) for y in (0, 1) for s in both[y]}
    value = sum(p[1, s] * p[0, t] * stratum_auc(us, s, t) for s in both[1] for t in both[0])
    weight = [w * p[y, s] / sum(v for v, z, r in zip(us["weight"], us["label"], us["stratum"]) if (z, r) == (y, s))
              for w, y, s in zip(us["weight"], us["label"], us["stratum"])]
    placed = placements(us, weight)
    stratum = {(y, s): [i for i in side(us, y) if us["stratum"][i] == s] for y, s in p}
    means = {key: mean(placed, us["weight"], kept) for key, kept in stratum.items()}
    asked = [means[y, s] for y, s in zip(them["label"], them["stratum"])]
    own_parts = add(*(moves(placed, us, stratum[key], p[key]) for key in p), *(moves(asked, them, side(them, y)) for y in (0, 1)))
    theirs = placements(them, them["weight"])
    reference_parts = add(*(moves(theirs, them, side(them, y)) for y in (0, 1)))
    reference_value = mean(theirs, them["weight"], side(them, 1))
    variance = lambda parts: sum(d * d for d in parts.values())
    minus = {patient: -d for patient, d in own_parts.items()}
    kish = lambda y: sum(weight[i] for i in side(us, y)) ** 2 / sum(weight[i] ** 2 for i in side(us, y))
    lost = lambda part: [1 - sum(stratum_share(part, y, s) for s in both[y]) for y in (0, 1)]
    return {"value": value, "variance": variance(own_parts), "effective": [kish(0), kish(1)],
            "reference": reference_value, "reference_variance": variance(reference_parts),
            "gap_variance": variance(add(reference_parts, minus)),
            "lost_reference": lost(reference), "lost_own": lost(own), "strata": [len(both[0]), len(both[1])]}


def build():
    rng = np.random.Generator(np.random.PCG64(71))

    def part(first, patients, images, mix, weighted, decimals, mixed=False):
        label, score, patient, stratum = [], [], [], []
        for c in range(patients):
            y, own = c % 2, rng.standard_normal()
            home = int(rng.choice(len(mix), p=mix))
            for _ in range(images):
                s = int(rng.choice(len(mix), p=mix)) if mixed else home
                x = y * (1.8 - 0.7 * s) + (own + rng.standard_normal()) / math.sqrt(2) + 0.3 * s
                label.append(y), score.append(round(float(x), decimals)), patient.append(first + c), stratum.append(s)
        weight = np.round(rng.uniform(0.1, 2, len(label)), 2).tolist() if weighted else [1.0] * len(label)
        return {"label": label, "score": score, "patient": patient, "stratum": stratum, "weight": weight}

    cases = []
    for name, reference, own in [
        ("two_strata", (0, 60, 1, [0.7, 0.3], False, 3), (60, 40, 1, [0.3, 0.7], False, 3)),
        ("pairs_three_strata", (0, 60, 2, [0.5, 0.3, 0.2], False, 2), (60, 50, 2, [0.2, 0.3, 0.5], False, 2)),
        ("strata_within_patients", (0, 40, 3, [0.6, 0.4], False, 1, True), (40, 30, 3, [0.3, 0.7], False, 1, True)),
        ("weights", (0, 40, 2, [0.6, 0.4], True, 2), (40, 36, 2, [0.4, 0.6], True, 2)),
        ("patients_of_both", (0, 40, 2, [0.6, 0.4], False, 2), (20, 36, 2, [0.4, 0.6], False, 2)),
        ("no_overlap_in_one", (0, 50, 1, [0.6, 0.4, 0.0], False, 2), (50, 40, 1, [0.4, 0.2, 0.4], False, 2)),
        ("one_stratum", (0, 30, 2, [1.0], False, 2), (30, 24, 2, [1.0], False, 2)),
        ("none_in_common", (0, 20, 1, [1.0, 0.0], False, 2), (20, 20, 1, [0.0, 1.0], False, 2)),
    ]:
        reference, own = part(*reference), part(*own)
        cases.append({"name": name, "reference": reference, "own": own, "found": standardised(reference, own)})
    return {"cases": cases}
