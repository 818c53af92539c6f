"""resized.json: pictures resized by torchvision, bilinear and antialiased.

Inputs come from integers that both sides have. With w(t, p) = |t mod 2p - p| * 255 div p and n the upper
byte of SplitMix64's output for state (y * width + x) * 3 + c + 1:

    noise       n
    lines       230 where (7 x + 3 y) mod 31 = 0, else 20: hair lines of one pixel
    photograph  (2 w(x + 3 c, 37) + w(y, 23) + w(x + y, 61)) div 5 + n div 8: slopes, edges and grain

`pixels` is every `step`-th value of (channels, size, size), row-major.
"""

import numpy as np
import torch
from torchvision.transforms.v2 import InterpolationMode
from torchvision.transforms.v2.functional import resize

STEP = 31
MASK = (1 << 64) - 1
SIZES = [(200, 150, 64), (200, 150, 224), (600, 450, 64), (600, 450, 224), (33, 40, 32), (64, 64, 64), (90, 400, 96)]


def _split_mix(state):
    z = (state * 0x9E3779B97F4A7C15) & MASK
    z = ((z ^ (z >> 30)) * 0xBF58476D1CE4E5B9) & MASK
    z = ((z ^ (z >> 27)) * 0x94D049BB133111EB) & MASK
    return z ^ (z >> 31)


def _wave(t, p):
    return abs(t % (2 * p) - p) * 255 // p


def _value(kind, x, y, c, width):
    noise = _split_mix((y * width + x) * 3 + c + 1) >> 56
    if kind == "noise":
        return noise
    if kind == "lines":
        return 230 if (7 * x + 3 * y) % 31 == 0 else 20
    return (2 * _wave(x + 3 * c, 37) + _wave(y, 23) + _wave(x + y, 61)) // 5 + noise // 8


def _picture(kind, channels, width, height):
    values = [[[_value(kind, x, y, c, width) for x in range(width)] for y in range(height)] for c in range(channels)]
    return torch.tensor(np.array(values, dtype=np.uint8))


def build():
    cases = []
    for kind in ("photograph", "lines", "noise"):
        for channels in (1, 3):
            for width, height, size in SIZES:
                picture = _picture(kind, channels, width, height)
                got = resize(picture, [size, size], InterpolationMode.BILINEAR, antialias=True)
                case = {"kind": kind, "channels": channels, "width": width, "height": height, "size": size}
                cases.append({**case, "pixels": got.flatten()[::STEP].tolist()})
    return {"step": STEP, "cases": cases}
