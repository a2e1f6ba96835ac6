"""Judges that are not ours: libical's restriction check and ical.js in strict mode."""

import json
import shutil
import subprocess
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import pytest

HERE = Path(__file__).parent
NODE_MODULES = Path("tests/node_modules")


def libical_judge(folder: Path) -> Path:
    """Compiled against the system's libical; the test is skipped, with the reason, without it."""
    if not shutil.which("cc"):
        pytest.skip("libical's judge needs a C compiler (Debian: gcc), which is not installed")
    judge = folder / "judge"
    built = subprocess.run(
        ["cc", "-O1", "-o", judge, HERE / "libical.c", "-lical"],
        capture_output=True, text=True, check=False,
    )  # fmt: skip
    if "ical.h" in built.stderr:
        pytest.skip("libical's judge needs the headers of Debian's libical-dev, which are missing")
    assert built.returncode == 0, built.stderr
    return judge


def libical_complaints(judge: Path, calendars: Sequence[Path | str]) -> str:
    verdict = subprocess.run([judge, *calendars], capture_output=True, text=True, check=False)
    assert verdict.returncode == 0 or verdict.stdout
    return verdict.stdout


def icaljs_verdicts(calendars: Sequence[Path | str]) -> list[dict[str, Any]]:
    if not shutil.which("node"):
        pytest.skip("ical.js needs node, which is not installed")
    if not (NODE_MODULES / "ical.js").exists():
        pytest.skip("ical.js is not installed: run tests/setup.sh")
    run = subprocess.run(
        ["node", HERE / "icaljs.mjs", *calendars], capture_output=True, text=True, check=True
    )
    verdicts: list[dict[str, Any]] = json.loads(run.stdout)
    return verdicts
