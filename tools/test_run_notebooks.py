"""The strict runner must accept sound notebooks and reject each broken one by name and cell.

Runs the notebooks of tests/notebooks with the real kernel (about a minute for all).
"""

from __future__ import annotations

import os
import subprocess
import sys
import tempfile
import time
import unittest
from pathlib import Path

from files import replace_all
from notebook_checks import missing_figures, panic_message, top_level_question_mark

ROOT = Path(__file__).resolve().parent.parent
NOTEBOOKS = ROOT / "tests" / "notebooks"

#: What the runner must say of each broken notebook.
BROKEN = {
    "assertion": "assertion, cell 3 (assert_eq!(sum, 5, \"sums must be right\");): panic:",
    "compile_error": "compile_error, cell 2 (let number: i64 = \"seven\";): error: mismatched types",
    "hanging": "hanging, cell 3 (loop {): took longer than its limit of 10 s",
    "killed": "killed, cell 2 (std::process::abort();): error: Subprocess terminated",
    "missing_figure": "missing_figure: figure never_drawn.svg is missing or empty",
    "panic": "panic, cell 3 (// the cell to name): panic: something impossible happened",
    "question_mark": "question_mark, cell 3 (\"seven\".parse::<i64>()?;): `?` at top level",
    "stderr": "stderr, cell 2 (eprintln!(\"a warning that nobody reads\");): wrote to stderr:",
}


def run(names: list[str], figures: str) -> subprocess.CompletedProcess[str]:
    """Runs the runner on notebooks of tests/notebooks; all that it leaves lies below `figures`."""
    command = [sys.executable, str(ROOT / "tools" / "run_notebooks.py")]
    command += [str(NOTEBOOKS / f"{name}.ipynb") for name in names]
    command += ["--output", str(Path(figures, "out")), "--expected", str(Path(figures, "expected"))]
    environment = {**os.environ, "QPNET_FIGURES": figures}
    return subprocess.run(command, env=environment, capture_output=True, text=True, timeout=900)


def processes_with(entry: str) -> list[str]:
    """The commands that run with this entry in their environment."""
    found = []
    for place in Path("/proc").glob("[0-9]*"):
        try:
            if entry.encode() in (place / "environ").read_bytes().split(b"\0"):
                found.append((place / "cmdline").read_text().replace("\0", " "))
        except OSError:  # gone, or another user's
            continue
    return found


class Runner(unittest.TestCase):
    """The runner as a command."""

    def test_sound_notebooks_pass(self) -> None:
        """A plain notebook and one that uses the library and saves a figure."""
        with tempfile.TemporaryDirectory() as figures:
            profile = os.environ.get("QPNET_PROFILE", "smoke")
            replace_all({Path(figures, "expected", profile, "runner_test.csv"): "7"})
            done = run(["good", "library"], figures)
            self.assertEqual(done.returncode, 0, done.stdout + done.stderr)
            executed = Path(figures, "out")
            for name in ("good.ipynb", "good.html", "report.json"):
                self.assertTrue((executed / name).is_file(), name)
            self.assertIn("root seed 7", (executed / "library.ipynb").read_text(encoding="utf-8"))

    def test_a_killed_run_leaves_no_kernel(self) -> None:
        """The kernel and the cell that hangs in it end with the runner, which cannot end them itself."""
        with tempfile.TemporaryDirectory() as figures:
            command = [sys.executable, str(ROOT / "tools" / "run_notebooks.py"), str(NOTEBOOKS / "hanging.ipynb")]
            command += ["--output", str(Path(figures, "out")), "--expected", str(Path(figures, "expected"))]
            environment = {**os.environ, "QPNET_FIGURES": figures}
            runner = subprocess.Popen(command, env=environment, stdout=subprocess.PIPE, text=True)
            with runner.stdout:
                for line in runner.stdout:
                    if "cell 1/" in line:
                        break
            self.assertTrue(processes_with(f"QPNET_FIGURES={figures}"), "there is a kernel")
            runner.kill()
            runner.wait()
            last = time.monotonic() + 30
            while processes_with(f"QPNET_FIGURES={figures}") and time.monotonic() < last:
                time.sleep(0.1)
            self.assertEqual(processes_with(f"QPNET_FIGURES={figures}"), [], "something lives on")

    def test_broken_notebooks_fail(self) -> None:
        """Each is named with its cell and reason, and none hides another."""
        with tempfile.TemporaryDirectory() as figures:
            done = run(sorted(BROKEN), figures)
        said = done.stdout + done.stderr
        self.assertEqual(done.returncode, 1, said)
        self.assertNotIn("Traceback", said)
        for name, fault in BROKEN.items():
            with self.subTest(notebook=name):
                self.assertIn(f"error: {fault}", said)
                row = next(line for line in said.splitlines() if line.startswith(f"{name} "))
                self.assertTrue(row.endswith("FAILED"), row)

    def test_bad_use(self) -> None:
        """A notebook that is not there is bad use (exit 2), one that is no notebook a fault."""
        with tempfile.TemporaryDirectory() as figures:
            self.assertEqual(run(["absent"], figures).returncode, 2)
            command = [sys.executable, str(ROOT / "tools" / "run_notebooks.py"), str(ROOT / "Makefile")]
            command += ["--output", figures]
            done = subprocess.run(command, capture_output=True, text=True, timeout=120)
        self.assertEqual(done.returncode, 1)
        self.assertIn("cannot be read as a notebook", done.stderr)


class Checks(unittest.TestCase):
    """The single checks."""

    def test_question_mark(self) -> None:
        """Only code at top level counts: no strings, comments or function bodies."""
        for source in ("f()?;", "let x: T = f()?;", "{ 1 };\ng(a)?"):
            self.assertTrue(top_level_question_mark(source), source)
        for source in (
            'println!("really?");',
            "// why?\nlet c = '?';",
            "/* is\nit? */ f();",
            'let r = r#"a "quoted" ?"#;',
            "fn f() -> R { Ok(g()?) }",
        ):
            self.assertFalse(top_level_question_mark(source), source)

    def test_panic_message(self) -> None:
        """The message is found between the place and the backtrace."""
        said = "\nthread '<unnamed>' (7) panicked at src/lib.rs:1:1:\nno\nluck\nstack backtrace:\n 0: x"
        self.assertEqual(panic_message(said), "panic: no luck")
        self.assertIsNone(panic_message("warning: something"))

    def test_old_figure(self) -> None:
        """A figure of an earlier run does not count."""
        with tempfile.TemporaryDirectory() as folder:
            for ending in (".svg", ".png", ".csv"):
                Path(folder, "a" + ending).write_text("7", encoding="utf-8")
            written = Path(folder, "a.svg").stat().st_mtime
            self.assertEqual(missing_figures("n", ["a"], Path(folder), written), [])
            late = missing_figures("n", ["a"], Path(folder), written + 60)
            self.assertEqual(len(late), 3)


if __name__ == "__main__":
    unittest.main()
