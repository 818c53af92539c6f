"""What the scripts of this folder share: the table, the list of features, and a record of what was seen.

A feature is answered by running it (`seen`), by running it and being refused (`seen` again: the refusal is the
answer), or by finding no function or parameter of such a name in the whole package (`absent`, which fails if there
is one, so that no "no" outlives the function's arrival).
"""

import ast
import csv
import io
import json
import os
import re
import resource
import sys
import time
import warnings
from contextlib import redirect_stdout
from importlib.metadata import version
from importlib.util import find_spec
from pathlib import Path

os.environ["TQDM_DISABLE"] = "1"

FEATURES = (
    "AUC of a subgroup, with interval",
    "interval over patients, not rows",
    "gap in AUC: interval",
    "gap in AUC: test",
    "gap in sensitivity: interval or test",
    "two models on the same rows",
    "correction for several comparisons",
    "calibration of a subgroup",
    "its interval",
    "net benefit of a subgroup",
    "crossings of two columns",
    "ranges of a number as subgroups",
    "rows without a subgroup",
    "subgroup with one outcome only",
    "threshold from other rows",
    "several classes",
    "weights",
    "Dice of masks",
    "mitigation",
    "report as a file",
    "quasi-Pareto claim",
)
GROUP, REFERENCE = "less-prevalent", "dominant"
TABLE = Path(os.environ.get("PEERS_TABLE", "data-manifests/examples/predictions.csv"))


def rows(method="mixed"):
    """The rows of one method, as columns: y, p, group, patient."""
    with TABLE.open(newline="") as file:
        kept = [row for row in csv.DictReader(file) if row["model"] == method]
    return {
        "y": [int(row["malignant"]) for row in kept],
        "p": [float(row["p"]) for row in kept],
        "group": [row["subgroup"] for row in kept],
        "patient": [row["patient"] for row in kept],
    }


def processor():
    """Seconds of processor that this process and its children have used."""
    total = 0.0
    for who in (resource.RUSAGE_SELF, resource.RUSAGE_CHILDREN):
        used = resource.getrusage(who)
        total += used.ru_utime + used.ru_stime
    return total


class Told:
    """What one tool said, printed as one JSON object at the end."""

    def __init__(self, package, module):
        warnings.filterwarnings("ignore")
        self.module = module
        self.said = {
            "tool": package,
            "version": version(package) if module else "",
            "numbers": {},
            "features": {},
            "seconds": {},
        }

    def time(self, what, run):
        wall, used = time.perf_counter(), processor()
        with redirect_stdout(io.StringIO()):
            answer = run()
        self.said["seconds"][what] = [time.perf_counter() - wall, processor() - used]
        return answer

    def number(self, **named):
        self.said["numbers"].update(named)

    def seen(self, feature, how, run):
        """Run it; what it returns is the answer, or the first words of its refusal."""
        assert feature in FEATURES, feature
        try:
            with redirect_stdout(io.StringIO()):
                answer = str(run())
        except Exception as refusal:
            first = str(refusal).strip().splitlines()[0][:110]
            answer = f"refused: {first.replace('|', '/')}"
        self.said["features"][feature] = [how, answer]

    def absent(self, feature, pattern):
        """No function, class, method or parameter of the package is called so."""
        assert feature in FEATURES, feature
        found = sorted({name for name in names(self.module) if re.search(pattern, name)})
        assert not found, f"{feature}: {self.module} has {found}"
        self.said["features"][feature] = ["", "no"]

    def done(self):
        left = [feature for feature in FEATURES if feature not in self.said["features"]]
        assert not left, f"not answered: {left}"
        json.dump(self.said, sys.stdout, default=float)
        print()


def names(module):
    """Names of all functions, methods, classes and parameters in the package's sources, in small letters."""
    folder = Path(find_spec(module).origin).parent
    for path in folder.rglob("*.py"):
        for node in ast.walk(ast.parse(path.read_text())):
            if isinstance(node, (ast.FunctionDef, ast.ClassDef)):
                yield node.name.lower()
            if isinstance(node, ast.arg):
                yield node.arg.lower()
