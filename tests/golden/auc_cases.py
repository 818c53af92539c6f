"""statistics.json: AUC, DeLong, Obuchowski and Brier on generated cases, inputs included."""

import math

import numpy as np
from scipy.stats import norm
from sklearn.metrics import average_precision_score, brier_score_loss, roc_auc_score

import auc_formulas as f


def sigmoid(x):
    return 1.0 / (1.0 + np.exp(-x))


def two_models(rng, label, noise_a, noise_b, shared=None, decimals=6):
    """Two correlated probability scores of the same samples; `shared` is added to both logits."""
    label = np.asarray(label, dtype=float)
    common = rng.standard_normal(len(label)) * 0.7 + (0.0 if shared is None else shared)
    logits = [2.0 * label - 1.0 + common + rng.standard_normal(len(label)) * s for s in (noise_a, noise_b)]
    return [np.round(sigmoid(x), decimals).tolist() for x in logits]


def case_inputs():
    """(name, label, score_a, score_b, cluster or None)"""
    rng = np.random.Generator(np.random.PCG64(700))

    def shuffled(positives, negatives):
        label = [1] * positives + [0] * negatives
        rng.shuffle(label)
        return label

    def unclustered(name, label, *noise, decimals=6):
        return (name, label, *two_models(rng, label, *noise, decimals=decimals), None)

    def clustered(name, sizes, decimals):
        """Labels lean to one side in each cluster; a cluster effect is shared by both models."""
        cluster = [c for c, size in enumerate(sizes) for _ in range(size)]
        lean = rng.uniform(0.15, 0.85, len(sizes))
        label = [int(rng.uniform() < lean[c]) for c in cluster]
        effect = rng.standard_normal(len(sizes))
        scores = two_models(rng, label, 0.8, 1.4, shared=effect[cluster], decimals=decimals)
        order = rng.permutation(len(label))  # members of a cluster do not stand together
        return (name, *([list(np.array(v)[order].tolist()) for v in (label, *scores, cluster)]))

    cases = [
        unclustered("continuous_30+30", shuffled(30, 30), 0.8, 1.6),
        unclustered("imbalanced_12+188", shuffled(12, 188), 0.8, 1.6),
        unclustered("heavy_ties_40+60", shuffled(40, 60), 0.8, 1.6, decimals=1),
        unclustered("two_levels_25+25", shuffled(25, 25), 0.8, 1.6, decimals=0),
        ("tiny_2+2", [1, 0, 1, 0], [0.9, 0.4, 0.35, 0.2], [0.6, 0.6, 0.7, 0.1], None),
        ("one_positive_1+9", [0, 0, 0, 1, 0, 0, 0, 0, 0, 0],
         [0.1, 0.3, 0.2, 0.6, 0.7, 0.4, 0.15, 0.25, 0.05, 0.35],
         [0.2, 0.2, 0.5, 0.5, 0.4, 0.6, 0.35, 0.25, 0.15, 0.45], None),
        ("perfect_5+7", [1, 1, 1, 1, 1, 0, 0, 0, 0, 0, 0, 0],
         [0.95, 0.9, 0.85, 0.8, 0.75, 0.5, 0.45, 0.4, 0.3, 0.2, 0.1, 0.05],
         [0.9, 0.4, 0.85, 0.3, 0.75, 0.5, 0.45, 0.4, 0.35, 0.2, 0.1, 0.6], None),
        ("perfect_both_3+3", [1, 1, 1, 0, 0, 0], [0.9, 0.8, 0.7, 0.3, 0.2, 0.1],
         [0.8, 0.9, 0.6, 0.1, 0.2, 0.4], None),
        ("perfect_against_inverted_3+3", [1, 1, 1, 0, 0, 0], [0.9, 0.8, 0.7, 0.3, 0.2, 0.1],
         [0.1, 0.2, 0.3, 0.7, 0.8, 0.9], None),
        ("constant_6+6", [1, 0] * 6, [0.5] * 12, [0.3] * 12, None),
    ]
    label = shuffled(20, 20)
    same, inverted = two_models(rng, label, 1.0, 1.0)
    cases.append(("identical_20+20", label, same, list(same), None))
    # Below one half: an AUC is never flipped.
    cases.append(("below_half_20+20", label, same, [round(1.0 - p, 6) for p in inverted], None))
    cases.append(("one_class_0+6", [0] * 6, [0.1, 0.2, 0.3, 0.4, 0.5, 0.6], [0.6, 0.5, 0.4, 0.3, 0.2, 0.1], None))
    cases.append(clustered("clusters_of_2", [2] * 30, 6))
    cases.append(clustered("clusters_of_3_ties", [3] * 25, 1))
    cases.append(clustered("clusters_of_1_to_5", rng.integers(1, 6, 30).tolist(), 3))
    name, label, score_a, score_b, _ = unclustered("clusters_of_1_equal_delong", shuffled(15, 25), 0.8, 1.6)
    cases.append((name, label, score_a, score_b, list(range(40))))
    # All positives in one patient: Obuchowski undefined, DeLong defined.
    cases.append(("positives_in_one_cluster", [1, 1, 1, 0, 0, 0, 0, 0],
                  [0.9, 0.6, 0.3, 0.5, 0.2, 0.4, 0.1, 0.35], [0.7, 0.6, 0.5, 0.55, 0.2, 0.4, 0.1, 0.75],
                  [0, 0, 0, 0, 1, 1, 2, 2]))
    return cases


def intervals(area, variance):
    """95 % Wald (not clipped to [0, 1]) and logit-transformed interval; None where undefined."""
    if variance is None:
        return None, None
    half = norm.ppf(0.975) * math.sqrt(variance)
    wald = [area - half, area + half]
    if not 0.0 < area < 1.0 or variance == 0.0:
        return wald, None
    centre, half = math.log(area / (1.0 - area)), half / (area * (1.0 - area))
    return wald, [float(sigmoid(centre - half)), float(sigmoid(centre + half))]


def one_score(score, label, cluster):
    result = {"brier": f.brier(score, label), "murphy": f.murphy(score, label)}
    assert abs(result["brier"] - brier_score_loss(label, score, pos_label=1)) < 1e-14
    if len(set(label)) < 2:
        return result | {"auc": None, "average_precision": None, "delong_variance": None, "wald95": None,
                         "logit95": None, "obuchowski": None}
    area = float(roc_auc_score(label, score))
    assert abs(area - f.auc(score, label)) < 1e-14
    variance = f.delong_covariance(score, score, label)
    wald, logit = intervals(area, variance)
    result |= {"auc": area, "average_precision": float(average_precision_score(label, score)),
               "delong_variance": variance, "wald95": wald, "logit95": logit, "obuchowski": None}
    if cluster is not None:
        parts = f.obuchowski_covariance(score, score, label, cluster)
        if parts is not None:
            s11 = parts.pop("s11_rt")
            del parts["s11_tr"]
            result["obuchowski"] = parts | {"s11": s11, "variance": parts.pop("cov")}
    return result


def paired(a, b, label, cluster):
    """A_a - A_b on the same samples, by DeLong and, with clusters, by Obuchowski."""
    if len(set(label)) < 2:
        return None
    difference = f.auc(a, label) - f.auc(b, label)
    cov = {key: f.delong_covariance(x, y, label) for key, x, y in [("aa", a, a), ("bb", b, b), ("ab", a, b)]}
    variance = None if cov["ab"] is None else cov["aa"] + cov["bb"] - 2.0 * cov["ab"]
    result = {"difference": difference,
              "delong": {"covariance": cov["ab"], "variance": variance, **f.z_test(difference, variance)},
              "obuchowski": None}
    if cluster is not None:
        parts = {k: f.obuchowski_covariance(x, y, label, cluster) for k, x, y in [("aa", a, a), ("bb", b, b), ("ab", a, b)]}
        if parts["ab"] is not None:
            variance = parts["aa"]["cov"] + parts["bb"]["cov"] - 2.0 * parts["ab"]["cov"]
            result["obuchowski"] = {"covariance": parts["ab"]["cov"], "variance": variance,
                                    **f.z_test(difference, variance)}
    return result


def unpaired(first, second):
    """Two independent sets: z = (A_1 - A_2) / sqrt(var_1 + var_2), on score a of both cases."""
    difference = first["a"]["auc"] - second["a"]["auc"]
    variance = first["a"]["delong_variance"] + second["a"]["delong_variance"]
    return {"first": first["name"], "second": second["name"], "difference": difference,
            "variance": variance, **f.z_test(difference, variance)}


def build():
    cases = []
    for name, label, a, b, cluster in case_inputs():
        cases.append({
            "name": name, "label": label, "score_a": a, "score_b": b, "cluster": cluster,
            "a": one_score(a, label, cluster), "b": one_score(b, label, cluster),
            "paired": paired(a, b, label, cluster),
        })
    by_name = {case["name"]: case for case in cases}
    pairs = [("continuous_30+30", "imbalanced_12+188"), ("heavy_ties_40+60", "tiny_2+2"),
             ("constant_6+6", "constant_6+6"), ("perfect_5+7", "constant_6+6")]
    return {"cases": cases, "unpaired": [unpaired(by_name[x], by_name[y]) for x, y in pairs]}
