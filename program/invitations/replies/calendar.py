"""The few properties of an incoming calendar that matter. Tolerant, linear, never raises.

A library would build every property of every component; a hostile calendar makes that slow. We
read the method and, per VEVENT, seven properties. The times are read for a counter-proposal
only: a reply's DTSTART is what the client remembers, not what was asked.
"""

import re
from collections.abc import Collection, Iterator
from dataclasses import dataclass, field
from datetime import UTC, datetime
from urllib.parse import unquote
from zoneinfo import ZoneInfo

MAX_EVENTS = 60  # one is normal; Thunderbird was seen to send sixteen
MAX_ATTENDEES = 50
HOME = "Europe/Amsterdam"

_PARAMETER = re.compile(r';([A-Za-z0-9-]{1,40})=((?:"[^"]*"|[^";:,]*)(?:,(?:"[^"]*"|[^";:,]*))*)')
_NAME = re.compile(r"[A-Za-z0-9-]{1,60}")
_TIME = re.compile(r"(\d{4})(\d\d)(\d\d)T(\d\d)(\d\d)(\d\d)(Z?)", re.IGNORECASE)
_WANTED = frozenset(
    ("UID", "ATTENDEE", "ORGANIZER", "SEQUENCE", "DTSTAMP", "COMMENT", "DTSTART", "DTEND",
     "RECURRENCE-ID")
)  # fmt: skip
_UNESCAPE = re.compile(r"\\(.)", re.DOTALL)


@dataclass(frozen=True)
class Attendee:
    address: str
    partstat: str = ""
    delegated_to: str = ""


@dataclass
class Said:
    """What one VEVENT says."""

    uid: str = ""
    attendees: list[Attendee] = field(default_factory=list)
    organizer: str = ""
    sequence: int = 0
    stamp: datetime | None = None
    comment: str = ""
    starts_at: datetime | None = None
    ends_at: datetime | None = None
    is_instance: bool = False  # of a series, which we never send

    def of(self, addresses: Collection[str]) -> Attendee | None:
        """The first that has one of these addresses, which are in lower case."""
        return next((a for a in self.attendees if a.address in addresses), None)

    def answers_of(self, addresses: Collection[str]) -> set[str]:
        return {a.partstat for a in self.attendees if a.address in addresses}


@dataclass(frozen=True)
class Calendar:
    method: str
    events: tuple[Said, ...]

    @property
    def gist(self) -> object:
        """What two copies in one message must agree on."""
        return self.method, [
            (e.uid, [(a.address, a.partstat) for a in e.attendees]) for e in self.events
        ]


def parse(octets: bytes) -> Calendar:
    """Read a calendar of any quality: with BOM, LF only, NULs, or cut off."""
    method, depth = "", 0
    events: list[Said] = []
    current: Said | None = None
    for name, parameters, value in _lines(octets.decode("utf-8-sig", "replace")):
        if name == "BEGIN":
            depth += current is not None
            if value.strip().upper() == "VEVENT" and current is None and len(events) < MAX_EVENTS:
                current, depth = Said(), 0
                events.append(current)
        elif name == "END":
            current, depth = (current, depth - 1) if depth else (None, 0)
        elif current is None:
            method = value.strip().upper() if name == "METHOD" and not method else method
        elif not depth and name in _WANTED:
            _note(current, name, parameters, value)
    return Calendar(method, tuple(events))


def _lines(text: str) -> Iterator[tuple[str, dict[str, str], str]]:
    unfolded = re.sub(r"\r?\n[ \t]", "", text.replace("\x00", ""))
    for line in re.split(r"\r?\n|\r", unfolded):
        named = _NAME.match(line)
        if named:
            yield named[0].upper(), *_rest(line, named.end())


def _rest(line: str, at: int) -> tuple[dict[str, str], str]:
    parameters: dict[str, str] = {}
    while found := _PARAMETER.match(line, at):
        parameters.setdefault(found[1].upper(), found[2].strip('"'))
        at = found.end()
    _before, _colon, value = line[at:].partition(":")
    return parameters, value


def _note(said: Said, name: str, parameters: dict[str, str], value: str) -> None:
    match name:
        case "UID":
            said.uid = said.uid or value.strip()
        case "ATTENDEE" if len(said.attendees) < MAX_ATTENDEES:
            said.attendees.append(_attendee(parameters, value))
        case "ORGANIZER":
            said.organizer = address(value)
        case "SEQUENCE":
            said.sequence = _number(value)
        case "COMMENT":
            said.comment = said.comment or _text(value)
        case _:
            _note_time(said, name, parameters, value)


def _note_time(said: Said, name: str, parameters: dict[str, str], value: str) -> None:
    match name:
        case "DTSTAMP":
            said.stamp = moment(value, "UTC")
        case "DTSTART":
            said.starts_at = moment(value, parameters.get("TZID", HOME))
        case "DTEND":
            said.ends_at = moment(value, parameters.get("TZID", HOME))
        case "RECURRENCE-ID":
            said.is_instance = True


def _attendee(parameters: dict[str, str], value: str) -> Attendee:
    return Attendee(
        address=address(value) or address(parameters.get("EMAIL", "")),
        partstat=parameters.get("PARTSTAT", "").upper()[:40],
        delegated_to=address(parameters.get("DELEGATED-TO", "")),
    )


def address(uri: str) -> str:
    """The bare address of a `mailto:` in any case, or of an address without it; in lower case."""
    bare = uri.strip().strip('"').strip("<>")
    if bare[:7].lower() == "mailto:":
        bare = unquote(bare[7:])
    bare = bare.strip().strip("<>").lower()
    good = "@" in bare and bare.isprintable() and not any(c.isspace() for c in bare)
    return bare[:254] if good else ""


def _number(value: str) -> int:
    digits = value.strip()
    return min(int(digits), 2**31 - 1) if re.fullmatch(r"[0-9]{1,10}", digits) else 0


def _text(value: str) -> str:
    plain = _UNESCAPE.sub(lambda m: "\n" if m[1] in "nN" else m[1], value)
    return "".join(c for c in plain if c in "\n\t" or c.isprintable()).strip()[:2000]


def moment(value: str, zone: str) -> datetime | None:
    """A date-time in UTC, for a zone named as IANA or as Windows does; nothing when unclear."""
    found = _TIME.fullmatch(value.strip())
    if found is None:
        return None
    try:
        naive = datetime(*(int(part) for part in found.groups()[:6]))  # type: ignore[arg-type]  # noqa: DTZ001
        return naive.replace(tzinfo=UTC if found[7] else _zone(zone)).astimezone(UTC)
    except (ValueError, OverflowError):
        return None


def _zone(name: str) -> ZoneInfo:
    """Exchange also sends descriptions as "(UTC+01:00) Amsterdam, …": then it is our own zone."""
    from icalendar.timezone.windows_to_olson import WINDOWS_TO_OLSON  # noqa: PLC0415 heavy

    known = WINDOWS_TO_OLSON.get(name.strip('"'), name.strip('"'))
    try:
        return ZoneInfo(known)
    except (ValueError, OSError, KeyError):
        return ZoneInfo(HOME)
