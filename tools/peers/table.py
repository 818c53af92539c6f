"""Writes PEERS.md from what the tools said: `table.py FOLDER`, with one TOOL.json each, and times.jsonl."""

import datetime
import json
import platform
import sys
from pathlib import Path

from told import FEATURES, GROUP

folder = Path(sys.argv[1])
TOOLS = ("qpnet", "faircare", "fairscope", "fairmedfm", "equiboots", "fairlearn")
TITLES = {"qpnet": "qpnet-audit", "faircare": "FairCareAI"}
said = {tool: json.loads((folder / f"{tool}.json").read_text()) for tool in TOOLS}
titles = [f"{TITLES.get(tool, tool)} {said[tool]['version']}" for tool in TOOLS]
words = (Path(__file__).parent / "words.md").read_text()


def number(value, digits=3):
    return "—" if value is None else f"{value:.{digits}f}".replace("-", "−")


def interval(numbers, low, high):
    return "—" if low not in numbers else f"{number(numbers[low])} to {number(numbers[high])}"


def row(*cells):
    return "| " + " | ".join(cells) + " |"


def table(head, rows):
    return "\n".join([row(*head), "|" + "---|" * len(head), *(row(*cells) for cells in rows)])


def feature(tool, name):
    how, answer = said[tool]["features"][name]
    return f"{how}: {answer}" if how else answer


NUMBERS = (
    ("rows", lambda n: str(n["n"])),
    ("AUC", lambda n: number(n["auc"])),
    ("95 % interval", lambda n: interval(n, "low", "high")),
    ("the same over patients", lambda n: interval(n, "patient_low", "patient_high")),
    ("gap in AUC to `dominant`, as printed", lambda n: number(n["gap"])),
    ("its interval", lambda n: interval(n, "gap_low", "gap_high")),
    ("its p", lambda n: number(n.get("p"))),
    ("calibration error", lambda n: number(n.get("ece"))),
    ("calibration slope", lambda n: number(n.get("slope"))),
    ("Brier score", lambda n: number(n.get("brier"))),
)


def numbers():
    for name, show in NUMBERS:
        cells = [show(said[tool]["numbers"]) for tool in TOOLS]
        if name == "the same over patients":
            cells[0] = "the line above"
        yield (name, *cells)


def seconds():
    for tool, title in zip(TOOLS, titles):
        installed = folder / f"{tool}.installed"
        if installed.exists():
            yield (title, "installing", installed.read_text().strip(), "")
        for what, (wall, used) in said[tool]["seconds"].items():
            yield (title, what, f"{wall:.2f}", f"{used:.2f}")


def times():
    found = {}
    for line in (folder / "times.jsonl").read_text().splitlines():
        taken = json.loads(line)
        found.setdefault((taken["tool"], taken["replicates"]), []).append(taken)
    for (tool, replicates), runs in sorted(found.items(), key=lambda entry: (entry[0][1], entry[0][0])):
        yield (
            TITLES.get(tool, tool),
            f"{replicates:,}",
            ", ".join(f"{run['seconds']:.1f}" for run in runs),
            ", ".join(f"{run['processor']:.1f}" for run in runs),
        )


made = datetime.date.today().isoformat()
print(
    words.format(
        date=made,
        python=platform.python_version(),
        group=GROUP,
        numbers=table((f"`mixed`, `{GROUP}`", *titles), numbers()),
        seconds=table(("tool", "what", "seconds", "of processor"), seconds()),
        times=table(("tool", "replicates", "seconds", "of processor"), times()),
        features=table(("", *titles), [(name, *(feature(tool, name) for tool in TOOLS)) for name in FEATURES]),
    ),
    end="",
)
