"""The roll of one meeting: made for a phone at the door, saved as you tap.

Ninety rows: so everything in a row is a ready text, and nothing is formatted or looked up there.
"""

from dataclasses import dataclass
from functools import cache
from uuid import uuid4

from flask import Response, abort, flash, make_response, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _
from flask_babel import ngettext

from program.accounts.access import PLANNERS, requires
from program.accounts.login import beside_or_404, me
from program.accounts.models import sort_key
from program.attendance import actions, queries
from program.attendance.actions import Mark, MarkedMeanwhile
from program.attendance.models import PresenceState
from program.attendance.queries import Head
from program.attendance.views import bp
from program.attendance.words import SEGMENTS, note, segment
from program.core.clock import now
from program.core.db import db
from program.core.errors import Refusal
from program.web.dates import clock, moment
from program.web.kept import kept
from program.web.stencil import filled, together


@dataclass(slots=True)
class RollRow:
    person_id: int
    field: str  # of the form, and the place on the page
    name: str
    key: str  # for searching: lower case, no accents
    department: str
    seen: int  # id of the mark that counts, 0 when open
    segment: str
    note: str

    def texts(self, base: str) -> dict[str, str]:
        """As the template of a row shows them; `base` is the address of the roll."""
        return {
            "base": base,
            "id": str(self.person_id),
            "field": self.field,
            "name": self.name,
            "key": self.key,
            "department": self.department,
            "seen": str(self.seen),
            "note": self.note,
            **_CHECKED[self.segment],
        }


_CHECKED = {
    chosen: {name: "checked" if name == chosen else "" for name in SEGMENTS}
    for chosen in (*SEGMENTS, "")
}


def head_or_404(meeting_id: int) -> Head:
    asked = {"person": me().id, "meeting_id": meeting_id, "day": now().date()}
    return Head(*db.session.execute(queries.roll_head(), asked).one_or_none() or abort(404))


@bp.get("/meetings/<int:meeting_id>/roll")
@requires(*PLANNERS, beside=queries.roll_head)
def roll(meeting_id: int) -> ResponseReturnValue:
    head = Head(*beside_or_404())
    undo = request.args.get("undo", "")
    return kept(meeting_id, head.version, render=lambda: _page(head, undo=undo))


def _page(head: Head, *, undo: str = "", conflicts: tuple[str, ...] = ()) -> str:
    rows = _rows(head.id)
    wanted = request.args.get("q", "").strip()
    shown = [row for row in rows if _matches(row, wanted)] if wanted else rows
    base = url_for("attendance.roll", meeting_id=head.id)
    return render_template(
        "attendance/roll.html",
        head=head,
        when=_when(head),
        base=base,
        rows=together(filled("attendance/_row.html", (row.texts(base) for row in shown))),
        everybody=len(rows),
        counts=_counts(rows),
        seen=max((row.seen for row in rows), default=0),
        q=wanted,
        undo=undo,
        conflicts=conflicts,
        early=head.starts_at.date() > now().date(),
    )


def _rows(meeting_id: int) -> list[RollRow]:
    rows = []
    said = cache(note)  # of ninety people most have the same
    for row in db.session.connection().execute(queries.roll(), {"meeting_id": meeting_id}):
        person_id, given, infix, surname, key, department, presence_id, state, minutes = row
        rows.append(
            RollRow(
                person_id=person_id,
                field=f"p{person_id}",
                name=f"{given} {infix} {surname}" if infix else f"{given} {surname}",
                key=key,
                department=department or "",
                seen=presence_id or 0,
                segment=segment(state),
                note=said(state, minutes),
            )
        )
    return rows


def _matches(row: RollRow, wanted: str) -> bool:
    return all(word in row.key for word in sort_key("", "", wanted).split())


def _counts(rows: list[RollRow]) -> list[int]:
    found = [row.segment for row in rows]
    return [found.count(name) for name in (*SEGMENTS, "")]


def _when(head: Head) -> str:
    parts = [moment(head.starts_at), head.venue_name]
    return " · ".join(part for part in (*parts, head.room_name) if part)


@bp.post("/meetings/<int:meeting_id>/roll")
@requires(*PLANNERS)
def save(meeting_id: int) -> ResponseReturnValue:
    """The whole form at once: for a browser without scripts. Who was not changed is left alone."""
    head = head_or_404(meeting_id)
    stamp = f"{uuid4().hex}.0"
    changed, conflicts = 0, []
    for row in _rows(meeting_id):
        chosen = request.form.get(row.field, row.segment)
        if chosen == row.segment or chosen not in SEGMENTS:
            continue
        given = Mark(PresenceState(chosen), stamp=stamp, seen=request.form.get("seen", 0, int))
        try:
            actions.receive(meeting_id, row.person_id, given, by=me().id, at=now())
        except MarkedMeanwhile as refusal:
            conflicts.append(f"{row.name}: {_both(refusal)}")
        else:
            changed += 1
    db.session.commit()
    if conflicts:
        return _page(head, undo=stamp if changed else "", conflicts=tuple(conflicts)), 409
    flash(ngettext("%(num)s person marked.", "%(num)s people marked.", changed))
    return redirect(url_for(".roll", meeting_id=meeting_id, undo=stamp if changed else None), 303)


@bp.post("/meetings/<int:meeting_id>/roll/rest")
@requires(*PLANNERS)
def rest(meeting_id: int) -> ResponseReturnValue:
    head_or_404(meeting_id)
    state = _sent_state(request.form.get("state", "present"))
    stamp = f"{request.form.get('device') or uuid4().hex}.rest{uuid4().hex[:8]}"[:80]
    try:
        done = actions.mark_rest(meeting_id, state, by=me().id, at=now(), stamp=stamp)
    except Refusal as refusal:
        flash(str(refusal), "error")
        return redirect(url_for(".roll", meeting_id=meeting_id), 303)
    db.session.commit()
    flash(ngettext("%(num)s person marked.", "%(num)s people marked.", done))
    return redirect(url_for(".roll", meeting_id=meeting_id, undo=stamp if done else None), 303)


@bp.post("/meetings/<int:meeting_id>/roll/undo")
@requires(*PLANNERS)
def undo(meeting_id: int) -> ResponseReturnValue:
    head_or_404(meeting_id)
    done = actions.undo(meeting_id, request.form.get("stamp", ""), by=me().id, at=now())
    db.session.commit()
    flash(
        ngettext("%(num)s mark taken back.", "%(num)s marks taken back.", done)
        if done
        else _("Nothing to take back: it was corrected in the meantime.")
    )
    return redirect(url_for(".roll", meeting_id=meeting_id), 303)


@bp.post("/meetings/<int:meeting_id>/roll/<int:person_id>/mark")
@requires(*PLANNERS)
def tap(meeting_id: int, person_id: int) -> ResponseReturnValue:
    """One tap on the roll; answers with the counts and what counts for this person now."""
    head_or_404(meeting_id)
    try:
        actions.receive(meeting_id, person_id, _sent_mark(), by=me().id, at=now())
    except MarkedMeanwhile as refusal:
        db.session.rollback()
        return _after_tap(meeting_id, person_id, conflict=_both(refusal), status=409)
    except Refusal as refusal:
        db.session.rollback()
        return _after_tap(meeting_id, person_id, error=str(refusal), status=422)
    db.session.commit()
    return _after_tap(meeting_id, person_id)


def _sent_state(word: str) -> PresenceState:
    try:
        return PresenceState(word)
    except ValueError:
        raise Refusal(_("Choose present, late or absent.")) from None


def _sent_mark() -> Mark:
    state = _sent_state(request.form.get("state", ""))
    stamp = request.form.get("stamp", "")[:80]
    return Mark(state, stamp=stamp, seen=request.form.get("seen", None, int))


def _after_tap(
    meeting_id: int, person_id: int, *, conflict: str = "", error: str = "", status: int = 200
) -> Response:
    rows = _rows(meeting_id)
    row = next((row for row in rows if row.person_id == person_id), None)
    text = render_template(
        "attendance/_tapped.html", row=row, counts=_counts(rows), conflict=conflict, error=error
    )
    return make_response(text, status)


def _both(refusal: MarkedMeanwhile) -> str:
    theirs, mine = refusal.theirs, refusal.mine
    sentence: str = _(
        "%(name)s marked %(theirs)s at %(time)s; you chose %(mine)s.",
        name=theirs.marked_by.name if theirs.marked_by else _("someone else"),
        theirs=note(theirs.state, None, always=True),
        time=clock(theirs.marked_at),
        mine=note(mine.state, None, always=True),
    )
    return sentence
