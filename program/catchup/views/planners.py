"""What somebody missed or does not come to, for who runs the cohort and books for them."""

import re
from dataclasses import dataclass
from datetime import datetime

from flask import abort, flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from program.accounts.access import PLANNERS, requires
from program.accounts.login import me
from program.catchup import actions, wording
from program.catchup.actions.booking import FOR_THEM, Press
from program.catchup.options import Option, effect_of, options_of, told_of
from program.catchup.queries import declined_by, missed_by
from program.catchup.views import bp
from program.cohorts.models import Cohort, Enrolment
from program.cohorts.views.access import cohort_or_404, enrolment_or_404
from program.core.clock import now
from program.core.db import db
from program.core.errors import Refusal
from program.invitations.models import Invitation
from program.meetings.models import Meeting, PublishedMeeting
from program.web.forms import Form
from program.web.fragments import wants_fragment

PRESSED = re.compile(r"(book|wait|leave):(\d{1,9}):(\d{1,9})", re.ASCII)
SHOWN = 12  # each asks who can come where


@dataclass(frozen=True)
class Missed:
    """One session, and what there is in its place."""

    invitation: Invitation
    told: PublishedMeeting
    over: bool
    options: list[Option]
    effects: list[str]


@bp.route("/cohorts/<int:cohort_id>/people/<int:enrolment_id>/catch-up", methods=["GET", "POST"])
@requires(*PLANNERS)
def of_person(cohort_id: int, enrolment_id: int) -> ResponseReturnValue:
    """The other sessions for one person; who presses books for them."""
    cohort = cohort_or_404(cohort_id)
    enrolment = enrolment_or_404(cohort, enrolment_id)
    form = Form()
    if form.validate_on_submit():
        try:
            said = _press(cohort, enrolment)
        except Refusal as refusal:
            db.session.rollback()
            form.refuse(refusal)
        else:
            db.session.commit()
            flash(said)
            return redirect(url_for(".of_person", cohort_id=cohort_id, enrolment_id=enrolment_id))
    page = render_template(
        "catchup/_person.html" if wants_fragment() else "catchup/person.html",
        cohort=cohort,
        enrolment=enrolment,
        person=enrolment.person,
        form=form,
        missed=_missed(cohort, enrolment.person_id, now()),
        words=wording,
    )
    return page, 422 if form.errors or form.form_errors else 200


def _missed(cohort: Cohort, person_id: int, at: datetime) -> list[Missed]:
    found = []
    for asked in (missed_by(person_id, at), declined_by(person_id, at)):
        here = asked.join(Meeting, Meeting.id == Invitation.meeting_id)
        of_cohort = here.where(Meeting.cohort_id == cohort.id).limit(SHOWN)
        found += [_told(each, at) for each in db.session.scalars(of_cohort)]
    return found


def _told(invitation: Invitation, at: datetime) -> Missed:
    options, told = options_of(invitation, at=at), told_of(invitation)
    effects = effect_of(invitation, options[0], at=at) if options else []
    lines = [wording.sentence(domain, effect) for domain, effect in effects]
    return Missed(invitation, told, told.ends_at <= at, options, lines)


def _press(cohort: Cohort, enrolment: Enrolment) -> str:
    """Do what was pressed; gives the sentence about it."""
    pressed = PRESSED.fullmatch(request.form.get("press", ""))
    if pressed is None:
        raise Refusal(_("Choose one of the sessions."))
    doing, invitation, meeting = pressed[1], int(pressed[2]), int(pressed[3])
    _theirs_or_404(cohort, enrolment, invitation)
    press = Press(now(), FOR_THEM, by=me().id)
    if doing == "book":
        actions.book(invitation, meeting, press)
        return str(_("Booked. %(name)s gets the invitation.", name=enrolment.person.name))
    if doing == "wait":
        actions.wait(invitation, meeting, press)
        return str(_("%(name)s is in line for a seat.", name=enrolment.person.name))
    actions.leave_line(invitation, meeting, press)
    return str(_("%(name)s waits no longer.", name=enrolment.person.name))


def _theirs_or_404(cohort: Cohort, enrolment: Enrolment, invitation_id: int) -> None:
    invitation = db.session.get(Invitation, invitation_id)
    theirs = invitation is not None and (
        invitation.person_id == enrolment.person_id and invitation.meeting.cohort_id == cohort.id
    )
    if not theirs:
        abort(404)
