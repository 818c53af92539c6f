"""fairscope on the table: HealthcareFairnessAudit."""

import tempfile
from pathlib import Path

import numpy as np
from fairscope.core import bonferroni, delong_paired_test
from fairscope.federated import FederatedFairnessAudit
from fairscope.healthcare import HealthcareFairnessAudit
from fairscope.nlp import metrics as nlp_metrics

from told import GROUP, REFERENCE, Told, rows

told = Told("fairscope", "fairscope")
table = {name: np.array(column) for name, column in rows().items()}
other = rows("divide-and-conquer")
y, p, group = table["y"], table["p"], table["group"]


def audit(y=y, p=p, **groups):
    return HealthcareFairnessAudit.from_scores(y, p, groups or {"subgroup": group}).run()


report = told.time("AUC, interval, gap", audit)
line = report.to_dataframe().set_index("group").loc[GROUP]
result = report.results["subgroup"]
told.number(
    n=int(line.n),
    auc=line.auc,
    low=line.ci_lower,
    high=line.ci_upper,
    gap=result["delta"][0],
    p=result["p_value"][0],
    ece=line.ece,
    brier=line.brier,
)


def paired():
    of = group == GROUP
    made = delong_paired_test(y[of], np.array(other["p"])[of], p[of])
    return f"divide-and-conquer minus mixed {made['delta']:.3f}, p {made['p_value']:.1e}"


def without_subgroup():
    return audit(subgroup=np.array([None if i % 10 == 0 else g for i, g in enumerate(group)], dtype=object))


def one_outcome():
    kept = (group == REFERENCE) | (y == 1)
    return HealthcareFairnessAudit.from_scores(y[kept], p[kept], {"subgroup": group[kept]}).run()


def three_classes():
    three = np.array([i % 3 for i in range(len(y))])
    scores = np.eye(3)[three] * 0.4 + 0.2
    return f"macro AUC {nlp_metrics.macro_auc(three, scores):.3f}, not by subgroup"


def recalibrated():
    made = FederatedFairnessAudit({GROUP: (y[group == GROUP], p[group == GROUP])}).run().recalibrate("temperature")
    return f"ECE {made[GROUP]['ece_pre']:.3f} → {made[GROUP]['ece_post']:.3f}, fitted on the rows it is judged on"


def file():
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "report.pdf"
        report.to_pdf(path)
        return f"PDF, {path.stat().st_size // 1024} KiB"


told.seen("AUC of a subgroup, with interval", "`delong_auc_ci`", lambda: f"{line.ci_lower:.3f}–{line.ci_upper:.3f}, DeLong")
told.absent("interval over patients, not rows", r"patient|cluster|subject")
told.absent("gap in AUC: interval", r"gap_ci|difference_ci|delta_ci")
told.seen("gap in AUC: test", "`delong_unpaired_test`", lambda: f"p {result['p_value'][0]:.3f}")
told.absent("gap in sensitivity: interval or test", r"ztest|chi|newcombe|wilson")
told.seen("two models on the same rows", "`delong_paired_test`, `bootstrap_auc_test`", paired)
told.seen("correction for several comparisons", "`bonferroni`, `benjamini_hochberg`", lambda: f"0.02 of two → {bonferroni([0.02, 0.5])['adjusted'][0]:.2f}")
told.seen("calibration of a subgroup", "`ece_by_group`", lambda: f"ECE {line.ece:.3f}; no slope")
told.absent("its interval", r"ece_ci|calibration_ci|brier_ci")
told.absent("net benefit of a subgroup", r"net_?benefit|decision_curve")
told.absent("crossings of two columns", r"intersect|cross(ed|ing)")
told.absent("ranges of a number as subgroups", r"^bins$|^cut")
told.seen("rows without a subgroup", "`run`", without_subgroup)
told.seen("subgroup with one outcome only", "`run`", one_outcome)
told.absent("threshold from other rows", r"youden|target_sensitivity|threshold_from")
told.seen("several classes", "`nlp.macro_auc`", three_classes)
told.absent("weights", r"^(sample_)?weights?$")
told.absent("Dice of masks", r"(^|_)dice(_|$)|^masks?$|segment")
told.seen("mitigation", "`FederatedReport.recalibrate`", recalibrated)
told.seen("report as a file", "`to_pdf`", file)
told.absent("quasi-Pareto claim", r"pareto|superior|inferior")
told.done()
