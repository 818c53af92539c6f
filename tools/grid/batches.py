"""Divides the cells of a grid that are missing into batches of some minutes, for an engine such as Snakemake.

    python3 tools/grid/batches.py plan.toml [--store DIR] [--minutes 10] [--qpnet qpnet] > batches.json

This is done once, before the engine begins: its jobs read the file, call `qpnet grid run plan.toml --cell ...`, and
decide nothing themselves. Marks that an engine has left of these very batches are taken away: what is listed here is
missing, whatever was done before. On a fresh store seconds are guessed; they are right once some cells are finished.
"""

import argparse
import hashlib
import json
import os
import subprocess
import sys
from pathlib import Path


def listed(command):
    """The cells of `qpnet grid list --json`, and its last line."""
    done = subprocess.run(command, capture_output=True, text=True)
    if done.returncode != 0:
        sys.exit(done.stderr.strip())
    lines = [json.loads(line) for line in done.stdout.splitlines()]
    return [line for line in lines if "cell" in line], lines[-1]


def divided(cells, seconds):
    """Batches of missing cells of about so many seconds; what needs a start is with it, or after its batch."""
    missing = {cell["cell"] for cell in cells if cell["state"] != "complete"}
    batches, batch_of, current, filled = [], {}, None, 0.0
    for cell in cells:
        if cell["cell"] not in missing:
            continue
        if current is None or filled >= seconds:
            current, filled = {"cells": [], "needs": []}, 0.0
            batches.append(current)
        current["cells"].append(cell["cell"])
        filled += cell["seconds"]
        batch_of[cell["cell"]] = len(batches) - 1
        # A start is listed before what needs it: its batch is this one or an earlier one.
        start = batch_of.get(cell["needs"])
        if start is not None and start != len(batches) - 1 and start not in current["needs"]:
            current["needs"].append(start)
    for batch in batches:
        batch["name"] = hashlib.sha256("".join(batch["cells"]).encode()).hexdigest()[:16]
    for batch in batches:
        batch["needs"] = [batches[number]["name"] for number in batch["needs"]]
    return batches


def main():
    """Write the batches of a plan to standard output."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("plan")
    parser.add_argument("--store")
    parser.add_argument("--data-root")
    parser.add_argument("--minutes", type=float, default=10.0)
    parser.add_argument("--qpnet", default="qpnet")
    parser.add_argument("--device", default="auto")
    given = parser.parse_args()
    store = ["--store", given.store] if given.store else []
    root = ["--data-root", given.data_root] if given.data_root else []
    common = [given.plan, "--device", given.device, *root]
    cells, end = listed([given.qpnet, "grid", "list", *common, "--json", *store])
    batches = divided(cells, 60 * given.minutes)
    for batch in batches:
        (Path(end["store"]) / ".batches" / f"{batch['name']}.done").unlink(missing_ok=True)
    # Snakemake tells its jobs how many threads OpenBLAS may use. That may choose kernels, so it is in the names of cells:
    # jobs have what this process has.
    threads = os.environ.get("OPENBLAS_NUM_THREADS")
    kept = ["-u", "OPENBLAS_NUM_THREADS"] if threads is None else [f"OPENBLAS_NUM_THREADS={threads}"]
    run = ["env", *kept, given.qpnet, "grid", "run", *common, "--store", end["store"]]
    json.dump({"run": run, "store": end["store"], "batches": batches}, sys.stdout, indent=1)
    print()


if __name__ == "__main__":
    main()
