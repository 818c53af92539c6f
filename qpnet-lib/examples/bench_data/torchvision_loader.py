"""Passes over image files with a torchvision DataLoader, as its tutorials do it.

usage: torchvision_loader.py SIDE WORKERS PASSES < names of image files, one a line

Decode (PIL), Resize, CenterCrop, ToTensor, Normalize, batches of 64, workers that stay between
passes. Prints one JSON object: seconds of each pass and versions. Needs torch and torchvision, which
this project does not.
"""

import json
import sys
import time

import PIL
import torch
import torchvision
from torchvision import transforms

BATCH = 64


class Files(torch.utils.data.Dataset):
    def __init__(self, names, side):
        self.names = names
        self.transform = transforms.Compose([
            transforms.Resize(side),
            transforms.CenterCrop(side),
            transforms.ToTensor(),
            transforms.Normalize([0.485, 0.456, 0.406], [0.229, 0.224, 0.225]),
        ])

    def __len__(self):
        return len(self.names)

    def __getitem__(self, at):
        with PIL.Image.open(self.names[at]) as picture:
            return self.transform(picture.convert("RGB"))


def main():
    side, workers, passes = (int(word) for word in sys.argv[1:4])
    names = sys.stdin.read().split("\n")[:-1]
    loader = torch.utils.data.DataLoader(
        Files(names, side), batch_size=BATCH, shuffle=True, num_workers=workers,
        persistent_workers=True, generator=torch.Generator().manual_seed(1))
    seconds = []
    for _ in range(passes):
        begun, images = time.perf_counter(), 0
        for batch in loader:
            images += len(batch)
        seconds.append(time.perf_counter() - begun)
        assert images == len(names) and batch.shape[1:] == (3, side, side)
    versions = {"torch": torch.__version__, "torchvision": torchvision.__version__,
                "pillow": PIL.__version__}
    print(json.dumps({"seconds": seconds, "versions": versions}))


if __name__ == "__main__":
    main()
