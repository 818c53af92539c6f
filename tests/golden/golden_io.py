"""Reading, writing and comparing the golden JSON files."""

import json
import math
from pathlib import Path

import numpy as np


def rounded_normal(seed, shape, scale=1.0, shift=0.0, decimals=4):
    """Normal draws rounded to a few decimals, so that inputs are short and exact in the JSON."""
    draws = np.random.Generator(np.random.PCG64(seed)).standard_normal(shape)
    return np.round(draws * scale + shift, decimals)


def to_plain(value):
    """Tensors and arrays to nested lists of Python numbers."""
    if hasattr(value, "detach"):
        value = value.detach().numpy()
    if isinstance(value, np.ndarray):
        return (value + 0.0).tolist() if value.dtype.kind == "f" else value.tolist()
    if isinstance(value, np.generic):
        return value.item()
    if isinstance(value, dict):
        return {key: to_plain(item) for key, item in value.items()}
    if isinstance(value, (list, tuple)):
        return [to_plain(item) for item in value]
    return value


def _compact(value):
    # json prints floats by repr: the shortest decimal that reads back as the same f64.
    return json.dumps(value, separators=(",", ":"), allow_nan=False)


def render(document):
    """One line for each top-level key, and one for each case in a list of cases."""
    parts = []
    for key, value in to_plain(document).items():
        if isinstance(value, list) and value and isinstance(value[0], dict):
            body = "[\n" + ",\n".join(_compact(case) for case in value) + "\n]"
        else:
            body = _compact(value)
        parts.append(f"{json.dumps(key)}: {body}")
    return "{\n" + ",\n".join(parts) + "\n}\n"


def write(path, document):
    Path(path).write_text(render(document), encoding="utf-8")


SINGLE = 1e-4  # of what a key calls _f32: another processor rounds otherwise


def differences(stored, fresh, rtol, atol, where=""):
    """Places where two parsed documents disagree beyond |a - b| <= max(atol, rtol * |a|)."""
    if where.endswith("_f32"):
        atol = max(atol, SINGLE)
    if isinstance(stored, dict) and isinstance(fresh, dict):
        if stored.keys() != fresh.keys():
            return [f"{where}: keys {sorted(stored.keys() ^ fresh.keys())}"]
        pairs = [(f"{where}.{key}", stored[key], fresh[key]) for key in stored]
    elif isinstance(stored, list) and isinstance(fresh, list):
        if len(stored) != len(fresh):
            return [f"{where}: length {len(stored)} against {len(fresh)}"]
        pairs = [(f"{where}[{i}]", a, b) for i, (a, b) in enumerate(zip(stored, fresh))]
    elif isinstance(stored, float) or isinstance(fresh, float):
        numbers = isinstance(stored, (int, float)) and isinstance(fresh, (int, float))
        close = numbers and math.isclose(stored, fresh, rel_tol=rtol, abs_tol=atol)
        return [] if close else [f"{where}: {stored} against {fresh}"]
    else:
        return [] if stored == fresh else [f"{where}: {stored} against {fresh}"]
    found = []
    for place, a, b in pairs:
        found.extend(differences(a, b, rtol, atol, place))
    return found
