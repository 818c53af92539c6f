#!/usr/bin/env bash
# Installs Snakemake in a folder of its own, .tools/snakemake: grids need it on more than one machine, nothing else does.
# Finished once, it is skipped while tools/grid/requirements.txt stays the same.
set -euo pipefail
cd -P -- "$(dirname -- "${BASH_SOURCE[0]}")/../.."
engine=.tools/snakemake
python=${PYTHON:-python3}
key=$(sha256sum tools/grid/requirements.txt; "$python" -V)
if [[ -x $engine/bin/snakemake && -f $engine/made-from && $(<"$engine/made-from") == "$key" ]]; then exit 0; fi
if ! "$python" -c 'import sys; sys.exit(sys.version_info < (3, 11))'; then
    echo "Snakemake needs Python 3.11 or later, this is $("$python" -V 2>&1); remedy: PYTHON=python3.12 $0" >&2
    exit 1
fi
echo "installing Snakemake in $engine (half a minute)"
# The place itself: .tools may be a link, to a cache.
engine=$(readlink -m "$engine")
"$python" -m venv --clear "$engine"
"$engine/bin/python" -m pip install --quiet --disable-pip-version-check --no-deps -r tools/grid/requirements.txt
printf '%s\n' "$key" >"$engine/made-from.new"
mv -- "$engine/made-from.new" "$engine/made-from"
