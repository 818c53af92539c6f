"""The clustered bootstrap of an AUC as SciPy and scikit-learn do it, and NumPy's sorts.

usage: scipy_bootstrap.py FOLDER REPLICATES     the folder is made by statistics.rs

Patients with and without a positive image are drawn apart, as many as there are, with all their images:
`scipy.stats.bootstrap` draws, `sklearn.metrics.roc_auc_score` computes. Every patient has two images here, which
lets NumPy collect the rows of a draw in one step; patients of different sizes would take it longer.

Prints one JSON object. Needs NumPy, SciPy and scikit-learn, which this project does not.
"""

import json
import sys
import time
from pathlib import Path

import numpy as np
import scipy
import sklearn
from scipy import stats
from sklearn.metrics import roc_auc_score


def timed(work, repeats):
    """The shortest of some turns, and the last result."""
    best, result = float("inf"), None
    for _ in range(repeats):
        begin = time.perf_counter()
        result = work()
        best = min(best, time.perf_counter() - begin)
    return best, result


def bootstrap(folder, replicates):
    labels = np.fromfile(folder / "labels.u8", dtype=np.uint8).reshape(-1, 2)
    scores = np.fromfile(folder / "scores.f64", dtype="<f8").reshape(-1, 2)
    ill = np.flatnonzero(labels.any(axis=1))
    well = np.flatnonzero(~labels.any(axis=1))

    def auc(*strata):
        patients = np.concatenate(strata)
        return roc_auc_score(labels[patients].ravel(), scores[patients].ravel())

    def work():
        rng = np.random.default_rng(1)
        return stats.bootstrap(
            (ill, well), auc, n_resamples=replicates, vectorized=False, method="percentile", rng=rng, batch=1
        )

    begin = time.process_time()
    seconds, found = timed(work, 1)
    processor = time.process_time() - begin
    interval = found.confidence_interval
    return {"seconds": seconds, "processor": processor, "auc": auc(ill, well), "low": interval.low, "high": interval.high}


def main():
    folder, replicates = Path(sys.argv[1]), int(sys.argv[2])
    many = np.fromfile(folder / "many.f64", dtype="<f8")
    result = {
        "bootstrap": bootstrap(folder, replicates),
        "sort": timed(lambda: np.sort(many), 5)[0],
        "argsort": timed(lambda: np.argsort(many), 5)[0],
        "versions": {"numpy": np.__version__, "scipy": scipy.__version__, "scikit-learn": sklearn.__version__},
    }
    print(json.dumps(result))


if __name__ == "__main__":
    main()
