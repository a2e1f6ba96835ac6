"""The appointment itself: one VEVENT for one invitee."""

from dataclasses import dataclass
from datetime import UTC, datetime
from enum import StrEnum
from functools import lru_cache
from zoneinfo import ZoneInfo

from program.invitations.itip.lines import content, escaped, mailto, one_line, quoted, uri

# From 1970 and by rule: Outlook passes over zones that list their changes (and is then an hour
# off), and wants BYDAY. Written out, for no library writes it this way.
AMSTERDAM = [
    "BEGIN:VTIMEZONE",
    "TZID:Europe/Amsterdam",
    "X-LIC-LOCATION:Europe/Amsterdam",
    "BEGIN:DAYLIGHT",
    "TZOFFSETFROM:+0100",
    "TZOFFSETTO:+0200",
    "TZNAME:CEST",
    "DTSTART:19700329T020000",
    "RRULE:FREQ=YEARLY;BYMONTH=3;BYDAY=-1SU",
    "END:DAYLIGHT",
    "BEGIN:STANDARD",
    "TZOFFSETFROM:+0200",
    "TZOFFSETTO:+0100",
    "TZNAME:CET",
    "DTSTART:19701025T030000",
    "RRULE:FREQ=YEARLY;BYMONTH=10;BYDAY=-1SU",
    "END:STANDARD",
    "END:VTIMEZONE",
]
_TEAMS = ("https://teams.microsoft.com/", "https://teams.live.com/")


class Method(StrEnum):
    REQUEST = "REQUEST"
    CANCEL = "CANCEL"
    DECLINECOUNTER = "DECLINECOUNTER"  # to a proposal of another time


@dataclass(frozen=True)
class Event:
    """What everybody who is invited reads."""

    starts_at: datetime
    ends_at: datetime
    summary: str
    organizer_name: str
    organizer_address: str
    description: str = ""
    location: str = ""
    url: str = ""  # a page about it
    join_url: str = ""  # an online meeting
    join_label: str = ""
    reminder: str = ""  # text of the alarm, half an hour before
    tentative: bool = False
    position: tuple[float, float] | None = None  # latitude and longitude, degrees
    timezone: str = "Europe/Amsterdam"


@dataclass(frozen=True)
class Invitee:
    """What differs from person to person and from message to message."""

    uid: str
    address: str
    name: str
    sequence: int
    stamped_at: datetime
    partstat: str = "NEEDS-ACTION"


class Appointment:
    """An event rendered for one method; `for_invitee` adds the personal lines."""

    def __init__(self, event: Event, method: Method = Method.REQUEST) -> None:
        self.method = method
        self._before = content(_opening(event, method))
        self._after = content(_shared(event, method) + _closing(event, method))

    def for_invitee(self, invitee: Invitee) -> bytes:
        return self._before + content(_personal(invitee, self.method)) + self._after


def _opening(event: Event, method: Method) -> list[str]:
    zone = AMSTERDAM if event.timezone == "Europe/Amsterdam" else []
    return [
        "BEGIN:VCALENDAR",
        "VERSION:2.0",
        "PRODID:-//Leergang//Leergang 1.0//NL",
        "CALSCALE:GREGORIAN",
        f"METHOD:{method}",
        *zone,
        "BEGIN:VEVENT",
    ]


def _personal(invitee: Invitee, method: Method) -> list[str]:
    stamp = _utc(invitee.stamped_at)
    asks = method is Method.REQUEST and invitee.partstat == "NEEDS-ACTION"
    role = (
        f"CUTYPE=INDIVIDUAL;ROLE=REQ-PARTICIPANT;PARTSTAT={invitee.partstat}"
        f";RSVP={'TRUE' if asks else 'FALSE'}"
    )
    return [
        f"UID:{invitee.uid}",
        f"DTSTAMP:{stamp}",
        f"LAST-MODIFIED:{stamp}",
        f"SEQUENCE:{invitee.sequence}",
        f"ATTENDEE;{role};CN={quoted(invitee.name)}:{mailto(invitee.address)}",
    ]


def _shared(event: Event, method: Method) -> list[str]:
    status = "TENTATIVE" if event.tentative else "CONFIRMED"
    lines = [
        f"DTSTART{_local(event.starts_at, event.timezone)}",
        f"DTEND{_local(event.ends_at, event.timezone)}",
        f"SUMMARY:{escaped(one_line(event.summary)) or '-'}",
        f"ORGANIZER;CN={quoted(event.organizer_name)}:{mailto(event.organizer_address)}",
        f"STATUS:{'CANCELLED' if method is Method.CANCEL else status}",
        "TRANSP:OPAQUE",
        "CLASS:PUBLIC",
        "PRIORITY:5",
        f"X-MICROSOFT-CDO-BUSYSTATUS:{'TENTATIVE' if event.tentative else 'BUSY'}",
        "X-MICROSOFT-DISALLOW-COUNTER:TRUE",  # ninety people cannot be moved by one
    ]
    return lines + _where(event)


def _where(event: Event) -> list[str]:
    """Place and text. A join link stands where clients look for one: three places."""
    join, page = uri(event.join_url), uri(event.url)
    text = f"{join}\n\n{event.description}" if join else event.description
    lines = [f"DESCRIPTION:{escaped(text)}"] if text else []
    if event.location:
        lines += [f"LOCATION:{escaped(one_line(event.location))}", *_map(event)]
    if join or page:
        lines.append(f"URL:{join or page}")
    if join:
        label = quoted(event.join_label or event.summary)
        lines.append(f"CONFERENCE;VALUE=URI;FEATURE=AUDIO,VIDEO;LABEL={label}:{join}")
    if join.startswith(_TEAMS):
        lines.append(f"X-MICROSOFT-SKYPETEAMSMEETINGURL:{join}")
    return lines


def _map(event: Event) -> list[str]:
    """Where it is. Apple draws a map only when the title there is the LOCATION itself."""
    if event.position is None:
        return []
    latitude, longitude = event.position
    apple = f"VALUE=URI;X-APPLE-RADIUS=72;X-TITLE={quoted(event.location)}"
    return [
        f"GEO:{latitude:.6f};{longitude:.6f}",
        f"X-APPLE-STRUCTURED-LOCATION;{apple}:geo:{latitude:.6f},{longitude:.6f}",
    ]


def _closing(event: Event, method: Method) -> list[str]:
    alarm = [
        "BEGIN:VALARM",
        "ACTION:DISPLAY",
        f"DESCRIPTION:{escaped(one_line(event.reminder or event.summary)) or '-'}",
        "TRIGGER:-PT30M",
        "END:VALARM",
    ]
    return [*(alarm if method is Method.REQUEST else []), "END:VEVENT", "END:VCALENDAR"]


@lru_cache(maxsize=64)
def _utc(moment: datetime) -> str:
    return moment.astimezone(UTC).strftime("%Y%m%dT%H%M%SZ")


def _local(moment: datetime, timezone: str) -> str:
    """With its zone where we carry that zone's rules, else in UTC."""
    if timezone != "Europe/Amsterdam":
        return f":{_utc(moment)}"
    return f";TZID={timezone}:{moment.astimezone(ZoneInfo(timezone)):%Y%m%dT%H%M%S}"
