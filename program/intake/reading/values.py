"""Addresses, numbers, money, yes and no, as people write them."""

import re
from datetime import date, datetime

from program.intake.reading.days import works
from program.intake.reading.tables import Cell

_CONTROL = re.compile("[\x00-\x1f\x7f\ud800-\udfff]")  # PostgreSQL refuses them
_FEMALE = frozenset(
    [
        "v",
        "vr",
        "vrouw",
        "vrouwelijk",
        "f",
        "female",
        "woman",
        "mevrouw",
        "mevr",
        "mw",
        "mej",
        "ms",
        "mrs",
        "dame",
    ]
)
_MALE = frozenset(["m", "man", "mannelijk", "male", "dhr", "heer", "mr", "hr", "meneer"])
_OTHER = frozenset(
    ["x", "anders", "other", "non-binair", "nonbinair", "non-binary", "o", "divers", "onbepaald"]
)


def text(value: Cell | None) -> str:
    """A cell as a person would read it: a whole number without ".0", a date the Dutch way."""
    if value is None:
        return ""
    if isinstance(value, float) and value.is_integer():
        return str(int(value))
    if isinstance(value, date | datetime):
        return value.strftime("%d-%m-%Y")
    return " ".join(_CONTROL.sub(" ", str(value)).split())


def read_email(value: Cell) -> str | None:
    """The address in small letters; none when it cannot be one. We do not ask its server."""
    from email_validator import EmailNotValidError, validate_email  # noqa: PLC0415 heavy

    written = text(value).strip(" ;,<>\"'").removeprefix("mailto:")
    if found := re.search(r"<([^<>]+@[^<>]+)", written):
        written = found[1]
    try:
        found_address = validate_email(written, check_deliverability=False)
    except EmailNotValidError:
        return None
    address = found_address.normalized.lower()
    return address if len(address) <= 254 else None


def read_gender(value: Cell) -> str:
    word = text(value).casefold().strip(" .")
    if word in _FEMALE:
        return "V"
    if word in _MALE:
        return "M"
    return "X" if word in _OTHER else ""


def read_number(value: Cell) -> float | None:
    """ "36,0", "32.5", "24 personen", "1.250,00" and "1,250.00"."""
    if isinstance(value, bool):
        return None
    if isinstance(value, int | float):
        return float(value)
    found = re.fullmatch(r"[€$ ]*(-?[\d.,' ]*\d)(?:,-+)?\s*[a-z€ ./-]*", text(value).casefold())
    if not found:
        return None
    return _decimal(found[1].replace(" ", "").replace("'", ""))


def _decimal(digits: str) -> float | None:
    mark = max(digits.rfind(","), digits.rfind("."))
    whole, part = (digits, "") if mark < 0 else (digits[:mark], digits[mark + 1 :])
    if len(part) == 3 and len(whole) <= 3 and whole.lstrip("-0"):
        whole, part = digits, ""  # "1.250" is a thousand and more
    try:
        return float(f"{re.sub('[.,]', '', whole) or '0'}.{re.sub('[.,]', '', part) or '0'}")
    except ValueError:
        return None


def read_hours(value: Cell) -> float | None:
    number = read_number(value)
    return number if number is not None and 0 < number <= 60 else None


def read_money(value: Cell) -> int | None:
    """In cents."""
    number = read_number(value)
    return round(number * 100) if number is not None and number >= 0 else None


def read_senior(value: Cell) -> bool | None:
    """ "senior" or "junior", or whether they are a senior; none where nothing is said."""
    word = text(value).casefold()
    for said, senior in (("junior", False), ("senior", True), ("medior", True)):
        if said in word:
            return senior
    return works(value) if word else None


def read_yes(value: Cell, default: bool) -> bool:
    answer = works(value) if text(value) else None
    return default if answer is None else answer
