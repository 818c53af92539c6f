"""A grid through Snakemake, to its end: six cells, one of which cannot be trained.

Needs what `tools/grid/setup.sh` installs, and cargo.
"""

import json
import os
import shutil
import subprocess
import tempfile
import unittest
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
ENGINE = ROOT / ".tools/snakemake/bin/snakemake"
TARGET = Path(os.environ.get("CARGO_TARGET_DIR", ROOT / "target"))
QPNET = TARGET / "debug/qpnet"
TINY = ROOT / "tests/support/tiny_grid.toml"
# One Mixed model and five transfers from it; no network survives the last learning rate.
PLAN = """
format = 1
profile = "smoke"
seeds = [101]
methods = ["mixed", "qpi"]
"""
FACTOR = """
[[factors]]
name = "rate"
path = "settings.transfer.learning_rate"
values = [1e-4, 2e-4, 5e-4, 1e-3, 1e30]
"""


class Engine(unittest.TestCase):
    """What jobs of an engine leave is what one process leaves, and nothing is trained twice."""

    @classmethod
    def setUpClass(cls):
        if not ENGINE.exists():
            raise FileNotFoundError(f"{ENGINE} is missing: run tools/grid/setup.sh")
        build = ["cargo", "build", "--quiet", "--package", "qpnet-lib", "--bin", "qpnet"]
        subprocess.run(build, cwd=ROOT, check=True)

    def setUp(self):
        temporary = tempfile.TemporaryDirectory()
        self.addCleanup(temporary.cleanup)
        self.folder = Path(temporary.name)
        (self.folder / "plan.toml").write_text(PLAN + TINY.read_text(encoding="utf-8") + FACTOR, encoding="utf-8")

    def run_here(self, *command, code=0):
        """Run a command in the folder; it must end with `code`."""
        done = subprocess.run(
            [str(word) for word in command], cwd=self.folder, capture_output=True, text=True, check=False
        )
        self.assertEqual(done.returncode, code, done.stdout[-3000:] + done.stderr[-6000:])
        return done.stdout

    def snakemake(self, batches, code):
        """Run what `batches.json` has."""
        (self.folder / "batches.json").write_text(batches, encoding="utf-8")
        profile = ROOT / "tools/grid/local"
        config = ("--config", "batches=batches.json")
        self.run_here(ENGINE, "-s", ROOT / "tools/grid/Snakefile", "--profile", profile, *config, code=code)

    def batches(self, store):
        """Batches of what is missing in `store`, of a cell each."""
        asked = ("plan.toml", "--store", store, "--minutes", 1e-6, "--device", "cpu", "--qpnet", QPNET)
        return self.run_here("python3", ROOT / "tools/grid/batches.py", *asked)

    def collected(self, store):
        """The table of cells, byte by byte."""
        words = ("--store", store, "--device", "cpu", "--partial", "--out", store + ".tables")
        self.run_here(QPNET, "grid", "collect", "plan.toml", *words)
        return (self.folder / f"{store}.tables/cells.csv").read_bytes()

    def events(self, store, event):
        """The cells to which this has happened, in order."""
        lines = (self.folder / store / "journal.jsonl").read_text(encoding="utf-8").splitlines()
        return [line["cell"] for line in map(json.loads, lines) if line["event"] == event]

    def test_one_cell_fails_and_the_others_are_as_one_process_makes_them(self):
        batches = self.batches("many")
        self.assertEqual(len(json.loads(batches)["batches"]), 6, batches)
        self.snakemake(batches, code=1)
        finished = self.events("many", "finished")
        self.assertEqual((len(finished), len(set(finished))), (5, 5))
        self.assertEqual(len(set(self.events("many", "failed"))), 1)

        # Again, with another clock on everything: only what failed is tried, and nothing is trained a second time.
        for path in (self.folder / "many").rglob("*"):
            os.utime(path, (2_000_000_000, 2_000_000_000))
        again = json.loads(self.batches("many"))["batches"]
        self.assertEqual([len(batch["cells"]) for batch in again], [1])
        self.snakemake(batches, code=1)
        self.assertEqual(self.events("many", "finished"), finished)

        # A cell that was taken away is missing, whatever marks the engine has of its batch.
        shutil.rmtree(self.folder / "many" / finished[-1])
        self.snakemake(self.batches("many"), code=1)
        self.assertEqual(self.events("many", "finished"), [*finished, finished[-1]])

        self.run_here(QPNET, "grid", "run", "plan.toml", "--store", "one", "--device", "cpu", code=1)
        self.assertEqual(len(self.events("one", "finished")), 5)
        self.assertEqual(self.collected("many"), self.collected("one"))


if __name__ == "__main__":
    unittest.main()
