"""The rules of a cohort as its page shows them: in sections, with words for how each is set."""

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass

from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from flask_babel import ngettext

from program.planning.rules import BY_KEY, HARD, KINDS, OFF, WISH, Kind, Rule, Rules, State
from program.planning.words import rule_explanation, rule_title

#: by the first word of the key
SECTIONS: Mapping[str, tuple[str, object]] = {
    "day": ("days", _l("Days")), "weekday": ("days", _l("Days")), "part": ("days", _l("Days")),
    "pace": ("days", _l("Days")), "person": ("people", _l("People")),
    "order": ("order", _l("Order")), "gap": ("order", _l("Order")),
    "parallel": ("parallel", _l("Sessions of one module")), "room": ("rooms", _l("Rooms")),
    "travel": ("travel", _l("Travel")), "trainer": ("trainers", _l("Trainers")),
    "change": ("changes", _l("Changes to what stands")), "tables": ("tables", _l("Tables")),
}  # fmt: skip
#: how much a wish matters, in percents of its usual weight
LEVELS: tuple[tuple[int, object], ...] = (
    (25, _l("very little")), (50, _l("little")), (100, _l("as usual")), (200, _l("much")),
    (400, _l("very much")),
)  # fmt: skip
#: rules about all modules at once, so that none can be set for one of them
FOR_ALL = frozenset({
    "person.once", "room.free", "travel.trainer", "trainer.away", "trainer.week",
    "trainer.senior", "trainer.continuity", "trainer.load", "tables.again", "tables.mates",
    "tables.manager", "tables.day",
})  # fmt: skip
WEEKDAYS = (_l("Mo"), _l("Tu"), _l("We"), _l("Th"), _l("Fr"))
PARTS = (_l("morning"), _l("afternoon"), _l("evening"))


def weight_of(kind: Kind, level: int) -> int:
    """The points of a level; never none."""
    return max(1, round(kind.weight * level / 100))


def level_of(kind: Kind, weight: int) -> int | None:
    """The level that has just so many points, if there is one; of few points the usual one."""
    if weight == kind.weight:
        return 100
    return next((level for level, _word in LEVELS if weight_of(kind, level) == weight), None)


def is_for_modules(key: str) -> bool:
    """Can it be set otherwise for one module?"""
    return key not in FOR_ALL


@dataclass(frozen=True)
class Line:
    """One rule on the page."""

    kind: Kind
    rule: Rule
    settings: Sequence[tuple[int | None, str]]  # set otherwise than usual: module and its title
    others: Sequence[tuple[str, Rule]]  # for which module it is otherwise
    cost: int | None = None  # points in the last plan; nothing when there was none

    @property
    def changed(self) -> bool:
        return bool(self.settings)

    @property
    def key(self) -> str:
        return self.kind.key

    @property
    def anchor(self) -> str:
        return anchor(self.key)

    @property
    def title(self) -> str:
        return rule_title(self.key)

    @property
    def explanation(self) -> str:
        return rule_explanation(self.key)


@dataclass(frozen=True)
class Section:
    name: str
    title: str
    lines: Sequence[Line]
    always: Sequence[str]  # titles of rules that cannot be switched


class Rulebook:
    """All rules of one cohort; `costs` are points by rule in the last plan."""

    def __init__(
        self,
        given: Iterable[Rule],
        modules: Mapping[int, str],
        costs: Mapping[str, float] | None = None,
    ) -> None:
        self._given, self.modules, self._costs = tuple(given), modules, costs
        self.rules = Rules(self._given)

    @property
    def sections(self) -> list[Section]:
        found: dict[str, tuple[str, list[Kind]]] = {}
        for kind in KINDS:
            name, title = SECTIONS[kind.key.partition(".")[0]]
            found.setdefault(name, (str(title), []))[1].append(kind)
        return [self._section(name, title, kinds) for name, (title, kinds) in found.items()]

    def _section(self, name: str, title: str, kinds: Sequence[Kind]) -> Section:
        fixed = [kind for kind in kinds if kind.states == (HARD,)]
        lines = [self.line(kind.key) for kind in kinds if kind not in fixed]
        return Section(name, title, lines, [rule_title(kind.key) for kind in fixed])

    def line(self, key: str) -> Line:
        given = [rule for rule in self._given if rule.key == key]
        return Line(
            BY_KEY[key],
            self.rules.of(key),
            [(rule.module, self.modules.get(rule.module or 0, "")) for rule in given],
            [(title, rule) for rule in given if (title := self.modules.get(rule.module or 0))],
            round(self._costs[key]) if self._costs and key in self._costs else None,
        )

    @property
    def changed(self) -> list[Line]:
        return [line for section in self.sections for line in section.lines if line.changed]


def anchor(key: str) -> str:
    """Its name in the address of the page."""
    return "rule-" + key.replace(".", "-")


def state_word(state: State) -> str:
    return {HARD: str(_("Must")), WISH: str(_("Wish")), OFF: str(_("Off"))}[state]


def setting(rule: Rule) -> str:
    """ "matters much, at most 60%": how it is set, beside must, wish or off."""
    if rule.state == OFF:
        return ""
    return ", ".join(part for part in (_matters(rule), value_words(rule)) if part)


def _matters(rule: Rule) -> str:
    if rule.state != WISH:
        return ""
    level = level_of(BY_KEY[rule.key], rule.weight)
    if level == 100:
        return ""
    if level is None:
        return str(_("%(n)s points", n=rule.weight))
    return str(_("matters %(much)s", much=str(dict(LEVELS)[level])))


def value_words(rule: Rule) -> str:
    """Its own settings, the usual ones too."""
    value = {**BY_KEY[rule.key].value, **rule.value}
    sentences: dict[str, Callable[[int], str]] = {
        "weekdays": lambda mask: _chosen(WEEKDAYS, mask),
        "parts": lambda mask: _chosen(PARTS, mask),
        "days": lambda n: ngettext("within %(num)s day", "within %(num)s days", n),
        "percent": lambda n: _("at most %(n)s%%", n=n),
        "minutes": lambda n: _("at most %(n)s minutes", n=n),
        "euro_per_point": lambda n: _("a point for each %(n)s euros", n=n),
        "minutes_per_point": lambda n: _("a point for each %(n)s minutes", n=n),
    }
    return ", ".join(str(sentences[name](amount)) for name, amount in value.items())


def _chosen(words: Sequence[object], mask: int) -> str:
    return " ".join(str(word) for n, word in enumerate(words) if mask >> n & 1)
