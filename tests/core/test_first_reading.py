"""Programmes are first read by requests that come at once; none of them may end the process."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

SCRIPT = """
import importlib, sys, threading, yaml
from pathlib import Path
from varde.core import programme, programme_file
sys.setswitchinterval(1e-7)
data = yaml.safe_load(Path(sys.argv[1]).read_text("utf-8"))

def read():
    gate.wait()
    programme_file.parse(data)

for _ in range(20):
    importlib.reload(programme)
    importlib.reload(programme_file)
    gate = threading.Barrier(8)
    threads = [threading.Thread(target=read) for _ in range(8)]
    [one.start() for one in threads]
    [one.join() for one in threads]
"""
PROGRAMMES = Path(__file__).resolve().parents[2] / "varde" / "programmes"


def test_eight_threads_may_read_the_first_programme_at_once() -> None:
    """Without care this is a segmentation fault at every other try."""
    run = subprocess.run(
        [sys.executable, "-c", SCRIPT, str(PROGRAMMES / "copd.yaml")],
        capture_output=True,
        timeout=60,
        check=False,
    )
    assert run.returncode == 0, run.stderr.decode()
