"""The losses of QP-Net, written from the equations with plain loops over samples.

`subgroup[i]` is 0 for the dominant and 1 for the less-prevalent subgroup. Everything is f64.
Numbers in brackets are the paper's equations (Nat Commun 15:1958).
"""

import math

import torch

DOMINANT, LESS = 0, 1


# --- class loss (2, 12) -----------------------------------------------------------------------

def cross_entropy(logits, label):
    """-log softmax(logits)[label] for one sample; logits (C)."""
    return torch.logsumexp(logits, dim=0) - logits[label]


def bce_with_logit(logit, target):
    """-[t log s(x) + (1 - t) log(1 - s(x))] = log(1 + e^x) - t x, stable for any x."""
    return torch.logaddexp(torch.zeros_like(logit), logit) - target * logit


def sample_loss(kind, logits, target):
    """l_y of one sample: CE, or the mean over the C labels of BCE-with-logits."""
    if kind == "single_label":
        return cross_entropy(logits, target)
    return sum(bce_with_logit(logits[c], target[c]) for c in range(len(target))) / len(target)


def subgroup_mean(per_sample, subgroup, wanted):
    """Mean loss over one subgroup of the batch, or None when the batch has none of it."""
    chosen = [per_sample[i] for i in range(len(per_sample)) if subgroup[i] == wanted]
    return sum(chosen) / len(chosen) if chosen else None


def class_loss(mean_domi, mean_less, delta):
    """delta * L_domi + (1 - delta) * L_less; an absent term is dropped and the other renormalised.

    Renormalised: the weights of the terms present are divided by their sum, so the one term left
    has weight 1, for every delta (also where its own weight was 0).
    """
    if mean_domi is None:
        return mean_less
    if mean_less is None:
        return mean_domi
    return delta * mean_domi + (1.0 - delta) * mean_less


# --- delta (13, 14) ---------------------------------------------------------------------------

def delta_of(a_domi, a_mix, sigma):
    return 1.0 / (1.0 + math.exp((a_domi - a_mix) / sigma))


# --- adversarial term (3, 15, 16) -------------------------------------------------------------

def balanced_weights(subgroup):
    """n / (2 n_g): the weights of each of the two subgroups sum to n / 2."""
    n = len(subgroup)
    return [n / (2.0 * subgroup.count(g)) for g in subgroup]


def adversarial_loss(logit, subgroup, weights=None):
    """(1/n) sum_i w_i BCE(logit_i, d_i) with d_i = 1 for the less-prevalent subgroup; logit (n)."""
    n = len(subgroup)
    weights = weights or [1.0] * n
    return sum(weights[i] * bce_with_logit(logit[i], float(subgroup[i])) for i in range(n)) / n


def grl(z, l):
    """Gradient reversal: the value is z, the derivative is -l."""
    return (1.0 + l) * z.detach() - l * z


def ramp(p):
    return 2.0 / (1.0 + math.exp(-10.0 * p)) - 1.0


# --- MMD (17-19) ------------------------------------------------------------------------------

def squared_distance(a, b):
    return ((a - b) ** 2).sum()


def pair_distances(pooled):
    """Squared distances of the pairs i < j, detached, as a list of floats."""
    rows = pooled.detach()
    n = len(rows)
    return [squared_distance(rows[i], rows[j]).item() for i in range(n) for j in range(i + 1, n)]


def bandwidths(kernel, pooled):
    """The h of every exp(-d^2 / h) the kernel adds up. They carry no gradient."""
    if kernel["name"] == "Unit":
        return [1.0]
    if kernel["name"] == "Fixed":
        return [kernel["bandwidth"]]
    distances = pair_distances(pooled)
    if kernel["name"] == "Median":
        return [sorted(distances)[(len(distances) - 1) // 2]]  # even count: the lower middle value
    # MeanHeuristic: mean over the n^2 - n ordered pairs i != j (= the mean over i < j).
    mul, num = kernel["mul"], kernel["num"]
    base = sum(distances) / len(distances) / mul ** (num // 2)
    return [base * mul**i for i in range(num)]


def kernel_value(a, b, hs):
    d2 = squared_distance(a, b)
    return sum(torch.exp(-d2 / h) for h in hs)


def mean_kernel(first, second, hs, leave_out_diagonal):
    """M of eq. 18; without the diagonal the divisor is n (n - 1)."""
    terms = [
        kernel_value(first[i], second[j], hs)
        for i in range(len(first))
        for j in range(len(second))
        if not (leave_out_diagonal and i == j)
    ]
    return sum(terms) / len(terms)


def mmd(domi, less, kernel, estimator):
    """Eq. 19. Biased: all pairs. Unbiased: i = j left out within each block (needs 2 rows each)."""
    hs = bandwidths(kernel, torch.cat([domi, less]))
    unbiased = estimator == "Unbiased"
    return (
        mean_kernel(domi, domi, hs, unbiased)
        - 2.0 * mean_kernel(domi, less, hs, False)
        + mean_kernel(less, less, hs, unbiased)
    )


def mean_off_diagonal_kernel(domi, less, kernel):
    """Mean kernel value over the pairs i != j of the pooled batch: < 1e-6 means a dead kernel."""
    pooled = torch.cat([domi, less]).detach()
    hs = bandwidths(kernel, pooled)
    distances = pair_distances(pooled)
    return sum(math.exp(-d2 / h) for d2 in distances for h in hs) / len(distances)


# --- BSS (20) ---------------------------------------------------------------------------------

def bss(z, k):
    """Sum of squares of the k smallest of the r = min(b, D) singular values; k > r counts as r."""
    ascending = torch.linalg.svdvals(z).flip(0)
    return (ascending[:k] ** 2).sum()


# --- losses of other methods ------------------------------------------------------------------

def decisions(kind, logits, target):
    """For each decision of a sample: the probabilities of its outcomes, and which one is true."""
    if kind == "single_label":
        return [(torch.softmax(logits, dim=0), target)]
    return [(torch.stack([torch.sigmoid(-logits[c]), torch.sigmoid(logits[c])]), target[c])
            for c in range(len(target))]


def focal(p_t, gamma):
    """Lin et al. 2017, eq. 4, without alpha."""
    return -((1.0 - p_t) ** gamma) * torch.log(p_t)


def flsd53(p_t):
    """Mukhoti et al. 2020, section 4."""
    return focal(p_t, 5 if p_t.item() < 0.2 else 3)


def dwb_weight(counts):
    """Fernando & Tsokos 2021: log(max n / n_c) + 1."""
    return [math.log(max(counts) / n) + 1.0 for n in counts]


def dwb(p, true, weights):
    """-w_y^(1 - p_y) log p_y - sum_j p_j (1 - p_j)."""
    weighted = -(weights[true] ** (1.0 - p[true])) * torch.log(p[true])
    return weighted - sum(p[j] * (1.0 - p[j]) for j in range(len(p)))


def covariance(z):
    """Sun & Saenko 2016, eqs 2 and 3: (Z^T Z - (1^T Z)^T (1^T Z) / n) / (n - 1)."""
    n = len(z)
    total = z.sum(dim=0, keepdim=True)
    return (z.T @ z - total.T @ total / n) / (n - 1)


def coral(domi, less):
    """Sun & Saenko 2016, eq. 1."""
    width = domi.shape[1]
    return ((covariance(domi) - covariance(less)) ** 2).sum() / (4 * width * width)


def inverse_frequency(counts):
    """N / (K n_c)."""
    return [sum(counts) / (len(counts) * n) for n in counts]


def uncertainty(losses, log_variances):
    """Kendall et al. 2018, eq. 10 with s = log sigma^2: l / sigma^2 + log sigma."""
    sigmas = [torch.exp(s / 2.0) for s in log_variances]
    return sum(l / sigma**2 + torch.log(sigma) for l, sigma in zip(losses, sigmas))


def group_dro(losses, group, q, eta):
    """Sagawa et al. 2020, algorithm 1: the objective and the new weights."""
    means = [sum(l for l, g in zip(losses, group) if g == k) / group.count(k) for k in range(len(q))]
    raised = [q[k] * math.exp(eta * means[k].item()) for k in range(len(q))]
    new = [value / sum(raised) for value in raised]
    return sum(weight * mean for weight, mean in zip(new, means)), new
