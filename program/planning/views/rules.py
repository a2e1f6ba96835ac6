"""The rules and wishes of a cohort: how strict each is, how much it matters, for which module."""

from flask import redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from program.accounts.access import PLANNERS, requires
from program.accounts.login import me
from program.cohorts.models import Cohort
from program.cohorts.views.access import cohort_or_404
from program.core.clock import now
from program.core.db import db
from program.core.errors import Refusal
from program.planning import queries
from program.planning.account import costs_by_rule
from program.planning.actions import reset_rule, set_rule
from program.planning.forms import RuleForm
from program.planning.models import PlanRun
from program.planning.rulebook import Rulebook, anchor, is_for_modules, setting, state_word
from program.planning.rules import BY_KEY, HARD, Rule
from program.planning.settings import rulebook_rows
from program.planning.views import bp


def rulebook_of(cohort: Cohort) -> Rulebook:
    """As they are set now, with what they cost in the last plan."""
    wanted = queries.last_plan(cohort.id).with_only_columns(PlanRun.proposal)
    proposal = db.session.scalar(wanted)
    return Rulebook(*rulebook_rows(cohort), costs_by_rule(proposal))


@bp.get("/rules")
@requires(*PLANNERS)
def rules(cohort_id: int) -> ResponseReturnValue:
    """`?rule=` opens the form of one rule, `&module=` for one module."""
    cohort = cohort_or_404(cohort_id)
    book = rulebook_of(cohort)
    rule = _asked(book)
    return _page(cohort, book, RuleForm.of(rule) if rule else None)


def _page(
    cohort: Cohort, book: Rulebook, form: RuleForm | None, refused: str = ""
) -> ResponseReturnValue:
    content = render_template(
        "planning/rules.html",
        cohort=cohort,
        book=book,
        form=form,
        refused=refused,
        saved=request.args.get("saved", ""),
        is_for_modules=is_for_modules,
        setting=setting,
        state_word=state_word,
    )
    return content, 422 if refused or (form is not None and form.errors) else 200


def _asked(book: Rulebook) -> Rule | None:
    """The rule that the request names, as it is for the module that it names."""
    key, number = request.values.get("rule", ""), request.values.get("module", type=int)
    module = number if number in book.modules and is_for_modules(key) else None
    if key not in BY_KEY or BY_KEY[key].states == (HARD,):
        return None
    found = book.rules.of(key, module)
    return Rule(key, found.state, found.weight, found.value, module)


@bp.post("/rules")
@requires(*PLANNERS)
def change_rule(cohort_id: int) -> ResponseReturnValue:
    cohort = cohort_or_404(cohort_id)
    book = rulebook_of(cohort)
    rule = _asked(book)
    if rule is None:
        return _page(cohort, book, None, _("This rule cannot be set that way."))
    form = RuleForm.of(rule)
    if form.validate_on_submit():
        try:
            set_rule(cohort, form.asked, at=now(), by=me().id)
        except Refusal as refusal:
            db.session.rollback()
            form.refuse(refusal)
        else:
            db.session.commit()
            return _back(cohort_id, rule)
    return _page(cohort_or_404(cohort_id), book, form)


@bp.post("/rules/usual")
@requires(*PLANNERS)
def usual_rule(cohort_id: int) -> ResponseReturnValue:
    """As usual again; with a module: as it is for all."""
    cohort = cohort_or_404(cohort_id)
    book = rulebook_of(cohort)
    rule = _asked(book)
    if rule is None:
        return _page(cohort, book, None, _("This rule cannot be set that way."))
    reset_rule(cohort, rule.key, module=rule.module, at=now(), by=me().id)
    db.session.commit()
    return _back(cohort_id, rule)


def _back(cohort_id: int, rule: Rule) -> ResponseReturnValue:
    address = url_for(".rules", cohort_id=cohort_id, saved=rule.key, _anchor=anchor(rule.key))
    return redirect(address)
