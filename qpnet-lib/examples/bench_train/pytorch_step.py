"""A training step of QP-Net in PyTorch, timed; or its losses from given weights.

usage: pytorch_step.py REQUEST     a JSON object, made by pytorch.rs

`eager` is what one writes in PyTorch for this project's equations: losses of a whole batch, gradient reversal, one
backward pass, one Adam. `authors` is built as the public code of the paper is (scripts/model.py and its losses):
features are copied to the processor, where heads and losses are computed; rows are sorted into subgroups one by one,
detached; AUCs of every batch by scikit-learn; three backward passes and three optimisers; outputs of all steps so far
are copied together, losses are written to a file, the GPU's cache is emptied four times. Of the three passes one has
nothing but a leaf behind it and two go through the backbone. Left out: progress bar, the GPU's memory reading, data
loading. (Its losses do not train what the paper says: it is timed, not judged.)

Prints one JSON object. Needs torch, torchvision, scikit-learn and safetensors, which this project does not.
"""

import json
import sys
import tempfile
import time

import numpy as np
import torch
import torch.nn.functional as F
from sklearn.metrics import roc_auc_score
from torch import nn
from torchvision.models.resnet import BasicBlock, ResNet


class Trunk(ResNet):
    """torchvision's ResNet of basic blocks with free widths, channels and stem; `fc` is the feature layer."""

    def __init__(self, model):
        nn.Module.__init__(self)
        widths, small = model["widths"], model["stem"] == "small"
        self._norm_layer = nn.BatchNorm2d
        self.inplanes, self.dilation, self.groups, self.base_width = widths[0], 1, 1, 64
        kernel = 3 if small else 7
        self.conv1 = nn.Conv2d(model["channels"], widths[0], kernel, stride=2, padding=kernel // 2, bias=False)
        self.bn1 = nn.BatchNorm2d(widths[0])
        self.relu = nn.ReLU(inplace=True)
        self.maxpool = nn.Identity() if small else nn.MaxPool2d(3, stride=2, padding=1)
        for stage, (width, blocks) in enumerate(zip(widths, model["blocks"])):
            layer = self._make_layer(BasicBlock, width, blocks, stride=1 if stage == 0 else 2)
            setattr(self, f"layer{stage + 1}", layer)
        self.avgpool = nn.AdaptiveAvgPool2d(1)
        self.fc = nn.Linear(widths[-1], model["features"])

    def forward(self, x):
        return F.relu(super().forward(x))


def head(model, outputs):
    sizes = [model["features"], *model["hidden"], outputs]
    layers = []
    for number, (before, after) in enumerate(zip(sizes, sizes[1:])):
        layers += ([nn.ReLU()] if number else []) + [nn.Linear(before, after)]
    return nn.Sequential(*layers)


class QpNet(nn.Module):
    def __init__(self, model):
        super().__init__()
        self.backbone = Trunk(model)
        self.class_head = head(model, model["classes"])
        self.subgroup_head = head(model, 1)

    def load(self, tensors):
        """Names of the Rust side: no prefix before the backbone, linear layers of a head numbered 0, 1."""
        state = {}
        for name in self.state_dict():
            ours = name.removeprefix("backbone.")
            if "_head." in ours:
                top, number, part = ours.split(".")
                ours = f"{top}.{int(number) // 2}.{part}"
            if not ours.endswith("num_batches_tracked"):
                state[name] = tensors[ours]
        missing = self.load_state_dict(state, strict=False)
        assert not missing.unexpected_keys and all("num_batches" in key for key in missing.missing_keys), missing


class Reversal(torch.autograd.Function):
    @staticmethod
    def forward(ctx, z, strength):
        ctx.strength = strength
        return z.view_as(z)

    @staticmethod
    def backward(ctx, gradient):
        return -ctx.strength * gradient, None


def kernels(z, request):
    """Sum of Gaussian kernels around the mean squared distance, (b, b)."""
    distances = (z.unsqueeze(0) - z.unsqueeze(1)).square().sum(2)
    n, kernel = z.shape[0], request["kernel"]
    base = distances.detach().sum() / (n * n - n)
    scales = (kernel["mul"] ** (i - kernel["num"] // 2) for i in range(kernel["num"]))
    return sum(torch.exp(-distances / (base * scale)) for scale in scales)


def mmd(first, second, request):
    k, n = kernels(torch.cat([first, second]), request), len(first)
    return k[:n, :n].mean() - 2 * k[:n, n:].mean() + k[n:, n:].mean()


def smallest_squares(z, count):
    return torch.linalg.svd(z, full_matrices=False).S[-count:].square().sum()


def eager_loss(net, x, labels, subgroup, request):
    gammas, delta = request["gammas"], request["delta"]
    z = net.backbone(x)
    losses = F.cross_entropy(net.class_head(z), labels, reduction="none")
    less = subgroup.bool()
    loss = delta * losses[~less].mean() + (1 - delta) * losses[less].mean()
    target = subgroup.float()
    share = target.mean()
    weight = torch.where(less, 0.5 / share, 0.5 / (1 - share))
    logits = net.subgroup_head(Reversal.apply(z, gammas["d"])).squeeze(1)
    loss = loss + F.binary_cross_entropy_with_logits(logits, target, weight=weight)
    return (loss + gammas["mmd"] * mmd(z[~less], z[less], request)
            + gammas["bss"] * smallest_squares(z, request["bss_k"]))


def eager_step(net, optimisers, x, labels, subgroup, request):
    loss = eager_loss(net, x, labels, subgroup, request)
    optimisers[0].zero_grad()
    loss.backward()
    optimisers[0].step()
    return loss.item()


def sorted_rows(rows, subgroup):
    """Rows of either subgroup, detached, appended one by one."""
    parts = [torch.ones(0, rows.shape[1]), torch.ones(0, rows.shape[1])]
    for at in range(len(subgroup)):
        which = int(subgroup[at].item())
        parts[which] = torch.cat((parts[which], rows[at].detach().unsqueeze(0)), 0)
    return parts


def aucs(scores, labels):
    """The AUC of every class, by scikit-learn as there."""
    scores, labels = scores.cpu().detach().numpy(), labels.cpu().detach().numpy()
    both = [0 < labels[:, c].sum() < len(labels) for c in range(labels.shape[1])]
    return [roc_auc_score(labels[:, c], scores[:, c]) if both[c] else 0.5 for c in range(labels.shape[1])]


def emptied(device):
    """The public code gives cached memory of the GPU back four times a step."""
    if device.type == "cuda":
        torch.cuda.empty_cache()


class Kept:
    """What the public code collects from step to step, and the line that it writes at every step."""

    outputs, labels = np.zeros((0, 2), np.float32), np.zeros((0, 2), np.float32)
    file = tempfile.TemporaryDirectory()

    @classmethod
    def add(cls, outputs, labels, losses):
        cls.outputs = np.concatenate((cls.outputs, outputs.cpu().detach().numpy()), axis=0)
        cls.labels = np.concatenate((cls.labels, labels.cpu().detach().numpy()), axis=0)
        with open(cls.file.name + "/losses.txt", "w", encoding="utf-8") as file:
            file.write("\t".join(str(loss.item()) for loss in losses) + "\n")


def authors_step(net, optimisers, x, labels, subgroup, request):
    gammas, delta = request["gammas"], request["delta"]
    one_hot, subgroup = F.one_hot(labels, 2).float().cpu(), subgroup.cpu()
    z = net.backbone(x)
    emptied(x.device)
    outputs = torch.sigmoid(net.class_head(z.cpu()))
    first, second = sorted_rows(outputs.cpu(), subgroup)
    first_labels, second_labels = sorted_rows(one_hot, subgroup)
    emptied(x.device)
    domain = torch.sigmoid(net.subgroup_head(z.cpu()))
    emptied(x.device)
    aucs(first, first_labels), aucs(second, second_labels)
    emptied(x.device)
    loss_bss = smallest_squares(z.cpu().detach(), request["bss_k"])
    loss_mmd = mmd(*sorted_rows(z.cpu(), subgroup), request)
    loss_d = F.binary_cross_entropy(domain.cpu(), subgroup.float().unsqueeze(1))
    criterion = F.binary_cross_entropy_with_logits
    loss_y = delta * criterion(first, first_labels) + (1 - delta) * criterion(second, second_labels)
    loss_y.requires_grad_(True)
    loss = loss_y - gammas["d"] * loss_d + gammas["mmd"] * loss_mmd + gammas["bss"] * loss_bss
    for optimiser in optimisers:
        optimiser.zero_grad()
    loss.backward(retain_graph=True)
    loss_d.backward(retain_graph=True)
    loss_y.backward(retain_graph=True)
    for optimiser in optimisers:
        optimiser.step()
    Kept.add(outputs, one_hot, (loss_y, loss_d, loss_mmd, loss_bss))
    return loss.item()


def wait(device):
    if device.type == "cuda":
        torch.cuda.synchronize(device)


def peak_mib():
    with open("/proc/self/status", encoding="utf-8") as status:
        return next(int(line.split()[1]) for line in status if line.startswith("VmHWM:")) / 1024


def losses_from(net, device, request):
    from safetensors.torch import load_file

    tensors = load_file(request["start"])
    net.load(tensors)
    batch = [tensors[f"batch/{part}"].to(device) for part in ("images", "labels", "subgroup")]
    adam = torch.optim.Adam(net.parameters(), lr=request["rate"])
    first = eager_step(net, [adam], *batch, request)
    return {"losses": [first, eager_loss(net, *batch, request).item()]}


def timed(net, device, request):
    count, size = request["batch"], request["size"]
    x = torch.randn(count, request["model"]["channels"], size, size, device=device)
    labels = (torch.arange(count, device=device) % 2).long()
    subgroup = (torch.arange(count, device=device) // 2 % 2).long()
    authors = request["structure"] == "authors"
    if authors:  # features on the device, heads on the processor
        net.class_head.cpu(), net.subgroup_head.cpu()
        parts = [net.backbone, net.class_head, net.subgroup_head]
        optimisers = [torch.optim.Adam(part.parameters(), lr=request["rate"]) for part in parts]
    else:
        optimisers = [torch.optim.Adam(net.parameters(), lr=request["rate"])]
    step, seconds = authors_step if authors else eager_step, []
    for number in range(request["warm_up"] + request["steps"]):
        wait(device)
        if number == request["warm_up"]:
            cpu = time.process_time()
        begun = time.perf_counter()
        step(net, optimisers, x, labels, subgroup, request)
        wait(device)
        seconds.append(time.perf_counter() - begun)
    cpu = (time.process_time() - cpu) / request["steps"]
    return {"seconds": sorted(seconds[request["warm_up"]:])[request["steps"] // 2], "cpu": cpu}


def main():
    request = json.loads(sys.argv[1])
    torch.set_num_threads(request["threads"])
    torch.manual_seed(1)
    device = torch.device(request["device"])
    net = QpNet(request["model"]).to(device).train()
    if request["channels_last"]:
        net = net.to(memory_format=torch.channels_last)
    result = (losses_from if request["start"] else timed)(net, device, request)
    print(json.dumps(result | {"peak_mib": peak_mib(), "libtorch": torch.__version__}))


if __name__ == "__main__":
    main()
