"""One personal invitation with the packages that could build it: icalendar and EmailMessage.

The same appointment, properties and texts as ours; the texts are given, so no template is in it.
"""

import email
from collections.abc import Callable
from datetime import timedelta
from email.header import decode_header, make_header
from email.headerregistry import Address
from email.message import EmailMessage, Message
from email.policy import SMTP

from icalendar import Alarm, Calendar, Event, Timezone, vCalAddress, vText

from program.invitations.itip.calendar import AMSTERDAM

_ZONE = "\r\n".join([*AMSTERDAM, ""])


def rebuild(content: bytes) -> Callable[[], bytes]:
    """Makes that message anew, from what it says; reading it is no part of the work."""
    mail = email.message_from_bytes(content)
    text, html, calendar = (_text(part) for part in mail.walk() if not part.is_multipart())
    event = Calendar.from_ical(calendar).events[0]
    told = {name: event.decoded(name) for name in _NAMES}
    attendee, organizer = event["ATTENDEE"], event["ORGANIZER"]
    heads = {
        name: str(make_header(decode_header(mail[name])))
        for name in ("Subject", "Date", "Message-ID")
    }

    def made() -> bytes:
        octets = _calendar(told, _address(attendee), _address(organizer))
        return _mail(heads, text, html, octets, str(attendee), str(organizer))

    return made


_NAMES = (
    "UID", "DTSTAMP", "LAST-MODIFIED", "SEQUENCE", "DTSTART", "DTEND", "SUMMARY", "STATUS",
    "TRANSP", "CLASS", "PRIORITY", "X-MICROSOFT-CDO-BUSYSTATUS", "X-MICROSOFT-DISALLOW-COUNTER",
    "DESCRIPTION", "LOCATION", "URL",
)  # fmt: skip


def _text(part: Message) -> str:
    octets = part.get_payload(decode=True)
    assert isinstance(octets, bytes)
    return octets.decode()


def _address(known: vCalAddress) -> vCalAddress:
    made = vCalAddress(str(known))
    for name, value in known.params.items():
        made.params[name] = vText(value)
    return made


def _calendar(told: dict[str, object], attendee: vCalAddress, organizer: vCalAddress) -> bytes:
    calendar = Calendar()
    calendar.add("version", "2.0")
    calendar.add("prodid", "-//Leergang//Leergang 1.0//NL")
    calendar.add("calscale", "GREGORIAN")
    calendar.add("method", "REQUEST")
    calendar.add_component(Timezone.from_ical(_ZONE))
    event = Event()
    for name, value in told.items():
        event.add(name, value.decode() if isinstance(value, bytes) else value)
    event.add("attendee", attendee, encode=0)
    event.add("organizer", organizer, encode=0)
    alarm = Alarm()
    alarm.add("action", "DISPLAY")
    alarm.add("description", told["SUMMARY"])
    alarm.add("trigger", timedelta(minutes=-30))
    event.add_component(alarm)
    calendar.add_component(event)
    octets: bytes = calendar.to_ical()
    return octets


def _mail(
    heads: dict[str, str], text: str, html: str, calendar: bytes, to: str, sender: str
) -> bytes:
    mail = EmailMessage(policy=SMTP)
    mail["From"] = Address("Leiderschap", addr_spec=sender.removeprefix("mailto:"))
    mail["To"] = Address("Noor van der Berg", addr_spec=to.removeprefix("mailto:"))
    for name, value in heads.items():
        mail[name] = value
    mail.set_content(text, cte="base64")
    mail.add_alternative(html, subtype="html", cte="base64")
    mail.add_alternative(
        calendar.decode(), subtype="calendar", params={"method": "REQUEST"}, cte="base64"
    )
    return mail.as_bytes()
