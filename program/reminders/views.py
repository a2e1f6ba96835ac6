"""What will be sent when and to whom, the rules and the words, and the button."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime
from itertools import groupby

from flask import Blueprint, abort, flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _
from flask_babel import ngettext

from program.accounts.access import PLANNERS, requires
from program.accounts.login import me
from program.cohorts.models import Cohort
from program.cohorts.views.access import cohort_or_404
from program.core.clock import now
from program.core.db import db
from program.core.errors import Refusal
from program.invitations.queries import meeting_run_by
from program.mail.queries import ready_at
from program.meetings.models import Meeting
from program.reminders import actions, words
from program.reminders.forms import RuleForm, TextForm
from program.reminders.models import ReminderKind
from program.reminders.planned import Guest, Planned
from program.reminders.queries import guests_of, rules_of, sent_by_day, texts_of
from program.reminders.standard import STANDARD
from program.reminders.texts import FIELDS
from program.web.dates import clock, use_zone
from program.web.forms import Form
from program.web.fragments import wants_fragment

bp = Blueprint("reminders", __name__)

SHOWN, SHOWN_DAYS = 40, 14


@dataclass(frozen=True)
class Occasion:
    """Those who get the same reminder at the same moment, and the words of the first."""

    first: Planned
    names: Sequence[str]
    subject: str
    body: str


@bp.get("/cohorts/<int:cohort_id>/reminders")
@requires(*PLANNERS)
def index(cohort_id: int) -> ResponseReturnValue:
    return _page(cohort_or_404(cohort_id), RuleForm())


def _page(cohort: Cohort, form: RuleForm) -> ResponseReturnValue:
    coming = actions.to_come(cohort, at=now())
    occasions = _occasions(cohort, coming)
    page = render_template(
        "reminders/index.html",
        cohort=cohort,
        form=form,
        rules=db.session.scalars(rules_of(cohort.id)).all(),
        occasions=occasions[:SHOWN],
        more=max(0, len(occasions) - SHOWN),
        own=texts_of(cohort.id),
        sent=db.session.execute(sent_by_day(cohort.id).limit(SHOWN_DAYS)).all(),
        kinds=words.KINDS,
        languages=words.LANGUAGES,
    )
    return page, 422 if form.errors or form.form_errors else 200


def _occasions(cohort: Cohort, coming: Iterable[Planned]) -> list[Occasion]:
    """A digest is told each trainer apart; the rest meeting by meeting."""
    together = [list(some) for _key, some in groupby(coming, key=lambda each: each.occasion)]
    writer = actions.writer_for(cohort, [some[0] for some in together[:SHOWN]], to_show=True)
    found = []
    for n, some in enumerate(together):
        subject, body = writer.words(some[0]) if n < SHOWN else ("", "")
        found.append(Occasion(some[0], [each.guest.full_name for each in some], subject, body))
    return found


@bp.post("/cohorts/<int:cohort_id>/reminders")
@requires(*PLANNERS)
def add(cohort_id: int) -> ResponseReturnValue:
    cohort = cohort_or_404(cohort_id)
    form = RuleForm()
    if form.validate_on_submit():
        try:
            actions.add_rule(cohort.id, form.wish, by=me().id, at=now())
        except Refusal as refusal:
            db.session.rollback()
            form.refuse(refusal)
        else:
            db.session.commit()
            flash(_("Saved. Below you see what will be sent."))
            return redirect(url_for(".index", cohort_id=cohort_id))
    return _page(cohort, form)


@bp.post("/cohorts/<int:cohort_id>/reminders/usual")
@requires(*PLANNERS)
def add_usual(cohort_id: int) -> ResponseReturnValue:
    cohort = cohort_or_404(cohort_id)
    actions.add_usual(cohort.id, by=me().id, at=now())
    db.session.commit()
    flash(_("Saved. Below you see what will be sent."))
    return redirect(url_for(".index", cohort_id=cohort_id))


@bp.post("/cohorts/<int:cohort_id>/reminders/<int:rule_id>/removal")
@requires(*PLANNERS)
def drop(cohort_id: int, rule_id: int) -> ResponseReturnValue:
    cohort = cohort_or_404(cohort_id)
    if not actions.drop_rule(cohort.id, rule_id, by=me().id):
        abort(404)
    db.session.commit()
    flash(_("This reminder is no longer sent."))
    return redirect(url_for(".index", cohort_id=cohort_id))


@bp.route("/cohorts/<int:cohort_id>/reminders/text", methods=["GET", "POST"])
@requires(*PLANNERS)
def text(cohort_id: int) -> ResponseReturnValue:
    """The words of a reminder; a look at them on a real person before they are kept."""
    cohort = cohort_or_404(cohort_id)
    which, language = _which()
    subject, body = texts_of(cohort.id).get((which, language)) or STANDARD[which, language]
    form = TextForm(subject=subject, body=body)
    if form.validate_on_submit():
        given = form.subject.data or "", (form.body.data or "").replace("\r\n", "\n")
        try:
            actions.refuse_faulty(which, subject=given[0], body=given[1])
        except Refusal as refusal:
            form.refuse(refusal)
        else:
            if "look" not in request.form:
                actions.write_text(cohort.id, which, language, *given, by=me().id)
                db.session.commit()
                flash(_("Saved."))
                return redirect(_text_page(cohort_id, which, language))
            subject, body = given
    page = render_template(
        "reminders/text.html",
        cohort=cohort,
        form=form,
        kind=which,
        language=language,
        kinds=words.KINDS,
        languages=words.LANGUAGES,
        fields=[(name, words.FIELDS[name]) for name in FIELDS[which]],
        own=(which, language) in texts_of(cohort.id),
        shown=_shown(cohort, which, language, (subject, body)),
    )
    return page, 422 if form.errors or form.form_errors else 200


def _which() -> tuple[ReminderKind, str]:
    """The kind and language that the address asks for."""
    kind = request.args.get("kind", ReminderKind.UNANSWERED)
    language = request.args.get("language", "nl")
    if kind not in list(ReminderKind) or language not in words.LANGUAGES:
        abort(404)
    return ReminderKind(kind), language


def _text_page(cohort_id: int, kind: ReminderKind, language: str) -> str:
    return url_for(".text", cohort_id=cohort_id, kind=str(kind), language=language)


def _shown(
    cohort: Cohort, kind: ReminderKind, language: str, given: tuple[str, str]
) -> tuple[str, str, str] | None:
    """Whose, subject and body: for the first to come whom such a reminder could reach."""
    guest = _somebody(guests_of(cohort.id, now()), kind, language)
    if guest is None:
        return None
    planned = Planned("", kind, 0, now(), guest.starts_at, (guest,))
    return guest.full_name, *_words_for(cohort, planned, given)


def _words_for(
    cohort: Cohort, planned: Planned, given: tuple[str, str] | None = None
) -> tuple[str, str]:
    return actions.writer_for(cohort, [planned], to_show=True).words(planned, given)


def _somebody(guests: Sequence[Guest], kind: ReminderKind, language: str) -> Guest | None:
    trains = kind is ReminderKind.DIGEST
    fits = [guest for guest in guests if guest.as_trainer is trains]
    return next((guest for guest in fits if guest.language == language), fits[0] if fits else None)


@bp.post("/cohorts/<int:cohort_id>/reminders/text/reset")
@requires(*PLANNERS)
def reset(cohort_id: int) -> ResponseReturnValue:
    cohort = cohort_or_404(cohort_id)
    which, language = _which()
    actions.reset_text(cohort.id, which, language, by=me().id)
    db.session.commit()
    flash(_("The standard text holds again."))
    return redirect(_text_page(cohort_id, which, language))


@bp.route("/meetings/<int:meeting_id>/reminder", methods=["GET", "POST"])
@requires(*PLANNERS)
def unanswered(meeting_id: int) -> ResponseReturnValue:
    """One button for all who have not answered; a page of its own where there is no script."""
    mine = meeting_run_by(me().id, meeting_id, now().date())
    meeting = db.session.scalars(mine).one_or_none() or abort(404)
    use_zone(meeting.cohort.timezone)
    form = Form()
    if form.validate_on_submit():
        return _remind(meeting)
    return _button(meeting, form)


def _button(meeting: Meeting, form: Form, told: str = "") -> str:
    """The button with what it did, alone or with the text of the mail around it."""
    at = now()
    silence = actions.silence(meeting.cohort, meeting.id, at=at)
    some = silence.due
    part = wants_fragment()
    return render_template(
        "reminders/_button.html" if part else "reminders/unanswered.html",
        cohort=meeting.cohort,
        meeting=meeting,
        form=form,
        part=part,
        told=told,
        names=[each.guest.full_name for each in some],
        reminded=silence.reminded,
        refused=silence.refused,
        nobody=words.NOBODY[_why_nobody(meeting, at)],
        words=_words_for(meeting.cohort, some[0]) if some else None,
    )


def _why_nobody(meeting: Meeting, at: datetime) -> str:
    """Why there may be nobody to remind: a key of `NOBODY`."""
    told = meeting.published
    if told is None:
        return "unpublished"
    if told.starts_at <= at:
        return "begun"
    moved = meeting.starts_at != told.starts_at or bool(meeting.cancelled_at)
    return "moved" if moved else "answered"


def _remind(meeting: Meeting) -> ResponseReturnValue:
    number = actions.remind_now(meeting.cohort_id, meeting.id, by=me().id, at=now())
    db.session.commit()
    told = _told(number) if number else str(words.NOBODY[_why_nobody(meeting, now())])
    if wants_fragment():
        return _button(meeting, Form(), told)
    flash(told)
    return redirect(url_for(".unanswered", meeting_id=meeting.id))


def _told(number: int) -> str:
    """How many mails, and when they will have left."""
    sentence = ngettext(
        "One person is sent a reminder.", "%(num)s people are sent a reminder.", number
    )
    ready = ready_at(now())
    leaves = (
        ngettext(
            "The mail will have left at about %(time)s.",
            "The mails will have left at about %(time)s.",
            number,
            time=clock(ready),
        )
        if ready
        else _("Sending is paused. Someone has to resume it.")
    )
    return f"{sentence} {leaves}"
