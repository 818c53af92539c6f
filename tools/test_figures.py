"""A number that moves must fail the run: comparison, acceptance, and the runner with the real kernel."""

from __future__ import annotations

import os
import subprocess
import sys
import tempfile
import unittest
from pathlib import Path
from unittest import mock

import files
from figure_compare import Rules, TableError, compare
from figure_expectations import Expectations, choose, read_json
from notebook_report import Report, drift_lines, estimate

ROOT = Path(__file__).resolve().parent.parent
NOTEBOOKS = ROOT / "tests" / "notebooks"
EXPECTED = ROOT / "figures" / "expected"

BARS = "group,n,series,value,reason\ndominant,600,Mixed,0.5,\ndominant,600,QPI,,one class\n"
LINES = "series,x,y\nclass,1,0.25\nclass,2,0.5\nMMD,1,0.125\n"
RULES = Rules.parse({"rules": [{"absolute": 1e-9, "relative": 1e-6}]})


def moved(old: str, new: str, rules: Rules = RULES) -> list[tuple[str, str, str, str]]:
    """Row, column, expected and got of every drift."""
    return [(d.row, d.column, d.expected, d.got) for d in compare("fig", old, new, rules)]


class Comparison(unittest.TestCase):
    """The comparison of two tables."""

    def test_equal(self) -> None:
        """Nothing moves in the same text, in a shuffled one and within the tolerance."""
        shuffled = "series,x,y\nMMD,1,0.125\nclass,2,0.5\nclass,1,0.25\n"
        for new in (LINES, shuffled, LINES.replace("0.25", "0.2500002"), LINES.replace("0.25", "2.5e-1")):
            self.assertEqual(moved(LINES, new), [], new)
        self.assertEqual(moved(BARS, BARS), [])

    def test_beyond_tolerance(self) -> None:
        """The value is named with its difference and its tolerance."""
        [drift] = compare("fig", LINES, LINES.replace("0.25", "0.2500004"), RULES)
        self.assertEqual((drift.figure, drift.row, drift.column), ("fig", "series=class, x=1", "y"))
        self.assertAlmostEqual(drift.difference, 4e-7, places=12)
        self.assertAlmostEqual(drift.tolerance, 1e-9 + 0.25e-6, places=12)

    def test_whole_numbers_are_exact(self) -> None:
        """Counts have no tolerance, unless a rule says so."""
        new = BARS.replace("dominant,600,QPI", "dominant,601,QPI")
        wide = {"rules": [{"absolute": 5, "relative": 1}]}
        row = "group=dominant, series=QPI"
        self.assertEqual(moved(BARS, new, Rules.parse(wide)), [(row, "n", "600", "601")])
        wide["rules"].append({"columns": "n", "absolute": 5, "integers": True})
        self.assertEqual(moved(BARS, new, Rules.parse(wide)), [])
        # A column of other numbers is not exact because some of them happen to be whole.
        self.assertEqual(moved("x,y\n1,1\n2,0.5\n", "x,y\n1,1.0000001\n2,0.5\n"), [])

    def test_rows_and_columns(self) -> None:
        """Missing and new ones are said, and the others are still compared."""
        new = LINES.replace("MMD,1", "BSS,1").replace("0.25", "0.75")
        self.assertEqual(
            moved(LINES, new),
            [
                ("series=MMD, x=1", "(row)", "present", "absent"),
                ("series=BSS, x=1", "(row)", "absent", "present"),
                ("series=class, x=1", "y", "0.25", "0.75"),
            ],
        )
        self.assertEqual(
            moved("a,b\n1,2\n", "a,c\n1,2\n"),
            [("(column)", "b", "present", "absent"), ("(column)", "c", "absent", "present")],
        )
        self.assertEqual(moved("x,y\n1,2\n1,3\n", "x,y\n1,2\n"), [("x=1 (2)", "(row)", "present", "absent")])

    def test_text_is_exact(self) -> None:
        """Another word is a drift without a difference."""
        [drift] = compare("fig", BARS, BARS.replace("one class", "no patients"), RULES)
        self.assertEqual((drift.column, drift.expected, drift.difference), ("reason", "one class", None))

    def test_nothing_and_nan(self) -> None:
        """Nothing equals nothing, NaN equals NaN; neither equals a number; infinity is far."""
        table = "x,y\n1,{}\n2,0.5\n"
        wide = Rules.parse({"rules": [{"absolute": 1e300, "relative": 1}]})
        for value in ("", "NaN", "inf"):
            self.assertEqual(moved(table.format(value), table.format(value)), [])
            for other in {"0.5", "", "NaN", "-inf"} - {value}:
                with self.subTest(expected=value, got=other):
                    self.assertEqual(len(moved(table.format(value), table.format(other), wide)), 1)
                    self.assertEqual(len(moved(table.format(other), table.format(value), wide)), 1)

    def test_rules(self) -> None:
        """The last rule that matches holds, by figure, row and column."""
        rules = Rules.parse({"rules": [
            {"absolute": 1e-9}, {"figures": "fig*", "absolute": 1}, {"rows": "series=MMD*", "columns": "y"},
            {"columns": "seconds", "ignore": True},
        ]})
        self.assertEqual(rules.of("other", "series=a", "y").absolute, 1e-9)
        self.assertEqual(rules.of("fig", "series=a", "y").absolute, 1)
        self.assertEqual(rules.of("fig", "series=MMD, x=1", "y").absolute, 0)
        self.assertEqual(moved("x,seconds\n1,2.5\n", "x,seconds\n1,9.5\n", rules), [])
        with self.assertRaisesRegex(ValueError, "tolerence"):
            Rules.parse({"rules": [{"tolerence": 1}]})

    def test_keys_of_a_figure(self) -> None:
        """Where x is a result itself, rows are counted and x is compared."""
        keys = {"*": ["series", "x"], "roc_*": ["series"]}
        rules = Rules.parse({"keys": keys, "rules": [{"absolute": 0.1}]})
        old, new = "series,x,y\na,0.25,1.5\na,0.5,2.5\n", "series,x,y\na,0.26,1.5\na,0.75,2.5\n"
        [drift] = compare("roc_a", old, new, rules)
        self.assertEqual((drift.row, drift.column, drift.got), ("series=a (2)", "x", "0.75"))

    def test_no_table(self) -> None:
        """What is no table is said, and not taken for equal."""
        for text in ("", "a,a\n1,2\n", "a,b\n1\n"):
            with self.assertRaises(TableError):
                compare("fig", LINES, text, RULES)


class Reporting(unittest.TestCase):
    """What is said of drift and time."""

    def test_drift_lines(self) -> None:
        """The first values are shown, the rest is counted."""
        old = "x,y\n" + "".join(f"{i},0.5\n" for i in range(30))
        lines = drift_lines("03", compare("fig", old, old.replace("0.5", "0.75"), RULES), shown=4)
        self.assertEqual(len(lines), 1 + 1 + 4 + 1)
        self.assertIn("03: drift in fig; if its numbers are right: make accept", lines[0])
        self.assertEqual(lines[2].split(), ["fig", "x=0", "y", "0.5", "0.75", "0.25", "5.01e-07"])
        self.assertIn("and 26 more in fig", lines[-1])

    def test_estimate(self) -> None:
        """Known notebooks are added up, unknown ones counted."""
        self.assertEqual(
            estimate(["a", "b", "c"], {"a": {"seconds": 61.2}, "b": {"seconds": 8.9}}),
            "last time: a 61 s, b 9 s; together 70 s; not run before: 1",
        )
        self.assertIsNone(estimate(["a"], {}))

    def test_failed(self) -> None:
        """A figure without expectation fails as drift does."""
        report = Report("a")
        self.assertFalse(report.failed)
        report.verdict.faults.append("no expectation")
        self.assertTrue(report.failed)


class Files(unittest.TestCase):
    """Several files at once."""

    def test_all_or_nothing(self) -> None:
        """A write that fails leaves every old file, and nothing else."""
        with tempfile.TemporaryDirectory() as folder:
            one, two = Path(folder, "one"), Path(folder, "two")
            files.replace_all({one: "old"})
            with mock.patch.object(files.os, "fsync", side_effect=[None, OSError("disk full")]):
                with self.assertRaises(OSError):
                    files.replace_all({one: "new", two: "new"})
            self.assertEqual([p.name for p in Path(folder).iterdir()], ["one"])
            self.assertEqual(one.read_text(encoding="utf-8"), "old")


class Committed(unittest.TestCase):
    """The expectations in the repository."""

    def test_they_are_tables_with_a_machine(self) -> None:
        """Each can be read, and its machine is known with its fingerprint."""
        expectations = Expectations(EXPECTED, "smoke")
        self.assertTrue(expectations.names())
        self.assertEqual(expectations.names(), set(expectations.machines))
        for name in expectations.names():
            text = (expectations.place / f"{name}.csv").read_text(encoding="utf-8")
            self.assertEqual(expectations.drift_of(name, text), [])
            self.assertRegex(expectations.machines[name]["fingerprint"], "^[0-9a-f]{16}$")

    def test_who_lacks_the_data_lacks_their_rows(self) -> None:
        """Without HAM10000 all of its rows may be absent, not some; with it, none."""
        with tempfile.TemporaryDirectory() as data:
            (Path(data) / "ham10000").mkdir()
            for name in ("fig2ab", "fig2a_disparity"):
                lines = (EXPECTED / "smoke" / f"{name}.csv").read_text(encoding="utf-8").splitlines(keepends=True)
                real = [line for line in lines if "ham10000" in line]
                without = "".join(line for line in lines if line not in real)
                some = "".join(line for line in lines if line != real[0])
                for root, text, drifts in (("", without, 0), ("", some, 1), (data, without, len(real))):
                    with mock.patch.dict(os.environ, QPNET_DATA=root):
                        found = Expectations(EXPECTED, "smoke").drift_of(name, text)
                    absent = [drift for drift in found if drift.got == "absent"]
                    self.assertEqual(len(absent), drifts, (name, root, found))

    def test_elsewhere_is_wide_for_trained_figures_only(self) -> None:
        """The same arithmetic has narrow tolerances everywhere; a formula has them on any machine."""
        settings = read_json(EXPECTED / "tolerances.json")
        here, elsewhere = (Rules.parse(choose(settings, which)) for which in ("here", "elsewhere"))
        for figure in ("fig3_delta_rule", "fig3_losses", "fig4a_synthetic_moderate"):
            self.assertLess(here.of(figure, "series=MMD, x=1", "y").around(1.0), 2e-6)
        self.assertLess(elsewhere.of("fig3_delta_rule", "series=a, x=0", "y").around(1.0), 2e-6)
        self.assertGreater(elsewhere.of("fig4a_synthetic_moderate", "group=a", "value").around(0.8), 0.05)


class Runner(unittest.TestCase):
    """The runner and the acceptance as commands, in folders of their own."""

    def setUp(self) -> None:
        holder = tempfile.TemporaryDirectory()
        self.addCleanup(holder.cleanup)
        self.folder = Path(holder.name)
        self.expected = self.folder / "expected"
        self.expected.mkdir()
        tolerances = (EXPECTED / "tolerances.json").read_text(encoding="utf-8")
        files.replace_all({self.expected / "tolerances.json": tolerances})

    def call(self, script: str, *arguments: str, **variables: str) -> subprocess.CompletedProcess[str]:
        """Runs a script of tools/ under the profile smoke."""
        places = ["--output", str(self.folder / "out"), "--expected", str(self.expected)]
        environment = {
            **os.environ, "QPNET_PROFILE": "smoke", "QPNET_FIGURES": str(self.folder / "figures"), **variables
        }
        command = [sys.executable, str(ROOT / "tools" / script), *arguments, *places]
        return subprocess.run(command, env=environment, capture_output=True, text=True, timeout=900)

    def run_one(self, name: str, **variables: str) -> subprocess.CompletedProcess[str]:
        """Runs one notebook of tests/notebooks."""
        return self.call("run_notebooks.py", str(NOTEBOOKS / f"{name}.ipynb"), **variables)

    def accept(self, name: str, reason: str) -> subprocess.CompletedProcess[str]:
        """Records the figures of one notebook."""
        said = ["--reason", reason, "--date", "2000-01-01"]
        return self.call("accept_figures.py", str(NOTEBOOKS / f"{name}.ipynb"), *said)

    def entry(self, name: str) -> dict:
        """What report.json says of a notebook."""
        return read_json(self.folder / "out" / "report.json")["notebooks"][name]

    def test_drift_and_acceptance(self) -> None:
        """No expectation, acceptance, agreement, drift, acceptance with a reason."""
        refused = self.accept("drift", "never run")
        self.assertEqual((refused.returncode, self.expected.joinpath("smoke").exists()), (1, False))
        self.assertIn("drift was not run", refused.stderr)

        bare = self.run_one("drift")
        self.assertEqual(bare.returncode, 1, bare.stdout)
        self.assertIn("drift: figure drift_test has no expectation for profile smoke; if its", bare.stderr)

        self.assertEqual(self.accept("drift", " \n ").returncode, 1)
        first = self.accept("drift", "the first\nnumbers")
        self.assertEqual(first.returncode, 0, first.stderr)
        same = self.run_one("drift")
        self.assertEqual(same.returncode, 0, same.stdout + same.stderr)
        self.assertIn("last time: drift ", same.stdout)
        self.assertEqual(self.entry("drift")["compared"], ["drift_test"])

        shifted = self.run_one("drift", QPNET_TEST_SHIFT="0.00001")
        self.assertEqual(shifted.returncode, 1, shifted.stdout)
        self.assertIn("error: drift: drift in drift_test", shifted.stderr)
        self.assertRegex(shifted.stderr, r"drift_test +series=line, x=2 +y +0\.5 +0\.50001 +1e-05 +5e-07")
        self.assertEqual([d["row"] for d in self.entry("drift")["drift"]], ["series=line, x=2"])
        self.assertEqual(self.entry("drift")["status"], "failed")

        second = self.accept("drift", "a better line")
        self.assertEqual(second.returncode, 0, second.stderr)
        self.assertIn("0.50001", (self.expected / "smoke" / "drift_test.csv").read_text(encoding="utf-8"))
        log = (self.expected / "CHANGES.md").read_text(encoding="utf-8")
        self.assertLess(log.index("a better line"), log.index("the first numbers"))
        self.assertIn("series=line, x=2, y: 0.5 to 0.50001 (+1e-05)", log)
        self.assertIn("nothing to record", self.accept("drift", "again").stdout)

    def test_a_broken_notebook_is_not_recorded(self) -> None:
        """Acceptance refuses what failed for another cause."""
        self.assertEqual(self.run_one("missing_figure").returncode, 1)
        refused = self.accept("missing_figure", "please")
        self.assertEqual(refused.returncode, 1)
        self.assertIn("its last run failed: missing_figure: figure never_drawn.svg", refused.stderr)

    def test_a_loss_term_is_seen(self) -> None:
        """One hundredth more weight of the MMD, for few steps, on any machine."""
        self.run_one("loss_term", QPNET_TEST_STEPS="3")
        self.assertEqual(self.accept("loss_term", "unchanged loss").returncode, 0)
        same = self.run_one("loss_term", QPNET_TEST_STEPS="3", QPNET_TEST_MMD="1")
        self.assertEqual(same.returncode, 0, same.stdout + same.stderr)
        changed = self.run_one("loss_term", QPNET_TEST_STEPS="3", QPNET_TEST_MMD="1.01")
        self.assertEqual(changed.returncode, 1, changed.stdout)
        self.assertIn("error: loss_term: drift in fig3_losses;", changed.stderr)

    def test_a_loss_term_is_seen_in_the_committed_figure(self) -> None:
        """The same against notebook 03, where this machine computes as the one that drew it."""
        self.expected = EXPECTED
        changed = self.run_one("loss_term", QPNET_TEST_MMD="1.01")
        if "drew the expectations of" in changed.stdout:
            self.skipTest("another machine, which computes otherwise, drew the expectations")
        self.assertEqual(changed.returncode, 1, changed.stdout)
        self.assertIn("error: loss_term: drift in fig3_losses;", changed.stderr)
        rows = {drift["row"] for drift in self.entry("loss_term")["drift"]}
        # The first epoch starts from the same weights, and differs already.
        self.assertIn("series=MMD, x=1", rows)


if __name__ == "__main__":
    unittest.main()
