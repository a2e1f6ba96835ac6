"""Working days in any spelling, as a mask: bit 0 is Monday."""

import re
import unicodedata
from collections.abc import Iterable

from program.intake.reading.tables import Cell

WEEK = 31  # Monday to Friday
DAYS: dict[str, int] = {
    word: number
    for number, words in enumerate(
        (
            "ma maa mnd maandag maandags mo mon monday mondays",
            "di din dinsdag dinsdags tu tue tues tuesday tuesdays",
            "wo woe woens woensdag woensdags we wed weds wednesday wednesdays",
            "do don dond donderdag donderdags th thu thur thurs thursday thursdays",
            "vr vri vrij vrijdag vrijdags fr fri friday fridays",
            "za zat zaterdag zaterdags sa sat saturday saturdays",
            "zo zon zondag zondags su sun sunday sundays",
        )
    )
    for word in words.split()
}
_ALL = re.compile(
    r"(all(e|es)?( (werk)?dagen| days)?|full ?time(r)?|voltijds?|(de )?hele week|whole week"
    r"|(elke|iedere|every) (werk|week)?(dag|day)|werkdagen|weekdays|100 ?%|5( dagen| days)?"
    r"|vijf( dagen)?|mdwdv|mtwtf)"
)
_EXCEPT = re.compile(
    r"\b(niet op|niet|geen|behalve|zonder|uitgezonderd|m u v|muv|met uitzondering van|vrij op"
    r"|vrije dag|roostervrij op|roostervrij|afwezig op|not on|not|except|without|no|off on)\b"
)
_DAY_OFF = re.compile(r"(\w+) (vrij|off|roostervrij)")
_UNTIL = re.compile(r"\bt\s?[./]?\s?m\b|\b(tot en met|tot|to|through|till|until)\b|\.{2,}")
_FILLERS = frozenset(
    re.findall(
        r"\w+",
        "en and op on de the dag dagen day days hele werkdag werkdagen werkt works ochtend "
        "ochtenden middag middagen morning afternoon ook also plus altijd always",
    )
)
_YES = frozenset(["1", "1.0", "x", "ja", "j", "yes", "y", "true", "waar", "v", "✓", "✔", "●"])
_NO = frozenset({"0", "0.0", "nee", "n", "no", "false", "onwaar", "-", "\u2013", ""})


def read_days(value: Cell, *, dash_lists: bool = False) -> int | None:
    """The days somebody works; none when that cannot be told.

    "ma-wo" is Monday to Wednesday, unless `dash_lists` says that the column around it lists its
    days with dashes between ("di-do-vr").
    """
    text = _plain(value)
    if re.fullmatch(r"[\d >-]+", text):
        return _digits(text)
    if off := _DAY_OFF.fullmatch(text):
        return _without(WEEK, _words(off[1], dash_lists))
    if without := _EXCEPT.search(text):
        before = text[: without.start()].strip()
        base = _words(before, dash_lists) if before else WEEK
        return _without(base, _words(text[without.end() :], dash_lists))
    return _words(text, dash_lists)


def writes_dash_lists(values: Iterable[Cell]) -> bool:
    """Does this column put dashes between three days or more?"""
    texts = (_plain(value).split(" - ") for value in values)
    return any(len(words) > 2 and all(word in DAYS for word in words) for words in texts)


def read_day_columns(values: list[Cell]) -> int | None:
    """One column per day, from Monday on: "1", "x", "ja" or hours above nought is a working day."""
    known = [works(value) for value in values]
    if None in known:
        return None
    return sum(1 << number for number, yes in enumerate(known) if yes) or None


def works(value: Cell) -> bool | None:
    """A yes or a no, however written; hours above nought are a yes."""
    text = str(value).strip().casefold()
    if text in _YES or text in _NO:
        return text in _YES
    hours = re.fullmatch(r"(\d+([.,]\d+)?) ?(u|uur|h)?", text)
    return float(hours[1].replace(",", ".")) > 0 if hours else None


def _plain(value: Cell) -> str:
    """In small letters, one space between words, ranges as ">>", dashes as words of their own."""
    if isinstance(value, float) and not isinstance(value, bool):
        value = int(value) if value.is_integer() else "?"
    text = unicodedata.normalize("NFKC", str(value)).casefold()
    text = re.sub(r"\(.*?\)", " ", re.sub("[\u2010-\u2015]", "-", text))
    text = _UNTIL.sub(" >> ", text)
    return " ".join(re.sub(r"[^\w%>?-]+", " ", text).replace("-", " - ").split())


def _without(base: int | None, left_out: int | None) -> int | None:
    return None if base is None or left_out is None else (base & ~left_out) or None


def _digits(text: str) -> int | None:
    """ "12345", "1 2 4", "1-5", or a nought or one for each day."""
    digits = re.sub(r"\D", "", text)
    if len(digits) in {5, 7} and set(digits) <= {"0", "1"}:
        return sum(1 << number for number, yes in enumerate(digits) if yes == "1") or None
    days = [int(digit) - 1 for digit in digits]
    if not all(0 <= day <= 6 for day in days) or days != sorted(set(days)):
        return None
    if len(days) == 2 and re.search("[>-]", text):
        return _span(days[0], days[1])
    if len(days) >= 3:  # "4,5" may be a number of days
        return sum(1 << day for day in days)
    return WEEK if days == [4] else None  # "5": five days


def _span(first: int, last: int) -> int:
    return sum(1 << day for day in range(7) if (day - first) % 7 <= (last - first) % 7)


def _words(text: str, dash_lists: bool) -> int | None:
    if _ALL.fullmatch(" ".join(text.replace("-", " ").split())):
        return WEEK
    words = [word for word in text.split() if word not in _FILLERS]
    named = [word for word in words if word not in {">>", "-"}]
    if not named or not all(word in DAYS for word in named):
        return None
    if len(named) == 2 and "-" in words and not dash_lists:
        return _span(DAYS[named[0]], DAYS[named[1]])
    return _listed([word for word in words if word != "-"])


def _listed(words: list[str]) -> int | None:
    mask, last, until = 0, -1, False
    for word in words:
        if word == ">>":
            until = last >= 0
            continue
        day = DAYS[word]
        mask |= _span(last, day) if until else 1 << day
        last, until = day, False
    return mask
