"""Leaves the files out of a large message, so that what people and calendars say in it is read.

Whoever replies with photos sends twenty megabytes of which two kilobytes concern us. This goes
through the message once, from one boundary to the next, without taking anything apart: its time
and memory are in proportion to the size, whatever is in it. The whole message is kept beside.
"""

import re
from collections.abc import Iterator
from typing import NamedTuple

MAX_PARTS = 200
MAX_BOUNDARIES = 12
MAX_HEAD = 64 * 1024
OF_A_CALENDAR = 1024 * 1024  # octets, encoded: what is longer is too large for the reader as well
OF_A_TEXT = 128 * 1024

_EMPTY_LINE, _FOLD = re.compile(rb"\r?\n"), re.compile(rb"\r?\n[ \t]+")
_END_OF_HEAD = re.compile(rb"\r?\n\r?\n")
_TYPE = re.compile(rb"(?im)^content-type[ \t]*:[ \t]*([\w.+-]{1,80}/[\w.+-]{1,80})")
_BOUNDARY = re.compile(rb"(?i)\bboundary[ \t]*=[ \t]*(?:\"([^\"\r\n]{1,200})\"|([^\s\";,]{1,200}))")
_CALENDAR = re.compile(
    rb"(?i)^content-type[ \t]*:[ \t]*(text/calendar|application/ics)\b|\.ics\b", re.MULTILINE
)


class _Head(NamedTuple):
    end: int
    kind: bytes  # in lower case
    is_calendar: bool
    boundary: bytes  # of the parts in it


def without_files(raw: bytes) -> bytes:
    """The message with its structure, its texts and its calendars; other parts are empty."""
    return b"".join(_pieces(raw))


def _pieces(raw: bytes) -> Iterator[bytes]:
    at, boundaries = 0, list[bytes]()
    for _part in range(MAX_PARTS):
        head = _head(raw, at)
        yield raw[at : head.end]
        if head.boundary and len(boundaries) < MAX_BOUNDARIES:
            boundaries.append(head.boundary)
        if head.kind == b"message/rfc822" and head.end > at:
            at = head.end  # here begins the head of the enclosed message
            continue
        border = _border(raw, head.end, boundaries)
        yield _body(raw[head.end : border[0]], head)
        yield raw[border[0] : border[1]]
        at = border[1]
        if at >= len(raw):
            return


def _head(raw: bytes, at: int) -> _Head:
    """Up to and with the empty line; a part may begin with it, having no head at all."""
    if found := _EMPTY_LINE.match(raw, at):
        return _Head(found.end(), b"text/plain", False, b"")
    ended = _END_OF_HEAD.search(raw, at, at + MAX_HEAD)
    end = ended.end() if ended else min(at + MAX_HEAD, len(raw))
    lines = _FOLD.sub(b" ", raw[at:end])
    named = _TYPE.search(lines)
    kind = named[1].lower() if named else b"text/plain"
    boundary = _BOUNDARY.search(lines) if kind.startswith(b"multipart/") else None
    known = (boundary[1] or boundary[2]).rstrip() if boundary else b""
    return _Head(end, kind, bool(_CALENDAR.search(lines)), known)


def _border(raw: bytes, at: int, boundaries: list[bytes]) -> tuple[int, int]:
    """The next line that begins with a boundary; the end, when there is none."""
    if not boundaries:
        return len(raw), len(raw)
    either = b"|".join(re.escape(each) for each in boundaries)
    line = re.compile(rb"\n--(?:" + either + rb")(?:--)?[ \t]*(?:\r?\n|$)")
    found = line.search(raw, max(0, at - 1))
    return (found.start() + 1, found.end()) if found else (len(raw), len(raw))


def _body(body: bytes, head: _Head) -> bytes:
    """As much of it as can matter, whole lines; of a file nothing but the last line's end."""
    if head.is_calendar:
        return _cut(body, OF_A_CALENDAR)
    if head.kind.startswith((b"text/", b"multipart/", b"message/")):
        return _cut(body, OF_A_TEXT)
    return b"\r\n" if body else b""


def _cut(body: bytes, most: int) -> bytes:
    return body if len(body) <= most else body[: body.rfind(b"\n", 0, most) + 1]
