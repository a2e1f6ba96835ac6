"""What a copy of a cohort is called and when it starts."""

from flask_babel import lazy_gettext as _l
from wtforms import BooleanField, StringField
from wtforms.validators import InputRequired, Length

from program.rerun.actions import Again
from program.web.forms import DateField, Form


class AgainForm(Form):
    name = StringField(_l("Name"), [InputRequired(), Length(max=200)])
    starts_on = DateField(
        _l("First day"),
        [InputRequired()],
        description=_l("Sessions move by whole weeks, so that they keep their weekday."),
    )
    with_people = BooleanField(
        _l("With the same people"),
        description=_l("In the same groups and at the same tables. Otherwise nobody takes part."),
    )

    @property
    def again(self) -> Again:
        return Again(self.name.data.strip(), self.starts_on.data, self.with_people.data)
