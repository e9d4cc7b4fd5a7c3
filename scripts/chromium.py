"""Prints where a Chromium is; installs one where none is: with apt as root, else Playwright's."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys

NAMES = ("chromium", "chromium-browser", "google-chrome", "google-chrome-stable", "chrome")
MAC = "/Applications/Google Chrome.app/Contents/MacOS/Google Chrome"


def found() -> str | None:
    given = os.environ.get("CHROMIUM")
    if given:
        return given
    here = next((path for name in NAMES if (path := shutil.which(name))), None)
    return here or (MAC if os.path.exists(MAC) else None) or playwrights()  # noqa: PTH110


def playwrights() -> str | None:
    from playwright.sync_api import sync_playwright

    with sync_playwright() as playwright:
        path = playwright.chromium.executable_path
    return path if os.path.exists(path) else None  # noqa: PTH110


def run(*command: str) -> bool:
    sys.stderr.write(f"Installerer Chromium: {' '.join(command)} …\n")
    done = subprocess.run(command, stdout=sys.stderr, check=False)  # noqa: S603
    return done.returncode == 0


def install() -> None:
    if os.geteuid() == 0 and shutil.which("apt-get"):
        run("apt-get", "update", "-qq")
        if run("apt-get", "install", "-y", "-qq", "chromium", "fonts-dejavu-core"):
            return
    run(sys.executable, "-m", "playwright", "install", "chromium")


def main() -> int:
    if found() is None:
        install()
    path = found()
    if path is None:
        sys.stderr.write("No Chromium was found or could be installed; set CHROMIUM to its path.\n")
        return 1
    sys.stdout.write(path + "\n")
    return 0


if __name__ == "__main__":
    sys.exit(main())
