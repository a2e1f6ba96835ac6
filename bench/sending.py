"""Operation 19: invitations over one connection to a mail server, a commit for each.

In milliseconds on the wall, for what it costs is waiting: for the server, a process of its own, and
for the disk. The limit is the least that mails people an invitation: built with icalendar and the
standard library and handed to smtplib. Ours is built, stored with its cause, leased, sent, marked.
"""

import smtplib
import subprocess
import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import replace
from email.message import EmailMessage
from email.policy import SMTP
from itertools import count
from time import perf_counter
from urllib.parse import urlsplit

from icalendar import Calendar, Event, vCalAddress

from bench.mails import AT, readers
from bench.measure import Pair
from bench.world import World
from program.core.db import db
from program.invitations.changes import Due, Facts, Kind, Reader
from program.invitations.letters import Told, Writer
from program.mail.actions import post_all
from program.mail.jobs import deliver_due
from program.mail.outcome import Kind as Outcome
from program.mail.transport import transport_for

AT_ONCE = 140  # in one sample; 1,260 are nine of these
SINK = """
import asyncio, socket, sys
from aiosmtpd.smtp import SMTP
class Sink:
    async def handle_DATA(self, server, session, envelope):
        return "250 OK"
async def serve():
    server = await asyncio.get_running_loop().create_server(lambda: SMTP(Sink()), "127.0.0.1", 0)
    print(server.sockets[0].getsockname()[1], flush=True)
    await server.serve_forever()
asyncio.run(serve())
"""


def pairs(world: World) -> Iterator[Pair]:
    everyone = readers()[:AT_ONCE]
    with _sink() as url, world.app.test_request_context():
        deliver_due()  # what the load left behind, into the built-in mailbox
        world.app.config["MAIL_URL"] = url
        try:
            yield Pair(
                "19",
                f"{AT_ONCE} invitations sent, a commit each{world.on}",
                lambda: _took(_ours, everyone),
                lambda: _took(lambda all_of_them: _bare(url, all_of_them), everyone),
                1.7,
                unit="ms each",
            )
        finally:
            transport_for(url).close()
            world.app.config["MAIL_URL"] = ""


Everyone = list[tuple[Facts, Reader, Told]]
_numbers = count(1)


def _ours(everyone: Everyone) -> None:
    writer = Writer(programme="Leiderschap", timezone="Europe/Amsterdam", note="", at=AT)
    post_all(
        writer.letter(
            Due(Kind.NEW, meeting.meeting_id, reader.id, as_trainer=False),
            reader, replace(told, uid=f"{next(_numbers):032}@leergang.example"),
            now=meeting, before=None,
        )
        for meeting, reader, told in everyone
    )  # fmt: skip
    db.session.commit()
    assert deliver_due() == {Outcome.SENT: len(everyone)}


def _bare(url: str, everyone: Everyone) -> None:
    parts = urlsplit(url)
    with smtplib.SMTP(parts.hostname or "", parts.port or 0) as server:
        for meeting, reader, told in everyone:
            server.send_message(_built(meeting, reader, told))


def _built(meeting: Facts, reader: Reader, told: Told) -> EmailMessage:
    event = Event()
    event.add("uid", told.uid)
    event.add("dtstamp", AT)
    event.add("dtstart", meeting.starts_at)
    event.add("dtend", meeting.ends_at)
    event.add("summary", meeting.title)
    event.add("location", f"{meeting.venue_name}, {meeting.room_name}, {meeting.address}")
    event.add("organizer", vCalAddress("mailto:afspraken@leergang.example"))
    event.add("attendee", vCalAddress(f"mailto:{told.address}"))
    calendar = Calendar(prodid="-//bench//", version="2.0", method="REQUEST")
    calendar.add_component(event)
    message = EmailMessage(policy=SMTP)
    message["From"], message["To"] = "afspraken@leergang.example", told.address
    message["Subject"], message["Message-ID"] = meeting.title, f"<{told.uid}>"
    message.set_content(f"Beste {reader.name},\n\n{meeting.note}\n")
    message.add_alternative(f"<p>Beste {reader.name},</p><p>{meeting.note}</p>", subtype="html")
    message.add_alternative(
        calendar.to_ical(), maintype="text", subtype="calendar", params={"method": "REQUEST"}
    )
    return message


def _took(sending: Callable[[Everyone], None], everyone: Everyone) -> float:
    start = perf_counter()
    sending(everyone)
    return (perf_counter() - start) / len(everyone) * 1000


@contextmanager
def _sink() -> Iterator[str]:
    server = subprocess.Popen([sys.executable, "-c", SINK], stdout=subprocess.PIPE, text=True)
    assert server.stdout
    try:
        yield f"smtp+insecure://127.0.0.1:{server.stdout.readline().strip()}"
    finally:
        server.kill()
        server.wait()
