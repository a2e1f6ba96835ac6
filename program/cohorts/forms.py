"""What a planner may type about cohorts and people. Checks that need other rows are in actions."""

from typing import Any

from flask_babel import lazy_gettext as _l
from wtforms import (
    BooleanField,
    DateField,
    EmailField,
    IntegerField,
    SelectField,
    SelectMultipleField,
    StringField,
)
from wtforms.fields.choices import SelectChoice
from wtforms.validators import Email, InputRequired, Length, NumberRange, Optional
from wtforms.widgets import CheckboxInput, ListWidget

from program.cohorts.actions import CohortSpec, PersonSpec, TrainerSpec
from program.web.forms import Form

REGIONS = [
    SelectChoice("", _l("No school holidays")),
    SelectChoice("noord", _l("North")),
    SelectChoice("midden", _l("Middle")),
    SelectChoice("zuid", _l("South")),
]
WEEKDAYS = [
    SelectChoice(0, _l("Monday")),
    SelectChoice(1, _l("Tuesday")),
    SelectChoice(2, _l("Wednesday")),
    SelectChoice(3, _l("Thursday")),
    SelectChoice(4, _l("Friday")),
    SelectChoice(5, _l("Saturday")),
    SelectChoice(6, _l("Sunday")),
]
PARTS = [
    SelectChoice(1, _l("Morning")),
    SelectChoice(2, _l("Afternoon")),
    SelectChoice(4, _l("Evening")),
]
GENDERS = [
    SelectChoice("", _l("Unknown")),
    SelectChoice("V", _l("Woman")),
    SelectChoice("M", _l("Man")),
    SelectChoice("X", _l("Otherwise")),
]


def days_of(mask: int) -> list[int]:
    return [day for day in range(7) if mask >> day & 1]


def mask_of(days: list[int]) -> int:
    return sum(1 << day for day in set(days))


def checks(label: Any, **options: Any) -> SelectMultipleField:
    """Several of a few: checkboxes in a fieldset."""
    widgets = {"widget": ListWidget(prefix_label=False), "option_widget": CheckboxInput()}
    return SelectMultipleField(label, **widgets, **options)


class CohortForm(Form):
    name = StringField(_l("Name"), [InputRequired(), Length(max=200)])
    starts_on = DateField(_l("First day"), [InputRequired()])
    ends_on = DateField(_l("Last day"), [InputRequired()])
    client_ids = checks(_l("Clients"), coerce=int)
    new_client = StringField(_l("A new client"), [Length(max=200)])
    school_region = SelectField(_l("School holidays"), choices=REGIONS)
    group_count = IntegerField(
        _l("Learning groups"), [InputRequired(), NumberRange(1, 400)], default=6
    )
    table_size = IntegerField(
        _l("People at a table"), [InputRequired(), NumberRange(2, 30)], default=6
    )

    @property
    def spec(self) -> CohortSpec:
        return CohortSpec(
            name=self.name.data.strip(),
            starts_on=self.starts_on.data,
            ends_on=self.ends_on.data,
            client_ids=tuple(self.client_ids.data or ()),
            new_client=(self.new_client.data or "").strip(),
            school_region=self.school_region.data,
            group_count=self.group_count.data,
            table_size=self.table_size.data,
        )


class NewCohortForm(CohortForm):
    programme_id = SelectField(_l("Programme"), coerce=int)


class PersonForm(Form):
    given_name = StringField(_l("Given name"), [InputRequired(), Length(max=200)])
    infix = StringField(_l("Infix"), [Length(max=40)])
    surname = StringField(_l("Surname"), [InputRequired(), Length(max=200)])
    email = EmailField(_l("E-mail"), [InputRequired(), Email(), Length(max=254)])

    @property
    def spec(self) -> PersonSpec:
        return PersonSpec(
            email=self.email.data.strip(),
            given_name=self.given_name.data.strip(),
            infix=(self.infix.data or "").strip(),
            surname=self.surname.data.strip(),
        )


class EnrolForm(PersonForm):
    organisation_id = SelectField(_l("Sent by"), coerce=int)
    department = StringField(_l("Department"), [Length(max=200)])
    job_title = StringField(_l("Job title"), [Length(max=200)])
    gender = SelectField(_l("Gender"), choices=GENDERS)
    working_days = checks(_l("Working days"), coerce=int, choices=WEEKDAYS, default=[0, 1, 2, 3, 4])
    since_on = DateField(_l("Takes part from"), [InputRequired()])

    @property
    def spec(self) -> PersonSpec:
        who = super().spec
        return PersonSpec(
            email=who.email,
            given_name=who.given_name,
            infix=who.infix,
            surname=who.surname,
            department=self.department.data or "",
            job_title=self.job_title.data or "",
            gender=self.gender.data,
            working_days=mask_of(self.working_days.data or []),
        )


class TransferForm(Form):
    enrolment_id = SelectField(_l("Who"), coerce=int)
    group_id = SelectField(_l("To group"), coerce=int)
    from_on = DateField(_l("From"), [InputRequired()])


class LeaveForm(Form):
    until_on = DateField(_l("Takes part no longer from"), [InputRequired()])


class GroupForm(Form):
    name = StringField(_l("Name"), [InputRequired(), Length(max=200)])


class TrainerForm(Form):
    working_days = checks(_l("Working days"), coerce=int, choices=WEEKDAYS, default=[0, 1, 2, 3, 4])
    max_per_week = IntegerField(
        _l("Sessions a week, at most"), [InputRequired(), NumberRange(0, 14)], default=5
    )
    domain_keys = checks(_l("Domains"))
    junior = BooleanField(
        _l("Junior"), description=_l("A junior gives no session without a senior beside.")
    )

    @property
    def trainer(self) -> TrainerSpec:
        return TrainerSpec(
            working_days=mask_of(self.working_days.data or []),
            max_per_week=self.max_per_week.data,
            domain_keys=tuple(self.domain_keys.data or ()),
            senior=not self.junior.data,
        )


class NewTrainerForm(PersonForm, TrainerForm):
    organisation_id = SelectField(_l("Bureau"), coerce=int)


class AbsenceForm(Form):
    first_on = DateField(_l("First day away"), [InputRequired()])
    last_on = DateField(
        _l("Last day away"), [Optional()], description=_l("Leave empty for one day.")
    )

    @property
    def days(self) -> dict[str, Any]:
        return {
            "first_on": self.first_on.data,
            "last_on": self.last_on.data or self.first_on.data,
        }


class ClosedForm(Form):
    first_on = DateField(_l("First day"), [InputRequired()])
    last_on = DateField(_l("Last day"), [Optional()], description=_l("Leave empty for one day."))
    parts = checks(_l("Parts of the day"), coerce=int, choices=PARTS, default=[1, 2, 4])
    name = StringField(_l("Name"), [Length(max=200)], description=_l("Council meeting, away day…"))

    @property
    def days(self) -> dict[str, Any]:
        return {
            "first_on": self.first_on.data,
            "last_on": self.last_on.data or self.first_on.data,
            "parts": sum(set(self.parts.data or [])),
            "name": (self.name.data or "").strip(),
        }


class PairForm(Form):
    one_id = SelectField(_l("The one"), coerce=int)
    other_id = SelectField(_l("The other"), coerce=int)
    kind = SelectField(
        _l("They are"),
        choices=[
            SelectChoice("apart", _l("never in one group or at one table")),
            SelectChoice("together", _l("together in one learning group")),
        ],
    )

    @property
    def together(self) -> bool:
        return bool(self.kind.data == "together")
