"""From draft to published: who gets what, one button, and how far the mail is."""

from flask import abort, current_app, flash, redirect, render_template, request, url_for
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
from program.invitations import actions, words
from program.invitations.changes import Changes
from program.invitations.forms import ReleaseForm
from program.invitations.models import Release
from program.invitations.preview import SILENT, back_of, cancelled_by_undo, preview, sessions
from program.invitations.queries import progress_of, releases_of, undeliverable
from program.invitations.views import bp
from program.mail.models import MailState
from program.mail.queries import ready_at, waiting_before
from program.meetings.schedule import schedule_of
from program.web.forms import Form

SHOWN_RELEASES = 20


@bp.route("/cohorts/<int:cohort_id>/release", methods=["GET", "POST"])
@requires(*PLANNERS)
def release(cohort_id: int) -> ResponseReturnValue:
    """Look at what would be sent, choose, look again, publish."""
    cohort = cohort_or_404(cohort_id)
    form = ReleaseForm()
    if form.validate_on_submit() and "look" not in request.form:
        try:
            return _publish(cohort, form)
        except actions.ChangedMeanwhile as changed:
            db.session.rollback()
            form.refuse(changed)
    changes = actions.changes(cohort.id, at=now(), **_choices(form))
    form.seen.data = changes.fingerprint()
    return _page(cohort, form, changes), 422 if form.errors or form.form_errors else 200


def _choices(form: ReleaseForm) -> actions.Choices:
    """A box without a tick says something only when the boxes were there."""
    chose = form.is_submitted()
    return {
        "silent_past": bool(form.silent_past.data),
        "tell": frozenset(form.tell.data or ()) if chose else None,
    }


def _publish(cohort: Cohort, form: ReleaseForm) -> ResponseReturnValue:
    actions.refuse_unseen(cohort.id, form.seen.data or "", at=now())
    done = actions.release(
        cohort.id,
        by=me().id,
        at=now(),
        note=form.note.data or "",
        **_choices(form),
    )
    db.session.commit()
    if done.number is None:
        flash(_("There is nothing new to publish."), "info")
    else:
        number = len(done.changes.letters)
        flash(ngettext("Published. One message is on its way.",
                       "Published. %(num)s messages are on their way.", number))  # fmt: skip
    return redirect(url_for(".release", cohort_id=cohort.id))


def _page(cohort: Cohort, form: ReleaseForm, changes: Changes) -> str:
    filters = {
        "kind": request.args.get("kind", ""),
        "search": request.args.get("q", "").strip(),
        "number": request.args.get("page", 1, type=int),
    }
    releases = db.session.scalars(releases_of(cohort.id).limit(SHOWN_RELEASES)).all()
    return render_template(
        "invitations/release.html",
        cohort=cohort,
        form=form,
        changes=changes,
        counts=changes.counts(),
        sessions=sessions(changes),
        shown=preview(changes, **filters),  # type: ignore[arg-type]
        filters=filters,
        news=words.KINDS,
        shown_as=words.KINDS | {SILENT: words.SILENT},
        unreachable=_unreachable(changes),
        refused=db.session.scalars(undeliverable(cohort.id)).all(),
        conflicts=schedule_of(cohort).conflicts if changes.meetings else [],
        **_finish(changes),
        releases=releases,
        names={r.id: r.released_by.name if r.released_by else "" for r in releases},
        progress=_progress(cohort.id),
    )


def _finish(changes: Changes) -> dict[str, object]:
    """When the last message will have left, and the messages in the queue before these."""
    at = now()
    waiting = db.session.scalar(waiting_before(at)) or 0
    last = ready_at(at, more=len(changes.letters)) if changes.letters else None
    return {
        "ready_at": last,
        "waiting_before": waiting,
        "per_minute": current_app.config["MAIL_PER_MINUTE"]
        if current_app.config["MAIL_URL"]
        else 0,
        "mail_is_paused": bool(changes.letters) and last is None,
    }


def _unreachable(changes: Changes) -> list[tuple[str, str]]:
    readers = {due.person_id: changes.world.readers[due.person_id] for due in changes.unreachable}
    return sorted((reader.name, reader.email) for reader in readers.values())


@bp.route("/cohorts/<int:cohort_id>/release/<int:release_id>/undo", methods=["GET", "POST"])
@requires(*PLANNERS)
def undo(cohort_id: int, release_id: int) -> ResponseReturnValue:
    """Put the draft back to what was published before; nobody hears until it is published."""
    cohort = cohort_or_404(cohort_id)
    wanted = releases_of(cohort.id).where(Release.id == release_id)
    last = db.session.scalars(wanted).one_or_none() or abort(404)
    form = Form()
    if form.validate_on_submit():
        try:
            actions.undo(cohort.id, last.number, by=me().id, at=now())
        except Refusal as refusal:
            db.session.rollback()
            form.refuse(refusal)
        else:
            db.session.commit()
            flash(_("The draft is back to what was published before. Look, then publish."))
            return redirect(url_for(".release", cohort_id=cohort.id))
    at = now()
    planned = actions.changes(cohort.id, at=at)
    page = render_template(
        "invitations/undo.html",
        cohort=cohort,
        form=form,
        last=last,
        number=last.number,
        back=back_of(last, planned, at),
        cancelled=cancelled_by_undo(last, planned, at),
    )
    return page, 422 if form.form_errors else 200


@bp.get("/cohorts/<int:cohort_id>/release/progress")
@requires(*PLANNERS)
def progress(cohort_id: int) -> ResponseReturnValue:
    cohort = cohort_or_404(cohort_id)
    return render_template(
        "invitations/_progress.html", cohort=cohort, progress=_progress(cohort.id)
    )


def _progress(cohort_id: int) -> dict[str, object]:
    """How far the messages of the last release are."""
    counts = {row.state: row.number for row in db.session.execute(progress_of(cohort_id))}
    waiting = counts.get(MailState.READY, 0) + counts.get(MailState.LEASED, 0)
    total = sum(counts.values())
    return {
        "total": total,
        "left": total - waiting - counts.get(MailState.HELD, 0),
        "waiting": waiting,
        "dead": counts.get(MailState.DEAD, 0),
        "held": counts.get(MailState.HELD, 0),
        "ready_at": ready_at(now()) if waiting else None,
        "by_smtp": bool(current_app.config["MAIL_URL"]),
    }
