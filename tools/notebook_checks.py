"""What the strict notebook runner calls a fault, and the form in which notebooks are kept."""

from __future__ import annotations

import hashlib
import re
from pathlib import Path
from typing import Any

from nbformat import NotebookNode

#: What every saved figure consists of: two drawings and the plotted numbers.
FIGURE_FILES = (".svg", ".png", ".csv")

ANSI = re.compile(r"\x1b\[[0-9;]*m")
# Comments, strings and characters, which may hold any sign.
LITERAL = re.compile(
    r"//[^\n]*|/\*.*?\*/|r(#*)\".*?\"\1|\"(?:\\.|[^\"\\])*\"|'(?:\\.|[^'\\])'", re.DOTALL
)


def plain(text: object) -> str:
    """`text` without colours and surrounding blanks."""
    return ANSI.sub("", str(text)).strip()


def first_line(source: str) -> str:
    """The first line of a cell that says something, shortened."""
    lines = [line.strip() for line in source.splitlines() if line.strip()]
    line = lines[0] if lines else "empty"
    return line if len(line) <= 60 else line[:57] + "..."


def settings(notebook: NotebookNode) -> dict[str, Any]:
    """The notebook's own settings for the runner."""
    return notebook.metadata.get("qpnet", {})


def source_hash(notebook: NotebookNode) -> str:
    """A hash of the code cells, whatever their outputs."""
    code = "\x1f".join(cell.source for cell in notebook.cells if cell.cell_type == "code")
    return hashlib.sha256(code.encode("utf-8")).hexdigest()


def top_level_question_mark(source: str) -> bool:
    """Is there a `?` outside of every block? There evcxr swallows the error and goes on."""
    depth = 0
    for sign in LITERAL.sub('""', source):
        depth += (sign == "{") - (sign == "}")
        if sign == "?" and depth <= 0:
            return True
    return False


def question_marks(name: str, notebook: NotebookNode) -> list[str]:
    """A fault for each cell with a `?` at top level."""
    return [
        f"{name}, cell {i + 1} ({first_line(cell.source)}): `?` at top level is ignored by evcxr; "
        'use .expect("...")'
        for i, cell in enumerate(notebook.cells)
        if cell.cell_type == "code" and top_level_question_mark(cell.source)
    ]


def output_fault(cell: NotebookNode) -> str | None:
    """The first thing in the outputs of an executed cell that a sound cell does not have."""
    stderr = "".join(o.text for o in cell.outputs if o.output_type == "stream" and o.name == "stderr")
    for output in cell.outputs:
        if output.output_type == "error":
            said = plain(output.get("evalue") or output.get("ename") or "unknown").splitlines()
            return panic_message(stderr) or f"error: {said[0]}"
    if stderr:
        message = panic_message(stderr) or (plain(stderr).splitlines() or ["(blank lines)"])[0]
        return f"wrote to stderr: {message}"
    return None


def panic_message(stderr: str) -> str | None:
    """What a panic said: the lines between its place and the backtrace, in one line."""
    found = re.search(r"panicked at [^\n]*\n(.*?)(?:\nstack backtrace:|\nnote:|\Z)", plain(stderr), re.DOTALL)
    return "panic: " + " ".join(found[1].split()) if found else None


def drawn_figures(figures: list[str], folder: Path, started: float) -> list[str]:
    """Those of `figures` whose numbers this run wrote."""
    return [f for f in figures if not missing_figures("", [f], folder, started)]


def missing_figures(name: str, promised: list[str], folder: Path, started: float) -> list[str]:
    """A fault for each promised file that this run did not write."""
    faults = []
    for figure in promised:
        for ending in FIGURE_FILES:
            path = folder / (figure + ending)
            # File systems keep times in steps: allow one of two seconds.
            if not path.is_file() or path.stat().st_size == 0:
                faults.append(f"{name}: figure {path.name} is missing or empty in {folder}")
            elif path.stat().st_mtime < started - 2:
                faults.append(f"{name}: figure {path.name} is older than this run")
    return faults


def normalise(notebook: NotebookNode) -> None:
    """The form in which notebooks are kept: one kernel name, counts from 1, no machine's traces."""
    notebook.metadata["kernelspec"] = {
        "display_name": "Rust (qpnet)", "language": "rust", "name": "qpnet"
    }
    notebook.metadata["language_info"] = {
        "name": "rust", "file_extension": ".rs", "mimetype": "text/rust",
        "codemirror_mode": "rust", "pygments_lexer": "rust",
    }
    notebook.metadata.pop("widgets", None)
    count = 0
    for cell in notebook.cells:
        for key in ("execution", "ExecuteTime", "collapsed", "scrolled"):
            cell.metadata.pop(key, None)
        if cell.cell_type != "code" or not cell.execution_count:
            continue
        count += 1
        cell.execution_count = count
        for output in cell.outputs:
            if output.output_type == "execute_result":
                output.execution_count = count
