"""What may be asked of a report."""

from collections.abc import Sequence
from typing import Any

from flask_babel import lazy_gettext as _l
from wtforms import SelectField
from wtforms.validators import InputRequired

from program.web.forms import DateField, Form

#: the buttons: what each gives, as format and parts
DOWNLOADS = {
    "xlsx": ("xlsx", ["rows", "summary"]),
    "ods": ("ods", ["rows", "summary"]),
    "csv": ("csv", ["rows"]),
    "csv-summary": ("csv", ["summary"]),
}


class ReportForm(Form):
    organisation_id = SelectField(_l("Organisation"), coerce=int)
    as_of = DateField(
        _l("As known on"),
        [InputRequired()],
        description=_l("Sessions up to and including this day, with what was registered by then."),
    )

    def __init__(self, organisations: Sequence[tuple[int, str]], *args: Any, **given: Any) -> None:
        super().__init__(*args, **given)
        self.organisation_id.choices = list(organisations)
