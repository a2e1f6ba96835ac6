"""What somebody chooses with an upload."""

from collections.abc import Sequence
from typing import Any

from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from flask_wtf.file import MultipleFileField
from wtforms import SelectField, StringField, ValidationError
from wtforms.validators import Length

from program.accounts.models import Organisation
from program.cohorts.models import Cohort
from program.intake.actions import Target
from program.web.forms import Form


class UploadForm(Form):
    files = MultipleFileField(
        _l("Files"),
        description=_l(
            "All files of one programme together, or a zip of the folder: participants, trainers, "
            "locations, absences (.xlsx, .ods or .csv), calendars (.ics) and the programme (.yaml)."
        ),
    )
    cohort = SelectField(_l("Cohort"), coerce=int)
    cohort_name = StringField(
        _l("Name of the new cohort"),
        [Length(max=200)],
        description=_l("Only for a new cohort. Its period comes from the programme file."),
    )
    client = StringField(
        _l("Client"),
        [Length(max=200)],
        description=_l("Whose people they are. Empty: as the programme file says."),
    )
    bureau = SelectField(_l("Run by"), coerce=int)

    def __init__(
        self, *, cohorts: Sequence[Cohort], bureaus: Sequence[Organisation], **kwargs: Any
    ) -> None:
        super().__init__(**kwargs)
        self.cohort.choices = [(0, _("A new cohort")), *((c.id, c.name) for c in cohorts)]
        self.bureau.choices = [(bureau.id, bureau.name) for bureau in bureaus]
        if len(bureaus) == 1:
            del self.bureau
        self._only = bureaus[0].id if bureaus else None

    def validate_cohort_name(self, field: StringField) -> None:
        if not self.cohort.data and not (field.data or "").strip():
            raise ValidationError(_("Give the new cohort a name."))

    @property
    def target(self) -> Target:
        return Target(
            cohort_id=self.cohort.data or None,
            cohort_name=(self.cohort_name.data or "").strip(),
            bureau_id=self.bureau.data if self.bureau else self._only,
            client_name=(self.client.data or "").strip(),
        )

    @property
    def uploads(self) -> dict[str, bytes]:
        return {
            file.filename: file.read() for file in self.files.data or () if file and file.filename
        }
