"""What the strict notebook runner reports."""

from __future__ import annotations

import json
import statistics
import sys
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from figure_compare import Drift
from figure_expectations import REMEDY, Verdict, read_json
from files import replace_all

#: Drifted values that are shown of each notebook; report.json has all.
SHOWN = 20


@dataclass
class Report:
    """What became of one notebook."""

    name: str
    cells: int = 0
    seconds: float = 0.0
    first_result: float = 0.0
    later: list[float] = field(default_factory=list)
    promised: list[str] = field(default_factory=list)
    drawn: list[str] = field(default_factory=list)
    source: str = ""  # hash of the code that ran
    verdict: Verdict = field(default_factory=Verdict)
    faults: list[str] = field(default_factory=list)

    @property
    def failed(self) -> bool:
        """Is there anything that a sound notebook does not have?"""
        return bool(self.faults or self.verdict.faults or self.verdict.drift)

    def as_dict(self) -> dict[str, Any]:
        """For report.json."""
        return {
            "status": "failed" if self.failed else "ok",
            "cells": self.cells,
            "seconds": round(self.seconds, 1),
            "first_result_seconds": round(self.first_result, 1),
            "source": self.source,
            "figures": self.drawn,
            "compared": self.verdict.compared,
            "expected_elsewhere": self.verdict.elsewhere,
            "without_expectation": self.verdict.without,
            "faults": self.faults,
            "figure_faults": self.verdict.faults,
            "drift": [drift.as_dict() for drift in self.verdict.drift],
        }


def update_report(path: Path, profile: str, machine: dict[str, str], report: Report) -> None:
    """Puts one notebook into report.json and leaves the others as their last run left them."""
    notebooks = known_notebooks(path)
    notebooks[report.name] = {**report.as_dict(), "machine": machine}
    content = {"profile": profile, "notebooks": dict(sorted(notebooks.items()))}
    replace_all({path: json.dumps(content, indent=1, ensure_ascii=False, allow_nan=False) + "\n"})


def known_notebooks(path: Path) -> dict[str, Any]:
    """What earlier runs have left in report.json; nothing when it is absent or broken."""
    try:
        return dict(read_json(path).get("notebooks", {}))
    except (ValueError, AttributeError, TypeError):
        return {}


def estimate(names: list[str], earlier: dict[str, Any]) -> str | None:
    """How long the notebooks took the last time."""
    known = [(name, earlier[name]["seconds"]) for name in names if earlier.get(name, {}).get("seconds")]
    if not known:
        return None
    single = ", ".join(f"{name} {seconds:.0f} s" for name, seconds in known)
    new = len(names) - len(known)
    rest = f"; not run before: {new}" if new else ""
    return f"last time: {single}; together {sum(seconds for _, seconds in known):.0f} s{rest}"


def short(value: float | None) -> str:
    """A difference or a tolerance in a table."""
    return "-" if value is None else f"{value:.3g}"


def drift_lines(name: str, drifts: list[Drift], shown: int = SHOWN) -> list[str]:
    """What moved in the figures of a notebook, as a table."""
    figures = list(dict.fromkeys(drift.figure for drift in drifts))
    lines = [f"error: {name}: drift in {', '.join(figures)}; {REMEDY}"]
    rows = [("figure", "row", "column", "expected", "got", "difference", "tolerance")]
    for d in drifts[:shown]:
        values = (d.expected or "(empty)", d.got or "(empty)", short(d.difference), short(d.tolerance))
        rows.append((d.figure, d.row, d.column, *values))
    widths = [max(len(row[i]) for row in rows) for i in range(len(rows[0]))]
    for row in rows:
        cells = (cell.ljust(width) for cell, width in zip(row, widths))
        lines.append("  " + "  ".join(cells).rstrip())
    if len(drifts) > shown:
        rest = drifts[shown:]
        lines.append(f"  and {len(rest)} more in {', '.join(dict.fromkeys(drift.figure for drift in rest))}")
    return lines


def print_table(reports: list[Report]) -> None:
    """The closing table, then what went wrong."""
    header = f"\n{'notebook':32}{'cells':>6}{'seconds':>9}{'first':>8}{'later':>7}"
    print(f"{header}{'figures':>9}{'compared':>10}  status")
    for r in reports:
        later = f"{statistics.median(r.later):.1f}" if r.later else "-"
        status = "FAILED" if r.failed else "ok"
        line = f"{r.name:32}{r.cells:>6}{r.seconds:>9.1f}{r.first_result:>8.1f}{later:>7}{len(r.promised):>9}"
        print(f"{line}{len(r.verdict.compared):>10}  {status}")
    print("(first: seconds from kernel start to the first shown result; later: median of later cells;")
    print(" compared: figures compared with figures/expected, drawn optional ones among them)")
    sys.stdout.flush()
    for report in reports:
        for fault in report.faults + report.verdict.faults:
            print(f"error: {fault}", file=sys.stderr)
        if report.verdict.drift:
            print("\n".join(drift_lines(report.name, report.verdict.drift)), file=sys.stderr)
