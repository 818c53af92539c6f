"""One timing of one tool on the table of clustered.py: `timed.py TOOL TABLE REPLICATES`. Prints a JSON object."""

import json
import os
import subprocess
import sys
import time

from told import processor

tool, path, replicates = sys.argv[1], sys.argv[2], int(sys.argv[3])

if tool == "qpnet-audit":
    command = [os.environ.get("PEERS_QPNET", "qpnet-audit"), "audit", path, "--label", "malignant", "--score", "p"]
    command += ["--group", "subgroup", "--patient", "patient", "--brief"]

    def run():
        subprocess.run(command, capture_output=True, check=True)

elif tool == "fairlearn":
    import pandas
    from fairlearn.metrics import MetricFrame
    from sklearn.metrics import roc_auc_score

    table = pandas.read_csv(path)

    def run():
        made = MetricFrame(
            metrics=roc_auc_score,
            y_true=table.malignant,
            y_pred=table.p,
            sensitive_features=table.subgroup,
            n_boot=replicates,
            ci_quantiles=[0.025, 0.975],
            random_state=1,
        )
        made.by_group_ci, made.difference_ci()

else:
    import logging

    import polars
    from faircareai import FairCareAudit, FairnessConfig
    from faircareai.core.config import FairnessMetric

    logging.disable(logging.WARNING)
    table = polars.read_csv(path)

    def run():
        config = FairnessConfig(
            model_name="timed", primary_fairness_metric=FairnessMetric.EQUALIZED_ODDS, fairness_justification="a trial"
        )
        made = FairCareAudit(table, pred_col="p", target_col="malignant", config=config)
        made.add_sensitive_attribute(name="subgroup", column="subgroup", reference="dominant")
        made.run(n_bootstrap=replicates, progress=False, n_jobs=1)


start, used = time.perf_counter(), processor()
run()
taken = {"tool": tool, "replicates": replicates, "seconds": time.perf_counter() - start, "processor": processor() - used}
json.dump(taken, sys.stdout)
print()
