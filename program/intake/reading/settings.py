"""Values out of a YAML file, each checked; what is wrong is remembered with its key."""

from collections.abc import Mapping
from datetime import date
from typing import Any

from program.intake.reading.dates import read_date
from program.intake.reading.problems import Problem

_FLAGS = {"ja": True, "yes": True, "nee": False, "no": False}


class Mistakes:
    """Reads values by key and notes what was wrong with them."""

    def __init__(self, file: str) -> None:
        self.file = file
        self.found: list[Problem] = []

    def note(self, key: str, why: str, value: object = "") -> None:
        self.found.append(Problem(self.file, 0, key, str(value)[:200], why))

    def mapping(self, value: object, key: str) -> dict[str, Any]:
        if value is None:
            return {}
        if not isinstance(value, dict):
            self.note(key, "not a mapping", value)
            return {}
        return {str(name): item for name, item in value.items()}

    def items(self, value: object, key: str) -> list[tuple[str, dict[str, Any]]]:
        if value is None:
            return []
        if not isinstance(value, list):
            self.note(key, "not a list", value)
            return []
        return [(f"{key}[{n}]", self.mapping(item, f"{key}[{n}]")) for n, item in enumerate(value)]

    def text(self, values: Mapping[str, Any], name: str, at: str, *, longest: int = 200) -> str:
        value = values.get(name)
        if value is None or isinstance(value, dict | list) or not str(value).strip():
            self.note(f"{at}{name}", "missing" if value is None else "not a text", value or "")
            return ""
        if len(str(value)) > longest:
            self.note(f"{at}{name}", "too long", longest)
        return " ".join(str(value).split())[:longest]

    def number(
        self, values: Mapping[str, Any], name: str, at: str, *, within: tuple[float, float],
        default: float = 0.0,
    ) -> float:  # fmt: skip
        value = values.get(name, default)
        if isinstance(value, bool) or not isinstance(value, int | float):
            self.note(f"{at}{name}", "not a number", value)
            return float(default)
        if not within[0] <= value <= within[1]:
            self.note(f"{at}{name}", "out of range", f"{value} ({within[0]:g} … {within[1]:g})")
            return float(default)
        return float(value)

    def whole(
        self, values: Mapping[str, Any], name: str, at: str, *, within: tuple[int, int],
        default: int,
    ) -> int:  # fmt: skip
        number = self.number(values, name, at, within=within, default=default)
        if not number.is_integer():
            self.note(f"{at}{name}", "not a whole number", number)
            return default
        return int(number)

    def day(self, values: Mapping[str, Any], name: str, at: str) -> date | None:
        value = values.get(name)
        if value is None:
            return None
        day = read_date(value) if isinstance(value, date | str) else None
        if day is None:
            self.note(f"{at}{name}", "unreadable date", value)
        return day

    def one_of(self, value: object, key: str, allowed: tuple[str, ...]) -> str:
        if value in allowed:
            return str(value)
        self.note(key, "unknown choice", f"{value} ({', '.join(a for a in allowed if a)})")
        return allowed[0]

    def known(self, wanted: str, key: str, keys: set[str]) -> str:
        if wanted and wanted not in keys:
            self.note(key, "unknown key", wanted)
            return ""
        return wanted

    def flag(self, values: Mapping[str, Any], name: str, at: str, default: bool) -> bool:
        value = values.get(name, default)
        value = _FLAGS.get(value, value) if isinstance(value, str) else value
        if not isinstance(value, bool):
            self.note(f"{at}{name}", "not a yes or no", value)
            return default
        return value
