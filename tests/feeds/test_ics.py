from datetime import UTC, datetime, timedelta
from typing import Any

import icalendar
from hypothesis import given
from hypothesis import strategies as st

from program.feeds.ics import FeedEvent, FeedHead, feed, single

HEAD = FeedHead("Mijn bijeenkomsten", "Overzicht", "https://example.nl/calendar/x.ics")
MOMENT = datetime(2030, 1, 7, 9, tzinfo=UTC)
words = st.text(max_size=120)


def an_event(**more: Any) -> FeedEvent:
    given: dict[str, Any] = {
        "uid": "u1@leergang.example",
        "sequence": 2,
        "changed_at": MOMENT,
        "starts_at": MOMENT,
        "ends_at": MOMENT + timedelta(hours=4),
        "summary": "Kracht; valkuil, en \\N meer",
        "location": "Stadhuis, zaal 2.14",
    }
    return FeedEvent(**given | more)


def read(text: bytes) -> Any:
    """As another program reads it."""
    return icalendar.Calendar.from_ical(text)


def test_the_head_says_name_colour_and_when_to_come_back() -> None:
    calendar = read(feed(HEAD, []))

    assert calendar["NAME"] == calendar["X-WR-CALNAME"] == "Mijn bijeenkomsten"
    assert calendar["REFRESH-INTERVAL"].to_ical() == b"PT1H"
    assert calendar["X-PUBLISHED-TTL"] == "PT1H"
    assert calendar["SOURCE"] == HEAD.source
    assert "METHOD" not in calendar


def test_an_event_reads_back_as_it_was() -> None:
    [event] = read(feed(HEAD, [an_event()])).walk("VEVENT")

    assert event["SUMMARY"] == "Kracht; valkuil, en \\N meer"
    assert event.start.astimezone(UTC) == MOMENT
    assert event["DTSTAMP"].dt == MOMENT
    assert (event["UID"], event["SEQUENCE"]) == ("u1@leergang.example", 2)


def test_nobody_is_asked_or_woken_by_a_feed() -> None:
    text = feed(HEAD, [an_event(join_url="https://teams.microsoft.com/l/1")])

    for word in (b"ORGANIZER", b"ATTENDEE", b"VALARM", b"METHOD"):
        assert word not in text


def test_a_cancelled_or_declined_event_leaves_the_time_free() -> None:
    [cancelled] = read(feed(HEAD, [an_event(cancelled=True)])).walk("VEVENT")
    [declined] = read(feed(HEAD, [an_event(declined=True)])).walk("VEVENT")

    assert (cancelled["STATUS"], cancelled["TRANSP"]) == ("CANCELLED", "TRANSPARENT")
    assert (declined["STATUS"], declined["TRANSP"]) == ("CONFIRMED", "TRANSPARENT")


def test_a_single_event_is_published() -> None:
    assert read(single(an_event()))["METHOD"] == "PUBLISH"


@given(words, words, words)
def test_no_text_of_people_breaks_the_calendar(summary: str, place: str, note: str) -> None:
    text = feed(HEAD, [an_event(summary=summary, location=place, description=note)])

    assert all(len(line) <= 75 for line in text.split(b"\r\n"))
    assert len(read(text).walk("VEVENT")) == 1
