"""Operation 10: the 1,260 invitations of a cohort as messages, 84 meetings of 15 people."""

import email
from collections.abc import Callable, Iterator
from datetime import UTC, datetime, timedelta

from bench.libraries import rebuild
from bench.limits.shape import template_of
from bench.measure import Cost, Pair, cpu_of
from bench.world import World
from program.invitations.changes import Due, Facts, Kind, Reader
from program.invitations.itip.mail import packed
from program.invitations.letters import Told, Writer

AT = datetime(2026, 1, 5, 9, tzinfo=UTC)
MEETINGS, PEOPLE = 84, 15
SAMPLE = 42  # of these by the packages, which are slow


def facts() -> Iterator[Facts]:
    for n in range(MEETINGS):
        starts = AT + timedelta(weeks=n // 6, hours=n % 6)
        yield Facts(
            meeting_id=n,
            title=f"Module {n // 6}: kracht en valkuil",
            starts_at=starts,
            ends_at=starts + timedelta(hours=7),
            venue_name="Het Volkspark",
            room_name=f"Zaal {n % 6}",
            address="Hengelosestraat 10, 7514 AD Enschede",
            trainer_names="Anna Berg, Çağla van der Yılmaz",
            group_name=f"Leergroep {n % 6}",
            note="Neem uw opgave mee.",
        )


def readers() -> list[tuple[Facts, Reader, Told]]:
    return [
        (
            meeting,
            Reader(person, f"p{person}@leergang.example", f"Noor van der Berg{person}", "nl"),
            Told(
                uid=f"{meeting.meeting_id:05}{person:05}{'0' * 16}@leergang.example",
                address=f"p{person}@leergang.example", sequence=0, revision=1, stamped_at=AT,
            ),
        )
        for meeting in facts()
        for person in range(meeting.meeting_id % 6 * 15, meeting.meeting_id % 6 * 15 + PEOPLE)
    ]  # fmt: skip


def pairs(world: World) -> Iterator[Pair]:
    if world.on:
        return
    everyone = readers()

    def ours() -> list[bytes]:
        with world.app.test_request_context():
            writer = Writer(programme="Leiderschap", timezone="Europe/Amsterdam", note="", at=AT)
            return [
                writer.letter(
                    Due(Kind.NEW, meeting.meeting_id, reader.id, as_trainer=False),
                    reader, told, now=meeting, before=None,
                ).content
                for meeting, reader, told in everyone
            ]  # fmt: skip

    made = ours()
    assert len(made) == MEETINGS * PEOPLE
    known = [_shape(*one) for one in zip(made, everyone, strict=True)]

    def limit() -> list[bytes]:
        return [_assembled(templates, values) for templates, values in known]

    assert limit() == made, "the limit writes something else"
    yield Pair("10", "1,260 invitations built", cpu_of(ours), cpu_of(limit), 2)
    some = [rebuild(one) for one in made[:: len(made) // SAMPLE]]
    yield Pair(
        "10b", "one invitation, by icalendar and EmailMessage",
        _a_second(ours, len(made)), _a_second(lambda: [build() for build in some], len(some)),
        20, "mails/s", more_is_better=True,
    )  # fmt: skip


def _a_second(function: Callable[[], object], mails: int) -> Cost:
    cost = cpu_of(function)
    return lambda: mails * 1000 / cost()


Shape = tuple[list[str], tuple[str, ...]]


def _shape(content: bytes, about: tuple[Facts, Reader, Told]) -> Shape:
    """The message cut at its parts, with places for what is personal in it."""
    _, reader, told = about
    parsed = email.message_from_bytes(content)
    boundary = parsed.get_boundary()
    assert boundary
    values = (told.uid, reader.name, told.address, str(parsed["Message-ID"]), boundary)
    templates, at = [], 0
    for part in parsed.get_payload():
        assert isinstance(part, email.message.Message)
        octets = part.get_payload(decode=True)
        assert isinstance(octets, bytes)
        start = content.index(packed(octets), at)
        templates += [
            template_of(content[at:start].decode("ascii"), values),
            template_of(octets.decode(), values),
        ]
        at = start + len(packed(octets))
    return [*templates, template_of(content[at:].decode("ascii"), values)], values


def _assembled(templates: list[str], values: tuple[str, ...]) -> bytes:
    pieces = []
    for n, template in enumerate(templates):
        octets = template.format(*values).encode()
        pieces.append(packed(octets) if n % 2 else octets)
    return b"".join(pieces)
