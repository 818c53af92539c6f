"""qpnet-audit on the same table: what it printed, from its summary.json. PEERS_QPNET names the program."""

import json
import os
import subprocess
import tempfile
from pathlib import Path

from told import GROUP, REFERENCE, TABLE, Told

PROGRAM = os.environ.get("PEERS_QPNET", "qpnet-audit")
COLUMNS = ["--label", "malignant", "--score", "p", "--group", "subgroup", "--patient", "patient", "--method", "model"]
told = Told("qpnet-audit", None)
told.said["version"] = subprocess.run([PROGRAM, "--version"], capture_output=True, text=True, check=True).stdout.split()[1]


def audit(*more, table=TABLE, columns=COLUMNS):
    made = subprocess.run([PROGRAM, "audit", str(table), *columns, *more, "--json"], capture_output=True, text=True)
    if made.returncode:
        raise RuntimeError(made.stderr.splitlines()[-1] if made.stderr else made.stdout)
    return json.loads(made.stdout)


def of(entries, **wanted):
    return next(entry for entry in entries if all(entry[key] == value for key, value in wanted.items()))


def shown(interval, digits=3):
    return f"{interval['value']:.{digits}f} ({interval['low']:.{digits}f} to {interval['high']:.{digits}f})"


summary = told.time("AUC, interval, gap, calibration, two models", audit)
cell = of(summary["cells"], method="mixed", group=GROUP)
gap = of(summary["gaps"], method="mixed", group=GROUP)
told.number(
    n=cell["samples"],
    auc=cell["auc"]["value"],
    low=cell["auc"]["low"],
    high=cell["auc"]["high"],
    gap=gap["auc"]["difference"]["value"],
    gap_low=gap["auc"]["difference"]["low"],
    gap_high=gap["auc"]["difference"]["high"],
    p=gap["auc"]["p"],
    ece=cell["calibration"]["error"]["value"],
    slope=cell["calibration"]["slope"]["value"],
    brier=cell["calibration"]["brier"]["value"],
)


def changed(change, *more, columns=COLUMNS):
    """An audit of the table after `change` of its rows (lists of fields, the header apart)."""
    header, *rows = [line.split(",") for line in TABLE.read_text().splitlines()]
    made = [[*header, "extra"], *change([[*row, ""] for row in rows])]
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "changed.csv"
        path.write_text("\n".join(",".join(row) for row in made) + "\n")
        return audit(*more, table=path, columns=columns)


def without_subgroup():
    made = changed(lambda rows: [[r[0], "" if i % 10 == 0 else r[1], *r[2:]] for i, r in enumerate(rows)])
    return "left out: \"" + next(note for note in made["notes"] if "subgroup" in note)[:100] + "\""


def one_outcome():
    made = changed(lambda rows: [r for r in rows if r[1] == REFERENCE or r[4] == "1"])
    lone = of(made["cells"], method="mixed", group=GROUP)
    return f"AUC none: \"{lone['auc']['reason']}\""


def crossed():
    made = changed(
        lambda rows: [[*r[:6], "f" if i % 2 else "m"] for i, r in enumerate(rows)], "--group", "extra", "--cross"
    )
    return f"{len({c['group'] for c in made['cells']})} subgroups"


def ranges():
    columns = [c if c != "subgroup" else "extra" for c in COLUMNS]
    made = changed(
        lambda rows: [[*r[:6], str(20 + i % 60)] for i, r in enumerate(rows)], "--cut", "40,60", columns=columns
    )
    return ", ".join(sorted({c["group"] for c in made["cells"]}))


def thresholds():
    def parts(rows):
        return [[*r[:6], "validation" if int(r[2].split("-")[-1]) // 2 % 2 else "test"] for r in rows]

    made = changed(parts, "--only", "extra=test", "--threshold-from", "extra=validation")
    chosen = made["decisions"]
    return f"{len(chosen)} chosen by Youden's index on the other patients"


def classes():
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "classes.csv"
        lines = ["dx,p_a,p_b,p_c,group"]
        for i in range(600):
            scores = [0.2, 0.2, 0.2]
            scores[i % 3] = 0.6
            lines.append(",".join(["abc"[i % 3], *map(str, scores), "fm"[i % 2]]))
        path.write_text("\n".join(lines) + "\n")
        made = audit(table=path, columns=["--label", "dx", "--score", "p_a,p_b,p_c", "--group", "group"])
        return f"{len(made['classes'])} against the rest, macro AUC {made['macro_auc'][0]['auc']['value']:.3f} by subgroup"


def weights():
    made = changed(lambda rows: [[*r[:6], "1"] for r in rows], "--weights", "extra")
    return f"AUC {of(made['cells'], method='mixed', group=GROUP)['auc']['value']:.3f}"


def report():
    with tempfile.TemporaryDirectory() as folder:
        audit("--out", str(Path(folder) / "audit"))
        files = sorted(path.suffix[1:] for path in (Path(folder) / "audit").iterdir() if path.is_file())
        return ", ".join(files) + ", figures"


def net_benefit():
    made = audit("--decision-curve", "0.1,0.5")
    curve = next(value for key, value in made.items() if "benefit" in key or "decision" in key)
    return f"{len(curve)} rows at the probabilities asked for"


against = of(summary["against"], method="divide-and-conquer", group=GROUP)
claim = summary["claims"][0]
told.seen("AUC of a subgroup, with interval", "`audit`", lambda: f"{shown(cell['auc'])}, {cell['auc']['method']}")
told.seen("interval over patients, not rows", "`--patient`", lambda: f"{summary['patients']} patients of {summary['rows']} rows")
told.seen("gap in AUC: interval", "`audit`", lambda: shown(gap["auc"]["difference"]))
told.seen("gap in AUC: test", "`audit`", lambda: f"p {gap['auc']['p']:.3f}")
told.seen("gap in sensitivity: interval or test", "`audit`", lambda: f"{shown(gap['sensitivity']['difference'])}, p {gap['sensitivity']['p']:.2f}")
told.seen("two models on the same rows", "`--method`", lambda: f"divide-and-conquer minus mixed {against['auc']['difference']['value']:.3f}, p {against['auc']['p']:.1e}")
told.seen("correction for several comparisons", "`audit`", lambda: f"Holm, p {against['auc']['p_holm']:.1e}")
told.seen("calibration of a subgroup", "`audit`", lambda: f"ECE {cell['calibration']['error']['value']:.3f}, slope {cell['calibration']['slope']['value']:.3f}, in the large")
told.seen("its interval", "`audit`", lambda: f"slope {cell['calibration']['slope']['low']:.3f}–{cell['calibration']['slope']['high']:.3f}")
told.seen("net benefit of a subgroup", "`--decision-curve`", net_benefit)
told.seen("crossings of two columns", "`--cross`", crossed)
told.seen("ranges of a number as subgroups", "`--cut`", ranges)
told.seen("rows without a subgroup", "`--missing-group`", without_subgroup)
told.seen("subgroup with one outcome only", "`audit`", one_outcome)
told.seen("threshold from other rows", "`--threshold-from`", thresholds)
told.seen("several classes", "`--score a,b,c`", classes)
told.seen("weights", "`--weights`", weights)
told.seen("Dice of masks", "", lambda: "no")
told.seen("mitigation", "", lambda: "no (training is `qpnet run`)")
told.seen("report as a file", "`--out`", report)
told.seen("quasi-Pareto claim", "`audit`", lambda: f"{claim['verdict']}, p {claim['p']:.3f}")
told.done()
