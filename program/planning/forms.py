"""How to plan, for those who want to say it; and how strict each rule is."""

from collections.abc import Sequence
from dataclasses import replace
from typing import Any

from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from wtforms import BooleanField, DateField, IntegerField, RadioField, SelectField
from wtforms.fields.choices import SelectChoice
from wtforms.validators import InputRequired, NumberRange, Optional, ValidationError

from program.cohorts.forms import WEEKDAYS, checks, days_of, mask_of
from program.planning.actions import Wish
from program.planning.actions.posing import LONGEST
from program.planning.actions.ruling import HEAVIEST
from program.planning.rulebook import LEVELS, PARTS, weight_of
from program.planning.rules import BY_KEY, HARD, OFF, WISH, Kind, Rule, State
from program.web.forms import Form

Names = Sequence[tuple[int, str]]  # number and name
STATES = {
    HARD: _l("Must: a plan that breaks it is not right"),
    WISH: _l("Wish: breaking it costs points"),
    OFF: _l("Off: it does not count"),
}


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

    afresh = BooleanField(
        _l("Plan everything afresh"),
        description=_l(
            "Once people were told, planning again only changes what must change. Tick this to "
            "decide anew about all sessions to come."
        ),
    )

    @property
    def wish(self) -> Wish:
        return Wish(
            afresh=self.afresh.data,
            seed=self.seed.data,
            seconds=self.seconds.data,
            mix=self.mix.data,
            from_on=self.from_on.data,
        )


AMOUNTS = {
    "days": (_l("At most so many days from the first to the last"), 1, 365),
    "percent": (_l("At most so many percent on one weekday"), 1, 100),
    "minutes": (_l("At most so many minutes"), 0, 600),
    "euro_per_point": (_l("One point for each so many euros"), 1, 10_000),
    "minutes_per_point": (_l("One point for each so many minutes"), 1, 600),
}


class RuleForm(Form):
    """How one rule is set; fields that the rule does not have are left out."""

    state = RadioField(_l("How strict?"), [InputRequired()])
    matters = SelectField(_l("How much it matters"), coerce=int)
    weight = IntegerField(
        _l("Exactly so many points"),
        [Optional(), NumberRange(1, HEAVIEST)],
        description=_l("One person who misses one plenary is 40 points. Filled in, it counts."),
    )
    weekdays = checks(_l("On these weekdays"), coerce=int, choices=WEEKDAYS[:5])
    parts = checks(
        _l("On these parts of the day"),
        coerce=int,
        choices=[SelectChoice(n, word) for n, word in enumerate(PARTS)],
    )

    @classmethod
    def of(cls, rule: Rule) -> "RuleForm":
        """Filled with what the rule is now, or with what was typed."""
        kind = BY_KEY[rule.key]
        shape = type(cls.__name__, (cls,), _amounts(kind))
        form: RuleForm = shape(data=_data(rule))
        form.rule = rule
        form.state.choices = [SelectChoice(state.value, STATES[state]) for state in kind.states]
        form.matters.choices = _levels(kind, rule)
        for name in _needless(kind):
            del form[name]
        return form

    rule: Rule

    @property
    def asked(self) -> Rule:
        """What was typed, as a rule."""
        kind = BY_KEY[self.rule.key]
        state = State(self.state.data) if "state" in self else kind.states[0]
        value = {name: self._value(name) for name in kind.value}
        return replace(self.rule, state=state, weight=self._weight, value=value)

    @property
    def _weight(self) -> int:
        if "matters" not in self:
            return self.rule.weight
        return int(self.weight.data or self.matters.data)

    def _value(self, name: str) -> int:
        typed = self[name].data
        return mask_of(typed) if isinstance(typed, list) else int(typed)

    def validate(self, extra_validators: Any = None) -> bool:
        """At least one weekday, one part of the day."""
        fits = bool(super().validate(extra_validators))
        for name in {"weekdays", "parts"} & set(self._fields):
            if not self[name].data:
                self[name].errors = [_("Choose at least one.")]
                fits = False
        return fits


def _amounts(kind: Kind) -> dict[str, IntegerField]:
    return {
        name: IntegerField(label, [InputRequired(), NumberRange(least, most)])
        for name, (label, least, most) in AMOUNTS.items()
        if name in kind.value
    }


def _data(rule: Rule) -> dict[str, Any]:
    value = {**BY_KEY[rule.key].value, **rule.value}
    for name in {"weekdays", "parts"} & set(value):
        value[name] = days_of(value[name])
    return {**value, "state": rule.state.value, "matters": rule.weight, "weight": None}


def _levels(kind: Kind, rule: Rule) -> list[SelectChoice]:
    """By their points; one more for points that are of no level."""
    found = {weight_of(kind, level): word for level, word in LEVELS}
    found[kind.weight] = dict(LEVELS)[100]
    found.setdefault(rule.weight, _("as now: %(n)s points", n=rule.weight))
    return [SelectChoice(weight, word) for weight, word in sorted(found.items())]


def _needless(kind: Kind) -> set[str]:
    unused = {"weekdays", "parts"} - set(kind.value)
    if len(kind.states) == 1:
        unused.add("state")
    return unused if WISH in kind.states else unused | {"matters", "weight"}


class RepairForm(Form):
    """What happened. Empty: nothing new, only mend what is broken."""

    whom = SelectField(_l("Who or what"))
    first_on = DateField(_l("From"))
    last_on = DateField(_l("Until and with (empty: one day)"), [Optional()])
    leaves = BooleanField(
        _l("This trainer stops for good"),
        description=_l("From the first day on they give nothing any more."),
    )

    def offer(self, trainers: Names, rooms: Names, people: Names) -> None:
        """What can happen to whom, in parts."""
        parts = (
            (_("Trainer away"), "trainer", trainers),
            (_("Room lost"), "room", rooms),
            (_("Participant absent"), "person", people),
        )
        self.whom.choices = [
            SelectChoice("", _("Nothing new: check everything")),
            *(
                SelectChoice(f"{kind}-{number}", name, optgroup=part)
                for part, kind, names in parts
                for number, name in names
            ),
        ]

    def validate_first_on(self, field: DateField) -> None:
        if self.whom.data and not field.data:
            raise ValidationError(_("Choose the first day."))

    def validate_leaves(self, field: BooleanField) -> None:
        if field.data and not self.whom.data.startswith("trainer-"):
            raise ValidationError(_("Only a trainer can stop for good. Choose one."))

    @property
    def chosen(self) -> tuple[str, int] | None:
        """What sort of thing, and its number."""
        kind, _dash, number = (self.whom.data or "").partition("-")
        return (kind, int(number)) if number else None


class TablesForm(Form):
    from_on = DateField(
        _l("Tables before this day stay as they are"),
        [Optional()],
        description=_l("Empty: everything from tomorrow is mixed anew."),
    )
    seed = IntegerField(
        _l("Start number"),
        [Optional(), NumberRange(0, 1_000_000)],
        default=1,
        description=_l("The same number gives the same plan again; another number, another plan."),
    )

    @property
    def wish(self) -> Wish:
        return Wish(tables=True, seed=self.seed.data or 1, from_on=self.from_on.data)
