"""Ends what a run of notebooks has started once the run is gone, however it ended.

A kernel is a process group of its own, with children: the cell that runs, and the compiler. A runner that is
asked to stop ends them itself; one that is killed cannot. So a guard waits at the other end of a pipe, which
closes with the runner, and then kills every process that carries the runner's mark in its environment. The mark
is unique: nobody else's processes have it. Linux only, where /proc tells the environment.
"""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import time
import uuid
from pathlib import Path

MARK = "QPNET_RUNNER"


def start() -> subprocess.Popen[bytes]:
    """Marks all processes that this one starts from now on, and has them guarded."""
    unmarked = {name: value for name, value in os.environ.items() if name != MARK}
    mark = uuid.uuid4().hex
    guard = subprocess.Popen(
        [sys.executable, __file__, mark],
        stdin=subprocess.PIPE,
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
        env=unmarked,
        start_new_session=True,  # a signal to the runner's group is not for the guard
    )
    os.environ[MARK] = mark
    return guard


def marked(mark: str) -> list[int]:
    """The processes that carry `mark`."""
    entry = f"{MARK}={mark}".encode()
    found = []
    for place in Path("/proc").glob("[0-9]*"):
        try:
            environment = (place / "environ").read_bytes().split(b"\0")
        except OSError:  # gone, or another user's
            continue
        if entry in environment and int(place.name) != os.getpid():
            found.append(int(place.name))
    return found


def end(mark: str, patience: float = 30.0) -> None:
    """Kills them, and what they start meanwhile."""
    last = time.monotonic() + patience
    while (left := marked(mark)) and time.monotonic() < last:
        for process in left:
            try:
                os.kill(process, signal.SIGKILL)
            except ProcessLookupError:
                pass
        time.sleep(0.05)


def main() -> None:
    """Waits until the runner is gone."""
    for name in (signal.SIGINT, signal.SIGTERM, signal.SIGHUP):
        signal.signal(name, signal.SIG_IGN)
    sys.stdin.buffer.read()
    end(sys.argv[1])


if __name__ == "__main__":
    main()
