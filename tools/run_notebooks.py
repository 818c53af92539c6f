"""Executes notebooks strictly: `python tools/run_notebooks.py [NOTEBOOK ...]` (`make notebooks`).

Every notebook under notebooks/ (or those named) runs in a scratch copy, so that the originals
stay as they are. The command fails (exit 1) and names notebook and cell when a cell

* ends in an error or a panic, or writes anything to stderr,
* takes longer than its limit, or the kernel dies,
* was not executed, or uses `?` at top level (evcxr goes on after an `Err`),

or when a figure that the notebook promises in its metadata (`"qpnet": {"figures": ["name"]}`)
is missing, empty or older than the run, or when its numbers are not those of
figures/expected/<profile>/ (figures/README.md says how they are compared; `make accept` records new
ones). `"optional_figures"` are compared when they are drawn. The metadata
`"qpnet": {"cell_timeout": 20}` replaces `--cell-timeout` for one notebook.

Executed notebooks and HTML, report.json and the numbers of the figures are left under
target/notebooks/<profile>/, figures under figures/.

Environment: QPNET_PROFILE (smoke, small, paper), QPNET_DATA, QPNET_FIGURES, QPNET_GRIDS, QPNET_RUNS.
"""

from __future__ import annotations

import argparse
import os
import shutil
import signal
import sys
import time
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from queue import Empty

ROOT = Path(__file__).resolve().parent.parent
PROFILES = ("smoke", "small", "paper")
#: Notebooks at a time: more are no faster, since every kernel has a compiler and a type checker of its own.
MOST_AT_A_TIME = 2
#: What a kernel, its compiler and a training of a small profile take together, in bytes.
MEMORY_OF_ONE = 4 << 30


def prepare_environment() -> None:
    """Keeps everything that Jupyter writes inside the repository; sets the project's variables."""
    jupyter = ROOT / "target" / "jupyter"
    (jupyter / "ipython").mkdir(parents=True, exist_ok=True)
    for name in ("RUNTIME", "DATA", "CONFIG"):
        os.environ[f"JUPYTER_{name}_DIR"] = str(jupyter / name.lower())
    os.environ["IPYTHONDIR"] = str(jupyter / "ipython")
    os.environ.setdefault("QPNET_PROFILE", "smoke")
    os.environ.setdefault("QPNET_FIGURES", str(ROOT / "figures"))
    os.environ.setdefault("QPNET_RUNS", str(ROOT / "target" / "runs"))
    for name in ("QPNET_DATA", "QPNET_FIGURES", "QPNET_GRIDS", "QPNET_RUNS"):
        if os.environ.get(name):  # kernels work in a scratch folder
            os.environ[name] = str(Path(os.environ[name]).resolve())
    if os.environ["QPNET_PROFILE"] == "smoke":
        # Too small for a GPU to help, and expected as a processor draws them.
        os.environ.setdefault("CUDA_VISIBLE_DEVICES", "")


prepare_environment()  # before Jupyter is imported: it reads these once

import nbformat  # noqa: E402
from nbclient import NotebookClient  # noqa: E402
from nbclient.exceptions import CellTimeoutError, DeadKernelError  # noqa: E402
from nbclient.util import run_sync  # noqa: E402

import kernel_guard  # noqa: E402
from figure_expectations import Expectations  # noqa: E402
from figure_machine import fingerprint, machine  # noqa: E402
from notebook_checks import (  # noqa: E402
    drawn_figures,
    first_line,
    missing_figures,
    normalise,
    output_fault,
    plain,
    question_marks,
    settings,
    source_hash,
)
from notebook_html import page  # noqa: E402
from notebook_report import Report, estimate, known_notebooks, print_table, update_report  # noqa: E402


def at_a_time(profile: str) -> int:
    """How many notebooks run side by side: while one compiles, another trains on its one thread.

    The profile `paper` trains with every core.
    """
    cores = len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count() or 1
    try:
        lines = Path("/proc/meminfo").read_text(encoding="ascii").splitlines()
        free = next(int(line.split()[1]) << 10 for line in lines if line.startswith("MemAvailable:"))
    except (OSError, StopIteration):  # not Linux
        return 1
    return 1 if profile == "paper" else max(1, min(MOST_AT_A_TIME, cores, free // MEMORY_OF_ONE))


def say(line: str) -> None:
    """Prints a whole line at once, since notebooks run side by side."""
    sys.stdout.write(line + "\n")
    sys.stdout.flush()


def scratch_copy(notebook: Path, scratch: Path) -> Path:
    """Copies `notebook` so that its relative paths lead to the repository's files."""
    folder = notebook.parent
    inside = folder.relative_to(ROOT) if folder.is_relative_to(ROOT) else Path(folder.name)
    place = scratch / inside
    place.mkdir(parents=True, exist_ok=True)
    for entry in ROOT.iterdir():
        link = scratch / entry.name
        if not entry.name.startswith(".") and not link.exists():
            link.symlink_to(entry)
    return Path(shutil.copy(notebook, place))


#: Process groups of the kernels that run, so that an interrupt can end them all.
KERNELS: set[int] = set()


def end_kernel(group: int | None) -> None:
    """Ends the kernel with all its children: a hanging cell lives in a child of its own."""
    if group:
        KERNELS.discard(group)
        try:
            os.killpg(group, signal.SIGKILL)
        except ProcessLookupError:
            pass


def late_outputs(client: NotebookClient, cell: nbformat.NotebookNode) -> None:
    """Adds what the kernel still says after a cell: evcxr sends stderr beside the cell's end."""
    while True:
        try:
            message = run_sync(client.kc.get_iopub_msg)(timeout=0.15)
        except Empty:
            return
        if message["msg_type"] != "stream":
            continue
        said = nbformat.v4.output_from_msg(message)
        if cell.outputs and cell.outputs[-1].get("name") == said.name:
            cell.outputs[-1].text += said.text
        else:
            cell.outputs.append(said)


def run_cells(client: NotebookClient, report: Report, limit: int) -> None:
    """Runs every code cell until one fails; times and faults go to `report`."""
    cells = [(i, cell) for i, cell in enumerate(client.nb.cells) if cell.cell_type == "code"]
    report.cells = len(cells)
    begin, group = time.monotonic(), None
    manager = client.create_kernel_manager()
    try:
        with client.setup_kernel():
            group = manager.provisioner.pgid
            KERNELS.add(group)
            try:
                for number, (index, cell) in enumerate(cells, 1):
                    where = f"{report.name}, cell {index + 1} ({first_line(cell.source)})"
                    before = time.monotonic()
                    try:
                        client.execute_cell(cell, index)
                        took = time.monotonic() - before
                        late_outputs(client, cell)
                        fault = output_fault(cell)
                    except CellTimeoutError:
                        took = time.monotonic() - before
                        fault = f"took longer than its limit of {limit} s"
                    except DeadKernelError:
                        took = time.monotonic() - before
                        fault = "the kernel died"
                    say(f"  {report.name}  cell {number}/{len(cells)}  {took:.1f} s")
                    if fault:
                        report.faults.append(f"{where}: {fault}")
                        break
                    if not cell.execution_count and cell.source.strip():
                        report.faults.append(f"{where}: was not executed")
                    if report.first_result:
                        report.later.append(took)
                    elif cell.outputs:
                        report.first_result = time.monotonic() - begin
            finally:
                if report.faults:
                    end_kernel(group)  # it may hang, and would not answer a polite request
    except RuntimeError as error:
        report.faults.append(f"{report.name}: the kernel did not start: {plain(error)}")
    finally:
        end_kernel(group or getattr(manager.provisioner, "pgid", None))
        report.seconds = time.monotonic() - begin


def keep_numbers(figures: list[str], drawn: Path, kept: Path) -> None:
    """Copies the CSVs of this run: those under figures/ follow the run of any profile."""
    kept.mkdir(parents=True, exist_ok=True)
    for figure in figures:
        shutil.copyfile(drawn / f"{figure}.csv", kept / f"{figure}.csv")


def run_notebook(path: Path, scratch: Path, output: Path, cell_timeout: int, save: bool) -> Report:
    """Runs one notebook and leaves it, executed, as .ipynb and .html in `output`."""
    report = Report(path.stem)
    try:
        notebook = nbformat.read(path, as_version=4)
    except (OSError, ValueError) as error:
        report.faults.append(f"{path}: cannot be read as a notebook: {plain(error)}")
        return report
    report.source = source_hash(notebook)
    report.faults += question_marks(report.name, notebook)
    if report.faults:
        return report
    copy = scratch_copy(path, scratch / path.stem)  # its own: notebooks run side by side
    limit = int(settings(notebook).get("cell_timeout", cell_timeout))
    client = NotebookClient(
        notebook,
        kernel_name="qpnet",
        timeout=limit,
        startup_timeout=300,
        record_timing=False,
        coalesce_streams=True,
        allow_errors=True,  # judged cell by cell in run_cells
        shutdown_kernel="immediate",
        resources={"metadata": {"path": str(copy.parent)}},
    )
    started = time.time()
    run_cells(client, report, limit)
    folder = Path(os.environ["QPNET_FIGURES"])
    report.promised = settings(notebook).get("figures", [])
    optional = settings(notebook).get("optional_figures", [])
    output.mkdir(parents=True, exist_ok=True)
    if not report.faults:
        report.faults += missing_figures(report.name, report.promised, folder, started)
        report.drawn = drawn_figures(report.promised + optional, folder, started)
        keep_numbers(report.drawn, folder, output / "figures")
    normalise(notebook)
    nbformat.write(notebook, output / path.name)
    (output / f"{path.stem}.html").write_text(page(notebook), encoding="utf-8")
    if save and not report.faults:
        nbformat.write(notebook, path)
    return report


def parse(arguments: list[str] | None) -> argparse.Namespace:
    """The command line."""
    parser = argparse.ArgumentParser(description="Execute notebooks strictly.")
    parser.add_argument("notebooks", nargs="*", type=Path, help="default: all of notebooks/")
    parser.add_argument("--cell-timeout", type=int, default=600, metavar="S", help="seconds per cell")
    parser.add_argument("--save", action="store_true", help="write outputs back into the notebooks")
    parser.add_argument("--jobs", type=int, metavar="N", help="notebooks at a time, which share the cores: default 2 where cores and memory suffice")
    parser.add_argument("--output", type=Path, metavar="DIR", help="default: target/notebooks/<profile>")
    parser.add_argument("--report", type=Path, metavar="FILE", help="default: report.json in --output")
    parser.add_argument("--expected", type=Path, default=ROOT / "figures" / "expected", metavar="DIR")
    options = parser.parse_args(arguments)
    options.jobs = max(1, options.jobs or at_a_time(os.environ["QPNET_PROFILE"]))
    options.notebooks = options.notebooks or sorted((ROOT / "notebooks").glob("*.ipynb"))
    if not options.notebooks:
        parser.error("no notebooks in notebooks/")
    absent = [str(path) for path in options.notebooks if not path.is_file()]
    if absent:
        parser.error(f"no such notebook: {', '.join(absent)}")
    if os.environ["QPNET_PROFILE"] not in PROFILES:
        parser.error(f"QPNET_PROFILE={os.environ['QPNET_PROFILE']}: expected {', '.join(PROFILES)}")
    return options


def prepare_expectations(folder: Path, profile: str, scratch: Path) -> tuple[Expectations, dict[str, str]]:
    """The expectations of `profile`, and this machine; says which of them can be compared how."""
    here = machine(ROOT / ".libtorch")
    expectations = Expectations(folder, profile)
    try:
        here["fingerprint"] = expectations.arithmetic = fingerprint(scratch)
    except RuntimeError as error:
        print(f"the arithmetic of this machine is unknown: {plain(error)}", flush=True)
    if not expectations.expected():
        print(f"figures are not compared: nothing is expected of profile {profile}", flush=True)
        return expectations, here
    other = sorted(name for name in expectations.names() if not expectations.drawn_here(name))
    if other:
        print(
            "another machine, which computes otherwise, drew the expectations of "
            f"{', '.join(other)}: compared with wide tolerances",
            flush=True,
        )
    return expectations, here


def run_all(options: argparse.Namespace, profile: str, scratch: Path, place: Path) -> Iterator[Report]:
    """Runs the notebooks, `options.jobs` at a time; reports come in their order."""

    def run(path: Path) -> Report:
        say(f"{path.name} (profile {profile})")
        return run_notebook(path.resolve(), scratch, place, options.cell_timeout, options.save)

    pool = ThreadPoolExecutor(max_workers=options.jobs)
    try:
        yield from pool.map(run, options.notebooks)
    finally:
        # After an interrupt: threads that wait for a kernel come back once it is gone.
        pool.shutdown(wait=False, cancel_futures=True)
        for group in list(KERNELS):
            end_kernel(group)


def main() -> int:
    """Runs the notebooks; 0 when all are sound."""
    options = parse(None)
    profile = os.environ["QPNET_PROFILE"]
    # Trainings of a notebook fill the cores that rayon has; notebooks side by side share them.
    cores = (os.cpu_count() or 1) // options.jobs
    os.environ.setdefault("RAYON_NUM_THREADS", str(max(cores, 1)))
    notebooks = ROOT / "target" / "notebooks"
    place = options.output or notebooks / profile
    record = options.report or place / "report.json"
    scratch = notebooks / "run" / str(os.getpid())
    shutil.rmtree(scratch, ignore_errors=True)  # of a killed process with the same number
    scratch.mkdir(parents=True)
    for name in ("QPNET_FIGURES", "QPNET_RUNS"):
        Path(os.environ[name]).mkdir(parents=True, exist_ok=True)
    guard = kernel_guard.start()  # a kill that is not polite ends the kernels as well
    # A polite kill ends the kernels too, also where the shell has switched off SIGINT.
    signal.signal(signal.SIGTERM, signal.default_int_handler)
    reports = []
    try:
        took = estimate([path.stem for path in options.notebooks], known_notebooks(record))
        if took:
            print(took, flush=True)
        expectations, here = prepare_expectations(options.expected, profile, scratch)
        for report in run_all(options, profile, scratch, place):
            if not report.faults and expectations.expected():
                optional = [figure for figure in report.drawn if figure not in report.promised]
                report.verdict = expectations.judge(report.name, report.promised, optional, place / "figures")
            update_report(record, profile, here, report)
            reports.append(report)
    except KeyboardInterrupt:
        print("interrupted", file=sys.stderr)
        return 130
    except ValueError as error:
        print(f"error: {error}", file=sys.stderr)
        return 2
    finally:
        shutil.rmtree(scratch, ignore_errors=True)
        guard.stdin.close()  # what is left of them ends now
        guard.wait()
    print_table(reports)
    return 1 if any(report.failed for report in reports) else 0


if __name__ == "__main__":
    sys.exit(main())
