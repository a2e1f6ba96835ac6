"""A calendar to subscribe to, and one appointment to keep (RFC 5545, 7986). Pure.

No ORGANIZER, ATTENDEE or alarm: a feed is to read, the invitation is what is answered. DTSTAMP is
when the meeting last changed, never now, or the feed would differ at each fetch.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import UTC, datetime
from functools import lru_cache
from zoneinfo import ZoneInfo

from program.invitations.itip.calendar import AMSTERDAM
from program.invitations.itip.lines import content, escaped, one_line, quoted, uri

VERSION = 3  # of this writing: a new one makes every subscriber fetch anew
_ZONE = ZoneInfo("Europe/Amsterdam")
_PRODID = "PRODID:-//Leergang//Leergang 1.0//NL"


@dataclass(slots=True)  # not frozen: making a frozen one costs thrice
class FeedEvent:
    uid: str
    sequence: int
    changed_at: datetime
    starts_at: datetime
    ends_at: datetime
    summary: str
    location: str = ""
    description: str = ""
    url: str = ""
    join_url: str = ""
    cancelled: bool = False
    declined: bool = False
    tentative: bool = False


@dataclass(frozen=True, slots=True)
class FeedHead:
    name: str
    description: str
    source: str
    colour: str = "rebeccapurple"
    apple_colour: str = "#663399"


def feed(head: FeedHead, events: Iterable[FeedEvent]) -> bytes:
    lines = ["BEGIN:VCALENDAR", "VERSION:2.0", _PRODID, "CALSCALE:GREGORIAN", *_head(head)]
    for event in events:
        lines += _event(event)
    return content([*lines, "END:VCALENDAR"])


def single(event: FeedEvent) -> bytes:
    """One appointment as a file to keep: published, not to be answered."""
    opening = ["BEGIN:VCALENDAR", "VERSION:2.0", _PRODID, "CALSCALE:GREGORIAN", "METHOD:PUBLISH"]
    return content([*opening, *AMSTERDAM, *_event(event), "END:VCALENDAR"])


def _head(head: FeedHead) -> list[str]:
    name, description = escaped(one_line(head.name)), escaped(head.description)
    return [
        f"NAME:{name}",
        f"X-WR-CALNAME:{name}",
        f"DESCRIPTION:{description}",
        f"X-WR-CALDESC:{description}",
        f"COLOR:{head.colour}",
        f"X-APPLE-CALENDAR-COLOR:{head.apple_colour}",
        "X-WR-TIMEZONE:Europe/Amsterdam",
        "REFRESH-INTERVAL;VALUE=DURATION:PT1H",
        "X-PUBLISHED-TTL:PT1H",
        f"SOURCE;VALUE=URI:{uri(head.source)}",
        *AMSTERDAM,
    ]


def _event(event: FeedEvent) -> list[str]:
    stamp = _stamp(event.changed_at)
    busy = not (event.cancelled or event.declined)
    lines = [
        "BEGIN:VEVENT",
        f"UID:{event.uid}",
        f"DTSTAMP:{stamp}",
        f"LAST-MODIFIED:{stamp}",
        f"SEQUENCE:{event.sequence}",
        f"DTSTART;TZID=Europe/Amsterdam:{_local(event.starts_at)}",
        f"DTEND;TZID=Europe/Amsterdam:{_local(event.ends_at)}",
        f"SUMMARY:{escaped(one_line(event.summary)) or '-'}",
        f"STATUS:{_status(event)}",
        f"TRANSP:{'OPAQUE' if busy else 'TRANSPARENT'}",
    ]
    return [*lines, *_where(event), "END:VEVENT"]


def _status(event: FeedEvent) -> str:
    if event.cancelled:
        return "CANCELLED"
    return "TENTATIVE" if event.tentative else "CONFIRMED"


def _where(event: FeedEvent) -> list[str]:
    join, page = uri(event.join_url), uri(event.url)
    text = f"{join}\n\n{event.description}" if join else event.description
    lines = [f"DESCRIPTION:{escaped(text)}"] if text else []
    if event.location:
        lines.append(f"LOCATION:{escaped(one_line(event.location))}")
    if join or page:
        lines.append(f"URL:{join or page}")
    if join:
        label = quoted(event.summary)
        lines.append(f"CONFERENCE;VALUE=URI;FEATURE=AUDIO,VIDEO;LABEL={label}:{join}")
    return lines


@lru_cache(maxsize=4096)  # a meeting begins at the same moment in everybody's feed
def _local(moment: datetime) -> str:
    return f"{moment.astimezone(_ZONE):%Y%m%dT%H%M%S}"


@lru_cache(maxsize=4096)
def _stamp(moment: datetime) -> str:
    return f"{moment.astimezone(UTC):%Y%m%dT%H%M%SZ}"
