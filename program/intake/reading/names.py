"""Given name, prefix (tussenvoegsel) and surname out of a name as it is written."""

import re
import unicodedata
from typing import NamedTuple

_PREFIXES = frozenset(
    tuple(prefix.split())
    for prefix in (
        "van", "van de", "van den", "van der", "van het", "van 't", "de", "den", "der", "het",
        "'t", "'s", "ten", "ter", "te", "tot", "in", "in 't", "in het", "in de", "in den", "op",
        "op de", "op den", "op der", "op 't", "op het", "aan", "aan de", "aan den", "aan der",
        "aan het", "aan 't", "bij", "bij de", "bij den", "bij het", "bij 't", "uit", "uit de",
        "uit den", "uit het", "uit 't", "over de", "over den", "over het", "onder de", "onder den",
        "onder het", "voor", "voor de", "voor den", "voor het", "voor 't", "achter de", "vd",
        "v d", "v/d", "v.d.", "v.d", "von", "von der", "von den", "von dem", "vom", "zu", "zum",
        "zur", "la", "le", "l'", "du", "des", "da", "das", "dos", "di", "del", "della", "d'", "el",
        "al", "ibn", "bin",
    )
)  # fmt: skip
_SHORT = {"vd": "van de", "v d": "van de", "v/d": "van de", "v.d.": "van de", "v.d": "van de"}
_LONGEST = max(map(len, _PREFIXES))
_TITLES = re.compile(
    r"^((de heer|dhr|hr|mevrouw|mevr|mw|mej|drs|dr|ir|ing|mr|prof|mrs|ms|miss|sir)\b\.? +)+",
    re.IGNORECASE,
)


class Name(NamedTuple):
    given: str
    infix: str
    surname: str


def tidy(text: str) -> str:
    """One kind of space, one kind of apostrophe, letters composed."""
    text = unicodedata.normalize("NFC", str(text))
    return " ".join(re.sub(r"[`\u00b4\u02bc\u2018\u2019]", "'", text).split())


def split_name(text: str) -> Name:
    """ "Berg, Jan van der", "Van der Berg, Jan", "Jan van der Berg" and "J. van der Berg"."""
    text = _TITLES.sub("", tidy(re.sub(r"\(.*?\)", " ", text)))
    before, comma, after = (part.strip() for part in text.partition(","))
    if comma:
        return _turned(before, after)
    words = before.split()
    for start in range(1, len(words) - 1):
        if _prefix([words[start].rpartition("-")[2]]) and "-" in words[start]:
            return _name(words[:start], [], words[start:])  # "Jansen-de Boer"
        if length := _prefix(words[start:-1]):
            return _name(words[:start], words[start : start + length], words[start + length :])
    if len(words) > 1 and (length := _prefix(words[:-1])):
        return _name([], words[:length], words[length:])
    return _name(words[:-1], [], words[-1:])


def whole_name(given: str, infix: str, surname: str) -> Name:
    """From three columns; a prefix that was written with the surname moves to its place."""
    given, infix, surname = tidy(given), tidy(infix), tidy(surname)
    if infix:
        return _name([given], infix.split(), [surname])
    turned = _turned(*(part.strip() for part in surname.split(",", 1))) if "," in surname else None
    if turned and not turned.given:
        return _name([given], turned.infix.split(), [turned.surname])
    words = surname.split()
    length = _prefix(words[:-1])
    return _name([given], words[:length], words[length:])


def _turned(surname: str, rest: str) -> Name:
    """What stood before the comma and after it."""
    words = rest.split()
    for start in range(len(words)):
        if _prefix(words[start:]) == len(words) - start:
            return _name(words[:start], words[start:], [surname])
    family = surname.split()
    length = _prefix(family[:-1])
    if not length and (at := _trailing_prefix(family)):  # "Berg van der, Jan"
        return _name(words, family[at:], family[:at])
    return _name(words, family[:length], family[length:])


def _prefix(words: list[str]) -> int:
    """How many of these words, from the first, are a prefix."""
    small = tuple(word.casefold() for word in words[:_LONGEST])
    return next((n for n in range(len(small), 0, -1) if small[:n] in _PREFIXES), 0)


def _trailing_prefix(words: list[str]) -> int:
    for start in range(1, len(words)):
        if _prefix(words[start:]) == len(words) - start:
            return start
    return 0


def _name(given: list[str], infix: list[str], surname: list[str]) -> Name:
    prefix = " ".join(infix).casefold()
    return Name(" ".join(given), _SHORT.get(prefix, prefix), " ".join(surname))
