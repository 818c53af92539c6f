"""`cargo metadata` of the crate that evcxr makes from a cell, with the library added.

Called by tools/cell-cargo with the arguments of `cargo metadata`; prints the JSON.

rust-analyzer reads the sources of every crate it is told of, and the library's whole tree
(250 crates) takes it 30 seconds. It needs only the crates whose types reach a notebook; a
value of any other type wants an explicit one: `let x: Type = …`.
"""

import json
import os
import subprocess
import sys
from typing import Any

#: The library itself, the crate whose modules it hands on, then those whose types appear in its public interface.
LIBRARY = "qpnet-lib"
SHOWN = {LIBRARY, "qpnet-audit", "tch", "polars", "polars-core"}


def metadata(arguments: list[str], environment: dict[str, str]) -> dict[str, Any]:
    """What the real cargo answers."""
    command = [os.environ["QPNET_CARGO"], "metadata", "--format-version", "1", *arguments]
    return json.loads(subprocess.check_output(command, env=environment))


def with_library(cell: dict[str, Any], workspace: dict[str, Any]) -> dict[str, Any]:
    """`cell` plus the shown packages of `workspace`, the library being a dependency of the cell."""
    known = {package["id"] for package in cell["packages"]}
    shown = {p["id"]: p for p in workspace["packages"] if p["name"] in SHOWN and p["id"] not in known}
    library = next(identity for identity, package in shown.items() if package["name"] == LIBRARY)
    nodes = [node for node in workspace["resolve"]["nodes"] if node["id"] in shown]
    for node in nodes:
        node["deps"] = [dep for dep in node["deps"] if dep["pkg"] in shown]
        node["dependencies"] = [identity for identity in node["dependencies"] if identity in shown]
    root = next(n for n in cell["resolve"]["nodes"] if n["id"] == cell["resolve"]["root"])
    kind = {"kind": None, "target": None}
    root["deps"].append({"name": "qpnet_lib", "pkg": library, "dep_kinds": [kind]})
    root["dependencies"].append(library)
    cell["packages"] += shown.values()
    cell["resolve"]["nodes"] += nodes
    return cell


def main() -> None:
    """Merge both answers; without the library's, the cell's own is still right."""
    arguments = [word for word in sys.argv[2:] if word not in ("--format-version", "1")]
    cell = metadata(arguments, dict(os.environ))
    # rust-analyzer points cargo at a copy of the cell's lock file; the workspace has its own.
    names = ("CARGO_RESOLVER_LOCKFILE_PATH", "__CARGO_TEST_CHANNEL_OVERRIDE_DO_NOT_USE_THIS")
    plain = {name: value for name, value in os.environ.items() if name not in names}
    host = [a for flag, a in zip(arguments, arguments[1:]) if flag == "--filter-platform"]
    place = ["--offline", "--manifest-path", os.path.join(os.environ["QPNET_ROOT"], "Cargo.toml")]
    filters = [word for triple in host for word in ("--filter-platform", triple)]
    try:
        cell = with_library(cell, metadata([*place, *filters], plain))
    except (subprocess.CalledProcessError, StopIteration, KeyError) as error:
        print(f"kernel qpnet: types of the library are unknown to the cells: {error}", file=sys.stderr)
    print(json.dumps(cell))


if __name__ == "__main__":
    main()
