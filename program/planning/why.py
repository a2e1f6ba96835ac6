"""Says in plain sentences why there is no plan, and what would help at which price."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from flask_babel import gettext as _
from flask_babel import ngettext

from program.planning.models import PlanRun
from program.planning.wording import Wording
from program.planning.words import rule_title

Told = Mapping[str, Any]
BY_BUTTON = ("wish", "wider", "sooner", "more", "free")  # what a button can do by itself
ELSEWHERE = {"guest": "cohorts.new_trainer", "hall": "meetings.venues"}  # where it is arranged


@dataclass(frozen=True)
class WayTold:
    number: int
    deed: str
    what: str  # "Allow 77 days instead of 30 between Kick-off and Zelf"
    outcome: str  # "Then every rule can hold. The plan costs 228 points more."
    helps: bool
    prices: list[tuple[str, int]]  # rule, points more
    by_button: bool
    elsewhere: str  # the endpoint of the page where it is arranged


@dataclass(frozen=True)
class TroubleTold:
    number: int
    head: str
    rules: list[str]
    proof: str
    ways: list[WayTold]


class Why:
    """What was found, in the language of whoever reads it."""

    def __init__(self, run: PlanRun) -> None:
        self.words = Wording(run)
        self.found: Told = run.reasons or {"troubles": [], "broken": 0, "cost": 0}

    @property
    def troubles(self) -> list[TroubleTold]:
        return [self._trouble(n, one) for n, one in enumerate(self.found["troubles"])]

    @property
    def verdict(self) -> str:
        """What it comes to, when no rules stand in each other's way."""
        if self.found["broken"]:
            return str(_("Nobody knows yet: neither a plan nor a proof was found in this time."))
        return str(_("There is a plan that holds to every rule. Plan again to get it."))

    def _trouble(self, number: int, one: Told) -> TroubleTold:
        rules = list(self._rules(one["rules"]))
        return TroubleTold(
            number=number,
            head=_head(one["proof"], len(rules)),
            rules=rules,
            proof=one["proof"],
            ways=[self._way(n, way) for n, way in enumerate(one["ways"])],
        )

    def _rules(self, rules: list[Told]) -> Iterator[str]:
        """One line each; the days of several people are one line."""
        people = [rule for rule in rules if rule["key"] == "person.away"]
        for rule in rules:
            if rule not in people:
                yield self.rule(rule)
        if people:
            names = ", ".join(self.words.person(rule["facts"]["person"]) for rule in people)
            yield str(_("everybody of the group can come: %(people)s", people=names))

    def rule(self, rule: Told) -> str:
        """ "Opgave at most 30 days after Zelf" """
        facts = rule["facts"]
        if rule["key"] == "day.fixed":
            return str(_("%(meeting)s is fixed on %(day)s", **self._meeting(facts)))
        if rule["key"] == "room.size" and "people" in facts:
            return self._room(facts)
        return self.words.rule(rule["key"], facts)

    def _room(self, facts: Told) -> str:
        module = self.words.turn(facts["module"], facts["round"])
        if facts["online"]:
            return str(_("%(module)s needs an online room; there is none", module=module))
        return str(
            _(
                "%(module)s needs a room for %(people)s people; there is none",
                module=module,
                people=facts["people"],
            )
        )

    def _meeting(self, facts: Told) -> dict[str, str]:
        key = [facts["module"], facts["round"], facts.get("group")]
        return {"meeting": self.words.meeting(key), "day": self.words.day(facts["day"])}

    def _way(self, number: int, way: Told) -> WayTold:
        kept = bool(way["rule"]["facts"].get("kept"))
        return WayTold(
            number=number,
            deed=way["deed"],
            what=self._what(way),
            outcome=self._outcome(way),
            helps=way["helps"],
            prices=[(rule_title(key), points) for key, points in self._prices(way)],
            by_button=way["deed"] in BY_BUTTON and not kept,
            elsewhere="meetings.board" if kept else ELSEWHERE.get(way["deed"], ""),
        )

    def _prices(self, way: Told) -> Iterator[tuple[str, int]]:
        for key, points in way["costs"].items():
            if not key.startswith("extra."):
                yield key, points

    def _what(self, way: Told) -> str:
        facts, values = way["rule"]["facts"], way["values"]
        between = {
            "after": self.words.turn(facts["after"], facts.get("after_round", 1))
            if "after" in facts
            else "",
            "module": self.words.turn(facts["module"], facts.get("round", 1))
            if facts.get("module") is not None
            else "",
            **{name: values.get(name, "") for name in ("was", "days", "more")},
        }
        deed = way["deed"]
        if deed == "wish" and between["module"]:
            title = f"{rule_title(way['rule']['key'])} ({between['module']})"
            return str(_("Make a wish of it: %(title)s", title=title))
        if deed == "free":
            return str(_("Let go of the fixed date of %(meeting)s", **self._meeting(facts)))
        if deed == "wider" and way["rule"]["key"] == "parallel.window":
            return str(
                _("Give the sessions of %(module)s %(days)s days instead of %(was)s", **between)
            )
        return _deed(deed, way["rule"]["key"], between)

    def _outcome(self, way: Told) -> str:
        if way["cost"] is None:
            return str(_("There was no time left to see what comes of it."))
        if not way["helps"]:
            return _still(way["broken"])
        parts = [
            _still(way["broken"]) if way["broken"] else str(_("Then every rule can hold.")),
            *self._details(way["values"]),
            _points(way["more"]),
        ]
        return " ".join(part for part in parts if part)

    def _details(self, values: Told) -> Iterator[str]:
        if "on" in values:
            yield str(_("It would be on %(day)s.", day=self.words.day(values["on"])))
        if "times" in values:
            yield str(
                ngettext(
                    "Needed for %(num)s session.", "Needed for %(num)s sessions.", values["times"]
                )
            )


def _head(proof: str, rules: int) -> str:
    if proof == "unproven":
        return str(
            _("The best plan found breaks these rules. With more time there may be a better one.")
        )
    if rules == 1:
        return str(_("This cannot be, whatever the dates are:"))
    if proof == "minimal":
        return str(
            _("These rules cannot hold together. As soon as one of them gives way, they can:")
        )
    return str(_("These rules cannot hold together. Perhaps not each of them matters:"))


def _deed(deed: str, key: str, between: Mapping[str, Any]) -> str:
    sentences = {
        "wish": _("Make a wish of it: %(title)s", title=rule_title(key)),
        "wider": _(
            "Allow %(days)s days instead of %(was)s between %(after)s and %(module)s", **between
        ),
        "sooner": ngettext(
            "Ask %(num)s day instead of %(was)s between %(after)s and %(module)s",
            "Ask %(num)s days instead of %(was)s between %(after)s and %(module)s",
            int(between["days"] or 0),
            **between,
        ),
        "more": _("Allow %(more)s more on one weekday: %(module)s", **between),
        "guest": _("Find one more trainer"),
        "hall": _("Find one more room"),
    }
    return str(sentences[deed])


def _still(broken: int) -> str:
    return str(
        ngettext(
            "Then still %(num)s rule cannot be kept.",
            "Then still %(num)s rules cannot be kept.",
            broken,
        )
    )


def _points(more: int) -> str:
    if more > 0:
        return str(ngettext("It costs %(num)s point.", "It costs %(num)s points.", more))
    return str(_("It costs no points."))
