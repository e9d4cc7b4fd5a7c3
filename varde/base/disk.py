"""The disk: whether what is written next may find no room; asked while everything runs."""

from __future__ import annotations

import shutil
from pathlib import Path

LEAST = 48 * 1024 * 1024  # bytes: three files of the database's log


def is_full(folder: Path | str) -> bool:
    try:
        return shutil.disk_usage(folder).free < LEAST
    except OSError:  # the folder is not ours to see: then it is not ours to judge
        return False
