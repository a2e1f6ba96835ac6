"""A small question in the exchange format, made up here: groups, modules, trainers, one pool."""

from datetime import date, timedelta
from random import Random
from typing import Any

FIRST = date(2031, 3, 3)  # a Monday
MODULES = ((0, True), (0, False), (1, True), (1, False))  # domain, full day


def exchange_question(seed: int = 1, *, groups: int = 4, weeks: int = 16) -> dict[str, Any]:
    dice = Random(seed)  # noqa: S311
    days = [FIRST + timedelta(week * 7 + day) for week in range(weeks) for day in range(5)]
    quarter = len(days) // len(MODULES)
    return {
        "days": [day.isoformat() for day in days],
        "plenaries": [0, len(days) - 1],
        "modules": [
            {"key": f"M{number}", "domain": domain, "full_day": whole}
            for number, (domain, whole) in enumerate(MODULES)
        ],
        "groups": [
            {"size": 12, "absent": [dice.choice((0, 1, 1, 2, 5)) for _ in days]}
            for _ in range(groups)
        ],
        "trainers": [
            {"days": [int(dice.random() < 0.8) for _ in days], "domains": domains}
            for domains in ([1, 1], [1, 0], [0, 1])
        ],
        "rooms": [2] * len(days),
        "days_of_module": [
            list(range(number * quarter, (number + 1) * quarter)) for number in range(len(MODULES))
        ],
        "rules": {"min_gap": 7, "max_gap": 45, "window": 21, "weekday_cap": 3},
        "weights": {"trainer_change": 3, "load": 2},
    }
