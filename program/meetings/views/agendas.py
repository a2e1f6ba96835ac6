"""What a trainer or a room is booked for, week by week."""

from collections.abc import Iterable
from itertools import groupby
from typing import Any

from flask import abort, render_template
from flask.typing import ResponseReturnValue

from program.accounts.access import PLANNERS, requires
from program.accounts.models import Person
from program.cohorts.queries import trainers_of
from program.cohorts.times import local
from program.core.clock import now
from program.core.db import db
from program.meetings.queries import agenda_of_room, agenda_of_trainer
from program.meetings.views import bp
from program.meetings.views.venues import my_bureaus, room_or_404


def _week(row: Any) -> tuple[int, int]:
    return local(row.starts_at).isocalendar()[:2]


def by_week(rows: Iterable[Any]) -> list[tuple[tuple[int, int], list[Any]]]:
    """Year and number of each week, with its meetings in order."""
    return [(week, list(inside)) for week, inside in groupby(rows, key=_week)]


@bp.get("/trainers/<int:person_id>/agenda")
@requires(*PLANNERS)
def trainer_agenda(person_id: int) -> ResponseReturnValue:
    mine = [bureau.id for bureau in my_bureaus()]
    of_mine = trainers_of(mine, now().date()).where(Person.id == person_id)
    if not db.session.execute(of_mine).first():
        abort(404)
    rows = db.session.execute(agenda_of_trainer(person_id, mine)).all()
    name = db.session.get_one(Person, person_id).name
    return render_template("meetings/agenda.html", name=name, weeks=by_week(rows), of="trainer")


@bp.get("/rooms/<int:room_id>/agenda")
@requires(*PLANNERS)
def room_agenda(room_id: int) -> ResponseReturnValue:
    row = room_or_404(room_id)
    mine = [bureau.id for bureau in my_bureaus()]
    rows = db.session.execute(agenda_of_room(room_id, mine)).all()
    name = f"{row.venue.name}, {row.name}"
    return render_template("meetings/agenda.html", name=name, weeks=by_week(rows), of="room")
