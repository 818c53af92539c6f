"""Which machine drew a figure, and whether another one computes alike."""

from __future__ import annotations

import os
import platform
import re
from pathlib import Path

import nbformat
from nbclient import NotebookClient
from nbclient.exceptions import CellTimeoutError, DeadKernelError

from notebook_checks import plain

CELL = Path(__file__).with_name("fingerprint.rs")
#: Variables that choose libtorch's kernels.
CHOOSERS = ("ATEN_CPU_CAPABILITY", "ONEDNN_MAX_CPU_ISA", "MKL_ENABLE_INSTRUCTIONS", "MKL_CBWR")


def fingerprint(folder: Path) -> str:
    """A number that two machines share when libtorch computes alike on them, bit by bit: what
    the cell fingerprint.rs prints, run in `folder`. RuntimeError when it prints none."""
    notebook = nbformat.v4.new_notebook(cells=[nbformat.v4.new_code_cell(CELL.read_text(encoding="utf-8"))])
    client = NotebookClient(
        notebook, kernel_name="qpnet", timeout=300, startup_timeout=300, allow_errors=True,
        shutdown_kernel="immediate", resources={"metadata": {"path": str(folder)}},
    )
    try:
        client.execute()
    except (CellTimeoutError, DeadKernelError) as error:
        raise RuntimeError(str(error)) from error
    outputs = notebook.cells[0].outputs
    for output in outputs:
        found = re.search(r"^fingerprint ([0-9a-f]{16})$", output.get("text", ""), re.MULTILINE)
        if found:
            return found[1]
    said = next((output.evalue for output in outputs if output.output_type == "error"), "no error")
    raise RuntimeError(f"{CELL.name} printed no fingerprint: {plain(said)}")


def machine(libtorch: Path) -> dict[str, str]:
    """What is known of this machine, for the reader of an expectation."""
    try:
        described = Path("/proc/cpuinfo").read_text(encoding="utf-8")
    except OSError:
        described = ""
    fields = dict(re.findall(r"^([^\t:]+?)\s*:\s*(.*)$", described, re.MULTILINE))
    flags = set(fields.get("flags", "").split())
    sets = [name for name in ("avx2", "avx512f", "avx512_bf16", "amx_tile") if name in flags]
    try:
        stated = re.search(r"__version__ = '([^']*)'", (libtorch / "version.py").read_text(encoding="utf-8"))
    except OSError:
        stated = None
    family, model, step = (fields.get(name, "?") for name in ("cpu family", "model", "stepping"))
    known = {
        "processor": fields.get("model name") or platform.processor() or platform.machine(),
        "model": f"family {family} model {model} stepping {step}",
        "instruction_sets": " ".join(sets),
        "processors": str(os.cpu_count()),
        "OMP_NUM_THREADS": os.environ.get("OMP_NUM_THREADS", "unset"),
        "libtorch": stated[1] if stated else "unknown",
        "system": f"{platform.system()} {platform.machine()}, {' '.join(platform.libc_ver())}".strip(),
    }
    return known | {name: os.environ[name] for name in CHOOSERS if name in os.environ}
