"""`programma.yaml`: what the trainers agreed. Every mistake is named with the key it is in."""

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from datetime import date
from typing import Any
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from program.intake.reading.problems import Problem
from program.intake.reading.settings import Mistakes

KINDS = ("plenary", "group", "tables", "webinar", "visit", "open")
REGIONS = ("noord", "midden", "zuid", "")
DEFAULT_ZONE = "Europe/Amsterdam"


@dataclass(frozen=True)
class ReadDomain:
    key: str
    title: str


@dataclass(frozen=True)
class ReadModule:
    key: str
    title: str
    kind: str
    minutes: int
    domains: tuple[str, ...]
    rounds: int = 1
    fixed_on: date | None = None
    after: str = ""
    min_gap_days: int | None = None
    max_gap_days: int | None = None
    online: bool = False
    evening: bool = False
    trainers: int = 1


@dataclass(frozen=True)
class ReadAssignment:
    key: str
    title: str
    domain: str
    due_after: str
    days: int
    instructions: str = ""


@dataclass(frozen=True)
class ReadClosed:
    """Days on which the cohort does not meet; the parts are bits, the morning first."""

    first_on: date
    last_on: date
    parts: int
    name: str


@dataclass
class ReadProgramme:
    title: str = ""
    organisation: str = ""  # the client
    starts_on: date | None = None
    ends_on: date | None = None
    timezone: str = DEFAULT_ZONE
    school_region: str = ""
    group_count: int = 6
    table_size: int = 6
    attendance_norm: float = 0.8
    domains: list[ReadDomain] = field(default_factory=list)
    modules: list[ReadModule] = field(default_factory=list)
    assignments: list[ReadAssignment] = field(default_factory=list)
    closed: list[ReadClosed] = field(default_factory=list)


def read_programme(content: bytes, file: str) -> tuple[ReadProgramme, list[Problem]]:
    """The programme as far as it can be read, and every mistake in it."""
    from program.intake.reading.documents import load_yaml  # noqa: PLC0415 heavy

    values = load_yaml(content)
    mistakes = Mistakes(file)
    top = mistakes.mapping(values, "")
    for name in set(top) - _KEYS:
        mistakes.note(name, "unknown setting", name)
    programme = ReadProgramme(
        title=mistakes.text(top, "title", ""),
        organisation=mistakes.text(top, "organisation", "") if "organisation" in top else "",
        timezone=_zone(top, mistakes),
        school_region=mistakes.one_of(
            top.get("school_holidays", ""), "school_holidays", ("", *REGIONS[:3])
        ),
    )
    _period(top, programme, mistakes)
    _groups(top, programme, mistakes)
    completion = mistakes.mapping(top.get("completion"), "completion")
    programme.attendance_norm = mistakes.number(
        completion, "attendance_per_domain", "completion.", within=(0, 1), default=0.8
    )
    programme.domains = _domains(top, mistakes)
    programme.modules = _modules(top, {d.key for d in programme.domains}, mistakes)
    programme.assignments = _assignments(top, programme, mistakes)
    programme.closed = list(_closed(top, mistakes))
    return programme, mistakes.found


_KEYS = {
    "title", "organisation", "period", "timezone", "school_holidays", "domains", "groups",
    "modules", "completion", "assignments", "closed",
}  # fmt: skip


PARTS = {"": 7, "morning": 1, "afternoon": 2, "evening": 4}


def _closed(top: Mapping[str, Any], mistakes: Mistakes) -> Iterator[ReadClosed]:
    for at, item in mistakes.items(top.get("closed"), "closed"):
        first = mistakes.day(item, "on", f"{at}.")
        last = mistakes.day(item, "until", f"{at}.") or first
        part = mistakes.one_of(item.get("part", ""), f"{at}.part", tuple(PARTS))
        if first is None or last is None:
            mistakes.note(f"{at}.on", "missing")
        elif last < first or (last - first).days > 366:
            mistakes.note(f"{at}.until", "ends before it starts", last)
        else:
            yield ReadClosed(first, last, PARTS[part], str(item.get("name") or "")[:200])


def _zone(top: Mapping[str, Any], mistakes: Mistakes) -> str:
    name = top.get("timezone", DEFAULT_ZONE)
    try:
        return ZoneInfo(str(name)).key
    except (ZoneInfoNotFoundError, ValueError, OSError):
        mistakes.note("timezone", "unknown time zone", name)
        return DEFAULT_ZONE


def _period(top: Mapping[str, Any], programme: ReadProgramme, mistakes: Mistakes) -> None:
    period = mistakes.mapping(top.get("period"), "period")
    for name in ("from", "until"):
        if name not in period:
            mistakes.note(f"period.{name}", "missing")
    programme.starts_on = mistakes.day(period, "from", "period.")
    programme.ends_on = mistakes.day(period, "until", "period.")
    if programme.starts_on and programme.ends_on and programme.ends_on < programme.starts_on:
        mistakes.note("period.until", "ends before it starts", programme.ends_on)
        programme.ends_on = None


def _groups(top: Mapping[str, Any], programme: ReadProgramme, mistakes: Mistakes) -> None:
    groups = mistakes.mapping(top.get("groups"), "groups")
    learning = mistakes.mapping(groups.get("learning"), "groups.learning")
    tables = mistakes.mapping(groups.get("intervision"), "groups.intervision")
    programme.group_count = mistakes.whole(
        learning, "count", "groups.learning.", within=(1, 500), default=6
    )
    programme.table_size = mistakes.whole(
        tables, "size", "groups.intervision.", within=(2, 100), default=6
    )


def _domains(top: Mapping[str, Any], mistakes: Mistakes) -> list[ReadDomain]:
    found = [
        ReadDomain(_key(item, at, mistakes), mistakes.text(item, "title", f"{at}."))
        for at, item in mistakes.items(top.get("domains"), "domains")
    ]
    if not found:
        mistakes.note("domains", "missing")
    return _distinct(found, "domains", mistakes)


def _key(item: Mapping[str, Any], at: str, mistakes: Mistakes) -> str:
    key = mistakes.text(item, "key", f"{at}.", longest=60)
    if key and not re.fullmatch(r"[\w.-]+", key):
        mistakes.note(f"{at}.key", "not a key", key)
    return key


def _distinct(found: list[Any], at: str, mistakes: Mistakes) -> list[Any]:
    kept = {}
    for n, item in enumerate(found):
        if item.key in kept:
            mistakes.note(f"{at}[{n}].key", "duplicate", item.key)
        elif item.key:
            kept[item.key] = item
    return list(kept.values())


def _modules(top: Mapping[str, Any], domains: set[str], mistakes: Mistakes) -> list[ReadModule]:
    items = mistakes.items(top.get("modules"), "modules")
    keys = {str(item.get("key")) for _, item in items}
    found = [_module(at, item, domains, keys, mistakes) for at, item in items]
    if not found:
        mistakes.note("modules", "missing")
    modules: list[ReadModule] = _distinct(found, "modules", mistakes)
    _no_circle(modules, mistakes)
    return modules


def _module(
    at: str, item: Mapping[str, Any], domains: set[str], keys: set[str], mistakes: Mistakes
) -> ReadModule:
    for name in set(item) - _MODULE_KEYS:
        mistakes.note(f"{at}.{name}", "unknown setting", name)
    key = _key(item, at, mistakes)
    kind = mistakes.one_of(item.get("kind", "group"), f"{at}.kind", KINDS)
    hours = mistakes.number(item, "hours", f"{at}.", within=(0.25, 24))
    after = mistakes.known(str(item.get("after") or ""), f"{at}.after", keys)
    gap = _gap(item, at, mistakes)
    return ReadModule(
        key=key,
        title=mistakes.text(item, "title", f"{at}."),
        kind=kind,
        minutes=round(hours * 60) or 60,
        domains=_of_domains(item, at, domains, mistakes),
        rounds=mistakes.whole(item, "repeat", f"{at}.", within=(1, 50), default=1),
        fixed_on=mistakes.day(item, "on", f"{at}."),
        after=after,
        min_gap_days=gap[0],
        max_gap_days=gap[1],
        online=mistakes.flag(item, "online", f"{at}.", kind == "webinar"),
        evening=mistakes.flag(item, "evening", f"{at}.", False),
        trainers=mistakes.whole(item, "trainers", f"{at}.", within=(0, 20), default=1),
    )


_MODULE_KEYS = {
    "key", "title", "kind", "hours", "on", "domains", "after", "gap_days", "repeat", "online",
    "trainers", "evening",
}  # fmt: skip


def _of_domains(
    item: Mapping[str, Any], at: str, domains: set[str], mistakes: Mistakes
) -> tuple[str, ...]:
    wanted = item.get("domains")
    if not isinstance(wanted, list) or not wanted:
        mistakes.note(f"{at}.domains", "missing" if wanted is None else "not a list", wanted or "")
        return ()
    known = (mistakes.known(str(name), f"{at}.domains", domains) for name in wanted)
    return tuple(dict.fromkeys(name for name in known if name))


def _gap(item: Mapping[str, Any], at: str, mistakes: Mistakes) -> tuple[int | None, int | None]:
    gap = item.get("gap_days")
    if gap is None:
        return None, None
    days = gap if isinstance(gap, list) else [gap, None]
    whole = all(n is None or (isinstance(n, int) and 0 <= n <= 1000) for n in days)
    if len(days) != 2 or not whole or (None not in days and days[0] > days[1]):
        mistakes.note(f"{at}.gap_days", "not a gap", gap)
        return None, None
    return days[0], days[1]


def _no_circle(modules: list[ReadModule], mistakes: Mistakes) -> None:
    after = {module.key: module.after for module in modules}
    for number, module in enumerate(modules):
        at, steps = module.after, 0
        while at and at != module.key and steps <= len(after):
            at, steps = after.get(at, ""), steps + 1
        if at == module.key:
            mistakes.note(f"modules[{number}].after", "comes after itself", module.key)


def _assignments(
    top: Mapping[str, Any], programme: ReadProgramme, mistakes: Mistakes
) -> list[ReadAssignment]:
    domains = {domain.key for domain in programme.domains}
    modules = {module.key for module in programme.modules}
    found = []
    for at, item in mistakes.items(top.get("assignments"), "assignments"):
        domain = mistakes.text(item, "domain", f"{at}.")
        found.append(
            ReadAssignment(
                key=_key(item, at, mistakes),
                title=mistakes.text(item, "title", f"{at}."),
                domain=mistakes.known(domain, f"{at}.domain", domains),
                due_after=mistakes.known(
                    str(item.get("due_after") or ""), f"{at}.due_after", modules
                ),
                days=mistakes.whole(item, "days", f"{at}.", within=(0, 730), default=28),
                instructions=str(item.get("instructions") or "")[:20_000],
            )
        )
    return _distinct(found, "assignments", mistakes)
