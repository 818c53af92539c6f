"""backbones.json: torchvision's ResNet-18, DenseNet-121 and EfficientNet-B0 on a shared random state dict.

The full networks, built by torchvision itself, and narrower and shallower ones from the same classes. No
weight file is needed: weights and input come from a generator of a few lines that both sides have.

    tensors = parameters and running statistics (num_batches_tracked left out), sorted by name
    s(i, j) in [-1, 1): SplitMix64's output for state 2^32 i + j + 1, its upper 53 bits as a fraction, 2 u - 1
                        i: place in the sorted list, from 0; 10^6 for the input
                        j: flat row-major index in the tensor, from 0
    convolution weight  2 s / sqrt(fan_in),  fan_in = in_channels / groups * kernel_h * kernel_w
    bn weight           1 + 0.1 s
    every bias          0.1 s
    running_mean        0.1 s
    running_var         1 + 0.2 s^2
    input (b, 3, h, w)  sqrt(3) s

All of it computed in f64 and then rounded to the working type. Results are those of f64, rounded to 10 decimals;
`pooled_f32` are torchvision's own in f32, and `torchvision_f32` says how far they are from those of f64.
"""

import tomllib
from pathlib import Path

import numpy as np
import torch
from torch import nn
from torchvision.models import DenseNet, densenet121, efficientnet_b0, get_model_weights, resnet18
from torchvision.models.efficientnet import MBConv, _efficientnet, _efficientnet_conf

from activations import CONVOLUTIONS, summary

INPUT = 10**6
STRIDE = 8  # of the pooled features every eighth is kept; the summaries are over all
DENSE_LAYERS, GROWTH, FIRST = (6, 12, 24, 16), 32, 64


def draws(number, shape):
    j = np.arange(int(np.prod(shape)), dtype=np.uint64)
    with np.errstate(over="ignore"):
        z = ((np.uint64(number) << np.uint64(32)) + j + np.uint64(1)) * np.uint64(0x9E3779B97F4A7C15)
        z = (z ^ (z >> np.uint64(30))) * np.uint64(0xBF58476D1CE4E5B9)
        z = (z ^ (z >> np.uint64(27))) * np.uint64(0x94D049BB133111EB)
    z ^= z >> np.uint64(31)
    u = (z >> np.uint64(11)).astype(np.float64) * 2.0**-53
    return torch.from_numpy(2.0 * u - 1.0).reshape(shape)


def sorted_tensors(net):
    state = net.state_dict()
    kept = (name for name in sorted(state) if not name.endswith("num_batches_tracked"))
    return [(name, state[name]) for name in kept]


def fill(net):
    """The classifier is no part of the comparison: it must be gone."""
    for i, (name, tensor) in enumerate(sorted_tensors(net)):
        s = draws(i, tuple(tensor.shape))
        if name.endswith("running_mean"):
            values = 0.1 * s
        elif name.endswith("running_var"):
            values = 1.0 + 0.2 * s**2
        elif name.endswith("bias"):
            values = 0.1 * s
        elif tensor.dim() == 4:
            values = 2.0 * s / tensor[0].numel() ** 0.5
        else:
            values = 1.0 + 0.1 * s
        tensor.copy_(values)  # state_dict shares storage with the network


def narrowed(number, width):
    return max(1, round(number * width))


def resnet():
    net = resnet18(weights=None)
    net.fc = nn.Identity()
    return net


def densenet(width=1.0, depth=1.0, stem="imagenet"):
    if (width, depth) == (1.0, 1.0):
        net = densenet121(weights=None)
    else:
        layers = tuple(int(np.ceil(count * depth)) for count in DENSE_LAYERS)
        net = DenseNet(narrowed(GROWTH, width), layers, narrowed(FIRST, width))
    if stem == "small":
        net.features.conv0 = nn.Conv2d(3, narrowed(FIRST, width), 3, stride=2, padding=1, bias=False)
        net.features.pool0 = nn.Identity()
    net.classifier = nn.Identity()
    return net


def efficientnet(width=1.0, depth=1.0):
    if (width, depth) == (1.0, 1.0):
        net = efficientnet_b0(weights=None)
    else:
        setting, last = _efficientnet_conf("efficientnet_b0", width_mult=width, depth_mult=depth)
        net = _efficientnet(setting, 0.2, last, None, False)
    net.classifier = nn.Identity()
    return net


def without_stochastic_depth(net):
    """The probabilities of the blocks, which are then switched off: a comparison must not draw."""
    blocks = [module for module in net.modules() if isinstance(module, MBConv)]
    probabilities = [block.stochastic_depth.p for block in blocks]
    for block in blocks:
        block.stochastic_depth.p = 0.0
    return probabilities


def points(net):
    """Names of the modules that CKA compares."""
    if hasattr(net, "layer1"):
        return CONVOLUTIONS
    convolutions = [name for name, module in net.named_modules() if isinstance(module, nn.Conv2d)]
    if isinstance(net, DenseNet):
        return [name for name in convolutions if not name.endswith("conv1")]
    # Of a block the last convolution: the projection.
    blocks = {".".join(name.split(".")[:3]): name for name in convolutions if ".block." in name}
    return [convolutions[0], *blocks.values(), convolutions[-1]]


def forward(make, size, batch, dtype, train):
    """Fresh network, one pass: pooled features, a summary of each point, the statistics of the last norm."""
    net = make().to(dtype).train(train)
    without_stochastic_depth(net)
    with torch.no_grad():
        fill(net)
        seen, modules = [], dict(net.named_modules())
        for name in points(net):
            hook = lambda _module, _input, output, name=name: seen.append(summary(name, output))
            modules[name].register_forward_hook(hook)
        pooled = net(3.0**0.5 * draws(INPUT, (batch, 3, size, size)).to(dtype))
    seen.append(summary("avgpool", pooled))
    norms = [name for name, module in modules.items() if isinstance(module, nn.BatchNorm2d)]
    moved = {name: [getattr(modules[name], part) for part in ("running_mean", "running_var")]
             for name in (norms[0], norms[-1])}
    return pooled, seen, moved


def rounded(value):
    return np.round(value.detach().double().numpy(), 10)


def case(backbone, make, size, batch, train, **config):
    pooled, seen, moved = forward(make, size, batch, torch.float64, train)
    single, _, _ = forward(make, size, batch, torch.float32, train)
    gap = (single.double() - pooled).abs().max().item()
    assert pooled.std() > 0.05 and pooled.abs().max() < 20, (backbone, pooled.std(), pooled.abs().max())
    assert gap < 1e-4, (backbone, gap)
    return {
        "backbone": backbone, **config, "size": size, "batch": batch, "mode": "train" if train else "eval",
        "torchvision_f32": float(f"{gap:.1e}"), "pooled": rounded(pooled[:, ::STRIDE]), "pooled_f32": rounded(single[:, ::STRIDE]),
        "points": [{**point, **{key: rounded(point[key]) for key in ("mean", "rms", "last")}} for point in seen],
        "running": [[name, *(rounded(part[::STRIDE]) for part in parts)] for name, parts in moved.items()]
        if train else [],
    }


def names_case(backbone, net, **config):
    trainable = sum(parameter.numel() for parameter in net.parameters())
    return {"backbone": backbone, **config, "parameter_count": trainable,
            "tensors": [[name, list(tensor.shape)] for name, tensor in sorted_tensors(net)]}


def check_manifest():
    """data-manifests/weights.toml says of torchvision's weights what torchvision says of them."""
    path = Path(__file__).resolve().parents[2] / "data-manifests/weights.toml"
    listed = {one["name"]: one for one in tomllib.loads(path.read_text(encoding="utf-8"))["weights"]}
    for name in ("resnet18", "densenet121", "efficientnet_b0"):
        weights, one = get_model_weights(name).IMAGENET1K_V1, listed[name]
        pixels = weights.transforms()
        assert one["source"] == weights.url and weights.url.endswith("/" + one["download"]), name
        assert (pixels.crop_size, pixels.resize_size) == ([one["size"]], [one["resize"]]), name
        assert (pixels.mean, pixels.std) == (one["mean"], one["std"]), name
        assert pixels.interpolation.value == one["interpolation"], name


def build():
    check_manifest()
    narrow = {"width": 0.25, "depth": 0.5}
    parity = []
    for train in (False, True):
        parity += [
            case("resnet", resnet, 64, 4, train),
            case("densenet121", densenet, 64, 4, train),
            case("efficientnet_b0", efficientnet, 64, 4, train),
            case("densenet121", lambda: densenet(**narrow), 75, 4, train, **narrow),
            case("densenet121", lambda: densenet(0.125, 0.2, "small"), 32, 8, train,
                 width=0.125, depth=0.2, stem="small"),
            case("efficientnet_b0", lambda: efficientnet(**narrow), 75, 4, train, **narrow),
            case("efficientnet_b0", lambda: efficientnet(1.2, 1.4), 64, 4, train, width=1.2, depth=1.4),
        ]
    return {
        "names": [names_case("densenet121", densenet()), names_case("efficientnet_b0", efficientnet()),
                  names_case("efficientnet_b0", efficientnet(**narrow), **narrow)],
        "stochastic_depth": [{"drop_path": 0.2, "blocks": without_stochastic_depth(efficientnet())}],
        "parity": parity,
    }
