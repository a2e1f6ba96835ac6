"""One meeting: move it with its clashes shown before saving, lock it, cancel it."""

from flask import abort, flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _
from flask_babel import ngettext
from sqlalchemy import select
from wtforms.fields.choices import SelectChoice

from program.accounts.access import PLANNERS, requires
from program.accounts.login import me
from program.cohorts.models import Cohort
from program.cohorts.queries import trainers_of
from program.cohorts.views.access import cohort_or_404
from program.cohorts.views.people import listed
from program.cohorts.words import task_words
from program.core.clock import now
from program.core.db import db
from program.core.errors import Refusal
from program.meetings.actions.moving import (
    Clash,
    WouldClash,
    cancel_meeting,
    clashes,
    move_meeting,
    restore_meeting,
    set_lock,
    set_option,
)
from program.meetings.forms import MeetingForm, filled
from program.meetings.models import Meeting
from program.meetings.queries import expected, meetings_of, rooms_of, tasks_at
from program.meetings.schedule import schedule_of
from program.meetings.views import bp
from program.web.fragments import wants_fragment


def _meeting_or_404(cohort: Cohort, meeting_id: int) -> Meeting:
    mine = meetings_of(cohort.id).where(Meeting.id == meeting_id)
    return db.session.scalars(mine).one_or_none() or abort(404)


def _offer(form: MeetingForm, cohort: Cohort, meeting: Meeting) -> MeetingForm:
    rooms = db.session.execute(rooms_of(cohort.organisation_id))
    form.room_id.choices = [
        SelectChoice(0, _("No room yet")),
        *(
            SelectChoice(room_id, _("%(room)s (%(n)s)", room=f"{venue}, {name}", n=holds))
            for room_id, name, venue, holds in rooms
        ),
    ]
    rows = db.session.execute(trainers_of([cohort.organisation_id], now().date()))
    names = {row.id: listed(row) for row in rows}
    names |= {person.id: person.list_name for person in meeting.trainers}
    form.trainer_ids.choices = [SelectChoice(n, name) for n, name in names.items()]
    return form


def _page(
    cohort: Cohort, meeting: Meeting, form: MeetingForm, found: list[Clash], ask: bool = False
) -> ResponseReturnValue:
    part = wants_fragment()
    page = render_template(
        "meetings/_dialog.html" if part else "meetings/meeting.html",
        cohort=cohort,
        meeting=meeting,
        form=form,
        clashes=found,
        ask=ask,
        people=[] if part else db.session.scalars(expected(meeting.id)).all(),
        tasks={} if part else dict(db.session.execute(tasks_at(meeting.id)).all()),
        task_words=task_words(),
    )
    return page, 422 if form.errors or ask else 200


@bp.get("/cohorts/<int:cohort_id>/meetings/<int:meeting_id>")
@requires(*PLANNERS)
def show(cohort_id: int, meeting_id: int) -> ResponseReturnValue:
    cohort = cohort_or_404(cohort_id)
    meeting = _meeting_or_404(cohort, meeting_id)
    form = _offer(MeetingForm(formdata=None, **filled(meeting, cohort.timezone)), cohort, meeting)
    found = [] if meeting.cancelled_at else _found(cohort, meeting, form)
    return _page(cohort, meeting, form, found)


def _found(cohort: Cohort, meeting: Meeting, form: MeetingForm) -> list[Clash]:
    return clashes(schedule_of(cohort), meeting, form.move(cohort.timezone))


@bp.get("/cohorts/<int:cohort_id>/meetings/<int:meeting_id>/clashes", endpoint="clashes")
@requires(*PLANNERS)
def live_clashes(cohort_id: int, meeting_id: int) -> ResponseReturnValue:
    """What the form as typed would break; nothing is saved."""
    cohort = cohort_or_404(cohort_id)
    meeting = _meeting_or_404(cohort, meeting_id)
    form = _offer(MeetingForm(request.args, meta={"csrf": False}), cohort, meeting)
    found = []
    if form.validate():
        try:
            found = _found(cohort, meeting, form)
        except Refusal as refusal:
            form.refuse(refusal)
    return render_template("meetings/_clashes.html", form=form, clashes=found, ask=False)


@bp.post("/cohorts/<int:cohort_id>/meetings/<int:meeting_id>")
@requires(*PLANNERS)
def move(cohort_id: int, meeting_id: int) -> ResponseReturnValue:
    cohort = cohort_or_404(cohort_id)
    meeting = _meeting_or_404(cohort, meeting_id)
    form = _offer(MeetingForm(), cohort, meeting)
    found: list[Clash] = []
    ask = False
    if form.validate_on_submit():
        try:
            moved = form.move(cohort.timezone)
            sure = request.form.get("confirmed") == "yes"
            move_meeting(meeting, moved, force=sure, by=me().id)
        except WouldClash as would:
            found, ask = list(would.clashes), True
        except Refusal as refusal:
            form.refuse(refusal)
        else:
            db.session.commit()
            flash(_("The session is moved. People hear of it when you publish."))
            return _moved(cohort_id)
    db.session.rollback()
    return _page(cohort, meeting, form, found, ask)


def _moved(cohort_id: int) -> ResponseReturnValue:
    board = url_for("meetings.board", cohort_id=cohort_id)
    return ("", 200, {"HX-Redirect": board}) if wants_fragment() else redirect(board)


def _back(cohort_id: int, meeting_id: int) -> ResponseReturnValue:
    return redirect(url_for("meetings.show", cohort_id=cohort_id, meeting_id=meeting_id))


@bp.post("/cohorts/<int:cohort_id>/meetings/<int:meeting_id>/lock")
@requires(*PLANNERS)
def lock(cohort_id: int, meeting_id: int) -> ResponseReturnValue:
    cohort = cohort_or_404(cohort_id)
    meeting = _meeting_or_404(cohort, meeting_id)
    on = bool(request.form.get("on"))
    set_lock(cohort, [meeting.id], on=on, at=now(), by=me().id)
    db.session.commit()
    flash(_("The planner leaves it where it is.") if on else _("The planner may move it again."))
    return _back(cohort_id, meeting_id)


@bp.post("/cohorts/<int:cohort_id>/meetings/<int:meeting_id>/option")
@requires(*PLANNERS)
def option(cohort_id: int, meeting_id: int) -> ResponseReturnValue:
    """The date is an option, or definite."""
    cohort = cohort_or_404(cohort_id)
    meeting = _meeting_or_404(cohort, meeting_id)
    set_option(cohort, [meeting.id], on=bool(request.form.get("on")), by=me().id)
    db.session.commit()
    flash(_("Saved. People hear of it when you publish."))
    return _back(cohort_id, meeting_id)


@bp.post("/cohorts/<int:cohort_id>/options")
@requires(*PLANNERS)
def options(cohort_id: int) -> ResponseReturnValue:
    """All dates of a cohort are options, or definite."""
    cohort = cohort_or_404(cohort_id)
    ids = list(db.session.scalars(select(Meeting.id).where(Meeting.cohort_id == cohort.id)))
    count = set_option(cohort, ids, on=bool(request.form.get("on")), by=me().id)
    db.session.commit()
    flash(
        ngettext(
            "%(num)s session changed. People hear of it when you publish.",
            "%(num)s sessions changed. People hear of it when you publish.",
            count,
        )
    )
    return redirect(url_for("meetings.board", cohort_id=cohort_id))


@bp.post("/cohorts/<int:cohort_id>/meetings/<int:meeting_id>/cancellation")
@requires(*PLANNERS)
def cancel(cohort_id: int, meeting_id: int) -> ResponseReturnValue:
    cohort = cohort_or_404(cohort_id)
    meeting = _meeting_or_404(cohort, meeting_id)
    try:
        if request.form.get("on", "1"):
            cancel_meeting(meeting, at=now(), by=me().id)
        else:
            restore_meeting(meeting, by=me().id)
    except Refusal as refusal:
        db.session.rollback()
        flash(str(refusal), "error")
    else:
        db.session.commit()
        flash(_("Saved. People hear of it when you publish."))
    return _back(cohort_id, meeting_id)


@bp.post("/cohorts/<int:cohort_id>/locks")
@requires(*PLANNERS)
def locks(cohort_id: int) -> ResponseReturnValue:
    """Lock or unlock all, or those of a module or group."""
    cohort = cohort_or_404(cohort_id)
    on = bool(request.form.get("on"))
    what, _dash, number = request.form.get("what", "all").partition("-")
    column = {"group": Meeting.group_id, "module": Meeting.module_id}.get(what)
    chosen = select(Meeting.id).where(Meeting.cohort_id == cohort.id)
    if column is not None:
        chosen = chosen.where(column == (int(number) if number.isdecimal() else 0))
    ids = list(db.session.scalars(chosen))
    count = set_lock(cohort, ids, on=on, at=now(), by=me().id)
    db.session.commit()
    flash(
        ngettext("%(num)s session is locked.", "%(num)s sessions are locked.", count)
        if on
        else ngettext("%(num)s session is unlocked.", "%(num)s sessions are unlocked.", count)
    )
    return redirect(url_for("meetings.board", cohort_id=cohort_id))
