"""What every parser lets pass but Outlook, Exchange or a seven-bit relay may not."""

import re
from email import message_from_bytes
from email.message import Message
from email.utils import parseaddr

ONCE = ("From", "To", "Date", "Message-ID", "MIME-Version", "Subject")


def mail_faults(raw: bytes) -> list[str]:
    mail = message_from_bytes(raw)
    faults = [f"{n} is not there once" for n in ONCE if len(mail.get_all(n, [])) != 1]
    if re.search(rb"(?<!\r)\n|\r(?!\n)", raw):
        faults.append("a bare line feed or carriage return")
    if not raw.isascii():
        faults.append("eight-bit octets")
    if max(map(len, raw.split(b"\r\n"))) > 78:
        faults.append("a line of over 78 octets")
    kinds = [part.get_content_type() for part in mail.walk()]
    if kinds != ["multipart/alternative", "text/plain", "text/html", "text/calendar"]:
        return [*faults, f"made of {kinds}"]
    return faults + _calendar_part_faults(mail)


def _calendar_part_faults(mail: Message) -> list[str]:
    part = calendar_part(mail)
    octets = part.get_payload(decode=True)
    assert isinstance(octets, bytes)
    method = re.search(rb"^METHOD:(\w+)\r$", octets, re.MULTILINE)
    organizer = re.search(rb"^ORGANIZER[^\r]*:mailto:([^\r]+)", unfolded(octets), re.MULTILINE)
    assert method
    assert organizer
    faults = calendar_faults(octets)
    if part.get_param("method") != method[1].decode():
        faults.append("the method of the part is not that of the calendar")
    if part.get_content_charset() != "utf-8" or part.get("Content-Disposition"):
        faults.append("the part is not inline UTF-8")
    if parseaddr(str(mail["From"]))[1] != organizer[1].decode():
        faults.append("From is not the organizer")
    return faults


def calendar_part(mail: Message) -> Message:
    parts = mail.get_payload()
    assert isinstance(parts, list)
    part = parts[-1]
    assert isinstance(part, Message)
    return part


def unfolded(octets: bytes) -> bytes:
    return re.sub(rb"\r\n[ \t]", b"", octets)


def calendar_faults(octets: bytes) -> list[str]:
    faults = [f for n, line in enumerate(octets.split(b"\r\n"), 1) for f in _line_faults(n, line)]
    text = unfolded(octets).decode("utf-8", "replace")
    if re.search(rb"(?<!\r)\n|\r(?!\n)", octets) or not octets.endswith(b"\r\n"):
        faults.append("a line does not end in CRLF")
    if "\r\nMETHOD:" not in text.split("BEGIN:VTIMEZONE")[0].split("BEGIN:VEVENT")[0]:
        faults.append("METHOD does not come first")
    used = set(re.findall(r";TZID=([^:;]+):", text))
    if used - set(re.findall(r"\r\nTZID:(.+?)\r", text)):
        faults.append("a zone is used but not described")
    zones = re.findall(r"BEGIN:VTIMEZONE.*?END:VTIMEZONE", text, re.DOTALL)
    if any("RDATE" in zone or zone.count("BYDAY=-1SU") != 2 for zone in zones):
        faults.append("a zone that Outlook passes over")
    return faults


def _line_faults(number: int, line: bytes) -> list[str]:
    faults = [f"line {number} has {len(line)} octets"] if len(line) > 75 else []
    try:
        line.decode("utf-8")
    except UnicodeDecodeError:
        faults.append(f"line {number} splits a character")
    if re.search(rb"[\x00-\x08\x0a-\x1f\x7f]", line):
        faults.append(f"line {number} has a control character")
    return faults
