"""Moves the dates in the demo's files, so that its programme is always under way. Pure."""

import re
from collections.abc import Collection
from datetime import date, timedelta
from functools import partial
from pathlib import Path

FOLDER = Path(__file__).parent / "enschede"
FIRST_DAY = date(2019, 7, 3)  # the kick-off in the files
RUNNING_FOR = timedelta(weeks=19)  # how long ago the demo's kick-off was

_SPELLINGS = (
    (re.compile(r"\b(?P<y>20\d\d)-(?P<m>\d\d)-(?P<d>\d\d)\b"), "%Y-%m-%d"),
    (re.compile(r"\b(?P<d>\d\d)-(?P<m>\d\d)-(?P<y>20\d\d)\b"), "%d-%m-%Y"),
    (re.compile(r"(?<!\d)(?P<y>20\d\d)(?P<m>\d\d)(?P<d>\d\d)(?=T\d{6}|\b)"), "%Y%m%d"),
)


def shift_for(today: date, closed: Collection[date]) -> timedelta:
    """Whole weeks from the files' dates to dates that make the programme run today.

    The kick-off keeps its weekday and does not fall on a day that is `closed`.
    """
    shift = timedelta(weeks=round((today - RUNNING_FOR - FIRST_DAY) / timedelta(weeks=1)))
    while FIRST_DAY + shift in closed:
        shift -= timedelta(weeks=1)
    return shift


def shifted(text: str, shift: timedelta) -> str:
    """The text with each date in it moved, in the spelling it had."""
    for pattern, spelling in _SPELLINGS:
        text = pattern.sub(partial(_moved, spelling=spelling, shift=shift), text)
    return text


def _moved(match: re.Match[str], *, spelling: str, shift: timedelta) -> str:
    try:
        day = date(int(match["y"]), int(match["m"]), int(match["d"]))
    except ValueError:  # eight digits that are no date
        return match[0]
    return (day + shift).strftime(spelling)


def shifted_files(shift: timedelta) -> dict[str, bytes]:
    """The demo's files by name, their dates moved; the list of people stays as it is."""
    files = {path: path.read_bytes() for path in sorted(FOLDER.rglob("*")) if path.is_file()}
    return {
        path.relative_to(FOLDER).as_posix(): content
        if path.stem == "deelnemers"
        else shifted(content.decode(), shift).encode()
        for path, content in files.items()
    }
