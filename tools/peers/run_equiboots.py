"""equiboots on the table: EquiBoots with its bootstrap test."""

import numpy as np
import pandas as pd
from equiboots import EquiBoots
from equiboots.metrics import multi_class_classification_metrics

from told import GROUP, REFERENCE, Told, rows

REPLICATES = 5000  # from here on the package takes percentiles
told = Told("equiboots", "equiboots")
table = pd.DataFrame(rows())


def arrays(data):
    data = data.reset_index(drop=True)
    return dict(
        y_true=data.y.to_numpy(),
        y_prob=data.p.to_numpy(),
        y_pred=(data.p >= 0.5).astype(int).to_numpy(),
        fairness_df=data[["group"]].copy(),
        fairness_vars=["group"],
        reference_groups=[REFERENCE],
    )


def plain(data=table):
    made = EquiBoots(**arrays(data))
    made.grouper(["group"])
    return made, made.get_metrics(made.slicer("group"))


def boot(size=len(table), seeds=REPLICATES, replicates=REPLICATES):
    made = EquiBoots(
        **arrays(table),
        bootstrap_flag=True,
        num_bootstraps=replicates,
        boot_sample_size=size,
        balanced=False,
        seeds=list(range(seeds)),
    )
    made.grouper(["group"])
    metrics = made.get_metrics(made.slicer("group"))
    differences = made.calculate_differences(metrics, "group")
    own = {name: [replicate[GROUP][name] for replicate in metrics] for name in ("ROC AUC", "Calibration AUC")}
    tested = made.analyze_statistical_significance(
        metrics,
        "group",
        {
            "test_type": "bootstrap_test",
            "alpha": 0.05,
            "adjust_method": "none",
            "confidence_level": 0.95,
            "tail_type": "two_tailed",
            "metrics": ["ROC_AUC_diff", "TP_Rate_diff"],
        },
        differences,
    )[GROUP]
    return {name: np.percentile(values, [2.5, 97.5]) for name, values in own.items()}, tested


made, once = told.time("AUC, gap", plain)
limits, tested = told.time("interval, test, 5,000 replicates", boot)
low, high = limits["ROC AUC"]
gap, rate = tested["ROC_AUC_diff"], tested["TP_Rate_diff"]
told.number(
    n=int((table.group == GROUP).sum()),
    auc=once[GROUP]["ROC AUC"],
    low=low,
    high=high,
    gap=made.calculate_differences(once, "group")[GROUP]["ROC_AUC_diff"],
    gap_low=gap.confidence_interval[0],
    gap_high=gap.confidence_interval[1],
    p=gap.p_value,
    brier=once[GROUP]["Brier Score"],
)


def shown(result):
    low, high = result.confidence_interval
    return f"{result.statistic:.3f} ({low:.3f} to {high:.3f}), p {result.p_value:.3f}"


def without_subgroup():
    holes = table.assign(group=[None if i % 10 == 0 else g for i, g in enumerate(table.group)])
    return "subgroups " + ", ".join(plain(holes)[1])


def one_outcome():
    found = plain(table[(table.group == REFERENCE) | (table.y == 1)])[1]
    return f"AUC {found[GROUP]['ROC AUC']}, specificity {found[GROUP]['Specificity']}"


def adjusted():
    made, found = plain()
    tested = made.analyze_statistical_significance(
        found, "group", {"test_type": "chi_square", "alpha": 0.05, "adjust_method": "holm"}
    )
    return f"chi-square of the specificities, p {tested['omnibus']['Specificity'].p_value:.4f}"


def classes():
    three = np.array([i % 3 for i in range(len(table))])
    found = multi_class_classification_metrics(three, three, np.eye(3)[three] * 0.4 + 0.2, 3)
    return f"{len(found)} measures"


told.seen("AUC of a subgroup, with interval", "percentiles of `get_metrics`", lambda: f"{low:.3f}–{high:.3f}, if `boot_sample_size` is the number of rows and `seeds` are given (else {np.diff(boot(100, 10, 200)[0]["ROC AUC"])[0]:.3f} wide)")
told.absent("interval over patients, not rows", r"patient|cluster|subject")
told.seen("gap in AUC: interval", "`analyze_statistical_significance`", lambda: shown(gap))
told.seen("gap in AUC: test", "`analyze_statistical_significance`", lambda: f"p {gap.p_value:.3f}, of one side")
told.seen("gap in sensitivity: interval or test", "`analyze_statistical_significance`", lambda: shown(rate))
told.absent("two models on the same rows", r"paired|delong|mcnemar")
told.seen("correction for several comparisons", "`adjust_method=`", adjusted)
told.seen("calibration of a subgroup", "`Calibration AUC`", lambda: f"{once[GROUP]['Calibration AUC']:.3f}; no ECE, no slope")
told.seen("its interval", "percentiles of `get_metrics`", lambda: "Calibration AUC {:.3f}–{:.3f}".format(*limits["Calibration AUC"]))
told.absent("net benefit of a subgroup", r"net_?benefit|decision_curve")
told.absent("crossings of two columns", r"intersect|crossed|crossing")
told.absent("ranges of a number as subgroups", r"^cut|age_bins")
told.seen("rows without a subgroup", "`grouper`", without_subgroup)
told.seen("subgroup with one outcome only", "`get_metrics`", one_outcome)
told.absent("threshold from other rows", r"youden|target_sensitivity|threshold_from")
told.seen("several classes", "`multi_class_classification_metrics`", classes)
told.absent("weights", r"^(sample_)?weights?$")
told.absent("Dice of masks", r"(^|_)dice(_|$)|^masks?$|segment")
told.absent("mitigation", r"mitigat|reweigh|optimizer|recalibrat")
told.absent("report as a file", r"html|pdf|report")
told.absent("quasi-Pareto claim", r"pareto|superior|inferior")
told.done()
