"""Reads the demo's folder into a problem, without the intake: a second, plain reading."""

import csv
import re
from datetime import date, datetime, time, timedelta
from pathlib import Path

import yaml
from python_calamine import CalamineWorkbook

from program.cohorts.closed_days import closed_days
from program.planning.problem import Module, Person, Problem, Room, Span, Trainer

FOLDER = Path("program/demo/enschede")
DAYS = ("ma", "di", "wo", "do", "vr")


def enschede() -> Problem:
    programme = yaml.safe_load((FOLDER / "programma.yaml").read_text())
    starts_on, ends_on = programme["period"]["from"], programme["period"]["until"]
    ids = {entry["key"]: n for n, entry in enumerate(programme["modules"], 1)}
    return Problem(
        starts_on=starts_on,
        ends_on=ends_on,
        people=people(),
        trainers=trainers(),
        rooms=rooms(),
        modules=tuple(module(entry, ids) for entry in programme["modules"]),
        closed=closed_days(starts_on, ends_on, "noord"),
    )


def people() -> tuple[Person, ...]:
    sheet = CalamineWorkbook.from_path(str(FOLDER / "deelnemers.xlsx")).get_sheet_by_index(0)
    rows = [[text(cell) for cell in row] for row in sheet.to_python()]
    seen = {row[4].lower(): row for row in reversed(rows[4:]) if re.fullmatch(r".+@.+\..+", row[4])}
    number = {row[0]: n for n, row in enumerate(seen.values(), 1)}
    away = absences()
    return tuple(
        Person(
            id=number[row[0]],
            name=" ".join(part for part in row[1:4] if part),
            department=row[6],
            gender=row[5],
            job_title=row[7],
            manager=number.get(row[8]),
            working_days=working_days(row[9]),
            busy=tuple(away.get(email, ())),
        )
        for email, row in seen.items()
    )


def text(cell: object) -> str:
    return str(int(cell)) if isinstance(cell, float) else str(cell).strip()


def working_days(words: str) -> int:
    named = sum(1 << DAYS.index(day) for day in set(re.findall(r"ma|di|wo|do|vr", words)))
    return 31 if words in {"", "fulltime", "alle", "ma t/m vr"} else named


def absences() -> dict[str, list[Span]]:
    away: dict[str, list[Span]] = {}
    for row in table("afwezigheid.csv"):
        try:
            first, last = day(row["van"]), day(row["tot en met"])
        except ValueError:
            continue
        if last >= first:
            away.setdefault(row["e-mail"].lower(), []).append(part(first, last, row["dagdeel"]))
    return away


def part(first: date, last: date, half: str) -> Span:
    hours = {"ochtend": (0, 12), "middag": (12, 18), "avond": (18, 24)}.get(half, (0, 24))
    start = datetime.combine(first, time()) + timedelta(hours=hours[0])
    return Span(start, datetime.combine(last, time()) + timedelta(hours=hours[1]))


def trainers() -> tuple[Trainer, ...]:
    return tuple(
        Trainer(
            id=n,
            name=row["naam"],
            working_days=working_days(row["werkdagen"]),
            max_per_week=int(row["max per week"]),
            domains=frozenset(row["domeinen"].split()),
            busy=tuple(
                part(day(period[:10]), day(period[12:]), "")
                for period in row["niet beschikbaar"].split(", ")
            ),
        )
        for n, row in enumerate(table("trainers.csv"), 1001)
    )


def rooms() -> tuple[Room, ...]:
    return tuple(
        Room(
            id=n,
            name=f"{row['locatie']}, {row['zaal']}",
            capacity=int(row["capaciteit"]),
            price_cents=int(float(row["per dag"].replace(",", ".")) * 100),
            online=row["locatie"] == "Online",
        )
        for n, row in enumerate(table("locaties.csv"), 1)
    )


def module(entry: dict[str, object], ids: dict[str, int]) -> Module:
    gap = entry.get("gap_days") or (None, None)
    assert isinstance(gap, list | tuple)
    return Module(
        id=ids[str(entry["key"])],
        title=str(entry["title"]),
        kind=str(entry["kind"]),
        minutes=int(float(str(entry["hours"])) * 60),
        rounds=int(str(entry.get("repeat", 1))),
        fixed_on=entry.get(True),  # type: ignore[call-overload]  # YAML 1.1: "on" is true
        after=ids.get(str(entry.get("after"))),
        min_gap_days=gap[0],
        max_gap_days=gap[1],
        domains=frozenset(entry["domains"]),  # type: ignore[call-overload]
    )


def table(name: str) -> list[dict[str, str]]:
    with (FOLDER / name).open(encoding="utf-8-sig", newline="") as file:
        return list(csv.DictReader(file, delimiter=";"))


def day(words: str) -> date:
    return datetime.strptime(words.strip(), "%d-%m-%Y").date()  # noqa: DTZ007
