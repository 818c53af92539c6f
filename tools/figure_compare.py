"""Compares the numbers of a figure with those that were expected of it."""

from __future__ import annotations

import csv
import io
import math
import re
from dataclasses import asdict, dataclass, field
from fnmatch import fnmatchcase
from typing import Any

INTEGER = re.compile(r"[+-]?\d+")
#: What a rule may say.
RULE_WORDS = {"figures", "rows", "columns", "absolute", "relative", "ignore", "integers", "absent", "why"}
#: What stands for a row or a column that only one side has.
PRESENT, ABSENT = "present", "absent"


class TableError(ValueError):
    """A CSV that is no table."""


@dataclass(frozen=True)
class Tolerance:
    """How far a value may lie from the expected one: `absolute + relative * |expected|`."""

    absolute: float = 0.0
    relative: float = 0.0
    ignore: bool = False
    integers: bool = False  # whether it holds for whole numbers too; they are exact otherwise

    def around(self, expected: float) -> float:
        """The largest difference from `expected` that is no drift."""
        return self.absolute + self.relative * abs(expected)


@dataclass(frozen=True)
class Rules:
    """Columns that name a row, and tolerances; of the rules that match, the last one holds."""

    keys: dict[str, list[str]] = field(default_factory=lambda: {"*": ["group", "series", "x"]})
    rules: tuple[dict[str, Any], ...] = ()

    @classmethod
    def parse(cls, settings: dict[str, Any]) -> Rules:
        """From the content of tolerances.json; ValueError for a word that it does not know."""
        unknown = set(settings) - {"keys", "rules"}
        for rule in settings.get("rules", []):
            unknown |= set(rule) - RULE_WORDS
        if unknown:
            raise ValueError(f"tolerances.json: unknown: {', '.join(sorted(unknown))}")
        given = {"keys": settings["keys"]} if "keys" in settings else {}
        return cls(rules=tuple(settings.get("rules", [])), **given)

    def keys_of(self, figure: str) -> list[str]:
        """The columns that name a row of a figure."""
        return [keys for pattern, keys in self.keys.items() if fnmatchcase(figure, pattern)][-1]

    def of(self, figure: str, row: str, column: str) -> Tolerance:
        """The tolerance of one value."""
        found: dict[str, Any] = {}
        for rule in (rule for rule in self.rules if "absent" not in rule):
            patterns = ((figure, "figures"), (row, "rows"), (column, "columns"))
            if all(fnmatchcase(name, rule.get(word, "*")) for name, word in patterns):
                found = rule
        words = ("absolute", "relative", "ignore", "integers")
        return Tolerance(**{word: found[word] for word in words if word in found})

    def may_lack(self, figure: str, expected: set[str], lacking: set[str]) -> set[str]:
        """The rows of data that are not here: by a rule with `absent`, all of its rows or none."""
        forgiven: set[str] = set()
        for rule in self.rules:
            if "absent" in rule and fnmatchcase(figure, rule.get("figures", "*")):
                own = {row for row in expected if fnmatchcase(row, rule.get("rows", "*"))}
                forgiven |= own if own <= lacking else set()
        return forgiven


@dataclass(frozen=True)
class Drift:
    """One value, row or column that is not as expected."""

    figure: str
    row: str
    column: str
    expected: str
    got: str
    difference: float | None = None
    tolerance: float | None = None

    def as_dict(self) -> dict[str, Any]:
        """For report.json, which knows no infinity."""
        values = asdict(self)
        for word in ("difference", "tolerance"):
            if values[word] is not None and not math.isfinite(values[word]):
                values[word] = str(values[word])
        return values


def read_table(text: str) -> tuple[list[str], list[list[str]]]:
    """Header and rows of a CSV; TableError when rows do not fit the header."""
    lines = [line for line in csv.reader(io.StringIO(text), strict=True) if line]
    if not lines:
        raise TableError("no header")
    header, rows = lines[0], lines[1:]
    if len(set(header)) != len(header):
        raise TableError("a column occurs twice")
    for number, row in enumerate(rows, 2):
        if len(row) != len(header):
            raise TableError(f"row {number} has {len(row)} fields, the header {len(header)}")
    return header, rows


def number(text: str) -> float | None:
    """The number that `text` is, if it is one."""
    try:
        return float(text)
    except ValueError:
        return None


def named_rows(header: list[str], rows: list[list[str]], keys: list[str]) -> dict[str, dict[str, str]]:
    """Rows by name: `group=…, series=…, x=…`, with a count where a name occurs again."""
    named: dict[str, dict[str, str]] = {}
    for position, fields in enumerate(rows, 1):
        row = dict(zip(header, fields))
        name = ", ".join(f"{key}={row[key]}" for key in keys if row.get(key)) or f"row {position}"
        again, count = name, 1
        while again in named:
            count += 1
            again = f"{name} ({count})"
        named[again] = row
    return named


def whole(tables: list[dict[str, dict[str, str]]], column: str) -> bool:
    """Does a column hold whole numbers only, on both sides? A number that only happens to be
    whole (`1` for 1.0) stands among others that are not."""
    values = [row[column] for table in tables for row in table.values() if row.get(column)]
    return bool(values) and all(INTEGER.fullmatch(value) for value in values)


def compare_value(expected: str, got: str, tolerance: Tolerance, exact: bool) -> tuple[float, float] | None:
    """Difference and tolerance of a value that drifted; NaN equals NaN, nothing equals nothing."""
    if expected == got or tolerance.ignore:
        return None
    before, after = number(expected), number(got)
    if before is None or after is None:
        return math.nan, math.nan
    if (math.isnan(before) and math.isnan(after)) or before == after:
        return None
    allowed = 0.0 if exact and not tolerance.integers else tolerance.around(before)
    difference = after - before
    # Not `>`: a difference that is NaN is a drift too.
    return None if math.isfinite(difference) and abs(difference) <= allowed else (difference, allowed)


def compare(figure: str, expected: str, got: str, rules: Rules) -> list[Drift]:
    """Everything in the CSV `got` of `figure` that is not as in `expected`."""
    (old_header, old_rows), (new_header, new_rows) = read_table(expected), read_table(got)
    drifts = [Drift(figure, "(column)", c, PRESENT, ABSENT) for c in old_header if c not in new_header]
    drifts += [Drift(figure, "(column)", c, ABSENT, PRESENT) for c in new_header if c not in old_header]
    keys = rules.keys_of(figure)
    old, new = named_rows(old_header, old_rows, keys), named_rows(new_header, new_rows, keys)
    lacking = {name for name in old if name not in new}
    lacking -= rules.may_lack(figure, set(old), lacking)
    drifts += [Drift(figure, name, "(row)", PRESENT, ABSENT) for name in old if name in lacking]
    drifts += [Drift(figure, name, "(row)", ABSENT, PRESENT) for name in new if name not in old]
    common = [column for column in old_header if column in new_header]
    exact = {column: whole([old, new], column) for column in common}
    for name, before in old.items():
        for column in common if name in new else []:
            tolerance = rules.of(figure, name, column)
            moved = compare_value(before[column], new[name][column], tolerance, exact[column])
            if moved:
                known = [None if math.isnan(value) else value for value in moved]
                drifts.append(Drift(figure, name, column, before[column], new[name][column], *known))
    return drifts
