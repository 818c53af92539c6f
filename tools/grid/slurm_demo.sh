#!/usr/bin/env bash
# A grid on a real Slurm of two nodes on this machine, with a node and a driver killed in the middle. Outside CI.
#
#     apt-get install slurmctld slurmd slurm-client munge; tools/grid/setup.sh
#     .tools/snakemake/bin/python -m pip install --no-deps -r tools/grid/requirements-slurm.txt
#     tools/grid/slurm_demo.sh [FOLDER]
#
# Needs root, and a machine without a Slurm of its own: /etc/slurm/slurm.conf is written, and removed at the end (jobs of
# Snakemake's drop SLURM_CONF, so that another place is not found). Everything listens on the loopback only.
set -euo pipefail
root=$(cd -P -- "$(dirname -- "${BASH_SOURCE[0]}")/../.." && pwd)
work=$(realpath -m -- "${1:-$(mktemp -d)}")
qpnet=${QPNET:-${CARGO_TARGET_DIR:-$root/target}/debug/qpnet}
engine=$root/.tools/snakemake/bin
export LD_LIBRARY_PATH=$root/.libtorch/lib${LD_LIBRARY_PATH:+:$LD_LIBRARY_PATH}
say() { printf '\n=== %s %s\n' "$(date +%T)" "$1"; }
fail() { printf 'slurm_demo: %s\n' "$1" >&2; exit 1; }
[[ $(id -u) == 0 ]] || fail "needs root: nodes of Slurm run jobs of others"
for program in slurmctld slurmd munged sbatch "$engine/snakemake" "$qpnet"; do
    command -v "$program" >/dev/null || fail "$program is missing"
done
[[ ! -e /etc/slurm/slurm.conf ]] || fail "/etc/slurm/slurm.conf is there: this machine has a Slurm of its own"

mkdir -p "$work" /etc/slurm /run/munge
cd "$work"
[[ -z $(ls -A) ]] || fail "$work is not empty"
mkdir -p state n1 n2 log

stop() {
    set +e
    [[ -z ${driver:-} ]] || kill -KILL -- "-$driver" 2>/dev/null
    scancel --user=root 2>/dev/null
    sleep 2
    for file in "$work"/*.pid; do [[ -e $file ]] && kill "$(<"$file")" 2>/dev/null; done
    rm -f /etc/slurm/slurm.conf
}
trap stop EXIT

say "munge, one controller, two nodes"
head -c 1024 /dev/urandom >munge.key
chmod 400 munge.key
chmod 755 "$work"
munged --force --key-file="$work/munge.key" --socket=/run/munge/munge.socket.2 \
    --pid-file="$work/munged.pid" --log-file="$work/log/munged" --seed-file="$work/munge.seed"
cat >/etc/slurm/slurm.conf <<CONF
ClusterName=demo
SlurmctldHost=$(hostname -s)(127.0.0.1)
SlurmUser=root
SlurmdUser=root
AuthType=auth/munge
AuthInfo=socket=/run/munge/munge.socket.2
CryptoType=crypto/munge
SlurmctldPort=16817
SlurmctldPidFile=$work/slurmctld.pid
SlurmdPidFile=$work/slurmd-%n.pid
SlurmctldLogFile=$work/log/slurmctld
SlurmdLogFile=$work/log/slurmd-%n
StateSaveLocation=$work/state
SlurmdSpoolDir=$work/%n
SlurmdParameters=config_overrides
ProctrackType=proctrack/linuxproc
TaskPlugin=task/none
SelectType=select/cons_tres
SelectTypeParameters=CR_Core
JobAcctGatherType=jobacct_gather/none
AccountingStorageType=accounting_storage/none
MpiDefault=none
ReturnToService=2
SlurmdTimeout=15
KillWait=5
MinJobAge=120
NodeName=n1 NodeHostname=$(hostname -s) NodeAddr=127.0.0.1 Port=17001 CPUs=1 RealMemory=8000
NodeName=n2 NodeHostname=$(hostname -s) NodeAddr=127.0.0.1 Port=17002 CPUs=1 RealMemory=8000
PartitionName=main Nodes=n1,n2 Default=YES MaxTime=60 State=UP
CONF
slurmctld
slurmd -N n1
slurmd -N n2
for _ in $(seq 30); do
    [[ $(sinfo --noheader --format=%t --states=idle 2>/dev/null) == idle ]] && break
    sleep 1
done
sinfo

cat >plan.toml <<'PLAN'
format = 1
profile = "smoke"
seeds = [101, 102, 103, 104]
methods = ["mixed", "qpi"]
[set]
"settings.image_size" = 16
"settings.base.epochs" = 4
"settings.transfer.epochs" = 2
[[data]]
manifest = "synthetic"
schemes = ["moderate"]
[[factors]]
name = "rate"
path = "settings.transfer.learning_rate"
values = [1e-4, 2e-4, 3e-4, 4e-4, 5e-4, 6e-4, 7e-4, 8e-4, 9e-4]
PLAN
finished() { cat many/journal.jsonl 2>/dev/null | grep -c '"finished"' || true; }
batches() { python3 "$root/tools/grid/batches.py" plan.toml --store many --minutes "$1" --device cpu --qpnet "$qpnet"; }
# The driver in a process group of its own, so that it can be killed whole.
drive() {
    setsid "$engine/snakemake" -s "$root/tools/grid/Snakefile" --profile "$root/tools/grid/slurm" \
        --config batches=batches.json --slurm-no-account >>log/driver 2>&1 &
    driver=$!
}
wait_for() {
    for _ in $(seq 600); do
        (($(finished) >= $1)) && return 0
        kill -0 "$driver" 2>/dev/null || break
        sleep 1
    done
    tail -n 40 log/driver
    fail "the driver ended, or 600 s went by, with $(finished) cells finished"
}

say "40 cells on two nodes"
batches 0.1 >batches.json
drive
wait_for 6
for _ in $(seq 60); do
    [[ -n $(squeue --noheader --nodelist=n2 --states=running) ]] && break
    sleep 0.5
done
squeue
[[ -n $(squeue --noheader --nodelist=n2 --states=running) ]] || fail "n2 has nothing to lose"

say "node n2 dies with all that runs on it ($(finished) cells finished)"
kill -KILL "$(<slurmd-n2.pid)"
killed=0
for process in $(pgrep --full "slurmstepd|snakemake|$qpnet"); do
    if grep -qz 'SLURMD_NODENAME=n2' "/proc/$process/environ" 2>/dev/null; then
        kill -KILL "$process" && killed=$((killed + 1))
    fi
done
echo "$killed processes of its job were killed"
wait_for 12
squeue
sinfo

say "the driver dies ($(finished) cells finished)"
kill -KILL -- "-$driver"
wait "$driver" 2>/dev/null || true
# Its jobs go on, and would meet those of the next driver at the locks of their cells: they are taken from the queue first.
scancel --user=root
slurmd -N n2 # and the node is back
sleep 8
"$engine/snakemake" -s "$root/tools/grid/Snakefile" --config batches=batches.json --unlock >>log/driver 2>&1
batches 0.1 >batches.json
say "another driver begins ($(finished) cells finished)"
drive
wait "$driver" || { tail -n 40 log/driver; fail "the second driver ended with an error"; }
driver=

say "the same grid by one process on one machine"
"$qpnet" grid run plan.toml --store one --device cpu --jobs 2 2>log/one
for store in many one; do
    "$qpnet" grid collect plan.toml --store "$store" --device cpu --out "tables-$store"
done
cmp tables-many/cells.csv tables-one/cells.csv
twice=$(grep '"finished"' many/journal.jsonl | grep -o '"cell":"[0-9a-f]*"' | sort | uniq --repeated | wc -l)
say "40 cells: $(finished) times finished, $twice twice; tables are equal byte by byte"
[[ $(finished) == 40 && $twice == 0 ]]
