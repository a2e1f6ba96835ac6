"""The learning groups of a cohort: who is in them and how even they are."""

from collections import Counter, defaultdict
from dataclasses import dataclass, field
from typing import Any

from flask import flash, redirect, render_template, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from program.accounts.access import PLANNERS, requires
from program.accounts.login import me
from program.cohorts.actions import add_group, rename_group
from program.cohorts.forms import GroupForm, TransferForm
from program.cohorts.models import Cohort
from program.cohorts.queries import learning_groups, people
from program.cohorts.views import bp
from program.cohorts.views.access import cohort_or_404, group_or_404
from program.cohorts.views.people import listed
from program.core.clock import now
from program.core.db import db
from program.core.errors import Refusal


@dataclass(frozen=True)
class Card:
    """One group as the page shows it."""

    id: int | None
    name: str
    people: list[Any] = field(default_factory=list)

    @property
    def names(self) -> list[tuple[int, str]]:
        return [(row.id, listed(row)) for row in self.people]

    def spread(self, column: str) -> list[tuple[str, int]]:
        """How many of each, the largest first."""
        counted = Counter(getattr(row, column) or "?" for row in self.people)
        return sorted(counted.items(), key=lambda item: (-item[1], item[0]))

    @property
    def with_manager(self) -> list[tuple[str, str]]:
        """Who sits with the own manager: both names."""
        by_number = {r.employee_number: r for r in self.people if r.employee_number}
        pairs = ((row, by_number.get(row.manager_number)) for row in self.people)
        return [(listed(row), listed(boss)) for row, boss in pairs if boss is not None]


def _cards(cohort: Cohort) -> list[Card]:
    rows = db.session.execute(people(cohort.id, cohort.day(now().date()))).all()
    inside: defaultdict[int | None, list[Any]] = defaultdict(list)
    for row in rows:
        inside[row.group_id].append(row)
    groups = db.session.scalars(learning_groups(cohort.id))
    cards = [Card(group.id, group.name, inside[group.id]) for group in groups]
    return [*cards, Card(None, _("Without a group"), inside[None])] if inside[None] else cards


@bp.get("/cohorts/<int:cohort_id>/groups", endpoint="groups")
@requires(*PLANNERS)
def groups_page(cohort_id: int) -> ResponseReturnValue:
    cohort = cohort_or_404(cohort_id)
    cards = _cards(cohort)
    targets = [(card.id, card.name) for card in cards if card.id is not None]
    return render_template(
        "cohorts/groups.html",
        cohort=cohort,
        cards=cards,
        targets=targets,
        day=cohort.day(now().date()),
        form=GroupForm(),
        transfer=TransferForm(),
    )


@bp.post("/cohorts/<int:cohort_id>/groups")
@requires(*PLANNERS)
def new_group(cohort_id: int) -> ResponseReturnValue:
    cohort = cohort_or_404(cohort_id)
    form = GroupForm()
    if form.validate_on_submit():
        try:
            add_group(cohort, name=form.name.data.strip(), by=me().id)
        except Refusal as refusal:
            form.refuse(refusal)
        else:
            db.session.commit()
            flash(_("The group is added."))
            return redirect(url_for("cohorts.groups", cohort_id=cohort_id))
    page = render_template("cohorts/group.html", cohort=cohort, form=form, title=_("New group"))
    return page, 422


@bp.route("/cohorts/<int:cohort_id>/groups/<int:group_id>", methods=["GET", "POST"])
@requires(*PLANNERS)
def group(cohort_id: int, group_id: int) -> ResponseReturnValue:
    cohort = cohort_or_404(cohort_id)
    row = group_or_404(cohort, group_id)
    form = GroupForm(obj=row)
    if form.validate_on_submit():
        try:
            rename_group(row, name=form.name.data.strip(), by=me().id)
        except Refusal as refusal:
            form.refuse(refusal)
        else:
            db.session.commit()
            flash(_("Saved."))
            return redirect(url_for("cohorts.groups", cohort_id=cohort_id))
    page = render_template("cohorts/group.html", cohort=cohort, form=form, title=row.name)
    return page, 422 if form.errors else 200
