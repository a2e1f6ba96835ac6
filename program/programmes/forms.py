"""What a planner may type about programmes. Checks that need other rows are in actions."""

from typing import Any

from flask_babel import lazy_gettext as _l
from wtforms import (
    BooleanField,
    DateField,
    DecimalField,
    IntegerField,
    SelectField,
    StringField,
    ValidationError,
)
from wtforms.fields.choices import SelectChoice
from wtforms.validators import InputRequired, Length, NumberRange, Optional

from program.programmes.actions import ModuleSpec
from program.programmes.models import Module, ModuleKind, Programme
from program.web.forms import Form

LONGEST_EVENING = 4.5  # hours
KINDS = {
    ModuleKind.PLENARY: _l("Plenary: everybody in one room"),
    ModuleKind.GROUP: _l("Learning group: each group by itself"),
    ModuleKind.TABLES: _l("Tables: small groups that mix anew each round"),
    ModuleKind.WEBINAR: _l("Webinar: everybody online"),
    ModuleKind.VISIT: _l("Learning visit: each group elsewhere"),
    ModuleKind.OPEN: _l("Own enrolment"),
}


class NumberField(DecimalField):
    """A number without zeros that say nothing: 7, not 7.00."""

    def _value(self) -> str:
        if self.raw_data:
            return str(self.raw_data[0])
        return "" if self.data is None else f"{self.data:g}"


class ProgrammeForm(Form):
    title = StringField(_l("Title"), [InputRequired(), Length(max=200)])
    norm = IntegerField(
        _l("Attendance norm (%)"),
        [InputRequired(), NumberRange(0, 100)],
        default=80,
        description=_l("The share of the hours of each domain that somebody must attend."),
    )


class NewProgrammeForm(ProgrammeForm):
    organisation_id = SelectField(_l("Organisation"), coerce=int)


class TitleForm(Form):
    title = StringField(_l("Title"), [InputRequired(), Length(max=200)])


class ModuleForm(Form):
    """Use `module_form`: it adds a field for the share of each domain."""

    title = StringField(_l("Title"), [InputRequired(), Length(max=200)])
    kind = SelectField(
        _l("Kind"), choices=[SelectChoice(kind.value, text) for kind, text in KINDS.items()]
    )
    hours = NumberField(
        _l("Hours"), [InputRequired(), NumberRange(0.25, 24)], description=_l("Of one round.")
    )
    rounds = IntegerField(
        _l("Rounds"),
        [InputRequired(), NumberRange(1, 40)],
        default=1,
        description=_l("How often it is held; tables mix anew each round."),
    )
    trainers = IntegerField(
        _l("Trainers per session"), [InputRequired(), NumberRange(0, 20)], default=1
    )
    online = BooleanField(_l("Online"))
    evening = BooleanField(_l("In the evening, from 19:30"))
    fixed_on = DateField(
        _l("Fixed date"), [Optional()], description=_l("Leave empty to let the planner choose.")
    )
    after_id = SelectField(_l("Comes after"), coerce=int)
    min_gap_days = IntegerField(
        _l("At least so many days later"), [Optional(), NumberRange(0, 1000)]
    )
    max_gap_days = IntegerField(
        _l("At most so many days later"), [Optional(), NumberRange(0, 1000)]
    )

    domain_ids: list[int] = []

    def share(self, domain_id: int) -> Any:
        return self[f"domain_{domain_id}"]

    @property
    def shares(self) -> list[Any]:
        return [self.share(domain_id) for domain_id in self.domain_ids]

    @property
    def plain_fields(self) -> list[Any]:
        """The fields without those of the domains, in their order."""
        hidden = {"csrf_token", *(share.name for share in self.shares)}
        return [field for field in self if field.name not in hidden]

    def validate_hours(self, hours: Any) -> None:
        if round(hours.data * 60) % 5:
            raise ValidationError(_l("Use steps of five minutes, as 1.5 for an hour and a half."))

    def validate_evening(self, evening: Any) -> None:
        if evening.data and (self.hours.data or 0) > LONGEST_EVENING:
            raise ValidationError(_l("An evening lasts at most four and a half hours."))

    @property
    def spec(self) -> ModuleSpec:
        shares = {n: float(self.share(n).data or 0) for n in self.domain_ids}
        total = sum(shares.values())
        if abs(total - 100) <= 1:  # thirds are typed as 33, 33 and 33
            shares = {n: share * 100 / total for n, share in shares.items()}
        return ModuleSpec(
            title=self.title.data,
            kind=ModuleKind(self.kind.data),
            minutes=round(self.hours.data * 60),
            weights={n: share / 100 for n, share in shares.items() if share},
            rounds=self.rounds.data,
            trainers=self.trainers.data,
            online=self.online.data,
            evening=self.evening.data,
            fixed_on=self.fixed_on.data,
            after_id=self.after_id.data or None,
            min_gap_days=self.min_gap_days.data,
            max_gap_days=self.max_gap_days.data,
        )


def module_form(programme: Programme, module: Module | None = None) -> ModuleForm:
    """A form for a module of this programme, filled in when there is one already."""
    shares = {
        f"domain_{domain.id}": NumberField(
            f"{domain.position}. {domain.title}", [Optional(), NumberRange(0, 100)]
        )
        for domain in programme.domains
    }
    ids = [domain.id for domain in programme.domains]
    made: type[ModuleForm] = type("ModuleForm", (ModuleForm,), {**shares, "domain_ids": ids})
    form = made(data=_filled(module) if module else None)
    others = [
        SelectChoice(m.id, f"{m.position}. {m.title}") for m in programme.modules if m is not module
    ]
    form.after_id.choices = [SelectChoice(0, _l("Nothing: it may come at any time")), *others]
    return form


def _filled(module: Module) -> dict[str, Any]:
    names = (
        "title", "rounds", "trainers", "online", "evening", "fixed_on", "min_gap_days",
        "max_gap_days",
    )  # fmt: skip
    values = {name: getattr(module, name) for name in names}
    values |= {
        "kind": module.kind.value,
        "hours": _short(module.minutes / 60),
        "after_id": module.after_id or 0,
    }
    return values | {f"domain_{w.domain_id}": _short(w.weight * 100) for w in module.weights}


def _short(number: float) -> float | int:
    return int(number) if number == int(number) else round(number, 2)
