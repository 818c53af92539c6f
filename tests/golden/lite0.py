"""efficientnet_lite0.json: forward passes of EfficientNet-Lite0 with its public ImageNet weights.

Written from the paper's table and TensorFlow's padding rule with torch.nn.functional only. That
weights and forward pass belong together is checked by two photographs of scikit-learn, which must
be recognised. Needs QPNET_DATA/weights/efficientnet_lite0/efficientnet_lite0.safetensors.
"""

import math
import os
from pathlib import Path

import numpy as np
import torch
import torch.nn.functional as F
from safetensors.torch import load_file

from activations import summary
from golden_io import rounded_normal

# One line a block: kernel, stride.
BLOCKS = [(3, 1), (3, 2), (3, 1), (5, 2), (5, 1), (3, 2), (3, 1), (3, 1), (5, 1), (5, 1), (5, 1),
          (5, 2), (5, 1), (5, 1), (5, 1), (3, 1)]
SIZES = [64, 75]  # the second one pads every layer differently
PHOTOGRAPHS = {"china.jpg": 698, "flower.jpg": 985}  # ImageNet's palace and daisy


def conv(w, name, x, stride=1, groups=1):
    weight = w[name + ".weight"]
    kernel = weight.shape[-1]
    pads = []
    for size in (x.shape[3], x.shape[2]):
        total = max((math.ceil(size / stride) - 1) * stride + kernel - size, 0)
        pads += [total // 2, total - total // 2]
    return F.conv2d(F.pad(x, pads), weight, stride=stride, groups=groups)


def norm(w, name, x, train=False):
    mean, var, gain, bias = (w[f"{name}.{part}"] for part in ("running_mean", "running_var", "weight", "bias"))
    return F.batch_norm(x, mean, var, gain, bias, training=train, momentum=0.01, eps=1e-3)


def forward(w, x, train=False):
    """Pooled features and a summary of each point that CKA compares; in training `w` moves."""
    points = []

    def tap(name, value):
        points.append(summary(name, value))
        return value

    x = F.relu6(norm(w, "_bn0", tap("_conv_stem", conv(w, "_conv_stem", x, stride=2)), train))
    for i, (_, stride) in enumerate(BLOCKS):
        block, y = f"_blocks.{i}.", x
        if block + "_expand_conv.weight" in w:
            y = F.relu6(norm(w, block + "_bn0", conv(w, block + "_expand_conv", y), train))
        y = conv(w, block + "_depthwise_conv", y, stride=stride, groups=y.shape[1])
        y = F.relu6(norm(w, block + "_bn1", y, train))
        project = block + "_project_conv"
        y = norm(w, block + "_bn2", tap(project, conv(w, project, y)), train)
        x = x + y if x.shape == y.shape else y
    x = F.relu6(norm(w, "_bn1", tap("_conv_head", conv(w, "_conv_head", x)), train))
    pooled = tap("avgpool", x.mean(dim=(2, 3)))
    return pooled, points


def check_photographs(w):
    from sklearn.datasets import load_sample_image

    for name, label in PHOTOGRAPHS.items():
        pixels = torch.tensor(np.array(load_sample_image(name)), dtype=torch.float32).permute(2, 0, 1)[None]
        side = min(pixels.shape[2:])
        top, left = (pixels.shape[2] - side) // 2, (pixels.shape[3] - side) // 2
        crop = pixels[:, :, top:top + side, left:left + side]
        x = (F.interpolate(crop, size=(224, 224), mode="bilinear", antialias=True) - 127) / 128
        logits = F.linear(forward(w, x)[0], w["_fc.weight"], w["_fc.bias"])
        assert label in logits[0].topk(5).indices.tolist(), (name, logits[0].topk(5))


def case(w, size):
    # Blocks of constant grey rather than noise: a picture has low frequencies.
    coarse = rounded_normal(size, (1, 3, 8, 8), scale=0.6, decimals=2)
    x = F.interpolate(torch.tensor(coarse, dtype=torch.float32), size=(size, size), mode="nearest")
    pooled, points = forward(w, x)
    wide = {name: tensor.double() for name, tensor in w.items()}
    double = forward(wide, x.double())[0]
    gap = (double - pooled.double()).abs().max()
    assert gap < 1e-4, gap
    return {"size": size, "coarse": coarse, "pooled": np.round(pooled.double().numpy(), 6),
            "pooled_f64": np.round(double[:, ::8].numpy(), 10), "points": points}


def training_case(w, size=128, batch=4):
    """Batch statistics; of the pooled features every eighth, of the running statistics those of the head."""
    coarse = rounded_normal(7, (batch, 3, 8, 8), scale=0.6, decimals=2)
    x = F.interpolate(torch.tensor(coarse, dtype=torch.float32), size=(size, size), mode="nearest")
    moving = {name: tensor.clone() for name, tensor in w.items()}
    pooled, points = forward(moving, x, train=True)
    wide = {name: tensor.double() for name, tensor in w.items()}
    double = forward(wide, x.double(), train=True)[0]
    gap = (double - pooled.double()).abs().max()
    assert gap < 1e-4, gap
    some = lambda tensor: np.round(tensor[..., ::8].double().numpy(), 6)
    return {"size": size, "coarse": coarse, "pooled": some(pooled),
            "pooled_f64": np.round(double[:, ::8].numpy(), 10), "points": points,
            "running": [[f"_bn1.{part}", some(moving[f"_bn1.{part}"])] for part in ("running_mean", "running_var")]}


def build():
    root = os.environ.get("QPNET_DATA")
    path = Path(root or ".") / "weights/efficientnet_lite0/efficientnet_lite0.safetensors"
    if not path.exists():
        return None
    w = load_file(path)
    assert len(BLOCKS) == 16 and all(
        w[f"_blocks.{i}._depthwise_conv.weight"].shape[-1] == kernel for i, (kernel, _) in enumerate(BLOCKS))
    with torch.no_grad():
        check_photographs(w)
        return {"cases": [case(w, size) for size in SIZES], "training": [training_case(w)]}
