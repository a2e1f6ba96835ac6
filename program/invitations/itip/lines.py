"""How iCalendar spells text: control characters out, escapes, quoted parameters, short lines."""

import re
from functools import lru_cache
from urllib.parse import quote

LONGEST = 75  # octets of a line, without its CRLF

_BREAKS = re.compile("\r\n|[\r\n\x0b\x0c\x85\u2028\u2029]")
_UNWANTED = re.compile("[\x00-\x08\x0b-\x1f\x7f-\x9f\ud800-\udfff\ufeff\ufffe\uffff]")
_ESCAPES = str.maketrans({"\\": "\\\\", ";": "\\;", ",": "\\,", "\n": "\\n"})
_CARETS = str.maketrans({"^": "^^", '"': "^'", "\n": "^n"})  # RFC 6868
_URI = re.compile(r"https?://[^\s/]+", re.IGNORECASE)
_KEPT_IN_URI = ":/?#[]@!$&'()*+,;=-._~%"


def clean(text: str) -> str:
    """Text as people wrote it, in lines, without what no calendar or mail may contain."""
    if text.isprintable():  # then it holds none of these
        return text
    return _UNWANTED.sub("", _BREAKS.sub("\n", text))


def one_line(text: str) -> str:
    return " ".join(clean(text).split())


@lru_cache(maxsize=2048)  # many are told of the same meetings
def escaped(text: str) -> str:
    """A text value: only the backslash, semicolon, comma and line break are special."""
    return clean(text).translate(_ESCAPES)


@lru_cache(maxsize=1024)
def quoted(text: str) -> str:
    """A parameter's value, always in quotes."""
    return f'"{one_line(text).translate(_CARETS)}"'


@lru_cache(maxsize=2048)
def uri(address: str) -> str:
    """A web address fit for a calendar, or nothing when it is none."""
    tidy = clean(address).strip()
    return quote(tidy, safe=_KEPT_IN_URI) if _URI.match(tidy) else ""


@lru_cache(maxsize=1024)
def mailto(address: str) -> str:
    return "mailto:" + quote(address, safe="@!$'*+-./=^_`{|}~")


@lru_cache(maxsize=1024)
def folded(line: str) -> bytes:
    """One content line, cut where needed without splitting a character."""
    octets = line.encode("utf-8")
    if len(octets) <= LONGEST:
        return octets + b"\r\n"
    pieces, start, room = [], 0, LONGEST
    while start < len(octets):
        end = _whole(octets, start + room)
        pieces.append(octets[start:end])
        start, room = end, LONGEST - 1  # the space that opens each further line counts too
    return b"\r\n ".join(pieces) + b"\r\n"


def _whole(octets: bytes, end: int) -> int:
    """The last place up to `end` where a character begins."""
    if end >= len(octets):
        return len(octets)
    while octets[end] & 0xC0 == 0x80:
        end -= 1
    return end


def content(lines: list[str]) -> bytes:
    return b"".join(
        [
            line.encode() + b"\r\n" if len(line) <= LONGEST and line.isascii() else folded(line)
            for line in lines
        ]
    )
