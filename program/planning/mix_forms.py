"""What the page "Mix" asks: what to spread, and how large the groups are."""

from flask import request
from flask_babel import lazy_gettext as _l
from wtforms import BooleanField, IntegerField
from wtforms.validators import InputRequired, NumberRange, Optional

from program.cohorts.models import Cohort
from program.planning.actions import GroupWish
from program.planning.mix import ATTRIBUTES, title
from program.planning.models import PlanRun
from program.web.forms import Form


class MixForm(Form):
    """What is spread over the learning groups, how much each counts, and how large they are."""

    groups = IntegerField(_l("How many groups"), [InputRequired(), NumberRange(1, 1000)])
    least = IntegerField(_l("At least so many people"), [Optional(), NumberRange(0, 1000)])
    most = IntegerField(_l("At most so many people"), [Optional(), NumberRange(1, 1000)])
    keep = BooleanField(
        _l("Keep the groups that stand"),
        description=_l("Only who is in no group yet gets a place, where it fits best."),
    )
    seed = IntegerField(
        _l("Start number"),
        [InputRequired(), NumberRange(0, 1_000_000)],
        default=1,
        description=_l("Another number, other groups that are as good."),
    )
    spread: dict[str, int]  # attribute: how much it counts; 0 is not at all
    standing: int

    @classmethod
    def of(
        cls, cohort: Cohort, run: PlanRun | None, standing: int, *, sent: bool = False
    ) -> "MixForm":
        """As it was asked last time; how the cohort was agreed the first time; or as it is sent."""
        problem = run.question["problem"] if run else {"attributes": [], "sizes": []}
        sizes = problem["sizes"]
        even = all(size["most"] - size["least"] <= 1 for size in sizes)
        form = cls(
            **({} if sent else {"formdata": None}),
            groups=len(sizes) or cohort.group_count,
            least=None if even else min(size["least"] for size in sizes),
            most=None if even else max(size["most"] for size in sizes),
            seed=run.seed if run else 1,
        )
        asked = {a["key"]: a["weight"] for a in problem["attributes"]}
        several = len(cohort.clients) > 1
        known = [key for key in ATTRIBUTES if key != "organisation" or several]
        form.spread = {key: asked.get(key, 0) if asked else 1 for key in known}
        form.standing = standing
        if sent:
            form.spread = {key: _counts(key) for key in known}
        return form

    @property
    def titles(self) -> dict[str, str]:
        return {key: title(key) for key in self.spread}

    @property
    def wish(self) -> GroupWish:
        return GroupWish(
            attributes=self.spread,
            groups=self.groups.data,
            least=self.least.data,
            most=self.most.data,
            keep=self.keep.data,
            seed=self.seed.data,
        )


def _counts(key: str) -> int:
    """How much an attribute counts, of those that are ticked."""
    return request.form.get(f"weight-{key}", 1, int) if f"spread-{key}" in request.form else 0
