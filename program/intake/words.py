"""The names of lists and fields, as the pages show them."""

from flask_babel import gettext as _

from program.intake.reading import aliases


def kinds() -> dict[str, str]:
    return {
        "people": _("Participants"),
        "trainers": _("Trainers"),
        "venues": _("Locations and rooms"),
        "absences": _("Absences"),
        "none": _("Leave this file out"),
    }


def fields_of(kind: str) -> dict[str, str]:
    """The fields of a kind of list with their names, "" first: leave the column out."""
    names = _names()
    return {name: names[name] for name in ("", *(f for f in aliases.LISTS.get(kind, {}) if f))}


def _names() -> dict[str, str]:
    days = (
        _("Works on Monday"), _("Works on Tuesday"), _("Works on Wednesday"),
        _("Works on Thursday"), _("Works on Friday"), _("Works on Saturday"),
        _("Works on Sunday"),
    )  # fmt: skip
    return {
        "": _("Leave out"),
        "employee_number": _("Personnel number"),
        "given_name": _("Given name"),
        "infix": _("Prefix (van der)"),
        "surname": _("Surname"),
        "name": _("Whole name"),
        "email": _("E-mail"),
        "gender": _("Gender"),
        "department": _("Department"),
        "job_title": _("Job title"),
        "manager_number": _("Manager: personnel number"),
        "manager_name": _("Manager: name"),
        "manager_email": _("Manager: e-mail"),
        "working_days": _("Working days"),
        **{f"day_{n}": works for n, works in enumerate(days)},
        "hours_per_week": _("Hours per week"),
        "fte": _("Part of a full week (fte)"),
        "employed_since": _("Employed since"),
        "organisation": _("Organisation"),
        "domains": _("Domains"),
        "max_per_week": _("At most a week"),
        "senior": _("Senior or junior"),
        "unavailable": _("Not available"),
        "venue": _("Location"),
        "room": _("Room"),
        "address": _("Address"),
        "city": _("Town"),
        "capacity": _("Seats"),
        "price": _("Price per day"),
        "wheelchair": _("Wheelchair accessible"),
        "online": _("Online"),
        "join_url": _("Link to join"),
        "from": _("First day"),
        "until": _("Last day"),
        "day_part": _("Part of the day"),
    }


def changes(names: set[str]) -> str:
    """What differs, in words."""
    known = _names()
    words = [known[name] for name in known if name in names]
    return ", ".join(word.lower() for word in words)


def counted() -> dict[str, str]:
    """What a load counts."""
    return {
        "people": _("Participants"),
        "trainers": _("Trainers"),
        "venues": _("Locations"),
        "rooms": _("Rooms"),
        "domains": _("Domains"),
        "modules": _("Modules"),
        "assignments": _("Assignments"),
        "absences": _("Absences"),
    }
