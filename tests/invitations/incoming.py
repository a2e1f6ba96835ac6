"""Messages as the big mail programs send them back, for any invitation."""

from base64 import encodebytes
from dataclasses import dataclass

VOUCHED = (
    "Authentication-Results: mx.leergang.example; dkim=pass header.d=enschede.example;\r\n"
    " dmarc=pass header.from=enschede.example\r\n"
)
EXCHANGE_ZONE = (
    "BEGIN:VTIMEZONE\nTZID:W. Europe Standard Time\nBEGIN:STANDARD\nDTSTART:16010101T030000\n"
    "TZOFFSETFROM:+0200\nTZOFFSETTO:+0100\nRRULE:FREQ=YEARLY;INTERVAL=1;BYDAY=-1SU;BYMONTH=10\n"
    "END:STANDARD\nEND:VTIMEZONE\n"
)


@dataclass(frozen=True)
class Reply:
    """One answer; each method writes it as one mail program does."""

    uid: str
    address: str
    partstat: str = "ACCEPTED"
    sequence: int = 0
    stamp: str = "20261123T101500Z"
    comment: str = ""
    organizer: str = "afspraken@leergang.example"
    method: str = "REPLY"
    headers: str = VOUCHED

    def exchange(self) -> bytes:
        """Without ORGANIZER, METHOD before PRODID, and a zone with a Windows name."""
        calendar = (
            f"BEGIN:VCALENDAR\nMETHOD:{self.method}\nPRODID:Microsoft Exchange Server 2010\n"
            f"VERSION:2.0\n{EXCHANGE_ZONE}BEGIN:VEVENT\n"
            f"ATTENDEE;PARTSTAT={self.partstat};CN=Noël:mailto:{self.address}\n"
            f"COMMENT;LANGUAGE=nl-NL:{self.comment}\\n\nUID:{self.uid}\n"
            "DTSTART;TZID=W. Europe Standard Time:20270114T133000\n"
            "DTEND;TZID=W. Europe Standard Time:20270114T163000\n"
            f"DTSTAMP:{self.stamp}\nSEQUENCE:{self.sequence}\nEND:VEVENT\nEND:VCALENDAR\n"
        )
        return self._alternative(calendar)

    def google(self) -> bytes:
        """The calendar twice, UTC times, and marked as sent by a machine."""
        calendar = self._full("Google Inc//Google Calendar 70.9054", f"mailto:{self.address}")
        part = encoded(calendar)
        return crlf(
            f"{self.headers}Auto-Submitted: auto-generated\nSender: calendar@google.example\n"
            f"From: Noor <{self.address}>\nSubject: Geaccepteerd\nMIME-Version: 1.0\n"
            'Content-Type: multipart/mixed; boundary="aa"\n\n--aa\n'
            'Content-Type: multipart/alternative; boundary="bb"\n\n--bb\n'
            "Content-Type: text/plain; charset=UTF-8\n\nNoor heeft geaccepteerd.\n--bb\n"
            f"Content-Type: text/calendar; charset=UTF-8; method={self.method}\n"
            f"Content-Transfer-Encoding: base64\n\n{part}\n--bb--\n--aa\n"
            "Content-Type: application/ics; name=invite.ics\nContent-Transfer-Encoding: base64\n\n"
            f"{part}\n--aa--\n"
        )

    def apple(self) -> bytes:
        """MAILTO in capitals and the address a second time."""
        who = f"EMAIL={self.address}:MAILTO:{self.address.upper()}"
        return self._alternative(self._full("Apple Inc.//iPhone OS 18.1", who.partition(":")[2]))

    def thunderbird(self) -> bytes:
        """Headers spelled in its own way, everything in 8 bits, and the calendar twice."""
        calendar = self._full("Mozilla.org/NONSGML Mozilla Calendar V1.1", f"mailto:{self.address}")
        return crlf(
            f"{self.headers}MIME-version: 1.0\nFrom: Noël <{self.address}>\n"
            "Subject: Evenement-uitnodiging beantwoord\n"
            'Content-type: multipart/mixed; boundary="Boundary_(ID_a+1)"\n\n\n'
            "--Boundary_(ID_a+1)\nContent-type: multipart/alternative;\n"
            ' boundary="Boundary_(ID_b+2)"\n\n\n--Boundary_(ID_b+2)\n'
            "Content-type: text/plain; charset=UTF-8\nContent-transfer-encoding: 8BIT\n\n"
            "Noël heeft geantwoord.\n\n\n--Boundary_(ID_b+2)\n"
            f"Content-type: text/calendar; method={self.method}; charset=UTF-8\n"
            f"Content-transfer-encoding: 8BIT\n\n{calendar}\n--Boundary_(ID_b+2)--\n\n"
            "--Boundary_(ID_a+1)\nContent-type: application/ics; name=invite.ics\n"
            "Content-disposition: attachment; filename=invite.ics\n"
            f"Content-transfer-encoding: 8BIT\n\n{calendar}\n--Boundary_(ID_a+1)--\n"
        )

    def _full(self, product: str, attendee: str) -> str:
        return (
            f"BEGIN:VCALENDAR\nPRODID:-//{product}//EN\nVERSION:2.0\nMETHOD:{self.method}\n"
            f"BEGIN:VEVENT\nDTSTART:20270114T083000Z\nDTSTAMP:{self.stamp}\n"
            f"ORGANIZER;CN=Leergang:mailto:{self.organizer}\nUID:{self.uid}\n"
            f'ATTENDEE;CN="Noor: de Vries";PARTSTAT={self.partstat}:{attendee}\n'
            f"SEQUENCE:{self.sequence}\nCOMMENT:{self.comment}\n"
            "BEGIN:VALARM\nDESCRIPTION:x\nUID:not-this-one\nEND:VALARM\n"
            "END:VEVENT\nEND:VCALENDAR\n"
        )

    def _alternative(self, calendar: str) -> bytes:
        return crlf(
            f"{self.headers}From: <{self.address}>\nSubject: =?utf-8?q?Geaccepteerd=3A_x?=\n"
            'MIME-Version: 1.0\nContent-Type: multipart/alternative; boundary="aa"\n\n--aa\n'
            "Content-Type: text/plain; charset=utf-8\n\n \n--aa\n"
            f"Content-Type: text/calendar; charset=utf-8; method={self.method}\n"
            f"Content-Transfer-Encoding: base64\n\n{encoded(calendar)}\n--aa--\n"
        )


def encoded(calendar: str) -> str:
    return encodebytes(crlf(calendar)).decode()


def crlf(text: str) -> bytes:
    return text.replace("\r\n", "\n").replace("\n", "\r\n").encode()


def plain(words: str, *, headers: str = "", subject: str = "Re: Uitnodiging") -> bytes:
    return crlf(
        f"From: n.ozturk@enschede.example\nSubject: {subject}\n{headers}MIME-Version: 1.0\n"
        f"Content-Type: text/plain; charset=utf-8\n\n{words}\n"
    )


def undelivered(
    address: str, *, to: str = "x@leergang.example", action: str = "failed", status: str = "5.1.1"
) -> bytes:
    return crlf(
        f"Return-Path: <>\nFrom: Mail Delivery System <MAILER-DAEMON@mx.enschede.example>\n"
        f"To: {to}\nSubject: Undeliverable\nAuto-Submitted: auto-replied\nMIME-Version: 1.0\n"
        'Content-Type: multipart/report; report-type=delivery-status; boundary="aa"\n\n--aa\n'
        "Content-Type: text/plain\n\nSorry.\n--aa\nContent-Type: message/delivery-status\n\n"
        "Reporting-MTA: dns; mx.enschede.example\n\n"
        f"Final-Recipient: rfc822; {address.upper()}\nAction: {action}\nStatus: {status}\n\n--aa\n"
        "Content-Type: message/rfc822\n\nMessage-ID: <first@leergang.example>\n"
        "Content-Type: text/calendar; method=REQUEST\n\nBEGIN:VCALENDAR\nMETHOD:REQUEST\n"
        "BEGIN:VEVENT\nUID:x\nEND:VEVENT\nEND:VCALENDAR\n\n--aa--\n"
    )
