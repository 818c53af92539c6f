"""resnet18.json: forward parity of torchvision's ResNet-18, full names and narrow numbers.

Weights and input come from a formula, so no weight file is needed:

    tensors = parameters and running statistics (num_batches_tracked left out), sorted by name
    s(i, j) = sin(0.7 (j + 1) + 1.3 i)    i: place in the sorted list, from 0
                                          j: flat row-major index in the tensor, from 0
    convolution weight   s * sqrt(2 / fan_in),  fan_in = in_channels * kernel_h * kernel_w
    bn weight            1 + 0.1 s
    bn bias              0.1 s
    running_mean         0.05 s
    running_var          1 + 0.2 s^2
    input (b, 3, h, w)   x[j] = sin(0.37 (j + 1))

All of it computed in f64 and then rounded to the working type.
"""

import torch
from torch import nn
from torchvision.models import resnet18
from torchvision.models.resnet import BasicBlock, ResNet

FULL = (64, 128, 256, 512)
NARROW = (8, 16, 32, 64)
STEMS = ["imagenet", "small"]
STAGES = ["stem", "layer1", "layer2", "layer3", "layer4"]


class Trunk(ResNet):
    """torchvision's ResNet-18 without fc, with free widths and a choice of stem.

    `imagenet`: 7x7 stride 2 padding 3, then 3x3 max-pool stride 2 padding 1.
    `small`:    3x3 stride 2 padding 1, no max-pool.
    """

    def __init__(self, widths, stem):
        nn.Module.__init__(self)
        self._norm_layer = nn.BatchNorm2d
        self.inplanes, self.dilation, self.groups, self.base_width = widths[0], 1, 1, 64
        kernel = 7 if stem == "imagenet" else 3
        self.conv1 = nn.Conv2d(3, widths[0], kernel, stride=2, padding=kernel // 2, bias=False)
        self.bn1 = nn.BatchNorm2d(widths[0])
        self.relu = nn.ReLU()
        self.maxpool = nn.MaxPool2d(3, stride=2, padding=1) if stem == "imagenet" else nn.Identity()
        self.layer1 = self._make_layer(BasicBlock, widths[0], 2)
        self.layer2 = self._make_layer(BasicBlock, widths[1], 2, stride=2)
        self.layer3 = self._make_layer(BasicBlock, widths[2], 2, stride=2)
        self.layer4 = self._make_layer(BasicBlock, widths[3], 2, stride=2)

    def forward(self, x):
        """Pooled features, and the activation after each stage."""
        stages = [self.maxpool(self.relu(self.bn1(self.conv1(x))))]
        for layer in [self.layer1, self.layer2, self.layer3, self.layer4]:
            stages.append(layer(stages[-1]))
        return stages[-1].mean(dim=(2, 3)), stages


def sorted_tensors(net):
    state = net.state_dict()
    return [(name, state[name]) for name in sorted(state) if not name.endswith("num_batches_tracked")]


def fill_by_formula(net):
    for i, (name, tensor) in enumerate(sorted_tensors(net)):
        j = torch.arange(tensor.numel(), dtype=torch.float64)
        s = torch.sin(0.7 * (j + 1.0) + 1.3 * i).reshape(tensor.shape)
        if name.endswith("running_mean"):
            values = 0.05 * s
        elif name.endswith("running_var"):
            values = 1.0 + 0.2 * s**2
        elif name.endswith("bias"):
            values = 0.1 * s
        elif tensor.dim() == 4:
            values = s * (2.0 / tensor[0].numel()) ** 0.5
        else:
            values = 1.0 + 0.1 * s
        tensor.copy_(values)  # state_dict shares storage with the network


def input_by_formula(shape, dtype):
    j = torch.arange(torch.Size(shape).numel(), dtype=torch.float64)
    return torch.sin(0.37 * (j + 1.0)).reshape(shape).to(dtype)


def forward(widths, stem, size, dtype, train):
    """A fresh network, one forward pass; in train mode bn1's statistics after that pass."""
    net = Trunk(widths, stem).to(dtype)
    with torch.no_grad():
        fill_by_formula(net)
        net.train(train)
        pooled, stages = net(input_by_formula((3, 3, size, size), dtype))
    summary = [
        {"stage": name, "shape": list(a.shape), "mean": a.mean(), "std": a.std(unbiased=False)}
        for name, a in zip(STAGES, stages)
    ]
    result = {"pooled": pooled, "stages": summary}
    if train:
        result["bn1_running_mean"] = net.bn1.running_mean
        result["bn1_running_var"] = net.bn1.running_var
    return result


def parity_case(stem, size, train):
    case = {"stem": stem, "widths": list(NARROW), "size": size, "batch": 3,
            "mode": "train" if train else "eval"}
    f32 = forward(NARROW, stem, size, torch.float32, train)
    f64 = forward(NARROW, stem, size, torch.float64, train)
    gap = (f32["pooled"].double() - f64["pooled"]).abs().max()
    return case | {"f32": f32, "f64": f64, "max_abs_f32_minus_f64": gap}


def parameter_count(net):
    return sum(p.numel() for p in net.parameters())


def names_case(widths, stem):
    net = Trunk(widths, stem)
    trainable = {name for name, _ in net.named_parameters()}
    return {
        "widths": list(widths), "stem": stem, "parameter_count": parameter_count(net),
        "tensors": [[name, list(t.shape), "parameter" if name in trainable else "buffer"]
                    for name, t in sorted_tensors(net)],
    }


def check_against_torchvision():
    """The full-width trunk with the imagenet stem is torchvision's resnet18 up to its fc."""
    reference = resnet18(weights=None)
    trunk = Trunk(FULL, "imagenet")
    trunk.load_state_dict({k: v for k, v in reference.state_dict().items() if not k.startswith("fc.")})
    reference.fc = nn.Identity()
    x = input_by_formula((2, 3, 64, 64), torch.float32)
    with torch.no_grad():
        assert torch.allclose(trunk.eval()(x)[0], reference.eval()(x), rtol=0.0, atol=1e-5)
    assert parameter_count(trunk) == 11_176_512


def build():
    check_against_torchvision()
    return {
        "batch_norm": {"eps": 1e-5, "momentum": 0.1},
        "names": [names_case(w, stem) for w in [FULL, NARROW] for stem in STEMS],
        "parity": [parity_case(stem, 32, train) for stem in STEMS for train in [False, True]],
    }
