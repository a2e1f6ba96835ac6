"""Outgoing messages for tests: every kind, with texts as nasty as people type them."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta
from email import message_from_bytes

from program.invitations.itip import (
    Appointment,
    Envelope,
    Event,
    Invitee,
    Letterhead,
    Method,
    message,
    message_id,
)
from tests.invitations.judges.wire import calendar_part

STARTS = datetime(2027, 1, 14, 8, 30, tzinfo=UTC)
STAMP = datetime(2026, 11, 22, 9, 30, tzinfo=UTC)
ORGANIZER = "afspraken@leergang.example"
UID = "0123456789abcdef0123456789abcdef@leergang.example"

EVENT = Event(
    starts_at=STARTS,
    ends_at=STARTS + timedelta(hours=3),
    summary="Leergang – groep 4: intervisie “de opgave”",
    organizer_name="Leergang Digitaal leiderschap",
    organizer_address=ORGANIZER,
    description="Neem uw eigen casus mee.\nVragen? Bel Zoë van ’t Hof (053-1234567).",
    location="De Spinnerij, zaal 2, Spinnerijstraat 15, 7511 RG Enschede",
    url="https://leergang.example/schedule",
)
ONLINE = replace(
    EVENT, location="Online", join_url="https://teams.microsoft.com/l/meetup?a=1&b=2,3"
)
INVITEE = Invitee(
    uid=UID, address="n.ozturk@enschede.example", name="Noël Öztürk-Jansen", sequence=0,
    stamped_at=STAMP,
)  # fmt: skip

NASTY = (
    "gewoon",
    'Jan "de Baas" van \'t Hof; zaal 3, \\ C:\\Notulen\\nieuw',
    "regel een\r\nATTENDEE:mailto:evil@example.org\r\nBcc: evil@example.org",
    "belletje\x07 nul\x00 wis\x7f esc\x1b[0m nel\x85 ls\u2028 ps\u2029 bom\ufeff half\ud83d",
    "ä" * 37 + "€" * 40 + "👩‍👩‍👧‍👦" * 20 + "\u0301" * 40,
    "a" * 74 + "é" + "b" * 300,
    "<script>alert(1)</script> {{ 7*7 }} {% raw %} %s %(name)s $x =HYPERLINK(1)",
    "^n ^^ ^' =?utf-8?b?ZXZpbA==?= \u202egnikrow\u202c",
    " spaties  achteraan \t tab ",
    ":;,=\"'\\",
)


def nasty_event(text: str, event: Event = EVENT) -> Event:
    return replace(
        event, summary=text, organizer_name=text, description=f"{text}\n{text}", location=text
    )


def sent(
    event: Event = EVENT, invitee: Invitee = INVITEE, method: Method = Method.REQUEST
) -> bytes:
    """The whole message."""
    identifier = message_id(
        invitee.uid, sequence=invitee.sequence, revision=1, recipient=invitee.address
    )
    envelope = Envelope(
        letterhead=Letterhead(event.organizer_name, event.organizer_address),
        to_name=invitee.name,
        to_address=invitee.address,
        subject=f"Uitnodiging: {event.summary}",
        message_id=identifier,
        sent_at=invitee.stamped_at,
        first_id=identifier if invitee.sequence else "",
    )
    calendar = Appointment(event, method).for_invitee(invitee)
    return message(
        envelope, text=event.description, html=f"<p>{event.summary}", calendar=calendar,
        method=method,
    )  # fmt: skip


def calendar_in(raw: bytes) -> bytes:
    octets = calendar_part(message_from_bytes(raw)).get_payload(decode=True)
    assert isinstance(octets, bytes)
    return octets


def every_kind(text: str) -> list[bytes]:
    """Invitation, option, online, map, zone, move, small change, cancellation; with this text."""
    moved = replace(
        EVENT, starts_at=STARTS + timedelta(days=200), ends_at=STARTS + timedelta(days=201)
    )
    named = replace(INVITEE, name=text)
    later = replace(named, sequence=1, stamped_at=STAMP + timedelta(days=1))
    return [
        sent(nasty_event(text), named),
        sent(nasty_event(text, replace(EVENT, tentative=True)), named),
        sent(nasty_event(text, ONLINE), named),
        sent(nasty_event(text, replace(EVENT, position=(52.2215, -6.8937))), named),
        sent(nasty_event(text, replace(EVENT, timezone="America/Curacao")), named),
        sent(nasty_event(text, moved), later),
        sent(nasty_event(text, moved), replace(later, partstat="ACCEPTED")),
        sent(nasty_event(text, moved), replace(later, sequence=2), Method.CANCEL),
    ]
