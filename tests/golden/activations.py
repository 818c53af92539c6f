"""activations.json: what PyTorch's forward hooks see at the layers that CKA compares.

The network is network.py's, filled by its formula; a hook on the module of each name.
"""

import torch

from network import NARROW, STEMS, Trunk, fill_by_formula, input_by_formula

# Convolutions of ResNet-18 in the order of the forward pass, shortcuts left out.
CONVOLUTIONS = ["conv1"] + [
    f"layer{stage}.{block}.conv{conv}" for stage in range(1, 5) for block in range(2) for conv in (1, 2)
]


def summary(name, activation):
    values = activation.double()
    return {"name": name, "shape": list(values.shape), "mean": values.mean(),
            "rms": values.square().mean().sqrt(), "last": values.flatten()[-1]}


def case(stem, size):
    net, seen = Trunk(NARROW, stem).double(), []
    modules = dict(net.named_modules())
    for name in CONVOLUTIONS:
        modules[name].register_forward_hook(lambda _m, _i, out, name=name: seen.append(summary(name, out)))
    with torch.no_grad():
        fill_by_formula(net)
        pooled, _ = net.eval()(input_by_formula((2, 3, size, size), torch.float64))
    seen.append(summary("avgpool", pooled))
    return {"stem": stem, "widths": list(NARROW), "size": size, "batch": 2, "points": seen}


def build():
    assert len(CONVOLUTIONS) == 17
    return {"cases": [case(stem, 32) for stem in STEMS]}
