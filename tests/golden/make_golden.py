"""Writes the golden JSON files beside this script, or checks the stored ones.

    python tests/golden/make_golden.py            # write
    python tests/golden/make_golden.py --check    # compute again, compare, exit 1 on a difference
"""

import argparse
import json
import sys
from pathlib import Path

import torch

import activations
import along_cases
import auc_cases
import backbones
import cka
import decision_cases
import fairness_cases
import frontier_cases
import golden_io
import inference_cases
import lite0
import losses
import network
import operating_cases
import rank_cases
import resized
import standard_cases
import tails
import tiny_net
import training_cases

HERE = Path(__file__).resolve().parent

# name: (builder, (relative, absolute) tolerance of --check)
FILES = {
    "losses.json": (losses.build, (1e-10, 1e-12)),
    "adam_steps.json": (tiny_net.adam_steps, (1e-10, 1e-12)),
    "resnet18.json": (network.build, (1e-5, 2e-4)),  # holds f32 results
    "backbones.json": (backbones.build, (1e-9, 1e-9)),
    "activations.json": (activations.build, (1e-9, 1e-11)),
    "cka.json": (cka.build, (1e-9, 1e-11)),
    "efficientnet_lite0.json": (lite0.build, (1e-5, 1e-4)),  # holds f32 results
    "statistics.json": (auc_cases.build, (1e-10, 1e-12)),
    "decisions.json": (decision_cases.build, (1e-8, 1e-10)),  # an optimum
    "operating.json": (operating_cases.build, (1e-10, 1e-12)),
    "along.json": (along_cases.build, (1e-10, 1e-12)),
    "trainings.json": (training_cases.build, (1e-9, 1e-11)),  # limits by integration
    "standardised.json": (standard_cases.build, (1e-10, 1e-12)),
    "fairness.json": (fairness_cases.build, (1e-10, 1e-12)),
    "frontier.json": (frontier_cases.build, (1e-10, 1e-12)),
    "ranks.json": (rank_cases.build, (1e-9, 1e-11)),  # quantiles by integration
    "tails.json": (tails.build, (1e-13, 0.0)),
    "resized.json": (resized.build, (0.0, 0.0)),
    "inference.json": (inference_cases.build, (1e-10, 1e-12)),
}


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--check", action="store_true", help="compare with the stored files, write nothing")
    check = parser.parse_args().check
    torch.set_num_threads(1)
    failed = False
    for name, (build, (rtol, atol)) in FILES.items():
        path, document = HERE / name, build()
        if document is None:  # its builder says which data it needs
            print(f"{name}: skipped, its data are not under QPNET_DATA")
            continue
        if not check:
            golden_io.write(path, document)
            print(f"{name}: {path.stat().st_size} bytes")
            continue
        stored = json.loads(path.read_text(encoding="utf-8"))
        found = golden_io.differences(stored, json.loads(golden_io.render(document)), rtol, atol)
        failed |= bool(found)
        print(f"{name}: {len(found)} differences", *found[:5], sep="\n  ")
    sys.exit(1 if failed else 0)


if __name__ == "__main__":
    main()
