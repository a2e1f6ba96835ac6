"""What a trainer may type about one person's presence."""

from flask_babel import lazy_gettext as _l
from wtforms import IntegerField, RadioField, SelectField
from wtforms.fields.choices import SelectChoice
from wtforms.validators import InputRequired, NumberRange, Optional

from program.attendance.models import PresenceState
from program.web.forms import Form


class MarkForm(Form):
    state = RadioField(
        _l("Attendance"),
        [InputRequired(_l("Choose one of these."))],
        choices=[
            SelectChoice(PresenceState.PRESENT.value, _l("Present")),
            SelectChoice(PresenceState.LATE.value, _l("Late")),
            SelectChoice(PresenceState.LEFT_EARLY.value, _l("Left early")),
            SelectChoice(PresenceState.ABSENT.value, _l("Absent")),
            SelectChoice(PresenceState.EXCUSED.value, _l("Absent, excused beforehand")),
        ],
    )
    minutes = IntegerField(
        _l("Minutes attended"),
        [Optional(), NumberRange(min=0, message=_l("Give a number of minutes from 0."))],
        description=_l("For who was late or left early. Empty: 15 minutes less than the session."),
    )


class GuestForm(Form):
    person = SelectField(_l("Participant"), coerce=int)
