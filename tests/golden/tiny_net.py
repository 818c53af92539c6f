"""A tiny QP-Net: the total loss by term and by parameter (losses.json), Adam steps (adam_steps.json).

z = relu(f_z.weight x + f_z.bias), 6 -> 4;  y = f_y z, 4 -> 2;  d = f_d z, 4 -> 1.
Twelve samples, 8 dominant and 4 less-prevalent in mixed order, labels balanced in each subgroup.
"""

import numpy as np
import torch

import loss_formulas as f
from golden_io import rounded_normal

DELTA = 0.6
KERNEL = {"name": "MeanHeuristic", "mul": 2.0, "num": 5}
SETTINGS = {
    "paper": {"gamma_d": 0.1, "gamma_mmd": 0.8, "gamma_bss": 0.001},
    "public_code": {"gamma_d": 0.1, "gamma_mmd": 0.8, "gamma_bss": 0.9},
    "strong": {"gamma_d": 0.5, "gamma_mmd": 2.0, "gamma_bss": 0.05},
}
SUBGROUP = [0, 1, 0, 0, 1, 0, 0, 0, 1, 0, 1, 0]
LABEL = [0, 1, 1, 0, 0, 1, 0, 1, 1, 0, 0, 1]


def batch():
    x = rounded_normal(600, (12, 6), decimals=3)
    x[np.array(SUBGROUP) == f.LESS] += 0.5  # the subgroups differ, so that MMD has something to do
    return np.round(x, 3)


def initial_parameters():
    return {
        "f_z.weight": rounded_normal(611, (4, 6), scale=0.4, decimals=3),
        "f_z.bias": rounded_normal(612, (4,), scale=0.1, shift=0.4, decimals=3),
        "f_y.weight": rounded_normal(613, (2, 4), scale=0.5, decimals=3),
        "f_y.bias": rounded_normal(614, (2,), scale=0.1, decimals=3),
        "f_d.weight": rounded_normal(615, (1, 4), scale=0.5, decimals=3),
        "f_d.bias": rounded_normal(616, (1,), scale=0.1, decimals=3),
    }


def leaves(arrays):
    return {name: torch.tensor(a, dtype=torch.float64, requires_grad=True) for name, a in arrays.items()}


def features(p, x):
    return torch.relu(x @ p["f_z.weight"].T + p["f_z.bias"])


def subgroup_logit(p, z):
    return (z @ p["f_d.weight"].T + p["f_d.bias"])[:, 0]


def terms(p, x):
    """The four plain terms of eq. 11: no gamma, no reversal."""
    z = features(p, x)
    logits = z @ p["f_y.weight"].T + p["f_y.bias"]
    per_sample = [f.cross_entropy(logits[i], LABEL[i]) for i in range(len(LABEL))]
    group = torch.tensor(SUBGROUP)
    return {
        "class": f.class_loss(f.subgroup_mean(per_sample, SUBGROUP, f.DOMINANT),
                              f.subgroup_mean(per_sample, SUBGROUP, f.LESS), DELTA),
        "adversarial": f.adversarial_loss(subgroup_logit(p, z), SUBGROUP),
        "mmd": f.mmd(z[group == f.DOMINANT], z[group == f.LESS], KERNEL, "Biased"),
        "bss": f.bss(z, 1),
    }


def objective(p, x, gammas):
    """What one backward pass runs on: L_y + L_d(grl(z, gamma_d)) + gamma_MMD L_MMD + gamma_BSS L_BSS.

    Its gradient is the saddle point's: w_d gets +dL_d/dw_d (factor 1), w_z gets -gamma_d dL_d/dw_z.
    """
    plain = terms(p, x)
    reversed_logit = subgroup_logit(p, f.grl(features(p, x), gammas["gamma_d"]))
    return (plain["class"] + f.adversarial_loss(reversed_logit, SUBGROUP)
            + gammas["gamma_mmd"] * plain["mmd"] + gammas["gamma_bss"] * plain["bss"])


def eq11(plain, gammas):
    """The total of eqs 11 and 15 as a number, with the minus in front of gamma_d L_d."""
    return (plain["class"] - gammas["gamma_d"] * plain["adversarial"]
            + gammas["gamma_mmd"] * plain["mmd"] + gammas["gamma_bss"] * plain["bss"])


def gradients(value, p):
    """By parameter; zeros where the value does not depend on it."""
    grads = torch.autograd.grad(value, list(p.values()), retain_graph=True, allow_unused=True)
    return {name: torch.zeros_like(w) if g is None else g for (name, w), g in zip(p.items(), grads)}


def check_saddle(by_term, total, gammas):
    """The gradient of the objective is the sum that the saddle point asks for."""
    for name, grad in total.items():
        factor = 1.0 if name.startswith("f_d") else -gammas["gamma_d"]
        expected = (by_term["class"]["grad"][name] + factor * by_term["adversarial"]["grad"][name]
                    + gammas["gamma_mmd"] * by_term["mmd"]["grad"][name]
                    + gammas["gamma_bss"] * by_term["bss"]["grad"][name])
        assert torch.allclose(grad, expected, rtol=0.0, atol=1e-14), name


def total_loss_cases():
    x = torch.tensor(batch())
    p = leaves(initial_parameters())
    by_term = {name: {"value": value, "grad": gradients(value, p)} for name, value in terms(p, x).items()}
    cases = []
    for name, gammas in SETTINGS.items():
        value = objective(p, x, gammas)
        grad = gradients(value, p)
        check_saddle(by_term, grad, gammas)
        plain = {term: entry["value"] for term, entry in by_term.items()}
        cases.append({"name": name, **gammas, "value_eq11": eq11(plain, gammas),
                      "value_objective": value, "grad": grad})
    return {
        "x": batch(), "label": LABEL, "subgroup": SUBGROUP, "delta": DELTA, "kernel": KERNEL,
        "estimator": "Biased", "bss_k": 1, "parameters": initial_parameters(),
        "z": features(p, x), "terms": by_term, "cases": cases,
    }


def adam_steps():
    """Three steps of Adam on one fixed batch, all parameters in one group."""
    lr, beta1, beta2, eps = 1e-3, 0.9, 0.999, 1e-8
    x = torch.tensor(batch())
    runs = []
    for name, gammas in SETTINGS.items():
        p = leaves(initial_parameters())
        optimiser = torch.optim.Adam(list(p.values()), lr=lr, betas=(beta1, beta2), eps=eps)
        by_hand = {key: (w.detach().clone(), torch.zeros_like(w), torch.zeros_like(w)) for key, w in p.items()}
        steps = []
        for t in [1, 2, 3]:
            plain = terms(p, x)
            optimiser.zero_grad()
            objective(p, x, gammas).backward()
            for key, (w, m, v) in by_hand.items():  # Kingma and Ba, algorithm 1
                g = p[key].grad
                m = beta1 * m + (1 - beta1) * g
                v = beta2 * v + (1 - beta2) * g * g
                w = w - lr * (m / (1 - beta1**t)) / (torch.sqrt(v / (1 - beta2**t)) + eps)
                by_hand[key] = (w, m, v)
            optimiser.step()
            assert all(torch.allclose(p[key], by_hand[key][0], rtol=0.0, atol=1e-14) for key in p)
            steps.append({
                "step": t,
                "terms_before": {k: v.item() for k, v in plain.items()},
                "value_eq11_before": eq11(plain, gammas).item(),
                "parameters": {key: w.detach().clone() for key, w in p.items()},
            })
        runs.append({"name": name, **gammas, "steps": steps})
    return {
        "optimiser": {"lr": lr, "beta1": beta1, "beta2": beta2, "eps": eps, "weight_decay": 0.0},
        "x": batch(), "label": LABEL, "subgroup": SUBGROUP, "delta": DELTA, "kernel": KERNEL,
        "estimator": "Biased", "bss_k": 1, "parameters": initial_parameters(), "runs": runs,
    }
