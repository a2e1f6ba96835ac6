"""The messages we send, as bytes; judged by programs that are not ours in `test_judges`."""

from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from email import message_from_bytes, policy
from email.header import decode_header, make_header
from email.message import EmailMessage
from email.utils import parseaddr
from typing import cast
from zoneinfo import ZoneInfo

import icalendar
from hypothesis import given
from hypothesis import strategies as st

from program.invitations.itip import (
    Appointment,
    Invitee,
    Method,
    bounce_address,
    message_id,
    new_uid,
    uid_of_bounce,
    usable_address,
)
from program.invitations.itip.lines import clean, folded, one_line
from tests.invitations.judges.wire import calendar_faults, mail_faults, unfolded
from tests.invitations.letters import (
    EVENT,
    INVITEE,
    NASTY,
    ONLINE,
    ORGANIZER,
    STAMP,
    calendar_in,
    every_kind,
    nasty_event,
    sent,
)

EVENT_ZONE = ZoneInfo("Europe/Amsterdam")
ATTENDEE = "ATTENDEE;CUTYPE=INDIVIDUAL;ROLE=REQ-PARTICIPANT;PARTSTAT=NEEDS-ACTION;RSVP=TRUE"
anything = st.one_of(st.text(max_size=200), st.sampled_from(NASTY))


def lines(octets: bytes) -> list[str]:
    return unfolded(octets).decode().split("\r\n")


def in_utc(when: date) -> datetime:
    assert isinstance(when, datetime)
    return when.astimezone(UTC)


def read_back(octets: bytes) -> icalendar.Event:
    (event,) = icalendar.Calendar.from_ical(octets).walk("VEVENT")
    return cast(icalendar.Event, event)


def parsed(raw: bytes) -> EmailMessage:
    return message_from_bytes(raw, policy=policy.default)


def test_a_request_reads_as_the_specification_asks() -> None:
    octets = Appointment(EVENT).for_invitee(INVITEE)

    found = lines(octets)
    assert found[:5] == [
        "BEGIN:VCALENDAR",
        "VERSION:2.0",
        "PRODID:-//Leergang//Leergang 1.0//NL",
        "CALSCALE:GREGORIAN",
        "METHOD:REQUEST",
    ]
    assert found[found.index("BEGIN:VEVENT") :] == [
        "BEGIN:VEVENT",
        f"UID:{INVITEE.uid}",
        "DTSTAMP:20261122T093000Z",
        "LAST-MODIFIED:20261122T093000Z",
        "SEQUENCE:0",
        f'{ATTENDEE};CN="Noël Öztürk-Jansen":mailto:n.ozturk@enschede.example',
        "DTSTART;TZID=Europe/Amsterdam:20270114T093000",
        "DTEND;TZID=Europe/Amsterdam:20270114T123000",
        "SUMMARY:Leergang – groep 4: intervisie “de opgave”",
        'ORGANIZER;CN="Leergang Digitaal leiderschap":mailto:afspraken@leergang.example',
        "STATUS:CONFIRMED",
        "TRANSP:OPAQUE",
        "CLASS:PUBLIC",
        "PRIORITY:5",
        "X-MICROSOFT-CDO-BUSYSTATUS:BUSY",
        "X-MICROSOFT-DISALLOW-COUNTER:TRUE",
        "DESCRIPTION:Neem uw eigen casus mee.\\nVragen? Bel Zoë van ’t Hof (053-1234567).",
        "LOCATION:De Spinnerij\\, zaal 2\\, Spinnerijstraat 15\\, 7511 RG Enschede",
        "URL:https://leergang.example/schedule",
        "BEGIN:VALARM",
        "ACTION:DISPLAY",
        "DESCRIPTION:Leergang – groep 4: intervisie “de opgave”",
        "TRIGGER:-PT30M",
        "END:VALARM",
        "END:VEVENT",
        "END:VCALENDAR",
        "",
    ]


def test_a_cancellation_keeps_what_the_client_needs_and_has_no_alarm() -> None:
    found = lines(Appointment(EVENT, Method.CANCEL).for_invitee(replace(INVITEE, sequence=1)))

    assert "METHOD:CANCEL" in found
    assert "STATUS:CANCELLED" in found
    assert "SEQUENCE:1" in found
    assert "BEGIN:VALARM" not in found
    assert [line for line in found if line.startswith("DTSTART;")] != []


def test_a_small_change_repeats_the_answer_and_asks_for_no_new_one() -> None:
    found = lines(Appointment(EVENT).for_invitee(replace(INVITEE, partstat="ACCEPTED")))

    assert [line for line in found if "PARTSTAT=ACCEPTED;RSVP=FALSE" in line] != []


def test_the_join_link_stands_where_clients_look_for_it() -> None:
    found = lines(Appointment(ONLINE).for_invitee(INVITEE))

    link = "https://teams.microsoft.com/l/meetup?a=1&b=2,3"
    assert f"URL:{link}" in found
    assert f"X-MICROSOFT-SKYPETEAMSMEETINGURL:{link}" in found
    assert [line.split("\\n")[0] for line in found if line.startswith("DESCRIPTION:http")] == [
        "DESCRIPTION:" + link.replace(",", "\\,")
    ]
    assert [line for line in found if line.startswith("CONFERENCE;VALUE=URI;FEATURE=")] == [
        f'CONFERENCE;VALUE=URI;FEATURE=AUDIO,VIDEO;LABEL="{EVENT.summary}":{link}'
    ]


def test_only_web_addresses_become_links() -> None:
    found = lines(
        Appointment(replace(EVENT, join_url="javascript:alert(1)", url="")).for_invitee(INVITEE)
    )

    assert [line for line in found if line.startswith(("URL", "CONFERENCE"))] == []


def test_every_kind_of_message_is_right_on_the_wire() -> None:
    for text in NASTY:
        for raw in every_kind(text):
            assert mail_faults(raw) == [], text


@given(text=anything, name=anything)
def test_whatever_the_texts_the_wire_is_right(text: str, name: str) -> None:
    raw = sent(nasty_event(text), replace(INVITEE, name=name))

    assert mail_faults(raw) == []


@given(text=anything, name=anything)
def test_a_calendar_library_reads_back_what_we_wrote(text: str, name: str) -> None:
    event = read_back(Appointment(nasty_event(text)).for_invitee(replace(INVITEE, name=name)))

    assert in_utc(event.start) == EVENT.starts_at
    assert in_utc(event.end) == EVENT.ends_at
    assert str(event["DESCRIPTION"]) == clean(f"{text}\n{text}")
    assert str(event["SUMMARY"]) == (one_line(text) or "-")
    assert str(event.get("LOCATION", "")) == one_line(text)
    assert str(event["ATTENDEE"]) == f"mailto:{INVITEE.address}"
    assert event["ATTENDEE"].params["CN"] == one_line(name)


@given(text=anything, name=anything)
def test_a_mail_library_reads_back_what_we_wrote(text: str, name: str) -> None:
    raw = sent(nasty_event(text), replace(INVITEE, name=name))

    mail = parsed(raw)
    assert set(mail.keys()) == {
        "From", "To", "Subject", "Date", "Message-ID", "Content-Language",
        "X-Auto-Response-Suppress", "MIME-Version", "Content-Type",
    }  # fmt: skip
    assert mail["To"].addresses[0].addr_spec == INVITEE.address
    assert shown_name(raw) == one_line(name)
    assert mail["Subject"] == one_line(f"Uitnodiging: {text}")
    body = mail.get_body(("plain",))
    assert body is not None
    assert body.get_content().replace("\r\n", "\n") == clean_lines(f"{text}\n{text}")


def shown_name(raw: bytes) -> str:
    """The older of Python's two parsers: the newer one puts spaces in split names."""
    name, _address = parseaddr(str(message_from_bytes(raw)["To"]))
    return str(make_header(decode_header(name)))


def clean_lines(text: str) -> str:
    tidy = text.replace("\r\n", "\n").replace("\r", "\n")
    return tidy.encode("utf-8", "replace").decode()


@given(st.text(max_size=400))
def test_folding_never_splits_a_character_and_can_be_undone(text: str) -> None:
    line = clean(text).replace("\n", "")

    octets = folded(line)

    assert [len(part) for part in octets.split(b"\r\n") if len(part) > 75] == []
    assert b"".join(part.decode().encode() for part in octets.split(b"\r\n ")) == octets.replace(
        b"\r\n ", b""
    )
    assert unfolded(octets) == line.encode() + b"\r\n"


@given(st.integers(min_value=950_000_000, max_value=2_800_000_000))
def test_any_moment_is_the_same_moment_to_a_reader(seconds: int) -> None:
    moment = datetime.fromtimestamp(seconds, UTC)
    event = replace(EVENT, starts_at=moment, ends_at=moment + timedelta(hours=1))

    octets = Appointment(event).for_invitee(INVITEE)

    assert calendar_faults(octets) == []
    if moment.astimezone(EVENT_ZONE).fold == 0:  # a wall time that comes twice is the first one
        assert in_utc(read_back(octets).start) == moment


def test_a_message_id_is_a_pure_function_of_what_is_told() -> None:
    def told(revision: int = 1) -> str:
        return message_id(INVITEE.uid, sequence=1, revision=revision, recipient="a@b.example")

    assert told() == told()
    assert told(1) != told(2)
    assert told().endswith("@leergang.example")


def test_the_same_message_rendered_again_is_the_same_to_the_byte() -> None:
    assert sent() == sent()


def test_a_change_refers_to_the_first_message() -> None:
    mail = parsed(sent(invitee=replace(INVITEE, sequence=1)))

    assert mail["In-Reply-To"] == mail["References"] == mail["Message-ID"]


def test_every_uid_is_new_and_the_envelope_sender_leads_back_to_it() -> None:
    first, second = new_uid(ORGANIZER), new_uid(ORGANIZER)

    assert first != second
    assert uid_of_bounce(f"<{bounce_address(first).upper()}>") == first
    assert uid_of_bounce("bounce@leergang.example") == ""


def test_an_invitation_goes_to_real_addresses_and_never_to_its_organizer() -> None:
    good = ["n.ozturk@enschede.example", "a+b'c@x-y.example"]
    bad = ["", "noel", "a@b", "a b@c.example", "a@b.example\r\nBcc: x@y.example", "é@b.example"]
    bad += ["<a@b.example>", "a@b..example", ORGANIZER.upper(), "a" * 250 + "@b.example"]

    assert [a for a in good if not usable_address(a, organizer=ORGANIZER)] == []
    assert [a for a in bad if usable_address(a, organizer=ORGANIZER)] == []


def test_a_name_cannot_add_a_header_or_a_property() -> None:
    evil = "Noor\r\nBcc: evil@example.org\r\nATTENDEE:mailto:evil@example.org"

    raw = sent(invitee=Invitee(INVITEE.uid, INVITEE.address, evil, 0, STAMP))

    assert parsed(raw)["Bcc"] is None
    assert [line for line in lines(calendar_in(raw)) if line.startswith("ATTENDEE:")] == []
