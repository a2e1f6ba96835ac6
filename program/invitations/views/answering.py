"""Answers: on one's own pages, by the links in a mail, and as the trainer sees them."""

from flask import abort, flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import force_locale
from flask_babel import gettext as _
from sqlalchemy import select
from sqlalchemy.orm import joinedload

from program.accounts.access import PLANNERS, requires
from program.accounts.login import me
from program.core.clock import now
from program.core.db import db
from program.core.errors import Refusal
from program.invitations import actions, links, words
from program.invitations.forms import AnswerForm
from program.invitations.models import Invitation, InvitationState, PartStat
from program.invitations.queries import (
    answers_at,
    comments_at,
    invitation_of,
    meeting_run_by,
)
from program.invitations.views import bp
from program.meetings.models import Meeting, PublishedMeeting
from program.web.dates import use_zone
from program.web.fragments import wants_fragment
from program.web.onward import own_page
from program.web.shell import csrf

CHOICES = {
    "accepted": PartStat.ACCEPTED,
    "tentative": PartStat.TENTATIVE,
    "declined": PartStat.DECLINED,
}


@bp.post("/invitations/<int:invitation_id>/answer")
@requires()
def answer(invitation_id: int) -> ResponseReturnValue:
    """My own answer, from a page of mine."""
    mine = db.session.scalars(invitation_of(me().id, invitation_id)).one_or_none() or abort(404)
    form = AnswerForm()
    given = actions.Given(
        partstat=_chosen(form.choice.data) or abort(422),
        via="page",
        received_at=now(),
        sequence=_seen(form),
        comment=(form.comment.data or "").strip()[:500],
    )
    kept = actions.answer(mine.id, given, by=me().id)
    db.session.commit()
    flash(_("Your answer is saved.") if kept.applied else words.reason(kept.why))
    return redirect(own_page(request.form.get("next")))


def _seen(form: AnswerForm) -> int | None:
    """Which invitation they looked at: a page may stay open while the session moves."""
    number = form.sequence.data or ""
    return int(number) if number.isascii() and number.isdigit() and len(number) < 10 else None


def _chosen(word: str | None) -> PartStat | None:
    return CHOICES.get((word or "").strip().lower())


@bp.route(f"{links.PATH}/<token>", methods=["GET", "POST"])
def answer_by_link(token: str) -> ResponseReturnValue:
    """The link in a mail. Looking changes nothing, for mail scanners look at every link."""
    uid = links.uid_of(token) or abort(404)
    invitation = db.session.scalars(
        select(Invitation).where(Invitation.uid == uid).options(joinedload(Invitation.person))
    ).one_or_none() or abort(404)
    told = _told(invitation)
    with force_locale(invitation.person.language):
        form = AnswerForm(meta={"csrf": False})
        if request.method == "POST" and form.validate():
            try:
                _answer_by_link(invitation, form)
            except Refusal as refusal:
                db.session.rollback()
                form.refuse(refusal)
            else:
                db.session.commit()
                return redirect(url_for(".answer_by_link", token=token, saved=1))
        form.sequence.data = str(invitation.sequence)
        page = render_template(
            "invitations/answer.html",
            form=form,
            token=token,
            invitation=invitation,
            told=told,
            cancelled=invitation.state is InvitationState.CANCELLED,
            asked=request.args.get("choice", ""),
            saved=request.args.get("saved") == "1",
            partstats=words.PARTSTATS,
        )
    return page, 422 if form.errors or form.form_errors else 200


csrf.exempt(answer_by_link)  # the link is the secret; there may be no session to forge


def _told(invitation: Invitation) -> PublishedMeeting:
    told = db.session.scalars(
        select(PublishedMeeting).where(PublishedMeeting.meeting_id == invitation.meeting_id)
    ).one_or_none() or abort(404)
    zone = db.session.scalar(
        select(Meeting)
        .where(Meeting.id == invitation.meeting_id)
        .options(joinedload(Meeting.cohort))
    )
    use_zone(zone.cohort.timezone if zone else "Europe/Amsterdam")
    return told


def _answer_by_link(invitation: Invitation, form: AnswerForm) -> None:
    seen = _seen(form)
    chosen = _chosen(form.choice.data)
    if chosen is None:
        raise Refusal(_("Choose accept, maybe or decline."))
    comment = (form.comment.data or "").strip()
    given = actions.Given(chosen, "link", now(), sequence=seen, comment=comment, origin="link")
    actions.answer(invitation.id, given, by=invitation.person_id)
    if seen is None or seen < invitation.sequence:  # which nobody changes any more now
        raise Refusal(_("The session was moved in the meantime. Look at the new time and answer."))


@bp.get("/meetings/<int:meeting_id>/answers")
@requires(*PLANNERS)
def of_meeting(meeting_id: int) -> ResponseReturnValue:
    """Who comes, who does not, and why: for the trainers' pages."""
    mine = meeting_run_by(me().id, meeting_id, now().date())
    meeting = db.session.scalars(mine).one_or_none() or abort(404)
    use_zone(meeting.cohort.timezone)
    rows = db.session.execute(answers_at(meeting.id)).all()
    asked = [row.partstat for row in rows if not row.as_trainer]
    counts = {stat: asked.count(stat) for stat in words.PARTSTATS}
    part = wants_fragment()
    return render_template(
        "invitations/_answers.html" if part else "invitations/answers.html",
        cohort=meeting.cohort,
        meeting=meeting,
        rows=[(row, " ".join(p for p in (row[6], row[7], row[8]) if p)) for row in rows],
        counts=counts,
        comments=_comments(meeting.id),
        partstats=words.PARTSTATS,
        vias=words.VIAS,
    )


def _comments(meeting_id: int) -> dict[int, str]:
    """The newest words of each, by invitation."""
    return {row.invitation_id: row.comment for row in db.session.execute(comments_at(meeting_id))}
