"""A killed runner leaves nothing behind."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import time
import unittest
from pathlib import Path

TOOLS = Path(__file__).resolve().parent
#: A runner that starts a kernel in a session of its own, with a child, and says who they are.
RUNNER = """
import subprocess, sys, time
sys.path.insert(0, sys.argv[1])
import kernel_guard
guard = kernel_guard.start()
kernel = subprocess.Popen(["sh", "-c", "sleep 600 & echo $!; wait"], start_new_session=True, stdout=subprocess.PIPE)
print(kernel.pid, int(kernel.stdout.readline()), flush=True)
if sys.argv[2] == "wait":
    time.sleep(600)
"""


def lives(process: int) -> bool:
    """Whether `process` runs; one that nobody has waited for yet does not."""
    try:
        return Path(f"/proc/{process}/stat").read_text().rsplit(")", 1)[1].split()[0] != "Z"
    except OSError:
        return False


class KilledRunner(unittest.TestCase):
    """However the runner ends, its kernel ends."""

    def ended(self, how: int | None) -> None:
        word = "return" if how is None else "wait"
        bystander = subprocess.Popen(["sleep", "600"], start_new_session=True)
        self.addCleanup(bystander.wait)
        self.addCleanup(bystander.kill)
        runner = subprocess.Popen([sys.executable, "-c", RUNNER, str(TOOLS), word], stdout=subprocess.PIPE)
        with runner.stdout:
            kernel, child = map(int, runner.stdout.readline().split())
        if how is not None:
            self.assertTrue(lives(kernel) and lives(child))
            os.kill(runner.pid, how)
        runner.wait()
        last = time.monotonic() + 20
        while (lives(kernel) or lives(child)) and time.monotonic() < last:
            time.sleep(0.02)
        self.assertFalse(lives(kernel) or lives(child), "the kernel lives on")
        self.assertTrue(lives(bystander.pid), "somebody else's process was ended")

    def test_killed(self) -> None:
        self.ended(signal.SIGKILL)

    def test_asked_to_end(self) -> None:
        self.ended(signal.SIGTERM)

    def test_done(self) -> None:
        self.ended(None)


if __name__ == "__main__":
    unittest.main()
