"""FairCareAI (`faircare` among the packages) on the table: FairCareAudit, and what else the library has."""

import logging
import tempfile
from pathlib import Path

import numpy as np
import polars as pl
from faircareai import FairCareAudit, FairnessConfig
from faircareai.core.config import FairnessMetric
from faircareai.core.disparity import compute_disparities
from faircareai.core.hypothesis import stratified_cluster_permutation_test
from faircareai.core.metrics import compute_group_metrics
from faircareai.core.statistics import adjust_pvalues_holm, cluster_bootstrap_ci
from faircareai.data.sensitive_attrs import suggest_sensitive_attributes
from faircareai.metrics.fairness import compute_calibration_by_group, compute_threshold_fairness
from faircareai.metrics.subgroup_performance import compute_net_benefit_by_subgroup
from sklearn.metrics import roc_auc_score

from told import GROUP, REFERENCE, Told, rows

REPLICATES = 1000
logging.disable(logging.WARNING)
told = Told("faircare", "faircareai")
table = pl.DataFrame(rows())


def audit(data=table, intersection=None, **more):
    config = FairnessConfig(
        model_name="mixed", primary_fairness_metric=FairnessMetric.EQUALIZED_ODDS, fairness_justification="a trial"
    )
    made = FairCareAudit(data, pred_col="p", target_col="y", config=config)
    made.add_sensitive_attribute(name="subgroup", column="group", reference=REFERENCE)
    if intersection:
        made.add_sensitive_attribute(name=intersection, column=intersection)
        made.add_intersection(["subgroup", intersection])
    return made.run(progress=False, n_jobs=1, **more)


results = told.time("AUC, interval, calibration, gap", lambda: audit(n_bootstrap=REPLICATES))
found = results.subgroup_performance["subgroup"]
own = found["groups"][GROUP]
low, high = own["auroc_ci_95"]
told.number(
    n=own["n"],
    auc=own["auroc"],
    low=low,
    high=high,
    gap=found["disparities"][GROUP]["auroc_diff"],
    ece=compute_calibration_by_group(table, "p", "y", "group")["groups"][GROUP]["ece"],
    slope=own["calibration_slope"],
)


def auc(data):
    return roc_auc_score(data["y"].to_numpy(), data["p"].to_numpy())


def gap(data):
    return auc(data.filter(pl.col("group") == REFERENCE)) - auc(data.filter(pl.col("group") == GROUP))


def by_patient():
    value, (low, high) = told.time(
        "AUC by patient, 1,000 replicates",
        lambda: cluster_bootstrap_ci(
            table.filter(pl.col("group") == GROUP), "patient", auc, n_bootstrap=REPLICATES, random_state=1
        ),
    )
    told.number(patient_low=low, patient_high=high)
    return f"{low:.3f}–{high:.3f}; a function of its own, not part of `FairCareAudit.run`"


def permuted():
    made = stratified_cluster_permutation_test(
        table, gap, "Independence", "group", "y", cluster_col="patient", n_perms=1000, random_state=1
    )
    told.number(p=made["p_value"])
    return f"p {made['p_value']:.3f} by permutation of patients, of a statistic of the caller's"


def sensitivity():
    called = table.with_columns((pl.col("p") >= 0.5).cast(int).alias("y_pred"))
    made = compute_disparities(
        compute_group_metrics(called, "group", "y", "y_pred"), "tpr", REFERENCE, "specified"
    ).row(0, named=True)
    return f"{made['difference']:.3f} ({made['diff_ci_lower']:.3f} to {made['diff_ci_upper']:.3f}), p {made['p_value']:.2f}, rows"


def net_benefit():
    made = compute_net_benefit_by_subgroup(table, "p", "y", "group")
    curve = made["groups"][GROUP]["decision_curve"]
    return f"{len(curve['thresholds'])} probabilities unasked"


def crossed():
    data = table.with_columns(pl.Series("sex", ["f" if i % 2 else "m" for i in range(len(table))]))
    made = audit(data, "sex", n_bootstrap=100)
    return f"{len(made.intersectional['subgroup x sex']['intersections'])} subgroups of 100 rows or more"


def ranges():
    data = table.with_columns(pl.Series("age", [20 + i % 60 for i in range(len(table))]))
    made = suggest_sensitive_attributes(data, age_bins=[39, 59], age_labels=["-39", "40-59", "60-"])
    return ", ".join(made[-1]["unique_values"]) + "; a column called age only"


def without_subgroup():
    holes = [None if i % 10 == 0 else g for i, g in enumerate(table["group"])]
    made = audit(table.with_columns(pl.Series("group", holes)), n_bootstrap=100)
    return "subgroups " + ", ".join(made.subgroup_performance["subgroup"]["groups"])


def one_outcome():
    made = audit(table.filter((pl.col("group") == REFERENCE) | (pl.col("y") == 1)), n_bootstrap=100)
    own = made.subgroup_performance["subgroup"]["groups"][GROUP]
    return f"AUC {own.get('auroc', 'left out')}, false positive rate {own['fpr']}"


def threshold():
    made = compute_threshold_fairness(table, "p", "y", "group", reference=REFERENCE)["recommended_threshold"]
    return f"no; `compute_threshold_fairness` recommends {made['threshold']} from the audited rows"


def classes():
    return audit(table.with_columns((pl.int_range(pl.len()) % 3).alias("y")), n_bootstrap=100)


def files():
    with tempfile.TemporaryDirectory() as folder:
        page = Path(folder) / "report.html"
        results.to_html(page)
        results.to_json(Path(folder) / "report.json")
        short = Path(folder) / "governance.html"
        results.to_governance_html(short)
        return f"HTML, {page.stat().st_size // 1024} KiB; for a committee {short.stat().st_size // 1024} KiB; JSON"


told.seen("AUC of a subgroup, with interval", "`FairCareAudit.run`", lambda: f"{low:.3f}–{high:.3f}, percentile, rows within outcome")
told.seen("interval over patients, not rows", "`cluster_bootstrap_ci`", by_patient)
told.seen("gap in AUC: interval", "`auroc_diff`", lambda: f"{found['disparities'][GROUP]['auroc_diff']:.3f}; no interval")
told.seen("gap in AUC: test", "`stratified_cluster_permutation_test`", permuted)
told.seen("gap in sensitivity: interval or test", "`compute_disparities`", sensitivity)
told.absent("two models on the same rows", r"paired|delong|mcnemar")
told.seen("correction for several comparisons", "`adjust_pvalues_holm`", lambda: f"0.02 of two → {adjust_pvalues_holm(np.array([0.02, 0.5]))[0]:.2f}")
told.seen("calibration of a subgroup", "`FairCareAudit.run`", lambda: f"slope {own['calibration_slope']:.3f}, observed to expected {own['oe_ratio']:.3f}")
told.seen("its interval", "`FairCareAudit.run`", lambda: "slope {:.3f}–{:.3f}".format(*own["calibration_slope_ci_95"]))
told.seen("net benefit of a subgroup", "`compute_net_benefit_by_subgroup`", net_benefit)
told.seen("crossings of two columns", "`add_intersection`", crossed)
told.seen("ranges of a number as subgroups", "`suggest_sensitive_attributes(age_bins=)`", ranges)
told.seen("rows without a subgroup", "`include_unknown=`", without_subgroup)
told.seen("subgroup with one outcome only", "`FairCareAudit.run`", one_outcome)
told.seen("threshold from other rows", "", threshold)
told.seen("several classes", "`FairCareAudit`", classes)
told.absent("weights", r"^(sample_)?weights?$")
told.absent("Dice of masks", r"(^|_)dice(_|$)|^masks?$|segmentation")
told.absent("mitigation", r"reweigh|optimizer|recalibrat")
told.seen("report as a file", "`to_html`, `to_governance_html`, `to_json`", files)
told.absent("quasi-Pareto claim", r"pareto|non_?inferior|superiority")
told.done()
