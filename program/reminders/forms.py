"""What planners fill in about reminders."""

from datetime import time

from flask_babel import lazy_gettext as _l
from wtforms import IntegerField, SelectField, StringField, TextAreaField, TimeField
from wtforms.fields.choices import SelectChoice
from wtforms.validators import InputRequired, Length, NumberRange

from program.reminders.actions import Wish
from program.reminders.models import ReminderKind
from program.reminders.words import KINDS
from program.web.forms import Form


class RuleForm(Form):
    kind = SelectField(
        _l("Which reminder"),
        choices=[SelectChoice(str(kind), word) for kind, word in KINDS.items()],
    )
    days_before = IntegerField(
        _l("Days before"),
        [InputRequired(), NumberRange(0, 60)],
        description=_l("Before the session; a trainer's week: before its Monday."),
    )
    clock = TimeField(_l("At what time"), [InputRequired()], default=time(8))

    @property
    def wish(self) -> Wish:
        return Wish(ReminderKind(self.kind.data), self.days_before.data, self.clock.data)


class TextForm(Form):
    subject = StringField(_l("Subject"), [InputRequired(), Length(max=200)])
    body = TextAreaField(_l("Text"), [InputRequired(), Length(max=5000)], render_kw={"rows": 16})
