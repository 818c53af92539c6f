"""Records the figures of the last run as expected: `make accept REASON="why they moved"`.

Takes what the last `make notebooks` of the profile has left under target/notebooks/<profile>/ and
writes the CSV of each figure that moved or is new to figures/expected/<profile>/, the machine to
machines.json, and an entry to figures/expected/CHANGES.md: all of it or nothing. A figure within its
tolerance keeps its expectation, so that small steps do not add up unseen.

Refuses (exit 1) without a reason, and when a notebook was not run, has changed since, or failed for
another cause than its figures.
"""

from __future__ import annotations

import argparse
import json
import sys
from dataclasses import dataclass
from pathlib import Path

import nbformat

from figure_compare import Drift, Rules, TableError, read_table
from figure_expectations import MACHINES, Expectations
from files import replace_all
from notebook_checks import settings, source_hash
from notebook_report import known_notebooks, short

ROOT = Path(__file__).resolve().parent.parent
HEADING = "# Accepted changes of figures\n\nThe newest first. Written by `make accept`.\n"


class Refusal(Exception):
    """Why nothing is recorded."""


@dataclass(frozen=True)
class Change:
    """A figure that is recorded anew."""

    figure: str
    text: str
    machine: dict[str, str]
    what: str


def largest(drifts: list[Drift]) -> str:
    """The largest change among `drifts`, and how many there are."""
    numbers = [drift for drift in drifts if drift.difference is not None]
    worst = max(numbers, key=lambda drift: abs(drift.difference or 0.0)) if numbers else drifts[0]
    by = f" ({'+' if (worst.difference or 0) > 0 else ''}{short(worst.difference)})" if numbers else ""
    where = f"{worst.row}, {worst.column}"
    return f"{len(drifts)} values; {where}: {worst.expected or 'empty'} to {worst.got or 'empty'}{by}"


def changes_of(name: str, entry: dict, drawn: Path, expectations: Expectations) -> list[Change]:
    """What the last run of one notebook has moved."""
    changes = []
    for figure in entry["figures"]:
        try:
            text = (drawn / f"{figure}.csv").read_text(encoding="utf-8")
            rows = len(read_table(text)[1])
            if figure not in expectations.names():
                what = f"new: {rows} rows"
            elif expectations.drift_of(figure, text):
                what = largest(expectations.drift_of(figure, text, Rules()))
            else:
                continue
        except (TableError, OSError, UnicodeError) as error:
            raise Refusal(f"{name}: figure {figure} cannot be read: {error}") from error
        changes.append(Change(figure, text, entry["machine"], what))
    return changes


def soundness(path: Path, entries: dict) -> dict:
    """The entry of a notebook whose last run may be recorded; Refusal otherwise."""
    name, entry = path.stem, entries.get(path.stem)
    if entry is None:
        raise Refusal(f"{name} was not run for this profile; run: make notebooks")
    if entry["faults"]:
        raise Refusal(f"{name}: its last run failed: {entry['faults'][0]}")
    if entry["source"] != source_hash(nbformat.read(path, as_version=4)):
        raise Refusal(f"{name} has changed since its last run; run: make notebooks")
    return entry


def stale(notebooks: list[Path], expectations: Expectations) -> list[str]:
    """Expectations of figures that no notebook promises."""
    promised: set[str] = set()
    for path in notebooks:
        said = settings(nbformat.read(path, as_version=4))
        promised |= {*said.get("figures", []), *said.get("optional_figures", [])}
    return sorted(expectations.names() - promised)


def entry_text(date: str, profile: str, reason: str, changes: list[Change], removed: list[str]) -> str:
    """The entry in CHANGES.md."""
    rows = [f"| {c.figure} | {c.what.replace('|', '/')} |" for c in changes]
    rows += [f"| {figure} | removed: no notebook promises it |" for figure in removed]
    head = [f"\n## {date}, {profile}", "", reason, "", "| figure | largest change |", "|---|---|"]
    return "\n".join([*head, *rows]) + "\n"


def accept(options: argparse.Namespace) -> list[str]:
    """Records; returns what to say of it."""
    reason = " ".join(options.reason.split())
    if not reason:
        raise Refusal('say why the figures moved: make accept REASON="…"')
    every = not options.notebooks
    notebooks = options.notebooks or sorted((ROOT / "notebooks").glob("*.ipynb"))
    output = options.output or ROOT / "target" / "notebooks" / options.profile
    entries = known_notebooks(output / "report.json")
    changes: list[Change] = []
    expectations = Expectations(options.expected, options.profile)
    for path in notebooks:
        entry = soundness(path, entries)
        # Compared as the run was: strictly where the expectation's machine computes alike.
        expectations.arithmetic = entry["machine"].get("fingerprint")
        changes += changes_of(path.stem, entry, output / "figures", expectations)
    removed = stale(notebooks, expectations) if every else []
    if not changes and not removed:
        return ["nothing to record: every figure is as expected"]
    machines = {name: machine for name, machine in expectations.machines.items() if name not in removed}
    machines |= {change.figure: change.machine for change in changes}
    log = options.expected / "CHANGES.md"
    old = log.read_text(encoding="utf-8") if log.is_file() else HEADING
    body = old[len(HEADING):] if old.startswith(HEADING) else "\n" + old
    files = {expectations.place / f"{change.figure}.csv": change.text for change in changes}
    known = json.dumps(machines, indent=1, sort_keys=True, ensure_ascii=False)
    files[expectations.place / MACHINES] = known + "\n"
    files[log] = HEADING + entry_text(options.date, options.profile, reason, changes, removed) + body
    replace_all(files)
    for figure in removed:
        (expectations.place / f"{figure}.csv").unlink()
    said = [f"{change.figure}: {change.what}" for change in changes]
    said += [f"{figure}: removed" for figure in removed]
    return [*said, f"recorded in {expectations.place}; see {log}"]


def main() -> int:
    """0 when recorded or nothing to record, 1 when refused."""
    parser = argparse.ArgumentParser(description="Record the figures of the last run as expected.")
    parser.add_argument("notebooks", nargs="*", type=Path, help="default: all of notebooks/")
    parser.add_argument("--reason", required=True, help="why the numbers moved")
    parser.add_argument("--date", required=True, help="the date of the entry")
    parser.add_argument("--profile", default="smoke", choices=("smoke", "small", "paper"))
    parser.add_argument("--expected", type=Path, default=ROOT / "figures" / "expected", metavar="DIR")
    parser.add_argument("--output", type=Path, metavar="DIR", help="what the run has left")
    try:
        print("\n".join(accept(parser.parse_args())))
    except (Refusal, OSError, ValueError) as error:
        print(f"error: not recorded: {error}", file=sys.stderr)
        return 1
    return 0


if __name__ == "__main__":
    sys.exit(main())
