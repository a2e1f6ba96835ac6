"""Reads the file of people and wishes of `python -m program.planning groups`. Pure.

Ids may be numbers or text; inside everybody is the place in the list.
"""

from collections.abc import Mapping
from typing import Any

from program.planning.grouping import (
    OFF_WEIGHT,
    Attribute,
    GroupProblem,
    Impossible,
    Member,
    Sizes,
    even_sizes,
)

FORMAT = """\
PEOPLE.json is an object (or only the list of people):
  {"people": [{"id": 7, "attributes": {"department": "Zorg", "gender": "V"},
               "working_days": 31, "manager": 3}, ...],
   "attributes": {"department": 2, "gender": 1},
   "groups": 6,
   "sizes": [14, 16],
   "together": [[7, 9]], "apart": [[7, 12]],
   "pinned": {"7": 0},
   "common_weekday": 50}
people          id is a number or a text. working_days: bit 0 is Monday, 31 is all five days
                (the default); or a list of weekdays, 0 is Monday. Nobody gets into a group with
                their own manager (the id of somebody in the list; any other is ignored).
attributes      what is spread, and how much each counts (default: all that people have, for 1).
groups          how many. Without sizes they are as equal as can be.
sizes           [least, most] for every group; or a list with [least, most] per group.
together, apart pairs of ids.   pinned: who is in which group, counted from 0.
common_weekday  points for everybody who is off on the weekday that suits their group best.
OUT.json gets   {"groups": [[7, 3, ...], ...], "weekdays": [[1], ...], "broken": [...]} and what
                is printed: cost, bound (no groups cost less), optimal, seconds. The cost is the sum
                of weight * count * count, over groups and values, and of the weekdays.
"""


class PeopleFile:
    """The question in the file. Raises Impossible, with a sentence, where it makes no sense."""

    def __init__(self, told: Any) -> None:
        self.told: Mapping[str, Any] = {"people": told} if isinstance(told, list) else told
        try:
            self.ids = [person["id"] for person in self.told["people"]]
            self.place = {str(number): place for place, number in enumerate(self.ids)}
            if len(self.place) < len(self.ids):
                raise Impossible("Somebody is in the list twice.")
            self.problem = self._problem()
        except (KeyError, TypeError, AttributeError, IndexError) as error:
            raise Impossible(f"The file is not as it should be: {error!r}. See --help.") from error

    def _problem(self) -> GroupProblem:
        told = self.told
        return GroupProblem(
            people=tuple(map(self._member, told["people"])),
            attributes=tuple(Attribute(key, int(n)) for key, n in self._attributes().items()),
            sizes=self._sizes(),
            together=self._pairs("together"),
            apart=tuple(sorted({*self._pairs("apart"), *self._managed()})),
            pinned=tuple((self._place(p), int(g)) for p, g in told.get("pinned", {}).items()),
            off_weight=int(told.get("common_weekday", OFF_WEIGHT)),
        )

    def _member(self, person: Mapping[str, Any]) -> Member:
        values = {key: str(value) for key, value in person.get("attributes", {}).items()}
        return Member(self.place[str(person["id"])], values, _days(person.get("working_days", 31)))

    def _attributes(self) -> Mapping[str, int]:
        known = {key: 1 for p in self.told["people"] for key in p.get("attributes", {})}
        asked = self.told.get("attributes", known)
        return asked if isinstance(asked, Mapping) else dict.fromkeys(asked, 1)

    def _sizes(self) -> tuple[Sizes, ...]:
        sizes, count = self.told.get("sizes"), self.told.get("groups")
        if sizes is None:
            return even_sizes(len(self.ids), int(count or 1))
        if isinstance(sizes[0], int):
            return (Sizes(*map(int, sizes)),) * int(count or _count(len(self.ids), *sizes))
        return tuple(Sizes(*map(int, size)) for size in sizes)

    def _pairs(self, name: str) -> tuple[tuple[int, int], ...]:
        return tuple(
            (min(pair), max(pair))
            for one, other in self.told.get(name, ())
            for pair in [(self._place(one), self._place(other))]
        )

    def _managed(self) -> set[tuple[int, int]]:
        found = {
            (self.place[str(person["id"])], self.place.get(str(person.get("manager"))))
            for person in self.told["people"]
        }
        return {(min(a, b), max(a, b)) for a, b in found if b is not None and a != b}

    def _place(self, number: Any) -> int:
        if str(number) not in self.place:
            raise Impossible(f"Person {number} is in a pair or pinned, but not in the list.")
        return self.place[str(number)]


def _days(told: int | list[int]) -> int:
    return told if isinstance(told, int) else sum(1 << day for day in set(told))


def _count(people: int, least: int, most: int) -> int:
    """As many groups as come nearest to the middle size."""
    return max(1, round(2 * people / max(1, least + most)))
