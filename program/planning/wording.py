"""Says in plain sentences what the checker found."""

from collections.abc import Callable, Mapping
from datetime import date
from typing import Any
from zoneinfo import ZoneInfo

from flask_babel import get_locale
from flask_babel import gettext as _

from program.core import dates
from program.planning.models import PlanRun
from program.planning.problem import BY_GROUP
from program.planning.titles import titles
from program.planning.words import rule_words

Facts = Mapping[str, Any]
KNOWN = (
    "person", "manager", "group", "room", "trainer", "other", "day", "name", "fixed", "week",
    "times", "people", "capacity", "needed", "trainers", "minutes", "days", "least", "most", "why",
)  # fmt: skip
ANY_ZONE = ZoneInfo("Europe/Amsterdam")  # for days without a time it does not matter


class Wording:
    """Knows the names in one question, so that its numbers become words."""

    def __init__(self, run: PlanRun) -> None:
        problem = run.question["problem"]
        self.people = {person["id"]: person["name"] for person in problem["people"]}
        self.trainers = {trainer["id"]: trainer["name"] for trainer in problem["trainers"]}
        self.rooms = {room["id"]: room["name"] for room in problem["rooms"]}
        self.modules = {module["id"]: module for module in problem["modules"]}
        self.titles = titles((m["id"], m["title"], m["rounds"]) for m in problem["modules"])
        self.groups = list(run.question["group_names"])
        self.locale = "en" if str(get_locale()) == "en" else "nl"

    def meeting(self, key: tuple[int, int, int | None] | list[Any] | None) -> str:
        """ "Intervisie 2, Tafel 4" """
        if key is None:
            return ""
        module, turn, group = key
        title = self.turn(module, turn)
        return title if group is None else f"{title}, {self.group(module, group)}"

    def turn(self, module: int, turn: int) -> str:
        return self.titles.get((module, turn), str(self.modules[module]["title"]))

    def group(self, module: int | None, number: int) -> str:
        if module is not None and self.modules[module]["kind"] not in BY_GROUP:
            return str(_("Table %(n)s", n=number + 1))
        if number < len(self.groups):
            return str(self.groups[number])
        return str(_("Group %(n)s", n=number + 1))

    def person(self, number: int) -> str:
        return str(self.people.get(number, _("somebody who left")))

    def trainer(self, number: int) -> str:
        return str(self.trainers.get(number, _("an unknown trainer")))

    def room(self, number: int) -> str:
        return str(self.rooms.get(number, ""))

    def day(self, iso: str) -> str:
        return dates.day(date.fromisoformat(iso), self.locale, ANY_ZONE, "medium")

    def rule(self, key: str, facts: Facts) -> str:
        """A rule where it applies: "the days of Amber Berg". The facts are those of a `RuleRef`."""
        words = {name: str(value) for name, value in facts.items()}
        called = {"person": self.person, "trainer": self.trainer, "room": self.room}
        words |= {name: call(facts[name]) for name, call in called.items() if name in facts}
        if "day" in facts:
            words["day"] = self.day(facts["day"])
        if "group" in facts:
            words["group"] = self.group(facts.get("module"), facts["group"])
        for name, turn in (("module", "round"), ("after", "after_round")):
            if name in facts:
                words[name] = self.turn(facts[name], facts.get(turn, 1))
        return rule_words(key, words)

    def broken(self, found: Facts) -> str:
        """Why a rule does not hold."""
        facts = found["facts"]
        words = self._words(facts)
        family = str(found["rule"]).partition(".")[0]
        sentences = {
            "group": self._of_group, "table": self._of_table, "meeting": self._of_meeting,
            "day": self._of_day, "order": self._of_order, "gap": self._of_order,
            "person": self._of_person, "room": self._of_room, "trainer": self._of_trainer,
            "parallel": self._of_parallel, "travel": self._of_travel,
        }  # fmt: skip
        return sentences[family](words)[found["rule"]]

    def _words(self, facts: Facts) -> dict[str, str]:
        """The facts with names instead of numbers; a missing one is empty."""
        called: dict[str, Callable[[Any], str]] = {
            "person": self.person, "manager": self.person, "trainer": self.trainer,
            "day": self.day, "fixed": self.day, "week": self.day, "why": self.away,
            "group": lambda number: self.group(None, number),
            "room": self.room,
        }  # fmt: skip
        words = dict.fromkeys(KNOWN, "")
        words |= {name: called.get(name, str)(value) for name, value in facts.items()}
        if "module" in facts:
            words["other"] = self.turn(facts["module"], facts["round"])
        return words

    def away(self, why: str) -> str:
        if why == "weekday":
            return str(_("does not work on that weekday"))
        return str(_("is absent then"))

    def unplaced(self, why: str) -> str:
        """Why a meeting has no place."""
        reasons = {
            "order": _("There is no day left between the sessions before and after it."),
            "no_open_day": _("The period has no day that is not a weekend or a holiday."),
            "fixed_outside": _("Its fixed date lies outside the period."),
            "clash": _("On every possible day its people are in another session."),
        }
        return str(reasons.get(why, _("No place was found.")))

    def failed(self, error: str) -> str:
        if error == "late":
            return str(_("The planner took too long and was stopped. Try again."))
        if error == "changed":
            return str(_("The programme changed while the planner was at work. Make a new plan."))
        if error == "kernels":
            return str(_("The planner does not work on this server; the server's log says why."))
        return str(_("The planner stopped unexpectedly. Try again."))

    def _of_group(self, words: Mapping[str, str]) -> dict[str, str]:
        return {
            "group.member": _("%(person)s is in %(times)s groups instead of one.", **words),
            "group.manager": _(
                "%(person)s is in %(group)s with the own manager, %(manager)s.", **words
            ),
            "group.size": _("The groups differ by more than one person."),
            "group.together": _(
                "%(person)s and %(manager)s are not in one group, as was asked.", **words
            ),
            "group.apart": _("%(person)s and %(manager)s are in one group.", **words),
            "group.pinned": _("%(person)s is not in %(group)s, as was asked.", **words),
        }

    def _of_table(self, words: Mapping[str, str]) -> dict[str, str]:
        return {
            "table.round": _("This round has no tables."),
            "table.member": _("%(person)s sits at %(times)s tables instead of one.", **words),
            "table.size": _("%(people)s people sit at this table: too many.", **words),
            "table.manager": _(
                "%(person)s sits at a table with the own manager, %(manager)s.", **words
            ),
            "table.apart": _("%(person)s and %(manager)s sit at one table.", **words),
            "table.day": _("There is no weekday on which all people of this table work."),
        }

    def _of_meeting(self, words: Mapping[str, str]) -> dict[str, str]:
        return {
            "meeting.once": _("It is planned %(times)s times instead of once.", **words),
            "meeting.length": _("It lasts %(minutes)s minutes, not what the module asks.", **words),
        }

    def _of_day(self, words: Mapping[str, str]) -> dict[str, str]:
        return {
            "day.weekend": _("%(day)s is in a weekend.", **words),
            "day.closed": _("%(day)s is a closed day: %(name)s.", **words),
            "day.period": _("%(day)s lies outside the period.", **words),
            "day.public": _("%(day)s is a holiday: %(name)s.", **words),
            "day.optional": _("%(day)s is a day that many take off: %(name)s.", **words),
            "day.school": _("%(day)s is in the school holidays: %(name)s.", **words),
            "day.council": _("%(day)s is a council evening.", **words),
            "day.own": _("%(day)s is closed for this cohort: %(name)s.", **words),
            "day.fixed": _("It is on %(day)s, while %(fixed)s is fixed.", **words),
            "day.past": _("%(day)s lies before the first day to plan.", **words),
        }

    def _of_order(self, words: Mapping[str, str]) -> dict[str, str]:
        return {
            "order": _(
                "It is %(days)s days after %(other)s; at least %(least)s must lie between.", **words
            ),
            "gap": _(
                "It is %(days)s days after %(other)s; at most %(most)s may lie between.", **words
            ),
        }

    def _of_person(self, words: Mapping[str, str]) -> dict[str, str]:
        return {
            "person.clash": _("%(person)s is in %(other)s at the same time.", **words),
            "person.away": _("%(person)s %(why)s.", **words),
            "person.once": _("%(person)s is in %(other)s on the same day.", **words),
        }

    def _of_room(self, words: Mapping[str, str]) -> dict[str, str]:
        return {
            "room.none": _("There is no room that is free and large enough."),
            "room.size": _("%(room)s holds %(capacity)s people; %(people)s are expected.", **words),
            "room.online": _("%(room)s is the wrong kind of place: online or not.", **words),
            "room.busy": _("%(room)s is taken or closed then.", **words),
            "room.step_free": _(
                "%(room)s has steps, and somebody needs a room without them.", **words
            ),
            "room.clash": _("%(room)s is taken by %(other)s at the same time.", **words),
        }

    def _of_trainer(self, words: Mapping[str, str]) -> dict[str, str]:
        return {
            "trainer.none": _("It has %(trainers)s of the %(needed)s trainers it needs.", **words),
            "trainer.unknown": _("One of its trainers is not a trainer of this cohort."),
            "trainer.weekday": _("%(trainer)s does not work on that weekday.", **words),
            "trainer.busy": _("%(trainer)s is away or busy elsewhere then.", **words),
            "trainer.domain": _("%(trainer)s does not give the domains of this module.", **words),
            "trainer.senior": _("%(trainer)s is a junior, and no senior stands beside.", **words),
            "trainer.clash": _("%(trainer)s gives %(other)s at the same time.", **words),
            "trainer.week": _(
                "%(trainer)s has %(times)s sessions in the week of %(week)s; at most %(most)s.",
                **words,
            ),
        }

    def _of_parallel(self, words: Mapping[str, str]) -> dict[str, str]:
        return {
            "parallel.window": _(
                "Its sessions lie %(days)s days apart; at most %(most)s.", **words
            ),
            "parallel.weekday": _(
                "%(times)s of its sessions are on one weekday; at most %(most)s.", **words
            ),
        }

    def _of_travel(self, words: Mapping[str, str]) -> dict[str, str]:
        return {
            "travel.trainer": _(
                "%(trainer)s is in two places on %(day)s, %(minutes)s minutes apart; at most "
                "%(most)s.",
                **words,
            ),
        }
