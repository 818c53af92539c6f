"""The committed expectations: figures/expected/<profile>/<figure>.csv, and what may differ."""

from __future__ import annotations

import json
import os
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from figure_compare import Drift, Rules, TableError, compare

#: The profile whose figures must all have an expectation: the one that CI runs.
REQUIRED = "smoke"
TOLERANCES = "tolerances.json"
MACHINES = "machines.json"
REMEDY = 'if its numbers are right: make accept REASON="…"'


@dataclass
class Verdict:
    """What the comparison of one notebook's figures gave."""

    compared: list[str] = field(default_factory=list)
    drift: list[Drift] = field(default_factory=list)
    without: list[str] = field(default_factory=list)  # promised, drawn, and nothing expected
    elsewhere: list[str] = field(default_factory=list)  # expected on a machine that computes otherwise
    faults: list[str] = field(default_factory=list)


class Expectations:
    """The expectations of one profile. `arithmetic` is this machine's fingerprint, None when it
    is unknown."""

    def __init__(self, folder: Path, profile: str, arithmetic: str | None = None) -> None:
        self.place, self.profile, self.arithmetic = folder / profile, profile, arithmetic
        settings = read_json(folder / TOLERANCES)
        self.near, self.far = (Rules.parse(choose(settings, which)) for which in ("here", "elsewhere"))
        self.machines = read_json(self.place / MACHINES)

    def names(self) -> set[str]:
        """The figures that have an expectation."""
        return {path.stem for path in self.place.glob("*.csv")}

    def expected(self) -> bool:
        """Is anything expected of this profile?"""
        return self.profile == REQUIRED or bool(self.names())

    def drawn_here(self, figure: str) -> bool:
        """Does the machine that drew the expectation compute as this one does?"""
        drawn_on = self.machines.get(figure, {}).get("fingerprint")
        return drawn_on is not None and drawn_on == self.arithmetic

    def drift_of(self, figure: str, got: str, rules: Rules | None = None) -> list[Drift]:
        """What moved in the CSV text `got`; TableError, OSError or UnicodeError when it cannot be
        said."""
        expected = (self.place / f"{figure}.csv").read_text(encoding="utf-8")
        return compare(figure, expected, got, rules or (self.near if self.drawn_here(figure) else self.far))

    def judge(self, name: str, promised: list[str], optional: list[str], drawn: Path) -> Verdict:
        """Compares the figures of the notebook `name`, which are in the folder `drawn`."""
        verdict, known = Verdict(), self.names()
        for figure in promised + optional:
            path = drawn / f"{figure}.csv"
            if figure in optional and not path.is_file():
                continue
            if figure not in known:
                if figure in promised:
                    verdict.without.append(figure)
                    if self.profile == REQUIRED:
                        lacks = f"has no expectation for profile {self.profile}"
                        verdict.faults.append(f"{name}: figure {figure} {lacks}; {REMEDY}")
                continue
            try:
                moved = self.drift_of(figure, path.read_text(encoding="utf-8"))
            except (TableError, OSError, UnicodeError) as error:
                verdict.faults.append(f"{name}: figure {figure}: cannot be compared: {error}")
                continue
            verdict.compared.append(figure)
            verdict.drift += moved
            if not self.drawn_here(figure):
                verdict.elsewhere.append(figure)
        return verdict


def choose(settings: dict[str, Any], which: str) -> dict[str, Any]:
    """The rules for an expectation drawn `here` or `elsewhere`: a rule may hold for one only."""
    rules = []
    for rule in settings.get("rules", []):
        where = rule.get("machine", "any")
        if where not in ("any", "here", "elsewhere"):
            raise ValueError(f"{TOLERANCES}: machine: expected any, here or elsewhere, got {where}")
        if "absent" in rule and has_data(rule["absent"]):
            continue
        if where in ("any", which):
            rules.append({word: value for word, value in rule.items() if word != "machine"})
    return {**{k: v for k, v in settings.items() if k != "why"}, "rules": rules}


def has_data(name: str) -> bool:
    """Is the data set's folder below QPNET_DATA?"""
    root = os.environ.get("QPNET_DATA", "")
    return bool(root) and (Path(root) / name).is_dir()


def read_json(path: Path) -> dict[str, Any]:
    """The content of a JSON file; empty when there is none. ValueError when it is broken."""
    try:
        return json.loads(path.read_text(encoding="utf-8"))
    except FileNotFoundError:
        return {}
    except ValueError as error:
        raise ValueError(f"{path}: {error}") from error
