"""What this machine has that tests can use, and how each thing is named when it is somewhere else."""

from __future__ import annotations

import os
import shutil
import subprocess
from pathlib import Path

CHECKOUT = Path(__file__).resolve().parent.parent
# The one without a window first: it does the same with three quarters of the processor time.
BROWSERS = [
    "chromium-headless-shell",
    "chromium",
    "chromium-browser",
    "google-chrome",
    "google-chrome-stable",
    "/Applications/Google Chrome.app/Contents/MacOS/Google Chrome",
    "/Applications/Chromium.app/Contents/MacOS/Chromium",
]


def shared_folder() -> Path | None:
    """The folder of data too large for the repository: `COFUND_SHARED`, else `shared` beside the checkout."""
    folder = Path(os.environ.get("COFUND_SHARED") or CHECKOUT.parent / "shared")
    return folder if folder.is_dir() else None


def chromium() -> str | None:
    """A Chromium that starts: `COFUND_CHROMIUM`, else the first of the usual names."""
    stated = os.environ.get("COFUND_CHROMIUM")
    for name in [stated] if stated else BROWSERS:
        found = shutil.which(name)
        # Some systems put a script of that name in place that only says where to get the browser.
        if found and subprocess.run([found, "--version"], capture_output=True, check=False).returncode == 0:
            return found
    return None


def nu_checker() -> list[str] | None:
    """The command of the Nu HTML checker: Java with `COFUND_VNU_JAR`, else with `build/vnu.jar`."""
    jar = Path(os.environ.get("COFUND_VNU_JAR") or CHECKOUT / "build" / "vnu.jar")
    java = shutil.which("java")
    return [java, "-jar", str(jar)] if java and jar.is_file() else None


def spreadsheet_program() -> str | None:
    """A LibreOffice: `COFUND_SOFFICE`, else the first of the usual names."""
    stated = os.environ.get("COFUND_SOFFICE")
    names = [stated] if stated else ["soffice", "libreoffice", "/Applications/LibreOffice.app/Contents/MacOS/soffice"]
    return next((found for found in map(shutil.which, names) if found), None)
