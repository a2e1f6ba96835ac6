"""Messages that nobody sends by accident, and messages that got damaged on their way."""

from base64 import encodebytes
from collections.abc import Callable
from dataclasses import replace
from random import Random

from tests.invitations.incoming import Reply, crlf, plain, undelivered

MB = 1024 * 1024


def good_ones(uid: str, address: str, stamp: str, bounce: str) -> list[bytes]:
    """One of each shape that mail programs send, about this invitation."""
    reply = Reply(uid, address, stamp=stamp)
    receipt = plain("Gelezen.").replace(b"text/plain", b"message/disposition-notification")
    return [
        reply.exchange(),
        replace(reply, partstat="DECLINED", comment="Raad\\, helaas").exchange(),
        reply.google(),
        replace(reply, partstat="TENTATIVE").google(),
        reply.apple(),
        reply.thunderbird(),
        replace(reply, partstat="DECLINED").thunderbird(),
        replace(reply, method="COUNTER", partstat="TENTATIVE").exchange(),
        replace(reply, method="REFRESH").apple(),
        replace(reply, partstat="DELEGATED").exchange(),
        plain("Ik ben er niet.", headers="Auto-Submitted: auto-replied\n"),
        plain("Ik kom, maar later."),
        undelivered(address, to=bounce),
        undelivered(address, to=bounce, action="delayed", status="4.4.1"),
        receipt,
    ]


def damaged(raw: bytes, others: list[bytes], chance: Random) -> bytes:
    """The message after one to four mishaps."""
    for _mishap in range(chance.randint(1, 4)):
        raw = chance.choice(MISHAPS)(raw, others, chance)
    return raw


def _flipped(raw: bytes, _others: list[bytes], chance: Random) -> bytes:
    octets = bytearray(raw or b"x")
    for _ in range(chance.choice((1, 3, 30))):
        octets[chance.randrange(len(octets))] = chance.randrange(256)
    return bytes(octets)


def _cut(raw: bytes, _others: list[bytes], chance: Random) -> bytes:
    start = chance.randrange(len(raw) + 1)
    return raw[:start] + raw[start + chance.choice((1, 10, 100, MB)) :]


def _repeated(raw: bytes, _others: list[bytes], chance: Random) -> bytes:
    start = chance.randrange(len(raw) + 1)
    piece = raw[start : start + chance.choice((1, 20, 400))]
    return raw[:start] + piece * chance.choice((2, 5, 40)) + raw[start:]


def _stuffed(raw: bytes, _others: list[bytes], chance: Random) -> bytes:
    at = chance.randrange(len(raw) + 1)
    return raw[:at] + chance.choice(_RUBBISH) * chance.choice((1, 1, 9, 200)) + raw[at:]


def _spliced(raw: bytes, others: list[bytes], chance: Random) -> bytes:
    other = chance.choice(others)
    return raw[: chance.randrange(len(raw) + 1)] + other[chance.randrange(len(other)) :]


def _shuffled(raw: bytes, _others: list[bytes], chance: Random) -> bytes:
    lines = raw.split(b"\r\n")
    if len(lines) > 2:
        a, b = chance.randrange(len(lines)), chance.randrange(len(lines))
        lines[a], lines[b] = lines[b], lines[a]
    return b"\r\n".join(lines)


def _reworded(raw: bytes, _others: list[bytes], chance: Random) -> bytes:
    old, new = chance.choice(_WORDS)
    return raw.replace(old, new, chance.choice((1, -1)))


def _wrapped(raw: bytes, others: list[bytes], chance: Random) -> bytes:
    kind = chance.choice((b"message/rfc822", b"multipart/mixed; boundary=aa", b"text/calendar"))
    return b"From: x@y.example\r\nContent-Type: " + kind + b"\r\n\r\n--aa\r\n" + raw


MISHAPS: tuple[Callable[[bytes, list[bytes], Random], bytes], ...] = (
    _flipped, _cut, _repeated, _stuffed, _spliced, _shuffled, _reworded, _wrapped,
)  # fmt: skip
_RUBBISH = (
    b"\x00", b"\xff", b"\r", b"\n", b"\r\n\r\n", b"--aa\r\n", b"--aa--\r\n", b"(", b"\\", b'"',
    b"<", b"=?", b"?=", b"=?utf-8?b?AAAA?=", b"=?x-none?q?=00?=", b";", b",", b":", b"%00",
    b"BEGIN:VEVENT\r\n", b"END:VCALENDAR\r\n", b"METHOD:REPLY\r\n", b"UID:x\r\n", b"\xc3",
    b"ATTENDEE:mailto:%00@x\r\n", b"Content-Type: message/rfc822\r\n\r\n", b"\x1b[0m",
    b"\xed\xa0\x80", b"\xf0\x9f\x98\x80",
)  # fmt: skip
_WORDS = (
    (b"utf-8", b"utf-16"), (b"utf-8", b"punycode"), (b"UTF-8", b"x-klingon"), (b"utf-8", b"\xff"),
    (b"base64", b"quoted-printable"), (b"base64", b"x-uuencode"), (b"base64", b"8bit"),
    (b"multipart/", b"text/"), (b"text/calendar", b"application/ics"), (b"\r\n", b"\n"),
    (b"alternative", b"report"), (b"text/calendar", b"message/delivery-status"),
    (b"text/plain", b"message/external-body"), (b"ACCEPTED", b"DECLINED"), (b"mailto:", b"MAILTO:"),
    (b"REPLY", b"CANCEL"), (b"boundary=", b"boundary*0="), (b"SEQUENCE:0", b"SEQUENCE:\xd9\xa9"),
    (b"From:", b"Sender:"), (b"Z\r\n", b"\r\n"), (b"2026", b"9999"), (b"UID:", b"UID;X=\":\":"),
)  # fmt: skip


def _headed(header: str, body: str = "x") -> bytes:
    return crlf(f"From: a@b.example\n{header}\n\n{body}\n")


def _calendar(body: str, *, head: str = "METHOD:REPLY") -> bytes:
    octets = crlf(f"BEGIN:VCALENDAR\n{head}\nBEGIN:VEVENT\n{body}\nEND:VEVENT\nEND:VCALENDAR\n")
    kind = "Content-Type: text/calendar; method=REPLY\nContent-Transfer-Encoding: base64"
    return _headed(kind, encodebytes(octets).decode())


def _nested(kind: str, depth: int) -> bytes:
    heads = (f'Content-Type: {kind}; boundary="b{n}"\n\n--b{n}\n' for n in range(depth))
    return crlf("From: a@b.example\n" + "".join(heads) + "Content-Type: text/plain\n\nx\n")


def bombs(uid: str, address: str) -> dict[str, bytes]:
    """Each a message within our size that would like to cost us time, memory or our footing."""
    attendee = f"ATTENDEE;PARTSTAT=ACCEPTED:mailto:{address}\n"
    return {
        "multiparts in multiparts": _nested("multipart/mixed", 9_000),
        "ninety multiparts": _nested("multipart/mixed", 90),
        "messages in messages": b"Content-Type: message/rfc822\r\n\r\n" * 60_000,
        "brackets in an address": _headed("To: " + "(" * 1_500_000),
        "brackets on many lines": _headed("\n".join(f"To: {'(' * 900}a@b" for _ in range(1500))),
        "quotes in an address": _headed('Sender: "' + '\\"' * 700_000),
        "50,000 invitees": _calendar(
            f"UID:{uid}\n" + "".join(f"ATTENDEE:mailto:{n}@x\n" for n in range(50_000))
        ),
        "invitees up to our size": _calendar(f"UID:{uid}\n" + attendee * 3_000),
        "events up to our size": _calendar("BEGIN:VEVENT\n" * 15_000 + f"UID:{uid}\n{attendee}"),
        "parameters without an end": _calendar(f"UID:{uid}\nATTENDEE" + ';A=",;:' * 30_000),
        "folds up to our size": _calendar("UID:" + "\n ".join("x" * 80_000)),
        "zeros by the megabyte": _headed(
            "Content-Type: text/plain\nContent-Transfer-Encoding: base64", "AAAA" * 480_000
        ),
        "a line without an end": _headed("Subject: x", "x" * 2_000_000),
        "a header without an end": _headed("Subject: " + "=?utf-8?q?x?= " * 130_000),
        "100,000 headers": _headed("\n".join(f"X-{n}: y" for n in range(100_000))),
        "a word in punycode": _headed("Content-Type: text/plain; charset=punycode", "-" + "a" * MB),
        "a subject in punycode": _headed(f"Subject: =?punycode?q?{'a' * 8_000}?="),
        "escapes of escapes": _headed(
            "Content-Type: text/plain; charset=unicode_escape", "\\N{DIGIT ONE}" * 100_000
        ),
        "a name in 9,000 pieces": _headed(
            "Content-Type: text/plain;\n" + "\n".join(f" name*{n}*=%41;" for n in range(9_000))
        ),
        "styles in styles": _headed("Content-Type: text/html", "<style>" * 280_000),
        "references by the megabyte": _headed("References: " + "<" * 900_000 + ">" * 900_000),
        "a report of 150,000 lines": _headed(
            "Content-Type: multipart/report; boundary=aa",
            "--aa\nContent-Type: message/delivery-status\n\n" + "Action: x\n\n" * 150_000,
        ),
        "a boundary without an end": _headed(
            f"Content-Type: multipart/mixed; boundary={'a' * 900_000}", "--" + "a" * 900_000
        ),
        "halves of characters": b"From: \xed\xa0\x80@\xff.example\r\nTo: \x00@\x00\r\n"
        b"Subject: =?utf-16?b?2AA=?=\x00\r\nIn-Reply-To: <\xff\x00\xed\xa0\x80@x>\r\n\r\n\x00\xff",
        "an address of zeros": _calendar(
            f"UID:{uid}\x00\nATTENDEE;DELEGATED-TO=mailto:%00@%00;PARTSTAT=\x00:mailto:%00@%ff"
        ),
        "numbers without an end": _calendar(
            f"UID:{uid}\nSEQUENCE:{'9' * 150_000}\nDTSTAMP:99999999T999999Z\n{attendee}"
        ),
        "letters up to our size": plain("é" * 900_000),
    }


def large_bombs(uid: str, address: str) -> dict[str, bytes]:
    """Each near the size of the largest message that we take."""
    mixed = b"From: a@b.example\r\nContent-Type: multipart/mixed; boundary=aa\r\n\r\n"
    attendee = f"ATTENDEE;PARTSTAT=ACCEPTED:mailto:{address}\n"
    nested = (
        b"Content-Type: multipart/mixed; boundary=%d\r\n\r\n--%d\r\n" % (n, n)
        for n in range(400_000)
    )
    return {
        "empty lines": mixed + b"\r\n" * (12 * MB),
        "dashes": mixed + b"\n--" * (8 * MB),
        "boundaries": mixed + b"--aa\r\n" * (4 * MB),
        "parts without heads": mixed + b"--aa\r\n\r\n" * (3 * MB),
        "a line without an end": mixed + b"x" * (24 * MB),
        "headers": b"X: y\r\n" * (4 * MB) + b"\r\nx",
        "folds": b"From: a@b.example\r\nX: y" + b"\r\n y" * (6 * MB),
        "multiparts in multiparts": b"".join(nested),
        "messages in messages": b"Content-Type: message/rfc822\r\n\r\n" * 780_000,
        "almost the boundary": b"Content-Type: multipart/mixed; boundary="
        + b"a" * 190 + b"\r\n\r\n" + (b"\n--" + b"a" * 189) * 130_000,
        "texts": mixed + (b"--aa\r\n\r\n" + b"abc def\r\n" * 15_000) * 180,
        "a calendar": _calendar(f"UID:{uid}\n" + attendee * 290_000),
        "a hundred calendars": mixed
        + (b"--aa\r\n" + _calendar(f"UID:{uid}\n" + attendee * 2_500)) * 100,
        "styles in styles": _headed("Content-Type: text/html", "<style>" * (3 * MB)),
        "zeros": b"\x00" * (24 * MB),
    }  # fmt: skip
