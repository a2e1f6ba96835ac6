"""The page "Mix": learning groups, proposed by the planner and moved by hand."""

from collections.abc import Callable
from typing import Any

from flask import Blueprint, abort, flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _
from sqlalchemy import select
from wtforms.fields.choices import SelectChoice

from program.accounts.access import PLANNERS, requires
from program.accounts.login import me
from program.cohorts.actions import add_pair, drop_pair
from program.cohorts.forms import PairForm
from program.cohorts.models import Cohort, Pair
from program.cohorts.queries import named_pairs, pairs, people
from program.cohorts.views.access import cohort_or_404, enrolment_or_404
from program.cohorts.views.people import listed
from program.core.clock import now
from program.core.db import db
from program.core.errors import Refusal
from program.planning import queries
from program.planning.actions import (
    accept_groups,
    improve,
    move_people,
    pin_people,
    pose_groups,
    swap_people,
)
from program.planning.mix import Mix
from program.planning.mix_forms import MixForm
from program.planning.models import PlanRun, RunKind, RunState
from program.planning.views.access import AT_WORK, any_run_or_404
from program.planning.views.running import progress_of
from program.web.fragments import wants_fragment

bp = Blueprint("mixing", __name__, url_prefix="/cohorts/<int:cohort_id>/mix")


@bp.get("")
@requires(*PLANNERS)
def index(cohort_id: int) -> ResponseReturnValue:
    """The newest proposal; `?run=` shows an earlier one."""
    cohort = cohort_or_404(cohort_id)
    return _page(cohort, _run(cohort))


def _run(cohort: Cohort) -> PlanRun | None:
    asked = request.args.get("run", type=int)
    return _groups_or_404(cohort, asked) if asked else _newest(cohort)


def _newest(cohort: Cohort) -> PlanRun | None:
    return db.session.scalars(queries.group_runs(cohort.id).limit(1)).first()


def _groups_or_404(cohort: Cohort, mix_id: int) -> PlanRun:
    run = any_run_or_404(cohort, mix_id)
    return run if run.kind == RunKind.GROUPS else abort(404)


def _page(
    cohort: Cohort, run: PlanRun | None, *, refused: str = "",
    form: MixForm | None = None, pair_form: PairForm | None = None,
) -> ResponseReturnValue:  # fmt: skip
    form = form or MixForm.of(cohort, run, _standing(cohort))
    pair_form = pair_form or _pair_form(cohort, formdata=None)
    content = render_template(
        "planning/mix/index.html",
        cohort=cohort,
        run=run,
        at_work=run is not None and run.state in AT_WORK,
        progress=progress_of(run) if run else None,
        failed=run is not None and run.state == RunState.FAILED,
        mix=_mix(cohort, run),
        form=form,
        pair_form=pair_form,
        pairs=db.session.execute(named_pairs(cohort.id)).all(),
        refused=refused,
    )
    return content, 422 if refused or form.errors or pair_form.errors else 200


def _mix(cohort: Cohort, run: PlanRun | None) -> Mix | None:
    if run is None or run.proposal is None:
        return None
    return Mix(run, [tuple(row) for row in db.session.execute(pairs(cohort.id))])


def _pair_form(cohort: Cohort, **given: Any) -> PairForm:
    form = PairForm(**given)
    rows = db.session.execute(people(cohort.id, cohort.day(now().date())))
    form.one_id.choices = form.other_id.choices = [SelectChoice(r.id, listed(r)) for r in rows]
    return form


def _standing(cohort: Cohort) -> int:
    """How many learning groups have people."""
    day = cohort.day(now().date())
    rows = db.session.execute(queries.learning_group_members(cohort.id, day))
    return len({group for _person, group in rows})


@bp.post("")
@requires(*PLANNERS)
def start(cohort_id: int) -> ResponseReturnValue:
    cohort = cohort_or_404(cohort_id)
    form = MixForm.of(cohort, None, _standing(cohort), sent=True)
    if form.validate_on_submit():
        try:
            pose_groups(cohort, form.wish, at=now(), by=me().id)
        except Refusal as refusal:
            db.session.rollback()
            form.refuse(refusal)
        else:
            db.session.commit()
            return redirect(url_for(".index", cohort_id=cohort_id))
    cohort = cohort_or_404(cohort_id)
    return _page(cohort, _newest(cohort), form=form)


@bp.post("/<int:mix_id>/arrangement")
@requires(*PLANNERS)
def arrange(cohort_id: int, mix_id: int) -> ResponseReturnValue:
    """Move, swap, pin or unpin the people that are selected."""
    cohort = cohort_or_404(cohort_id)
    run = _groups_or_404(cohort, mix_id)
    try:
        said = _arranged(run)
    except Refusal as refusal:
        db.session.rollback()
        return _arrangement(cohort_id, mix_id, refused=str(refusal))
    db.session.commit()
    return _arrangement(cohort_id, mix_id, said=said)


def _arranged(run: PlanRun) -> str:
    chosen = request.form.getlist("person", type=int)
    version = request.form.get("version", -1, int)
    do = request.form.get("do", "move")
    who: dict[str, Any] = {"version": version, "by": me().id}
    work: dict[str, Callable[[], None]] = {
        "move": lambda: move_people(run, chosen, request.form.get("to", -1, int), **who),
        "swap": lambda: swap_people(run, chosen, **who),
        "pin": lambda: pin_people(run, chosen, True, **who),
        "unpin": lambda: pin_people(run, chosen, False, **who),
    }
    work.get(do, lambda: abort(400))()
    return do


def _arrangement(
    cohort_id: int, mix_id: int, *, said: str = "", refused: str = ""
) -> ResponseReturnValue:
    """The groups as they are now: only those for htmx, the whole page else."""
    cohort = cohort_or_404(cohort_id)
    run = _groups_or_404(cohort, mix_id)
    if not wants_fragment():
        if refused:
            return _page(cohort, run, refused=refused)
        return redirect(url_for(".index", cohort_id=cohort_id, run=mix_id, _anchor="arrangement"))
    content = render_template(
        "planning/mix/_arrangement.html", cohort=cohort, run=run, mix=_mix(cohort, run),
        said=_said(said), refused=refused,
    )  # fmt: skip
    return content, 422 if refused else 200


def _said(do: str) -> str:
    """What a screen reader hears, before how good the groups are now."""
    words = {
        "move": _("Moved."), "swap": _("Changed places."), "pin": _("Pinned."),
        "unpin": _("Not pinned any more."),
    }  # fmt: skip
    return str(words.get(do, ""))


@bp.post("/<int:mix_id>/improvement")
@requires(*PLANNERS)
def improve_groups(cohort_id: int, mix_id: int) -> ResponseReturnValue:
    cohort = cohort_or_404(cohort_id)
    try:
        improve(_groups_or_404(cohort, mix_id), at=now(), by=me().id)
    except Refusal as refusal:
        return _refused(cohort_id, mix_id, refusal)
    db.session.commit()
    return redirect(url_for(".index", cohort_id=cohort_id))


@bp.post("/<int:mix_id>/acceptance")
@requires(*PLANNERS)
def accept(cohort_id: int, mix_id: int) -> ResponseReturnValue:
    cohort = cohort_or_404(cohort_id)
    run = _groups_or_404(cohort, mix_id)
    version = request.form.get("version", -1, int)
    try:
        accept_groups(run, version=version, at=now(), by=me().id)
    except Refusal as refusal:
        return _refused(cohort_id, mix_id, refusal)
    db.session.commit()
    flash(_("These are the learning groups now."))
    return redirect(url_for("cohorts.groups", cohort_id=cohort_id))


def _refused(cohort_id: int, mix_id: int, refusal: Refusal) -> ResponseReturnValue:
    db.session.rollback()
    cohort = cohort_or_404(cohort_id)
    return _page(cohort, _groups_or_404(cohort, mix_id), refused=str(refusal))


@bp.post("/pairs")
@requires(*PLANNERS)
def name_pair(cohort_id: int) -> ResponseReturnValue:
    cohort = cohort_or_404(cohort_id)
    form = _pair_form(cohort)
    if form.validate_on_submit():
        both = (enrolment_or_404(cohort, n) for n in (form.one_id.data, form.other_id.data))
        try:
            add_pair(cohort, *both, together=form.together, by=me().id)
        except Refusal as refusal:
            db.session.rollback()
            form.refuse(refusal)
        else:
            db.session.commit()
            return redirect(url_for(".index", cohort_id=cohort_id, _anchor="pairs"))
    cohort = cohort_or_404(cohort_id)
    return _page(cohort, _newest(cohort), pair_form=form)


@bp.post("/pairs/<int:pair_id>/removal")
@requires(*PLANNERS)
def forget_pair(cohort_id: int, pair_id: int) -> ResponseReturnValue:
    cohort = cohort_or_404(cohort_id)
    wanted = select(Pair).where(Pair.id == pair_id, Pair.cohort_id == cohort.id)
    pair = db.session.scalars(wanted).one_or_none() or abort(404)
    drop_pair(pair, by=me().id)
    db.session.commit()
    return redirect(url_for(".index", cohort_id=cohort_id, _anchor="pairs"))
