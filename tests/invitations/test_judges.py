"""Every kind of message with every nasty text, before judges that are not ours."""

import json
import shutil
import subprocess
from pathlib import Path

import pytest

from program.invitations.itip.lines import clean, one_line
from tests.invitations.letters import NASTY, calendar_in, every_kind

JUDGES = Path(__file__).parent / "judges"
NODE_MODULES = Path("tests/node_modules")


@pytest.fixture(scope="module")
def calendars(tmp_path_factory: pytest.TempPathFactory) -> list[str]:
    folder = tmp_path_factory.mktemp("calendars")
    paths = []
    for n, text in enumerate(NASTY):
        for k, raw in enumerate(every_kind(text)):
            path = folder / f"{n}-{k}.ics"
            path.write_bytes(calendar_in(raw))
            paths.append(str(path))
    return paths


@pytest.fixture(scope="module")
def libical(tmp_path_factory: pytest.TempPathFactory) -> Path:
    if not shutil.which("cc"):
        pytest.skip("libical's judge needs a C compiler (Debian: gcc), which is not installed")
    judge = tmp_path_factory.mktemp("libical") / "judge"
    built = subprocess.run(
        ["cc", "-O1", "-o", judge, JUDGES / "libical.c", "-lical"],
        capture_output=True,
        text=True,
        check=False,
    )
    if "ical.h" in built.stderr:
        pytest.skip("libical's judge needs the headers of Debian's libical-dev, which are missing")
    assert built.returncode == 0, built.stderr
    return judge


def test_libical_has_nothing_against_any_message(libical: Path, calendars: list[str]) -> None:
    verdict = subprocess.run([libical, *calendars], capture_output=True, text=True, check=False)

    assert verdict.stdout == ""
    assert verdict.returncode == 0


def test_icaljs_reads_every_message_as_meant(calendars: list[str]) -> None:
    if not shutil.which("node"):
        pytest.skip("ical.js needs node, which is not installed")
    if not (NODE_MODULES / "ical.js").exists():
        pytest.skip("ical.js is not installed: run tests/setup.sh")

    run = subprocess.run(
        ["node", JUDGES / "icaljs.mjs", *calendars], capture_output=True, text=True, check=True
    )

    verdicts = json.loads(run.stdout)
    assert [(v, p) for v, p in zip(verdicts, calendars, strict=True) if v["problems"]] == []
    kinds = len(verdicts) // len(NASTY)
    for n, verdict in enumerate(verdicts):
        text = NASTY[n // kinds]
        assert verdict["summary"] == (one_line(text) or "-")
        assert verdict["location"] == (one_line(text) or None)
        assert verdict["description"].endswith(clean(f"{text}\n{text}"))
        moved = n % kinds >= 4
        assert verdict["starts_at"] == ("2027-08-02" if moved else "2027-01-14") + "T08:30:00.000Z"
