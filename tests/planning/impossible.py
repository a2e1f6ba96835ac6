"""Questions without an answer, and what they come to in numbers."""

from dataclasses import replace
from datetime import timedelta
from typing import Any

from program.planning.problem import Module, Problem, Room, SpecialDay, Trainer
from program.planning.rules import HARD, Rule
from program.planning.solver.compile import Compiled, compiled
from tests.planning.cases import START, people, small

FIRST, SECOND, THIRD = 1, 2, 3


def asked(problem: Problem) -> Compiled:
    """With the groups that the problem names."""
    return compiled(problem, problem.groups, problem.tables)


def question(**given: Any) -> Problem:
    """A kick-off for all, a day for each group and another one; everything is possible."""
    row: dict[str, Any] = {
        "groups": ((1, 2, 3, 4, 5, 6), (7, 8, 9, 10, 11, 12)),
        "modules": (
            Module(FIRST, "Kick-off", "plenary", 240, fixed_on=START),
            Module(SECOND, "Zelf", "group", 420, after=FIRST),
            Module(THIRD, "Opgave", "group", 420, after=SECOND),
        ),
        "closed": {},
    }
    return small(**row | given)


def in_the_holiday() -> Problem:
    """The third module can only come in the six weeks of the summer holiday."""
    kick_off, second, third = question().modules
    holiday = (START + timedelta(days=n) for n in range(35, 77))
    return question(
        modules=(
            kick_off,
            replace(second, min_gap_days=14, max_gap_days=30),
            replace(third, min_gap_days=28, max_gap_days=30),
        ),
        special=tuple(SpecialDay(day, "day.school", "Zomervakantie") for day in holiday),
    )


def too_few_trainers() -> Problem:
    """Four groups within eight days, and one trainer who works one day a week."""
    return question(
        groups=((1, 2, 3), (4, 5, 6), (7, 8, 9), (10, 11, 12)),
        group_count=4,
        modules=question().modules[:2],
        trainers=(Trainer(101, "Tess", working_days=1),),
        rules=(Rule("parallel.window", HARD, value={"days": 7}),),
    )


def fixed_the_wrong_way_round() -> Problem:
    kick_off, second, third = question().modules
    return question(
        modules=(
            kick_off,
            replace(second, fixed_on=START + timedelta(days=30)),
            replace(third, fixed_on=START + timedelta(days=21)),
        )
    )


def no_common_weekday() -> Problem:
    """Five of the first group each have another day off; the sixth works all week."""
    days = (0b11110, 0b11101, 0b11011, 0b10111, 0b01111)
    part_time = tuple(
        replace(person, working_days=days[n] if n < 5 else 31)
        for n, person in enumerate(people(12))
    )
    return question(people=part_time)


def no_trainer_for_a_domain() -> Problem:
    kick_off, second, _third = question().modules
    return question(modules=(kick_off, replace(second, domains=frozenset({"samenleving"}))))


def rooms_taken() -> Problem:
    """Both groups on one and the same day, and one room that is free then."""
    kick_off, second, _third = question().modules
    return question(
        modules=(kick_off, replace(second, fixed_on=START + timedelta(days=7))),
        rooms=(Room(201, "Zaal", 40),),
    )
