"""fairmedfm on the table: evaluate."""

import json
import tempfile
from pathlib import Path

import fairmedfm
import numpy as np
import pandas as pd

from told import GROUP, REFERENCE, Told, rows

told = Told("fairmedfm", "fairmedfm")
table = pd.DataFrame(rows())


def audit(data=table, **more):
    return fairmedfm.evaluate(data.y, data.p, data[["group"]], **more)


report = told.time("AUC, gap", audit)
line, summary = report.by_group.loc[("group", GROUP)], report.summary.loc["group"]
told.number(n=int(line["n"]), auc=line["auc"], gap=summary["auc-gap"], ece=line["ece"])


def without_subgroup():
    made = audit(table.assign(group=[None if i % 10 == 0 else g for i, g in enumerate(table.group)]))
    return f"left out: \"{made.warnings[0]}\""


def one_outcome():
    made = audit(table[(table.group == REFERENCE) | (table.y == 1)].reset_index(drop=True))
    return f"left out: \"{made.warnings[0]}\""


def crossed():
    both = table[["group"]].assign(sex=["f" if i % 2 else "m" for i in range(len(table))])
    made = fairmedfm.evaluate(table.y, table.p, both, intersectional=True)
    return f"{int(made.summary.iloc[-1]['n_groups'])} subgroups"


def ranges():
    made = fairmedfm.evaluate(table.y, table.p, {"age": [20 + i % 60 for i in range(len(table))]}, bins={"age": [40, 60]})
    return ", ".join(name for _, name in made.by_group.index)


def classes():
    three = [i % 3 for i in range(len(table))]
    made = fairmedfm.evaluate(three, np.eye(3)[three] * 0.4 + 0.2, table[["group"]], pos_label=1)
    return f"one against the rest: AUC {made.summary.iloc[0]['overall-auc']:.3f}"


def dice():
    made = fairmedfm.evaluate_segmentation(table.group, dice=table.p)
    return f"mean by subgroup, gap {made.summary.iloc[0]['delta_dice']:.3f}"


def file():
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "report.json"
        report.to_json(path)
        return f"JSON, {len(json.loads(path.read_text())['attributes'])} attribute"


told.seen("AUC of a subgroup, with interval", "`evaluate`", lambda: f"AUC {line['auc']:.3f}; no interval")
told.absent("interval over patients, not rows", r"patient|cluster|subject|bootstrap|_ci$")
told.absent("gap in AUC: interval", r"bootstrap|_ci$")
told.absent("gap in AUC: test", r"p_?value|permut|delong|significan")
told.absent("gap in sensitivity: interval or test", r"bootstrap|_ci$|p_?value")
told.absent("two models on the same rows", r"paired|delong|mcnemar")
told.absent("correction for several comparisons", r"holm|bonferroni|multiplicity")
told.seen("calibration of a subgroup", "`evaluate`", lambda: f"ECE {line['ece']:.3f}, bins over the range of the subgroup's own scores")
told.absent("its interval", r"bootstrap|_ci$")
told.absent("net benefit of a subgroup", r"net_?benefit|decision_curve")
told.seen("crossings of two columns", "`intersectional=`", crossed)
told.seen("ranges of a number as subgroups", "`bins=`", ranges)
told.seen("rows without a subgroup", "`evaluate`", without_subgroup)
told.seen("subgroup with one outcome only", "`evaluate`", one_outcome)
told.absent("threshold from other rows", r"youden|target_sensitivity|threshold_from|validation")
told.seen("several classes", "`pos_label=`", classes)
told.absent("weights", r"^(sample_)?weights?$")
told.seen("Dice of masks", "`evaluate_segmentation`", dice)
told.absent("mitigation", r"mitigat|reweigh|optimizer|recalibrat")
told.seen("report as a file", "`to_json`", file)
told.absent("quasi-Pareto claim", r"pareto|superior|inferior")
told.done()
