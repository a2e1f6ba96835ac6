"""Every kind of message with every nasty text, before judges that are not ours."""

import re
from pathlib import Path

import pytest

from program.invitations.itip.lines import clean, one_line
from tests.invitations.judges.outside import icaljs_verdicts, libical_complaints, libical_judge
from tests.invitations.judges.wire import calendar_faults
from tests.invitations.letters import NASTY, calendar_in, every_kind


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
    return libical_judge(tmp_path_factory.mktemp("libical"))


def test_libical_has_nothing_against_any_message(libical: Path, calendars: list[str]) -> None:
    assert libical_complaints(libical, calendars) == ""


def test_icaljs_reads_every_message_as_meant(calendars: list[str]) -> None:
    verdicts = icaljs_verdicts(calendars)
    assert [(v, p) for v, p in zip(verdicts, calendars, strict=True) if v["problems"]] == []
    kinds = len(verdicts) // len(NASTY)
    for n, verdict in enumerate(verdicts):
        text = NASTY[n // kinds]
        assert verdict["summary"] == (one_line(text) or "-")
        assert verdict["location"] == (one_line(text) or None)
        assert verdict["description"].endswith(clean(f"{text}\n{text}"))
        moved = n % kinds >= 5
        assert verdict["starts_at"] == ("2027-08-02" if moved else "2027-01-14") + "T08:30:00.000Z"


def test_the_judges_do_find_fault(libical: Path, tmp_path: Path) -> None:
    right = calendar_in(every_kind("gewoon")[0])
    wrong = tmp_path / "wrong.ics"
    wrong.write_bytes(re.sub(rb"ORGANIZER.*?\r\n(?! )", b"", right, flags=re.DOTALL))

    assert "ORGANIZER" in libical_complaints(libical, [str(wrong)])
    assert calendar_faults(right.replace(b"RRULE", b"RDATE")) == ["a zone that Outlook passes over"]
