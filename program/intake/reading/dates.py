"""Dates and day parts as Dutch and English files write them."""

import re
from collections.abc import Iterable
from datetime import date, datetime, time, timedelta

from program.intake.reading.days import DAYS
from program.intake.reading.tables import Cell

_MONTHS = {
    name: number
    for number, names in enumerate(
        (
            "jan januari january", "feb februari february", "mrt maart mar march maa",
            "apr april", "mei may", "jun juni june", "jul juli july",
            "aug augustus august", "sep sept september", "okt oktober oct october",
            "nov november", "dec december",
        ),
        start=1,
    )
    for name in names.split()
}  # fmt: skip
_NUMBERS = re.compile(r"(\d{1,4})[-/. ](\d{1,2})[-/. ](\d{1,4})")
_DAY_FIRST = re.compile(r"(\d{1,2})(?:e|de|ste|st|nd|rd|th)?[-/. ]*([a-z]+)\.?,?[-/. ]*'?(\d{2,4})")
_NAME_FIRST = re.compile(r"([a-z]+)\.? (\d{1,2})(?:st|nd|rd|th)?,? (\d{4})")
_WEEKDAY = re.compile(rf"({'|'.join(sorted(DAYS, key=len, reverse=True))})\.?,? +")
_CLOCK = re.compile(r"[t ]\d{1,2}:\d{2}(:\d{2}(\.\d+)?)?( ?(am|pm))?(z|[+-]\d{2}:?\d{2})?$")
_EXCEL_EPOCH = date(1899, 12, 30)
SERIALS = range(10_000, 80_000)  # 1927 to 2119

DAY_PARTS: dict[str, tuple[time, time]] = {
    "morning": (time(6, 0), time(12, 30)),
    "afternoon": (time(12, 30), time(18, 0)),
    "evening": (time(18, 0), time(23, 59)),
}
_PART_WORDS = {
    word: part
    for part, words in {
        "morning": "ochtend ochtenden 's-ochtends ochtends morgen voormiddag morning am a.m.",
        "afternoon": "middag middagen 's-middags middags namiddag afternoon pm p.m.",
        "evening": "avond avonden 's-avonds avonds evening",
        "": "hele heledag dag dagen alle all allday whole full day days",
    }.items()
    for word in words.split()
}


def read_date(value: Cell, *, month_first: bool = False) -> date | None:
    """The date that was meant, or none. Day before month, unless only the other way is possible."""
    if isinstance(value, datetime):
        return value.date()
    if isinstance(value, date):
        return value
    if isinstance(value, bool | time | timedelta):
        return None
    if isinstance(value, int | float):
        return _serial(value)
    return _written(" ".join(value.split()).casefold(), month_first)


def puts_month_first(values: Iterable[Cell]) -> bool:
    """Does this column write the month first? Only if a date in it proves so and none denies it."""
    pairs = [
        (int(found[1]), int(found[2]))
        for value in values
        if isinstance(value, str) and (found := _NUMBERS.match(value.strip())) and len(found[1]) < 3
    ]
    return any(b > 12 for _, b in pairs) and not any(a > 12 for a, _ in pairs)


def read_day_parts(value: Cell) -> list[str] | None:
    """Parts of the day that are named; an empty list is the whole day; none is not understood."""
    words = re.split(r"[\s,;/+&]+|\ben\b|\band\b", str(value).strip().casefold())
    named = [word for word in words if word]
    if any(word not in _PART_WORDS for word in named):
        return None
    parts = {_PART_WORDS[word] for word in named}
    return [] if "" in parts else [part for part in DAY_PARTS if part in parts]


def _written(text: str, month_first: bool) -> date | None:
    text = _CLOCK.sub("", text).strip()
    if weekday := _WEEKDAY.match(text):
        text = text[weekday.end() :]
    if re.fullmatch(r"\d{8}", text):
        return _valid(int(text[:4]), int(text[4:6]), int(text[6:]))
    if re.fullmatch(r"\d{5}(\.0)?", text):
        return _serial(float(text))
    if found := _NUMBERS.fullmatch(text):
        return _numbered(found[1], found[2], found[3], month_first)
    if found := _DAY_FIRST.fullmatch(text):
        return _valid(_year(found[3]), _MONTHS.get(found[2], 0), int(found[1]))
    if found := _NAME_FIRST.fullmatch(text):
        return _valid(int(found[3]), _MONTHS.get(found[1], 0), int(found[2]))
    return None


def _numbered(first: str, second: str, third: str, month_first: bool) -> date | None:
    if len(first) == 4:
        return _valid(int(first), int(second), int(third))
    if len(first) == 3 or len(third) not in {2, 4}:
        return None
    year, day, month = _year(third), int(first), int(second)
    if month_first:
        day, month = month, day
    return _valid(year, month, day) or _valid(year, day, month)


def _year(text: str) -> int:
    number = int(text)
    if len(text) != 2:
        return number
    return number + (2000 if number < 50 else 1900)


def _serial(number: float) -> date | None:
    """How Excel keeps a date."""
    return _EXCEL_EPOCH + timedelta(days=int(number)) if int(number) in SERIALS else None


def _valid(year: int, month: int, day: int) -> date | None:
    try:
        return date(year, month, day) if 1900 <= year <= 2200 else None
    except ValueError:
        return None
