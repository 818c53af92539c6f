"""losses.json: every loss term, with its gradient, on small fixed batches."""

import numpy as np
import torch

import loss_formulas as f
from golden_io import rounded_normal
from tiny_net import total_loss_cases

SIZES = [(8, 8), (12, 4), (3, 1)]
DELTAS = [0.0, 0.25, 0.5, 0.9]


def leaf(array):
    return torch.tensor(np.asarray(array), dtype=torch.float64, requires_grad=True)


def interleaved(n_domi, n_less, seed):
    """Subgroups in a shuffled order, so that a slice cannot pass for a selection."""
    subgroup = [f.DOMINANT] * n_domi + [f.LESS] * n_less
    np.random.Generator(np.random.PCG64(seed)).shuffle(subgroup)
    return subgroup


# --- class loss -------------------------------------------------------------------------------

def class_case(name, kind, logits, targets, subgroup):
    x = leaf(logits)
    per_sample = [f.sample_loss(kind, x[i], targets[i]) for i in range(len(subgroup))]
    domi = f.subgroup_mean(per_sample, subgroup, f.DOMINANT)
    less = f.subgroup_mean(per_sample, subgroup, f.LESS)
    by_delta = []
    for delta in DELTAS:
        value = f.class_loss(domi, less, delta)
        (grad,) = torch.autograd.grad(value, x, retain_graph=True)
        by_delta.append({"delta": delta, "value": value, "grad": grad})
    return {
        "name": name, "kind": kind, "logits": logits, "targets": targets, "subgroup": subgroup,
        "per_sample": torch.stack(per_sample), "mean_domi": domi, "mean_less": less,
        "by_delta": by_delta,
    }


def class_cases():
    cases = []
    for seed, (n_domi, n_less) in enumerate(SIZES + [(6, 0), (0, 5)], start=100):
        n = n_domi + n_less
        rng = np.random.Generator(np.random.PCG64(seed))
        subgroup = interleaved(n_domi, n_less, seed)
        for kind, classes in [("single_label", 2), ("single_label", 8), ("multi_label", 5)]:
            logits = rounded_normal(seed + classes, (n, classes), scale=2.0)
            if kind == "single_label":
                targets = rng.integers(0, classes, n).tolist()
            else:
                targets = rng.integers(0, 2, (n, classes)).tolist()
            cases.append(class_case(f"{kind}_{classes}_{n_domi}+{n_less}", kind, logits, targets, subgroup))
    extreme = np.array([[60.0, -60.0], [-800.0, 800.0], [0.0, 0.0], [-40.0, 40.0]])
    cases.append(class_case("single_label_extreme", "single_label", extreme, [1, 0, 1, 1], [0, 1, 0, 1]))
    cases.append(class_case("multi_label_extreme", "multi_label", extreme,
                            [[0, 1], [1, 0], [1, 1], [0, 1]], [0, 1, 0, 1]))
    return cases


def delta_cases():
    sigma = 0.05
    triples = [(0.8, 0.8, sigma), (0.75, 0.8, sigma), (0.85, 0.8, sigma), (0.7, 0.8, sigma),
               (0.9, 0.8, sigma), (0.871, 0.8675, sigma), (0.5, 0.95, sigma), (0.8, 0.83, 0.01),
               (0.83, 0.8, 0.2), (1.0, 0.0, 0.01), (0.0, 1.0, 0.01)]
    return [{"a_domi": a, "a_mix": m, "sigma": s, "delta": f.delta_of(a, m, s)} for a, m, s in triples]


# --- adversarial term -------------------------------------------------------------------------

def adversarial_case(name, logits, subgroup):
    x = leaf(logits)
    case = {"name": name, "logits": logits, "subgroup": subgroup}
    weightings = {"unweighted": None}
    if 0 < sum(subgroup) < len(subgroup):  # balanced weights are not defined with a subgroup absent
        weightings["balanced"] = f.balanced_weights(subgroup)
    for key, weights in weightings.items():
        value = f.adversarial_loss(x, subgroup, weights)
        (grad,) = torch.autograd.grad(value, x)
        case[key] = {"weights": weights or [1.0] * len(subgroup), "value": value, "grad": grad}
    case.setdefault("balanced", None)
    return case


def adversarial_cases():
    cases = [
        adversarial_case(f"{a}+{b}", rounded_normal(200 + i, (a + b,), scale=1.5), interleaved(a, b, 200 + i))
        for i, (a, b) in enumerate(SIZES + [(6, 0)])
    ]
    return cases + [adversarial_case("extreme", np.array([50.0, -50.0, 0.0, 900.0]), [0, 1, 1, 0])]


def reversal_cases():
    cases = []
    for seed, (n_domi, n_less, width) in enumerate([(8, 8, 5), (3, 1, 5), (3, 1, 100)], start=300):
        subgroup = interleaved(n_domi, n_less, seed)
        z_in = rounded_normal(seed, (n_domi + n_less, width))
        weight_in = rounded_normal(seed + 50, (1, width), scale=0.4)
        for l in [0.0, 0.1, 0.5, 1.0]:
            z, weight, bias = leaf(z_in), leaf(weight_in), leaf([0.15])
            reversed_z = f.grl(z, l)
            loss = f.adversarial_loss((reversed_z @ weight.T + bias)[:, 0], subgroup)
            grads = torch.autograd.grad(loss, [z, weight, bias])
            cases.append({
                "name": f"{n_domi}+{n_less}_{width}_l{l}", "l": l, "z": z_in, "weight": weight_in,
                "bias": [0.15], "subgroup": subgroup, "grl": reversed_z if width == 5 else None,
                "loss": loss, "grad_z": grads[0], "grad_weight": grads[1], "grad_bias": grads[2],
            })
    return cases


# --- MMD --------------------------------------------------------------------------------------

def mmd_result(domi_in, less_in, kernel, estimator):
    domi, less = leaf(domi_in), leaf(less_in)
    result = {
        "kernel": kernel, "estimator": estimator,
        "bandwidths": f.bandwidths(kernel, torch.cat([domi, less])),
        "mean_off_diagonal_kernel": f.mean_off_diagonal_kernel(domi, less, kernel),
    }
    if estimator == "Unbiased" and min(len(domi), len(less)) < 2:
        reason = "the unbiased estimator needs two samples of each subgroup"
        return result | {"value": None, "reason": reason, "grad_domi": None, "grad_less": None}
    value = f.mmd(domi, less, kernel, estimator)
    grad_domi, grad_less = torch.autograd.grad(value, [domi, less])
    return result | {"value": value, "reason": None, "grad_domi": grad_domi, "grad_less": grad_less}


def mmd_case(name, domi, less, fixed):
    kernels = [{"name": "Unit"}, {"name": "MeanHeuristic", "mul": 2.0, "num": 5},
               {"name": "Median"}, {"name": "Fixed", "bandwidth": fixed}]
    results = [mmd_result(domi, less, k, e) for k in kernels for e in ["Biased", "Unbiased"]]
    return {"name": name, "domi": domi, "less": less, "results": results}


def mmd_cases():
    cases = []
    for seed, (n_domi, n_less) in enumerate(SIZES, start=400):
        for width, scale, fixed in [(5, 0.6, 1.5), (100, 0.12, 3.0)]:
            domi = rounded_normal(seed + width, (n_domi, width), scale=scale)
            less = rounded_normal(seed + width + 50, (n_less, width), scale=scale, shift=0.5 * scale)
            cases.append(mmd_case(f"{n_domi}+{n_less}_{width}", domi, less, fixed))
    same = rounded_normal(450, (4, 5), scale=0.6)
    return cases + [mmd_case("identical_blocks_4+4_5", same, same, 1.5)]


def dead_kernel_case():
    """z[i][j] = 4 sin(t + 0.0013 t^2), t = 100 i + j + 1; rows 0-63 dominant, 64-71 less + shift.

    All squared distances exceed 745, where exp(-d^2) is exactly 0 even in f64.
    """
    t = np.arange(1, 72 * 100 + 1, dtype=np.float64).reshape(72, 100)
    z = 4.0 * np.sin(t + 0.0013 * t * t)
    case = {"n_domi": 64, "n_less": 8, "width": 100, "amplitude": 4.0, "quadratic": 0.0013, "shifts": []}
    for shift in [0.0, 0.5, 5.0]:
        domi, less = z[:64], z[64:] + shift
        result = mmd_result(domi, less, {"name": "Unit"}, "Biased")
        alive = mmd_result(domi, less, {"name": "MeanHeuristic", "mul": 2.0, "num": 5}, "Biased")
        case["shifts"].append({
            "shift": shift, "value": result["value"],
            "max_abs_grad": max(result["grad_domi"].abs().max(), result["grad_less"].abs().max()),
            "mean_off_diagonal_kernel": result["mean_off_diagonal_kernel"],
            "min_squared_distance": min(f.pair_distances(torch.tensor(np.concatenate([domi, less])))),
            "mean_heuristic_value": alive["value"], "mean_heuristic_bandwidths": alive["bandwidths"],
        })
        assert result["value"] == 0.140625 and case["shifts"][-1]["max_abs_grad"] == 0.0
    return case


# --- BSS --------------------------------------------------------------------------------------

def bss_case(name, z_in):
    u, s, vt = np.linalg.svd(np.asarray(z_in), full_matrices=False)
    r = len(s)
    by_k = []
    for k in [1, 2, 5]:
        used = min(k, r)
        z = leaf(z_in)
        value = f.bss(z, k)
        (grad,) = torch.autograd.grad(value, z)
        by_hand = sum(2.0 * s[i] * np.outer(u[:, i], vt[i]) for i in range(r - used, r))
        # When sigma_k = sigma_(k+1) > 0 the choice of vectors, hence the gradient, is arbitrary.
        unique = used == r or s[r - used - 1] - s[r - used] > 1e-9 or s[r - used] < 1e-9
        assert torch.isfinite(grad).all()
        assert not unique or np.allclose(grad.numpy(), by_hand, atol=1e-12)
        by_k.append({"k": k, "used": used, "value": value, "grad_unique": bool(unique),
                     "grad": grad if unique else None, "grad_norm": np.sqrt(4.0 * value.item())})
    return {"name": name, "z": z_in, "singular_values": s, "by_k": by_k}


def bss_cases():
    shapes = [(16, 5), (8, 5), (4, 5), (4, 100), (16, 100), (1, 5)]
    cases = [bss_case(f"random_{b}x{d}", rounded_normal(500 + b + d, (b, d))) for b, d in shapes]
    thin = rounded_normal(560, (3, 5))
    return [bss_case("diag_3_2_1", np.diag([3.0, 2.0, 1.0]))] + cases + [
        bss_case("repeated_inside_3_2_2", np.diag([3.0, 2.0, 2.0])),
        bss_case("repeated_all_2_2_2", np.diag([2.0, 2.0, 2.0])),
        bss_case("zero_singular_values_4x3", np.vstack([np.diag([3.0, 0.0, 0.0]), np.zeros((1, 3))])),
        bss_case("duplicated_rows_6x5", np.vstack([thin, thin])),
        bss_case("all_zero_3x4", np.zeros((3, 4))),
    ]


# --- losses of other methods ------------------------------------------------------------------

def sample_losses(name, kind, logits, targets, of):
    """Values of every sample, the mean over its decisions, and the gradient of their sum."""
    x = leaf(logits)
    values = []
    for i, target in enumerate(targets):
        parts = [of(p, true, c) for c, (p, true) in enumerate(f.decisions(kind, x[i], target))]
        values.append(sum(parts) / len(parts))
    (grad,) = torch.autograd.grad(torch.stack(values).sum(), x)
    return {"name": name, "values": torch.stack(values), "grad": grad}


def method_cases():
    cases = []
    for seed, (kind, classes) in enumerate([("single_label", 2), ("single_label", 8), ("multi_label", 5)], start=700):
        rng = np.random.Generator(np.random.PCG64(seed))
        logits = rounded_normal(seed, (9, classes), scale=2.0)
        if kind == "single_label":
            targets = rng.integers(0, classes, 9).tolist()
            counts = [[int(n) for n in rng.integers(3, 90, classes)]]
        else:
            targets = rng.integers(0, 2, (9, classes)).tolist()
            counts = [[int(n) for n in rng.integers(3, 90, 2)] for _ in range(classes)]
        weights = [f.dwb_weight(pair) for pair in counts]
        losses = [sample_losses(f"focal_{g}", kind, logits, targets, lambda p, y, c, g=g: f.focal(p[y], g))
                  for g in [0, 1, 2, 3]]
        losses.append(sample_losses("flsd53", kind, logits, targets, lambda p, y, c: f.flsd53(p[y])))
        losses.append(sample_losses("dwb", kind, logits, targets, lambda p, y, c: f.dwb(p, y, weights[c])))
        cases.append({"name": f"{kind}_{classes}", "kind": kind, "logits": logits, "targets": targets,
                      "counts": counts, "weights": weights, "losses": losses})
    return cases


def coral_cases():
    cases = []
    for seed, (n, m, width) in enumerate([(8, 8, 5), (12, 4, 5), (3, 2, 7), (6, 6, 1)], start=720):
        domi_in = rounded_normal(seed, (n, width), scale=0.8)
        less_in = rounded_normal(seed + 20, (m, width), scale=1.3, shift=0.5)
        domi, less = leaf(domi_in), leaf(less_in)
        value = f.coral(domi, less)
        grad_domi, grad_less = torch.autograd.grad(value, [domi, less])
        cases.append({"name": f"{n}+{m}_{width}", "domi": domi_in, "less": less_in, "value": value,
                      "grad_domi": grad_domi, "grad_less": grad_less})
    return cases


def weighting_cases():
    """Re-weighting, GroupDRO and learnt uncertainty on the same losses."""
    cases = []
    for seed, group in enumerate([[0, 1, 0, 0, 1, 0], [2, 0, 1, 1, 2, 0, 0, 1]], start=750):
        groups = max(group) + 1
        losses_in = np.abs(rounded_normal(seed, (len(group),), scale=1.5))
        counts = [11 * (k + 1) ** 2 for k in range(groups)]
        q, s_in = [(k + 1.0) / sum(range(groups + 1)) for k in range(groups)], rounded_normal(seed + 5, (groups,))
        weights = f.inverse_frequency(counts)
        losses, s = leaf(losses_in), leaf(s_in)
        reweighted = sum(weights[g] * l for g, l in zip(group, losses)) / len(group)
        dro, new_q = f.group_dro(losses, group, q, 0.3)
        means = [f.subgroup_mean(losses, group, k) for k in range(groups)]
        uncertain = f.uncertainty(means, s)
        grad = lambda value: torch.autograd.grad(value, losses, retain_graph=True)[0]
        cases.append({
            "losses": losses_in, "group": group, "counts": counts, "weights": weights,
            "reweighted": {"value": reweighted, "grad": grad(reweighted)},
            "group_dro": {"eta": 0.3, "q": q, "new_q": new_q, "value": dro, "grad": grad(dro)},
            "uncertainty": {"means": torch.stack(means), "s": s_in, "value": uncertain,
                            "grad": grad(uncertain), "grad_s": torch.autograd.grad(uncertain, s)[0]},
        })
    return cases


def build():
    return {
        "class_loss": class_cases(), "delta": delta_cases(), "adversarial": adversarial_cases(),
        "gradient_reversal": reversal_cases(),
        "ramp": [{"p": p, "value": f.ramp(p)} for p in [0.0, 0.1, 0.5, 1.0]],
        "mmd": mmd_cases(), "mmd_dead_kernel": dead_kernel_case(), "bss": bss_cases(),
        "total": total_loss_cases(), "methods": method_cases(), "coral": coral_cases(),
        "weighting": weighting_cases(),
    }
