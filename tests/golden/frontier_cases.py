"""frontier.json: the gain over the re-weighting frontier with its jackknife over seeds, and the search of minimax Pareto
fairness for its weights (numpy), inputs included."""

import numpy as np

from golden_io import rounded_normal


def gain(places):
    """places: S seeds x (frontier points, then the method) x (dominant, less-prevalent)."""
    mean = places.mean(axis=0)
    knots, method = mean[:-1], mean[-1]
    x = np.unique(knots[:, 0])  # sorted; points of one dominant AUC count by their mean
    y = np.array([knots[knots[:, 0] == value, 1].mean() for value in x])
    return method[1] - np.interp(method[0], x, y)  # np.interp is flat outside


def case(name, places):
    seeds = len(places)
    value = gain(places)
    parts = [seeds * value - (seeds - 1) * gain(np.delete(places, s, axis=0)) for s in range(seeds)]
    outside = [not p[:-1, 0].min() <= p[-1, 0] <= p[:-1, 0].max() for p in places]
    return {"name": name, "places": places.tolist(), "gain": float(value),
            "se": float(np.std(parts, ddof=1) / np.sqrt(seeds)), "outside": float(np.mean(outside))}


def places(seed, truth, seeds, own):
    noise = rounded_normal(seed, (seeds, len(truth), 2), scale=own, decimals=5)
    common = rounded_normal(seed + 1, (seeds, 1, 2), scale=0.01, decimals=5)
    return np.round(np.array(truth)[None] + common + noise, 5)


FRONTIER = [(0.9, 0.8), (0.895, 0.81), (0.888, 0.816), (0.87, 0.822), (0.845, 0.824)]


def frontier_cases():
    same = places(941, FRONTIER[:2] + [(0.89, 0.83)], 4, 0.004)
    same[:, 1, 0] = same[:, 0, 0]  # two points of one dominant AUC, below which the method lies in some seeds
    return [
        case("inside", places(921, FRONTIER + [(0.88, 0.83)], 10, 0.002)),
        case("noisy, points change places", places(925, FRONTIER + [(0.892, 0.8)], 5, 0.01)),
        case("beyond the end", places(929, FRONTIER + [(0.92, 0.79)], 7, 0.003)),
        case("two seeds", places(933, FRONTIER[1:4] + [(0.86, 0.8)], 2, 0.004)),
        case("points of one dominant AUC", same),
    ]


def search(risks, alpha=0.5, most=20):
    """Martinez, Bertran & Sapiro 2020, algorithm 1: weights after each round."""
    mu, best, k, found = np.full(2, 0.5), np.inf, 1.0, []
    for r in np.array(risks):
        if r.max() < best:
            best, k = r.max(), min(k, most)
        else:
            k += 1
        worse = (r >= best).astype(float)
        mu = (1 - alpha) * mu + alpha * worse / worse.sum() / k
        mu = mu / mu.sum()
        found.append(mu.tolist())
    return found


def search_cases():
    cases = []
    for seed, alpha in [(951, 0.5), (952, 0.2), (953, 0.9)]:
        risks = np.abs(rounded_normal(seed, (40, 2), scale=0.2, shift=0.7))
        cases.append({"alpha": alpha, "risks": risks.tolist(), "weights": search(risks, alpha)})
    return cases


def build():
    return {"gain": frontier_cases(), "search": search_cases()}
