"""Personal calendars: only when, never why."""

from datetime import UTC, date, datetime
from zoneinfo import ZoneInfo

import pytest

from program.intake.reading.calendars import read_calendar
from program.intake.reading.records import ReadAbsence
from tests.intake.lists import enschede
from tests.intake.test_hostile_files import AMSTERDAM, PERIOD, event


def busy(*lines: str, zone: ZoneInfo = AMSTERDAM) -> list[ReadAbsence]:
    return read_calendar(event(*lines), "a@x.nl", PERIOD, zone)


@pytest.mark.parametrize("name", ["lise.koning", "ali.scholten", "jet.nijhuis"])
def test_every_second_week_from_the_councils_calendar(name: str) -> None:
    """With a Windows zone, a zone of its own and floating times: seven in the evening there."""
    found = read_calendar(enschede()[f"agenda/{name}.ics"], "a@x.nl", PERIOD, AMSTERDAM)
    evenings = [one for one in found if not one.all_day]

    assert len(evenings) == 33
    assert {one.starts_at.astimezone(AMSTERDAM).hour for one in evenings} == {19}
    assert all(one.from_calendar for one in found)
    # the day that was left out
    assert date(2019, 9, 17) not in {one.starts_at.astimezone(AMSTERDAM).date() for one in found}


def test_a_week_out_of_office_is_whole_days() -> None:
    found = read_calendar(enschede()["agenda/lise.koning.ics"], "a@x.nl", PERIOD, AMSTERDAM)

    (week,) = (one for one in found if one.all_day)
    assert week.starts_at == datetime(2019, 10, 20, 22, tzinfo=UTC)
    assert week.ends_at == datetime(2019, 10, 25, 22, tzinfo=UTC)


def test_a_repeating_event_in_utc_stays_at_its_utc_time() -> None:
    found = read_calendar(enschede()["agenda/tirza.horst.ics"], "a@x.nl", PERIOD, AMSTERDAM)

    assert {one.starts_at.hour for one in found if not one.all_day} == {19}


@pytest.mark.parametrize(
    ("line", "taken"),
    [
        ("TRANSP:OPAQUE", 1), ("TRANSP:TRANSPARENT", 0), ("STATUS:CANCELLED", 0),
        ("X-MICROSOFT-CDO-BUSYSTATUS:FREE", 0), ("X-MICROSOFT-CDO-BUSYSTATUS:OOF", 1),
        ("TRANSP:TRANSPARENT\r\nX-MICROSOFT-CDO-BUSYSTATUS:OOF", 1), ("CLASS:PRIVATE", 1),
    ],
)  # fmt: skip
def test_only_what_takes_time_counts(line: str, taken: int) -> None:
    assert len(busy("DTSTART;VALUE=DATE:20190801", "DTEND;VALUE=DATE:20190802", line)) == taken


def test_floating_times_are_of_the_cohorts_zone() -> None:
    (there,) = busy("DTSTART:20190801T100000", "DTEND:20190801T110000", zone=ZoneInfo("Asia/Tokyo"))

    assert there.starts_at == datetime(2019, 8, 1, 1, tzinfo=UTC)


def test_a_rule_without_end_stops_at_the_programmes_end() -> None:
    days = busy("DTSTART:20100101T100000Z", "DTEND:20100101T110000Z", "RRULE:FREQ=DAILY")

    assert len(days) == (PERIOD[1] - PERIOD[0]).days + 1


def test_what_it_is_about_is_not_read() -> None:
    assert "Geheim" not in repr(busy("DTSTART:20190801T100000Z", "DTEND:20190801T110000Z"))
