"""What the strict notebook runner reports."""

from __future__ import annotations

import statistics
import sys
from dataclasses import dataclass, field


@dataclass
class Report:
    """What became of one notebook."""

    name: str
    cells: int = 0
    seconds: float = 0.0
    first_result: float = 0.0
    later: list[float] = field(default_factory=list)
    figures: int = 0
    faults: list[str] = field(default_factory=list)


def print_table(reports: list[Report]) -> None:
    """The closing table, then what went wrong."""
    print(f"\n{'notebook':32}{'cells':>6}{'seconds':>9}{'first':>8}{'later':>7}{'figures':>9}  status")
    for r in reports:
        later = f"{statistics.median(r.later):.1f}" if r.later else "-"
        status = "FAILED" if r.faults else "ok"
        line = f"{r.name:32}{r.cells:>6}{r.seconds:>9.1f}{r.first_result:>8.1f}{later:>7}{r.figures:>9}"
        print(f"{line}  {status}")
    print("(first: seconds from kernel start to the first shown result; later: median of later cells)")
    sys.stdout.flush()
    for fault in (fault for r in reports for fault in r.faults):
        print(f"error: {fault}", file=sys.stderr)
