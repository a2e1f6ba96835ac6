"""The other sessions for one invitation: by the link in a mail, and on one's own pages."""

from datetime import datetime

from flask import abort, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import force_locale
from flask_babel import gettext as _
from sqlalchemy import select
from sqlalchemy.orm import joinedload

from program.accounts.access import requires
from program.accounts.login import me
from program.catchup import actions, links, wording
from program.catchup.actions.booking import Press
from program.catchup.models import CatchUp, CatchUpState
from program.catchup.options import Option, effect_of, options_of, told_of
from program.catchup.queries import same_turn
from program.catchup.views import bp
from program.core.clock import now
from program.core.db import db
from program.core.errors import Refusal
from program.invitations import links as answer_links
from program.invitations.models import Invitation, InvitationState, PartStat
from program.invitations.queries import invitation_of
from program.web.dates import use_zone
from program.web.forms import Form
from program.web.fragments import wants_fragment
from program.web.shell import csrf


class ChoiceForm(Form):
    """Which button was pressed; the buttons are in the page."""


@bp.route(f"{links.PATH}/<token>", methods=["GET", "POST"])
def by_link(token: str) -> ResponseReturnValue:
    """The link in a mail. Looking changes nothing, for mail scanners look at every link."""
    invitation = _of(links.uid_of(token) or abort(404))
    with force_locale(invitation.person.language):
        form = ChoiceForm(meta={"csrf": False})
        return _answered(invitation, form, "link", url_for(".by_link", token=token))


csrf.exempt(by_link)  # the link is the secret; there may be no session to forge


@bp.get("/catch-up/after/<token>")
def after_answer(token: str) -> ResponseReturnValue:
    """From the page that says "you do not come" on to what there is instead."""
    invitation = _of(answer_links.uid_of(token) or abort(404))
    where = url_for(".by_link", token=links.token_of(invitation.uid))
    if not wants_fragment():
        return redirect(where)
    with force_locale(invitation.person.language):
        return _page(invitation, ChoiceForm(meta={"csrf": False}), where)


@bp.route("/my/catch-up/<int:invitation_id>", methods=["GET", "POST"])
@requires()
def mine(invitation_id: int) -> ResponseReturnValue:
    """The same for who is signed in."""
    found = db.session.scalars(invitation_of(me().id, invitation_id)).one_or_none() or abort(404)
    where = url_for(".mine", invitation_id=invitation_id)
    return _answered(found, ChoiceForm(), "page", where)


def _of(uid: str) -> Invitation:
    return db.session.scalars(
        select(Invitation).where(Invitation.uid == uid).options(joinedload(Invitation.person))
    ).one_or_none() or abort(404)


def _answered(invitation: Invitation, form: Form, via: str, where: str) -> ResponseReturnValue:
    if form.validate_on_submit():
        by = me().id if via == "page" else invitation.person_id
        press = Press(now(), via, by=by, origin="web" if via == "page" else "link")
        try:
            done = _press(invitation, press)
        except Refusal as refusal:
            db.session.rollback()
            form.refuse(refusal)
        else:
            db.session.commit()
            return redirect(f"{where}{done}")
    page = _page(invitation, form, where)
    return page, 422 if form.errors or form.form_errors else 200


def _press(invitation: Invitation, press: Press) -> str:
    """What was pressed, done; gives what to add to the address of the page that says so."""
    doing, _colon, number = request.form.get("press", "").partition(":")
    meeting_id = int(number) if number.isascii() and number.isdigit() and len(number) < 10 else 0
    if doing == "book":
        actions.book(invitation.id, meeting_id, press)
        return f"?booked={meeting_id}"
    if doing == "wait":
        actions.wait(invitation.id, meeting_id, press)
        return "?waiting=1"
    if doing == "leave":
        actions.leave_line(invitation.id, meeting_id, press)
        return ""
    raise Refusal(_("Choose one of the sessions."))


def _page(invitation: Invitation, form: Form, where: str) -> str:
    at = now()
    use_zone(invitation.meeting.cohort.timezone)
    options = _open_options(invitation, at)
    return render_template(
        "catchup/_options.html" if wants_fragment() else "catchup/show.html",
        form=form,
        where=where,
        invitation=invitation,
        told=told_of(invitation),
        options=_chosen_first(options, request.args.get("to", type=int)),
        effects=effect_of(invitation, options[0], at=at) if options else [],
        booked=_booked(invitation, at),
        over=is_over(invitation, at),
        declined=invitation.partstat is PartStat.DECLINED,
        waiting=any(option.waits for option in options),
        words=wording,
    )


def _open_options(invitation: Invitation, at: datetime) -> list[Option]:
    if invitation.state is not InvitationState.INVITED:
        return []
    options = options_of(invitation, at=at)
    said_no = invitation.partstat is PartStat.DECLINED
    if said_no or is_over(invitation, at) or any(option.waits for option in options):
        return options
    return []


def is_over(invitation: Invitation, at: datetime) -> bool:
    return told_of(invitation).ends_at <= at


def _chosen_first(options: list[Option], chosen: int | None) -> list[Option]:
    return sorted(options, key=lambda option: option.id != chosen)


def _booked(invitation: Invitation, at: datetime) -> Invitation | None:
    """Where they go instead, as long as they do."""
    state = db.session.scalar(select(CatchUp.state).where(CatchUp.invitation_id == invitation.id))
    keeps = invitation.state is InvitationState.INVITED and not is_over(invitation, at)
    if state is not CatchUpState.BOOKED or keeps:
        return None
    return _instead_of(invitation, at)


def _instead_of(invitation: Invitation, at: datetime) -> Invitation | None:
    turn = db.session.scalars(same_turn(invitation.meeting_id)).all()
    return db.session.scalars(
        select(Invitation).where(
            Invitation.person_id == invitation.person_id,
            Invitation.meeting_id.in_(turn),
            Invitation.meeting_id != invitation.meeting_id,
            Invitation.state == InvitationState.INVITED,
            Invitation.starts_at > at,
        )
    ).first()
