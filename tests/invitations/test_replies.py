"""One raw message becomes one reading, whatever is in it."""

from dataclasses import replace
from datetime import UTC, datetime

import icalendar
import pytest
from hypothesis import given
from hypothesis import strategies as st

from program.invitations.itip import bounce_address
from program.invitations.replies import Attendee, Outcome, Reading, read
from program.invitations.replies.calendar import moment, parse
from tests.invitations.incoming import Reply, crlf, encoded, plain, undelivered

UID = "0123456789abcdef0123456789abcdef@leergang.example"
NOEL = "n.ozturk@enschede.example"
REPLY = Reply(UID, NOEL)


def reading(raw: bytes) -> Reading:
    return read(raw, our_domain="leergang.example")


@pytest.mark.parametrize("program", ["exchange", "google", "apple"])
@pytest.mark.parametrize("partstat", ["ACCEPTED", "DECLINED", "TENTATIVE"])
def test_an_answer_is_read_from_every_mail_program(program: str, partstat: str) -> None:
    found = reading(getattr(replace(REPLY, partstat=partstat), program)())

    (said,) = found.said
    assert (found.outcome, said.uid) == (Outcome.ANSWER, UID)
    assert said.of({NOEL}) == Attendee(NOEL, partstat)
    assert said.stamp == datetime(2026, 11, 23, 10, 15, tzinfo=UTC)
    assert found.vouched


def test_a_comment_is_kept_and_control_characters_are_not() -> None:
    found = reading(replace(REPLY, comment="Helaas\\, raad\\;\\nvolgende\x07 keer").exchange())

    assert found.said[0].comment == "Helaas, raad;\nvolgende keer"


def test_a_byte_order_mark_and_an_unknown_character_set_are_no_obstacle() -> None:
    raw = REPLY.exchange().replace(b"charset=utf-8; method", b"charset=x-klingon; method")
    with_mark = crlf("\ufeffBEGIN:VCALENDAR\nMETHOD:REPLY\nBEGIN:VEVENT\nUID:x\nEND:VEVENT\n")

    assert reading(raw).said[0].uid == UID
    assert parse(with_mark).events[0].uid == "x"


def test_a_delegation_names_both() -> None:
    calendar = parse(
        crlf(
            "BEGIN:VCALENDAR\nMETHOD:REPLY\nBEGIN:VEVENT\nUID:x\n"
            f'ATTENDEE;PARTSTAT=DELEGATED;DELEGATED-TO="mailto:J@b.example":mailto:{NOEL}\n'
            "ATTENDEE;PARTSTAT=NEEDS-ACTION:mailto:j@b.example\nEND:VEVENT\nEND:VCALENDAR\n"
        )
    )

    assert calendar.events[0].of({NOEL}) == Attendee(NOEL, "DELEGATED", "j@b.example")


def test_a_counter_proposal_tells_the_time_that_is_proposed() -> None:
    found = reading(replace(REPLY, method="COUNTER", partstat="TENTATIVE").exchange())

    assert found.outcome == Outcome.COUNTER
    assert found.said[0].starts_at == datetime(2027, 1, 14, 12, 30, tzinfo=UTC)


@pytest.mark.parametrize(
    ("zone", "hour"),
    [
        ("Europe/Amsterdam", 8),
        ("W. Europe Standard Time", 8),
        ("GMT Standard Time", 9),
        ("(UTC+01:00) Amsterdam, Berlin, Bern, Rom, Stockholm, Wien", 8),
        ("../../etc/passwd", 8),
    ],
)
def test_zones_are_known_by_many_names(zone: str, hour: int) -> None:
    assert moment("20270114T093000", zone) == datetime(2027, 1, 14, hour, 30, tzinfo=UTC)


def test_two_answers_that_differ_go_to_a_person() -> None:
    raw = REPLY.google()
    other = encoded("BEGIN:VCALENDAR\nMETHOD:REPLY\nBEGIN:VEVENT\nUID:y\nEND:VEVENT\n")
    head, _middle, tail = raw.rpartition(b"Content-Transfer-Encoding: base64\r\n\r\n")

    found = reading(
        head + b"Content-Transfer-Encoding: base64\r\n\r\n" + crlf(other) + b"\r\n--aa--"
    )

    assert tail
    assert (found.outcome, found.why) == (
        Outcome.REVIEW,
        "The message holds two answers that differ.",
    )


def test_a_subject_is_read_with_and_without_encoding() -> None:
    bare = plain("Weg.", subject="Automatisch antwoord: “de opgave”")

    assert reading(bare).subject == "Automatisch antwoord: “de opgave”"
    assert reading(REPLY.exchange()).subject == "Geaccepteerd: x"


@pytest.mark.parametrize("method", ["REQUEST", "PUBLISH", "CANCEL", "ADD", ""])
def test_other_calendar_messages_are_ignored(method: str) -> None:
    assert reading(replace(REPLY, method=method).exchange()).outcome == Outcome.IGNORED


def test_a_request_for_the_invitation_is_recognised() -> None:
    assert reading(replace(REPLY, method="REFRESH").apple()).outcome == Outcome.REFRESH


@pytest.mark.parametrize(
    ("headers", "subject"),
    [
        ("Auto-Submitted: auto-replied (vacation)\n", "Re: x"),
        ("auto-submitted: auto-generated\n", "Automatisch antwoord: x"),
        ("X-Auto-Response-Suppress: All\n", "Automatic reply: x"),
        ("X-Autoreply: yes\n", "Re: x"),
        ("", "Out of office: x"),
    ],
)
def test_an_absence_message_is_seen_as_one(headers: str, subject: str) -> None:
    found = reading(plain("Ik ben er niet.", headers=headers, subject=subject))

    assert (found.outcome, found.text) == (Outcome.OUT_OF_OFFICE, "Ik ben er niet.")


@pytest.mark.parametrize(
    "header", ["Precedence: bulk", "Auto-Submitted: auto-generated", "Return-Path: <>"]
)
def test_other_mail_from_machines_is_ignored(header: str) -> None:
    assert reading(plain("Nieuws!", headers=f"{header}\n")).outcome == Outcome.IGNORED


def test_a_delivery_failure_names_the_address_and_the_invitation() -> None:
    found = reading(undelivered(NOEL, to=bounce_address(UID)))

    assert (found.outcome, found.address, found.uid) == (Outcome.BOUNCE, NOEL, UID)
    assert found.about == ("first@leergang.example",)
    assert found.said == ()  # the invitation enclosed in it is not an answer


def test_a_delay_is_not_a_failure() -> None:
    late = undelivered(NOEL, action="delayed", status="4.4.1")
    done = undelivered(NOEL, action="relayed", status="2.0.0")

    assert [reading(late).outcome, reading(done).outcome] == [Outcome.DELAY, Outcome.IGNORED]


def test_a_delivery_failure_in_plain_words_is_one_too() -> None:
    raw = plain(f"Hi. This is the qmail-send program.\n<{NOEL}>:\nno mailbox").replace(
        b"From: n.ozturk@", b"From: MAILER-DAEMON@"
    )

    assert (reading(raw).outcome, reading(raw).address) == (Outcome.BOUNCE, NOEL)


def test_a_receipt_is_no_answer() -> None:
    raw = crlf(
        "From: a@b.example\nMIME-Version: 1.0\n"
        'Content-Type: multipart/report; report-type=disposition-notification; boundary="aa"\n\n'
        "--aa\nContent-Type: text/plain\n\nGelezen.\n--aa\n"
        "Content-Type: message/disposition-notification\n\nDisposition: displayed\n\n--aa--\n"
    )

    assert reading(raw).outcome == Outcome.RECEIPT


@pytest.mark.parametrize(
    "quote",
    [
        "Van: Leergang <afspraken@leergang.example>\nVerzonden: maandag",
        "Op ma 23 nov 2026 om 10:00 schreef Leergang <a@b.example>:\n> Beste Noël",
        "-----Oorspronkelijk bericht-----\nBeste Noël",
        "> Beste Noël",
    ],
)
def test_what_a_person_writes_is_kept_without_what_they_quote(quote: str) -> None:
    raw = plain(
        f"Ik kom, maar later.\n\n{quote}", headers="In-Reply-To: <first@leergang.example>\n"
    )

    found = reading(raw)

    assert (found.outcome, found.text) == (Outcome.HUMAN, "Ik kom, maar later.")
    assert found.about == ("first@leergang.example",)


def test_html_alone_is_read_as_text() -> None:
    raw = plain("<style>p {}</style><p>Ik <b>kom</b></p>").replace(b"text/plain", b"text/html")

    assert reading(raw).text == "Ik kom"


def test_winmail_goes_to_a_person() -> None:
    raw = plain("x").replace(b"text/plain", b"application/ms-tnef")

    assert reading(raw).outcome == Outcome.REVIEW


@pytest.mark.parametrize("kind", ["application/pkcs7-mime", "application/pgp-encrypted"])
def test_what_is_encrypted_goes_to_a_person(kind: str) -> None:
    raw = plain("x").replace(b"text/plain", kind.encode())

    assert reading(raw).outcome == Outcome.REVIEW


def with_our_invitation(words: str, subject: str, headers: str = "") -> bytes:
    """As programs send it that put the message they answer along."""
    return crlf(
        f"From: n.ozturk@enschede.example\nSubject: {subject}\n{headers}"
        'Content-Type: multipart/mixed; boundary="aa"\n\n--aa\nContent-Type: text/plain\n\n'
        f"{words}\n--aa\nContent-Type: text/calendar; method=REQUEST\n\nBEGIN:VCALENDAR\n"
        "METHOD:REQUEST\nBEGIN:VEVENT\nUID:x\nEND:VEVENT\nEND:VCALENDAR\n--aa--\n"
    )


@pytest.mark.parametrize(
    ("raw", "outcome"),
    [
        (with_our_invitation("Mag een collega mee?", "RE: Uitnodiging"), Outcome.HUMAN),
        (with_our_invitation("Weg.", "Automatisch antwoord: Uitnodiging"), Outcome.OUT_OF_OFFICE),
        (with_our_invitation("Weg.", "Re: U", "Auto-Submitted: auto-replied\n"),
         Outcome.OUT_OF_OFFICE),
        (with_our_invitation("Kom je ook?", "Borrel"), Outcome.IGNORED),
        (with_our_invitation("", "RE: Uitnodiging"), Outcome.IGNORED),
    ],
)  # fmt: skip
def test_words_beside_our_own_invitation_are_read(raw: bytes, outcome: Outcome) -> None:
    assert reading(raw).outcome == outcome


def test_the_method_may_stand_beside_the_calendar_only() -> None:
    raw = crlf(
        "From: a@b.example\nContent-Type: text/calendar; method=reply\n\nBEGIN:VCALENDAR\n"
        "BEGIN:VEVENT\nUID:x\nEND:VEVENT\nEND:VCALENDAR\n"
    )

    assert reading(raw).outcome == Outcome.ANSWER


SIGNED = "dkim=pass (2048-bit key) header.d=enschede.example"


@pytest.mark.parametrize(
    ("header", "vouched"),
    [
        ("mx.leergang.example; dmarc=pass header.from=enschede.example", True),
        ("leergang.example; dkim=pass header.d=enschede.example", True),
        ("mx.leergang.example; dmarc=fail header.from=enschede.example", False),
        ("mx.evil.example; dmarc=pass header.from=enschede.example", False),
        ("mx.notleergang.example; dmarc=pass header.from=enschede.example", False),
        ("mx.leergang.example; dkim=pass header.d=chede.example", False),
        ("mx.leergang.example; none", False),
        ("mx.leergang.example; dkim=fail (dkim=pass header.d=enschede.example)", False),
        (
            (
                'mx.leergang.example; spf=pass smtp.mailfrom="\\"; '
                'dkim=pass header.d=enschede.example"'
            ),
            False,
        ),
        (f"mx.leergang.example; {SIGNED}; dmarc=fail header.from=enschede.example", False),
        (f"mx.leergang.example; {SIGNED}; dmarc=none", True),
        ("mx.leergang.example; dkim=pass header.i=noor@enschede.example header.s=a", True),
    ],
)
def test_only_our_own_server_vouches_for_a_sender(header: str, vouched: bool) -> None:
    raw = replace(REPLY, headers=f"Authentication-Results: {header}\n").exchange()

    assert reading(raw).vouched is vouched


def test_with_two_senders_nobody_is_vouched_for() -> None:
    raw = REPLY.exchange()
    assert reading(raw).vouched

    assert not reading(b"From: a@evil.example\r\n" + raw).vouched


EXCHANGE = (
    "Authentication-Results: spf=pass (sender IP is 192.0.2.1) smtp.mailfrom=enschede.example;\n"
    " dkim=pass (signature was verified) header.d=enschede.example;\n"
    " dmarc=pass action=none header.from=enschede.example;compauth=pass reason=100\n"
)
FORGED = "Authentication-Results: mx.evil.example; dmarc=pass header.from=enschede.example\n"


@pytest.mark.parametrize(
    ("headers", "vouched"),
    [(EXCHANGE, True), (EXCHANGE + FORGED, True), (FORGED + EXCHANGE, False), ("", False)],
)
def test_of_a_server_without_a_name_only_what_stands_on_top_counts(
    headers: str, vouched: bool
) -> None:
    found = read(replace(REPLY, headers=headers).exchange(), our_domain="topmost")

    assert found.vouched is vouched


def nested(depth: int) -> bytes:
    head = "".join(
        f'Content-Type: multipart/mixed; boundary="b{n}"\n\n--b{n}\n' for n in range(depth)
    )
    return crlf(f"From: a@b.example\n{head}Content-Type: text/plain\n\nx\n")


@pytest.mark.parametrize(
    "raw",
    [
        b"",
        b"\x00" * 100,
        b"no header at all",
        nested(50),
        nested(5000),
        b"Content-Type: message/rfc822\r\n\r\n" * 2000,
        crlf("From: a@b.example\nContent-Type: text/calendar; method=REPLY\n\n" + "x" * 300_000),
        b"From: a@b.example\r\n\r\n" + b"x" * (11 * 1024 * 1024),
    ],
)
def test_what_goes_beyond_the_limits_is_put_aside(raw: bytes) -> None:
    assert reading(raw).outcome == Outcome.QUARANTINED


@given(st.binary(max_size=600))
def test_any_octets_give_a_reading(raw: bytes) -> None:
    assert isinstance(reading(raw), Reading)


@given(
    st.integers(min_value=0),
    st.binary(max_size=6),
    st.sampled_from(["exchange", "google", "apple"]),
)
def test_a_damaged_answer_gives_a_reading(place: int, damage: bytes, program: str) -> None:
    raw = getattr(REPLY, program)()
    at = place % len(raw)

    assert isinstance(reading(raw[:at] + damage + raw[at + len(damage) :]), Reading)


@given(st.binary(max_size=400))
def test_any_octets_pass_for_a_calendar(octets: bytes) -> None:
    parse(b"BEGIN:VCALENDAR\r\nBEGIN:VEVENT\r\nATTENDEE;" + octets)


@given(
    st.text(st.characters(exclude_categories=["C", "Z"]), max_size=60),
    st.text(st.characters(exclude_categories=["C", "Z"]), max_size=60),
    st.sampled_from(["ACCEPTED", "DECLINED", "TENTATIVE"]),
)
def test_what_a_calendar_library_writes_is_read_as_it_was_meant(
    name: str, comment: str, partstat: str
) -> None:
    attendee = icalendar.vCalAddress.new(NOEL, cn=name, partstat=partstat)
    event = icalendar.Event.new(uid=UID, sequence=3, attendees=[attendee], comments=[comment])
    calendar = icalendar.Calendar.new(method="REPLY", subcomponents=[event])

    found = parse(calendar.to_ical())

    (said,) = found.events
    assert (found.method, said.uid, said.sequence) == ("REPLY", UID, 3)
    assert said.of({NOEL}) == Attendee(NOEL, partstat)
    assert said.comment == comment
