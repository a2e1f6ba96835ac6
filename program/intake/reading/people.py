"""The list of participants."""

from collections.abc import Sequence
from dataclasses import dataclass, field, replace

from program.intake.reading.dates import puts_month_first, read_date
from program.intake.reading.days import read_day_columns, read_days, writes_dash_lists
from program.intake.reading.names import Name, split_name, whole_name
from program.intake.reading.problems import Problem
from program.intake.reading.records import ReadPerson, Row
from program.intake.reading.values import read_email, read_gender, read_hours, read_number, text

FULL_WEEK_HOURS = 36  # of Dutch municipalities' collective agreement
DAY_FIELDS = [f"day_{day}" for day in range(7)]


@dataclass
class People:
    people: list[ReadPerson] = field(default_factory=list)
    rejected: list[Problem] = field(default_factory=list)
    remarks: list[Problem] = field(default_factory=list)
    columns: set[str] = field(default_factory=set)  # fields that the list has a column for


def read_people(rows: Sequence[Row]) -> People:
    """Everybody with an address of their own; the others with the reason why not."""
    found = People()
    habits = _Habits(
        dash_lists=writes_dash_lists(row.cell("working_days") for row in rows),
        month_first=puts_month_first(row.cell("employed_since") for row in rows),
    )
    found.columns = {name for row in rows for name in row.headings}
    seen: set[str] = set()
    for row in rows:
        address = read_email(row.cell("email"))
        if problem := _address_problem(row, address, seen):
            found.rejected.append(problem)
        elif address:
            seen.add(address)
            found.people.append(_person(row, address, habits, found.remarks))
    found.people = _with_managers(found.people, rows)
    return found


@dataclass(frozen=True)
class _Habits:
    """How the whole column is written, where one cell may mean two things."""

    dash_lists: bool
    month_first: bool


def _address_problem(row: Row, address: str | None, seen: set[str]) -> Problem | None:
    if address is not None:
        return row.problem("email", "duplicate", address) if address in seen else None
    if not row.text("email"):
        return row.problem("email", "missing e-mail", " ".join(p for p in read_name(row) if p))
    return row.problem("email", "invalid e-mail")


def read_name(row: Row) -> Name:
    """From a column of its own or from three."""
    if "name" in row.cells and not row.text("surname"):
        return split_name(row.text("name"))
    return whole_name(row.text("given_name"), row.text("infix"), row.text("surname"))


def name_or_address(row: Row, address: str, remarks: list[Problem]) -> Name:
    """Without a name we call somebody after the address: better than a gap in every list."""
    name = read_name(row)
    if name.given or name.surname:
        return name
    remarks.append(row.problem("name", "name from address", address))
    words = [
        w.capitalize() for w in address.split("@", maxsplit=1)[0].replace("_", ".").split(".") if w
    ]
    return Name(" ".join(words[:-1]), "", words[-1] if words else address)


def read_week(row: Row, *, dash_lists: bool, remarks: list[Problem]) -> int | None:
    """Working days from one column or from a column for each day."""
    if any(row.text(day) for day in DAY_FIELDS):
        mask = read_day_columns([row.cell(day) for day in DAY_FIELDS])
        shown, column = " ".join(row.text(day) or "-" for day in DAY_FIELDS[:5]), DAY_FIELDS[0]
    else:
        mask = read_days(row.cell("working_days"), dash_lists=dash_lists)
        shown, column = row.text("working_days"), "working_days"
    if mask is None and {"working_days", *DAY_FIELDS} & set(row.headings):
        why = "unreadable working days" if shown else "unknown working days"
        remarks.append(row.problem(column, why, shown))
    return mask


def _person(row: Row, address: str, habits: _Habits, remarks: list[Problem]) -> ReadPerson:
    name = name_or_address(row, address, remarks)
    since = read_date(row.cell("employed_since"), month_first=habits.month_first)
    if since is None and row.text("employed_since"):
        remarks.append(row.problem("employed_since", "unreadable date"))
    return ReadPerson(
        file=row.file,
        row=row.number,
        email=address,
        given_name=name.given[:200],
        infix=name.infix[:40],
        surname=name.surname[:200],
        employee_number=row.text("employee_number")[:40],
        manager_number=row.text("manager_number")[:40],
        department=row.text("department")[:200],
        job_title=row.text("job_title")[:200],
        gender=read_gender(row.cell("gender")),
        working_days=read_week(row, dash_lists=habits.dash_lists, remarks=remarks),
        hours_per_week=_hours(row, remarks),
        employed_since=since,
        organisation=row.text("organisation")[:200],
    )


def _hours(row: Row, remarks: list[Problem]) -> float | None:
    hours = read_hours(row.cell("hours_per_week"))
    if hours is None and row.text("hours_per_week"):
        remarks.append(row.problem("hours_per_week", "unreadable hours"))
    part = read_number(row.cell("fte")) if row.text("fte") else None
    if hours is not None or part is None or not 0 < part <= 100:
        return hours
    return round((part if part <= 1.5 else part / 100) * FULL_WEEK_HOURS, 2)


def _with_managers(people: list[ReadPerson], rows: Sequence[Row]) -> list[ReadPerson]:
    """Managers who are named by address or by name, as the number by which we know them."""
    by_row = {row.number: row for row in rows}
    numbers: dict[str, str] = {}
    for person in people:
        if person.employee_number:
            for key in (person.email, person.name.casefold(), person.employee_number):
                numbers.setdefault(key, person.employee_number)
    return [
        person
        if person.manager_number
        else replace(person, manager_number=_manager(by_row[person.row], numbers))
        for person in people
    ]


def _manager(row: Row, numbers: dict[str, str]) -> str:
    written = text(row.cells.get("manager_name"))
    keys = (
        read_email(row.cell("manager_email")) or "",
        read_email(written) or "",
        written,
        " ".join(part for part in split_name(written) if part).casefold() if written else "",
    )
    return next((numbers[key] for key in keys if key in numbers), "")
