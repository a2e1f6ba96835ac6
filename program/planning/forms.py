"""How to plan, for those who want to say it."""

from flask_babel import lazy_gettext as _l
from wtforms import BooleanField, DateField, IntegerField
from wtforms.validators import InputRequired, NumberRange, Optional

from program.planning.actions import Wish
from program.planning.actions.posing import LONGEST
from program.web.forms import Form


class PlanForm(Form):
    seconds = IntegerField(
        _l("At most so many seconds"),
        [InputRequired(), NumberRange(1, LONGEST)],
        default=30,
        description=_l("A cohort of 90 people takes about 5 seconds."),
    )
    seed = IntegerField(
        _l("Start number"),
        [InputRequired(), NumberRange(0, 1_000_000)],
        default=1,
        description=_l("The same number gives the same plan again; another number, another plan."),
    )
    from_on = DateField(
        _l("Plan nothing new before"),
        [Optional()],
        description=_l("Sessions before this day stay as they are. Empty: decide by itself."),
    )
    mix = BooleanField(
        _l("Make new learning groups"),
        description=_l("Otherwise the groups that stand already are kept."),
    )

    @property
    def wish(self) -> Wish:
        return Wish(
            seed=self.seed.data,
            seconds=self.seconds.data,
            mix=self.mix.data,
            from_on=self.from_on.data,
        )
