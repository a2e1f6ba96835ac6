"""What planners fill in to publish, and people to answer."""

from flask_babel import lazy_gettext as _l
from wtforms import BooleanField, HiddenField, SelectMultipleField, TextAreaField
from wtforms.form import BaseForm
from wtforms.validators import Length

from program.web.forms import Form


class TicksField(SelectMultipleField):
    """Boxes that stand elsewhere on the page; which there may be, the schedule knows."""

    def pre_validate(self, form: BaseForm) -> None:
        """Any number may be ticked: one that means nothing changes nothing."""


class ReleaseForm(Form):
    note = TextAreaField(
        _l("A note with these messages"),
        [Length(max=2000)],
        description=_l("Optional. Everyone who gets a message now reads it."),
        render_kw={"rows": 3},
    )
    silent_past = BooleanField(_l("Send nothing for sessions that are over"))
    tell = TicksField(coerce=int)  # sessions of which only words or the room changed, that are told
    seen = HiddenField()  # which changes the planner looked at


class AnswerForm(Form):
    choice = HiddenField()
    sequence = HiddenField()  # of the invitation that the person looked at
    comment = TextAreaField(
        _l("A few words for the trainer"),
        [Length(max=500)],
        description=_l("Optional. Only the trainers read this, until the session is over."),
        render_kw={"rows": 2},
    )
