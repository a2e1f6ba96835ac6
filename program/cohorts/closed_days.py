"""Days on which nothing is planned: public holidays and the school holidays of a region.

Good Friday counts as closed; Liberation Day does so in lustrum years only. Weekends are not in
here: who works on them is another matter.
"""

from collections.abc import Mapping
from datetime import date, timedelta
from typing import Any

REGIONS = ("noord", "midden", "zuid")
_TAKEN_OFF = {
    "nl": ("Bevrijdingsdag", "Dag voor Kerst", "Oudejaarsdag"),
    "en": ("Liberation Day", "Christmas Eve", "New Year's Eve"),
}


def closed_days(
    starts_on: date, ends_on: date, school_region: str, *, language: str = "nl"
) -> dict[date, str]:
    """The name of each closed day from the first date to the last, both included, in order.

    Without a region (or with one that we do not know) the public holidays only.
    """
    years = range(starts_on.year, ends_on.year + 1)
    named = {**_school(years, school_region, language), **_public(years, language)}
    return {day: named[day] for day in sorted(named) if starts_on <= day <= ends_on}


def special_days(
    starts_on: date, ends_on: date, school_region: str, *, language: str = "nl"
) -> list[tuple[date, str, str]]:
    """Day, kind and name, in order: "public" (off by law), "optional" or "school".

    Optional are the days that many take off: Good Friday, Liberation Day in ordinary years, the
    days before Christmas and New Year. A day can be there twice.
    """
    years = range(starts_on.year, ends_on.year + 1)
    public = _public(years, language)
    optional = _optional(years, public, language)
    kinds = {
        "public": {day: name for day, name in public.items() if day not in optional},
        "optional": optional,
        "school": _school(years, school_region, language),
    }
    found = [(day, kind, name) for kind, named in kinds.items() for day, name in named.items()]
    return sorted(day for day in found if starts_on <= day[0] <= ends_on)


def _optional(years: range, public: Mapping[date, str], language: str) -> dict[date, str]:
    """The law says of none of these that people are off."""
    liberation, christmas, new_year = _TAKEN_OFF["nl" if language.startswith("nl") else "en"]
    found = {day: name for day, name in public.items() if _is_good_friday(day, public)}
    for year in years:
        if date(year, 5, 5) not in public:
            found[date(year, 5, 5)] = liberation
        found |= {date(year, 12, 24): christmas, date(year, 12, 31): new_year}
    return found


def _is_good_friday(day: date, public: Mapping[date, str]) -> bool:
    """Both days of Easter come after it."""
    easter = {day + timedelta(days=2), day + timedelta(days=3)}
    return day.weekday() == 4 and day.month in (3, 4) and easter <= set(public)


def _public(years: range, language: str) -> dict[date, str]:
    return _named(years, language)


def _school(years: range, region: str, language: str) -> dict[date, str]:
    if region.lower() not in REGIONS:
        return {}
    return _named(years, language, subdiv=region.capitalize(), categories=("school",))


def _named(years: range, language: str, **chosen: Any) -> dict[date, str]:
    from holidays import country_holidays  # noqa: PLC0415 heavy, and only needed here

    known = "nl" if language.startswith("nl") else "en_US"
    return dict(country_holidays("NL", years=years, language=known, **chosen))
