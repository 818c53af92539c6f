"""AUC variances by placement values, O(n^2), straight from the two papers.

psi(x, y) = 1 if x > y, 1/2 if x = y, 0 otherwise; X: scores of the M positives, Y: of the N
negatives; A = mean of psi over all pairs (equal to scikit-learn's roc_auc_score).
"""

import math


def psi(x, y):
    return 1.0 if x > y else 0.5 if x == y else 0.0


def placements(score, label):
    """V10 of every positive and V01 of every negative: {sample index: value}."""
    positive = [i for i, y in enumerate(label) if y == 1]
    negative = [i for i, y in enumerate(label) if y == 0]
    v10 = {i: sum(psi(score[i], score[j]) for j in negative) / len(negative) for i in positive}
    v01 = {j: sum(psi(score[i], score[j]) for i in positive) / len(positive) for j in negative}
    return v10, v01


def auc(score, label):
    v10, _ = placements(score, label)
    return sum(v10.values()) / len(v10)


def delong_covariance(first, second, label):
    """DeLong, DeLong and Clarke-Pearson, Biometrics 44 (1988) 837-845.

    S10 = sum_i (V10_r(X_i) - A_r)(V10_t(X_i) - A_t) / (M - 1), S01 alike over the negatives;
    cov(A_r, A_t) = S10 / M + S01 / N. None with fewer than two positives or negatives.
    """
    v10r, v01r = placements(first, label)
    v10t, v01t = placements(second, label)
    m, n = len(v10r), len(v01r)
    if m < 2 or n < 2:
        return None
    ar, at = auc(first, label), auc(second, label)
    s10 = sum((v10r[i] - ar) * (v10t[i] - at) for i in v10r) / (m - 1)
    s01 = sum((v01r[j] - ar) * (v01t[j] - at) for j in v01r) / (n - 1)
    return s10 / m + s01 / n


def obuchowski_covariance(first, second, label, cluster):
    """Obuchowski, Nonparametric analysis of clustered ROC curve data, Biometrics 53 (1997) 567-578.

    I clusters, I10 of them with a positive, I01 with a negative; cluster i has m_i positives
    and n_i negatives; V10(X_i.) and V01(Y_i.) are sums of the placements within cluster i (0 where
    it has none). With a_ir = V10_r(X_i.) - m_i A_r and b_ir = V01_r(Y_i.) - n_i A_r,

        S10_rt = I10 / ((I10 - 1) M) * sum_i a_ir a_it
        S01_rt = I01 / ((I01 - 1) N) * sum_i b_ir b_it
        S11_rt = I / (I - 1)         * sum_i a_ir b_it
        cov(A_r, A_t) = S10_rt / M + S01_rt / N + S11_rt / (M N) + S11_tr / (M N)

    so var(A) = S10 / M + S01 / N + 2 S11 / (M N), which is DeLong's when every cluster has one
    sample. None with I10 < 2 or I01 < 2. Returns the parts as a dict, `cov` among them.
    """
    v10r, v01r = placements(first, label)
    v10t, v01t = placements(second, label)
    ar, at = auc(first, label), auc(second, label)
    clusters = sorted(set(cluster))
    m, n = len(v10r), len(v01r)
    total = len(clusters)
    with_positive = len({cluster[i] for i in v10r})
    with_negative = len({cluster[j] for j in v01r})
    if with_positive < 2 or with_negative < 2:
        return None
    sum10 = sum01 = sum_rt = sum_tr = 0.0
    for c in clusters:
        a_r = sum(v10r[i] - ar for i in v10r if cluster[i] == c)
        a_t = sum(v10t[i] - at for i in v10t if cluster[i] == c)
        b_r = sum(v01r[j] - ar for j in v01r if cluster[j] == c)
        b_t = sum(v01t[j] - at for j in v01t if cluster[j] == c)
        sum10 += a_r * a_t
        sum01 += b_r * b_t
        sum_rt += a_r * b_t
        sum_tr += a_t * b_r
    s10 = with_positive / ((with_positive - 1) * m) * sum10
    s01 = with_negative / ((with_negative - 1) * n) * sum01
    s11_rt = total / (total - 1) * sum_rt
    s11_tr = total / (total - 1) * sum_tr
    return {
        "clusters": total, "clusters_with_positive": with_positive,
        "clusters_with_negative": with_negative,
        "s10": s10, "s01": s01, "s11_rt": s11_rt, "s11_tr": s11_tr,
        "cov": s10 / m + s01 / n + (s11_rt + s11_tr) / (m * n),
    }


def z_test(difference, variance):
    """Two-sided normal test of difference = 0.

    Zero variance: z = 0, p = 1 when the difference is zero too (identical scores), else undefined.
    """
    if variance is None:
        return {"z": None, "p": None, "reason": "variance undefined"}
    if variance < 1e-15:  # rounding of an exact zero
        if abs(difference) < 1e-12:
            return {"z": 0.0, "p": 1.0, "reason": None}
        return {"z": None, "p": None, "reason": "zero variance of a non-zero difference"}
    z = difference / math.sqrt(variance)
    return {"z": z, "p": math.erfc(abs(z) / math.sqrt(2.0)), "reason": None}


def brier(score, label):
    return sum((p - y) ** 2 for p, y in zip(score, label)) / len(label)


def murphy(score, label):
    """Brier = reliability - resolution + uncertainty, grouped by distinct score (exact)."""
    n, base = len(label), sum(label) / len(label)
    reliability = resolution = 0.0
    for value in sorted(set(score)):
        outcomes = [y for p, y in zip(score, label) if p == value]
        rate = sum(outcomes) / len(outcomes)
        reliability += len(outcomes) * (value - rate) ** 2 / n
        resolution += len(outcomes) * (rate - base) ** 2 / n
    return {"reliability": reliability, "resolution": resolution, "uncertainty": base * (1.0 - base)}
