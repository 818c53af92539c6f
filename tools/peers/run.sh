#!/usr/bin/env bash
# Runs each peer of qpnet-audit on data-manifests/examples/predictions.csv and writes qpnet-lib/audit/PEERS.md.
#
#     tools/peers/run.sh [PROGRAM]      # PROGRAM: qpnet-audit, built
#
# requirements.txt has one line a peer: its package and version, then what it was run with. Each gets a virtual
# environment in a temporary folder, which is removed. PEERS_PYTHON names the Python (3.11 was used); PEERS_TIMED=0
# leaves the timings out (they take most of the half hour). One thread each.
set -euo pipefail
here=$(cd "$(dirname "$0")" && pwd)
cd "$here/../.."
export PEERS_QPNET=${1:-qpnet-audit} OMP_NUM_THREADS=1 OPENBLAS_NUM_THREADS=1 PYTHONDONTWRITEBYTECODE=1
python=${PEERS_PYTHON:-python3.11}
dir=$(mktemp -d)
trap 'rm -rf "$dir"' EXIT
while read -r -a packages; do
    tool=${packages[0]%%==*}
    start=$SECONDS
    "$python" -m venv "$dir/$tool"
    "$dir/$tool/bin/pip" install --quiet --disable-pip-version-check "${packages[@]}"
    echo $((SECONDS - start)) > "$dir/$tool.installed"
    "$dir/$tool/bin/python" "tools/peers/run_$tool.py" > "$dir/$tool.json" 2> "$dir/$tool.log" \
        || { tail -5 "$dir/$tool.log"; exit 1; }
    echo "$tool has run"
done < tools/peers/requirements.txt
"$python" tools/peers/run_qpnet.py > "$dir/qpnet.json"
: > "$dir/times.jsonl"
if [ "${PEERS_TIMED:-1}" = 1 ]; then
    "$python" tools/peers/clustered.py > "$dir/clustered.csv"
    timed() { # TOOL REPLICATES
        local interpreter="$dir/$1/bin/python"
        [ "$1" = qpnet-audit ] && interpreter=$python
        "$interpreter" tools/peers/timed.py "$1" "$dir/clustered.csv" "$2" 2> /dev/null >> "$dir/times.jsonl"
    }
    for _ in 1 2 3; do
        timed qpnet-audit 2000
        timed fairlearn 200
        timed faircare 200
    done
    timed fairlearn 2000
    timed faircare 2000
fi
"$python" tools/peers/table.py "$dir" > "$dir/PEERS.md"
mv "$dir/PEERS.md" qpnet-lib/audit/PEERS.md
echo "qpnet-lib/audit/PEERS.md is written"
