from datetime import timedelta

from flask import Flask

from program.board.cells import board_of
from program.cohorts.models import Absence, AbsenceSource
from program.core.db import db
from program.programmes.models import ModuleKind
from tests.factories import (
    MONDAY_9H,
    make_cohort,
    make_enrolment,
    make_meeting,
    make_module,
    make_room,
    make_seat,
    make_venue,
)


def test_who_misses_a_meeting_for_everybody_is_no_conflict(app: Flask) -> None:
    cohort = make_cohort()
    room = make_room(venue=make_venue(organisation=cohort.organisation))
    person = make_enrolment(cohort).person
    away = Absence(
        person_id=person.id,
        starts_at=MONDAY_9H,
        ends_at=MONDAY_9H + timedelta(days=1),
        source=AbsenceSource.LIST,
    )
    db.session.add(away)
    for kind in (ModuleKind.PLENARY, ModuleKind.GROUP):
        module = make_module(cohort.programme, kind=kind, title=kind.value, trainers=0)
        days = 0 if kind is ModuleKind.PLENARY else 0.5
        meeting = make_meeting(
            cohort, module=module, room=room, starts_at=MONDAY_9H + timedelta(days=days)
        )
        make_seat(meeting, person)

    board = board_of(cohort)
    titles = [
        [board.schedule.by_id[found.meetings[0]].module for found in some]
        for some in (board.schedule.missing, board.conflicts)
    ]

    assert titles == [["plenary"], ["group"]]
