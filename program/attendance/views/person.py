"""One person on a roll: all states, minutes and earlier marks; and guests who just came."""

from typing import Any

from flask import abort, flash, redirect, render_template, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _
from sqlalchemy import select
from sqlalchemy.orm import joinedload
from wtforms.fields.choices import SelectChoice

from program.accounts.access import PLANNERS, requires
from program.accounts.login import me
from program.accounts.models import Person
from program.attendance import actions, queries
from program.attendance.forms import GuestForm, MarkForm
from program.attendance.models import Presence, PresenceState
from program.attendance.views import bp
from program.attendance.views.roll import head_or_404
from program.attendance.words import note
from program.core.clock import now
from program.core.db import db
from program.core.errors import Refusal
from program.meetings.models import Seat
from program.web.dates import moment


@bp.route("/meetings/<int:meeting_id>/roll/<int:person_id>", methods=["GET", "POST"])
@requires(*PLANNERS)
def person(meeting_id: int, person_id: int) -> ResponseReturnValue:
    head = head_or_404(meeting_id)
    someone = _expected_or_404(meeting_id, person_id)
    marks = _marks(meeting_id, person_id)
    form = MarkForm(**_filled_in(marks))
    if form.validate_on_submit():
        try:
            actions.mark(
                meeting_id,
                person_id,
                PresenceState(form.state.data),
                by=me().id,
                at=now(),
                minutes=form.minutes.data,
            )
        except Refusal as refusal:
            form.refuse(refusal)
        else:
            db.session.commit()
            flash(_("Saved."))
            return redirect(url_for(".roll", meeting_id=meeting_id, _anchor=f"p{person_id}"), 303)
    page = render_template(
        "attendance/person.html", head=head, someone=someone, form=form, marks=_told(marks)
    )
    return page, 422 if form.errors else 200


def _expected_or_404(meeting_id: int, person_id: int) -> Person:
    expected = select(Seat.person_id).where(Seat.meeting_id == meeting_id)
    wanted = select(Person).where(Person.id == person_id, Person.id.in_(expected))
    return db.session.scalars(wanted).one_or_none() or abort(404)


def _marks(meeting_id: int, person_id: int) -> list[Presence]:
    wanted = queries.marks(meeting_id, person_id).options(joinedload(Presence.marked_by))
    return list(db.session.scalars(wanted))


def _filled_in(marks: list[Presence]) -> dict[str, Any]:
    if not marks or marks[0].superseded_at:
        return {}
    partly = marks[0].state in {PresenceState.LATE, PresenceState.LEFT_EARLY}
    return {"state": marks[0].state.value, "minutes": marks[0].minutes if partly else None}


def _told(marks: list[Presence]) -> list[tuple[str, str, str, bool]]:
    return [
        (
            moment(mark.marked_at),
            note(mark.state, mark.minutes, always=True),
            mark.marked_by.name if mark.marked_by else "",
            mark.superseded_at is None,
        )
        for mark in marks
    ]


@bp.route("/meetings/<int:meeting_id>/roll/guests", methods=["GET", "POST"])
@requires(*PLANNERS)
def guests(meeting_id: int) -> ResponseReturnValue:
    head = head_or_404(meeting_id)
    form = GuestForm()
    people = db.session.scalars(
        queries.possible_guests(meeting_id, head.cohort_id, now().date())
    ).all()
    form.person.choices = [SelectChoice(person.id, person.list_name) for person in people]
    if form.validate_on_submit():
        try:
            actions.add_guest(meeting_id, form.person.data, by=me().id, at=now())
            actions.mark(meeting_id, form.person.data, PresenceState.PRESENT, by=me().id, at=now())
        except Refusal as refusal:
            form.refuse(refusal)
        else:
            db.session.commit()
            flash(_("Added and marked as present."))
            url = url_for(".roll", meeting_id=meeting_id, _anchor=f"p{form.person.data}")
            return redirect(url, 303)
    page = render_template("attendance/guests.html", head=head, form=form)
    return page, 422 if form.errors else 200
