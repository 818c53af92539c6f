"""fairlearn on the table: MetricFrame with its bootstrap."""

import numpy as np
import pandas as pd
from fairlearn.metrics import MetricFrame, count, true_positive_rate
from fairlearn.postprocessing import ThresholdOptimizer
from sklearn.linear_model import LogisticRegression
from sklearn.metrics import roc_auc_score

from told import GROUP, REFERENCE, Told, rows

REPLICATES = 1000
told = Told("fairlearn", "fairlearn")
table = pd.DataFrame(rows())


def frame(metric, data=table, score="p", features="group", **more):
    return MetricFrame(
        metrics=metric, y_true=data.y, y_pred=data[score], sensitive_features=data[features], **more
    )


def bootstrap(metric, **more):
    return frame(metric, n_boot=REPLICATES, ci_quantiles=[0.025, 0.975], random_state=1, **more)


auc = told.time("AUC, interval, gap", lambda: bootstrap(roc_auc_score))
low, high = (quantile[GROUP] for quantile in auc.by_group_ci)
gap_low, gap_high = auc.difference_ci()
told.number(
    n=int(frame(count).by_group[GROUP]),
    auc=auc.by_group[GROUP],
    low=low,
    high=high,
    gap=auc.difference(),
    gap_low=gap_low,
    gap_high=gap_high,
)
called = table.assign(called=(table.p >= 0.5).astype(int))


def sensitivity():
    made = bootstrap(true_positive_rate, data=called, score="called")
    return f"{made.difference():.3f} ({made.difference_ci()[0]:.3f}–{made.difference_ci()[1]:.3f})"


def without_subgroup():
    holes = table.assign(group=[None if i % 10 == 0 else g for i, g in enumerate(table.group)])
    by_group = frame(count, data=holes).by_group
    return f"{len(holes)} rows, {int(by_group.sum())} in subgroups, no word" if len(by_group) == 2 else dict(by_group)


def one_outcome():
    kept = table[(table.group == REFERENCE) | (table.y == 1)]
    made = frame(roc_auc_score, data=kept)
    return f"AUC {made.by_group[GROUP]}, `difference()` {made.difference()}"


def crossed():
    crossed = table.assign(sex=["f" if i % 2 else "m" for i in range(len(table))])
    return f"{len(frame(roc_auc_score, data=crossed, features=['group', 'sex']).by_group)} subgroups"


def mitigated():
    x = np.array(table.p).reshape(-1, 1)
    fitted = ThresholdOptimizer(
        estimator=LogisticRegression(), constraints="equalized_odds", predict_method="predict_proba"
    ).fit(x, table.y, sensitive_features=table.group)
    made = fitted.predict(x, sensitive_features=table.group, random_state=1)
    return f"{int(np.sum(made))} of {len(made)} called positive"


def classes():
    agreement = frame(lambda truth, said: (truth == said).mean(), called, "called")
    return f"accuracy {agreement.by_group[GROUP]:.3f}"


def weighted():
    ones = np.ones(len(table))
    return f"AUC {frame(roc_auc_score, sample_params={'sample_weight': ones}).by_group[GROUP]:.3f}"


told.seen("AUC of a subgroup, with interval", "`MetricFrame(n_boot=)`", lambda: f"{low:.3f}–{high:.3f}, percentile")
told.absent("interval over patients, not rows", r"patient|cluster|subject")
told.seen("gap in AUC: interval", "`difference_ci`", lambda: f"{gap_low:.3f}–{gap_high:.3f}, of largest minus smallest")
told.absent("gap in AUC: test", r"p_?value|permut|significan|delong")
told.seen("gap in sensitivity: interval or test", "`difference_ci`", sensitivity)
told.absent("two models on the same rows", r"paired|delong|mcnemar")
told.absent("correction for several comparisons", r"holm|bonferroni|multiplicity|adjust")
told.absent("calibration of a subgroup", r"ece|calibration|slope")
told.absent("its interval", r"ece|calibration|slope")
told.absent("net benefit of a subgroup", r"net_?benefit|decision_curve")
told.seen("crossings of two columns", "two `sensitive_features`", crossed)
told.absent("ranges of a number as subgroups", r"^bins$|^cut|quantile_bins")
told.seen("rows without a subgroup", "`MetricFrame`", without_subgroup)
told.seen("subgroup with one outcome only", "`MetricFrame`", one_outcome)
told.absent("threshold from other rows", r"youden|target_sensitivity|threshold_from")
told.seen("several classes", "any metric of the caller's", classes)
told.seen("weights", "`sample_params`", weighted)
told.absent("Dice of masks", r"(^|_)dice(_|$)|^masks?$|segment")
told.seen("mitigation", "`ThresholdOptimizer`", mitigated)
told.absent("report as a file", r"html|pdf|report")
told.absent("quasi-Pareto claim", r"pareto|superior|inferior")
told.done()
