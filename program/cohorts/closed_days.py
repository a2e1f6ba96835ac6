"""Days on which nothing is planned: public holidays and the school holidays of a region.

Good Friday counts as closed; Liberation Day does so in lustrum years only. Weekends are not in
here: who works on them is another matter.
"""

from datetime import date
from typing import Any

REGIONS = ("noord", "midden", "zuid")


def closed_days(
    starts_on: date, ends_on: date, school_region: str, *, language: str = "nl"
) -> dict[date, str]:
    """The name of each closed day from the first date to the last, both included, in order.

    Without a region (or with one that we do not know) the public holidays only.
    """
    years = range(starts_on.year, ends_on.year + 1)
    named = {**_school(years, school_region, language), **_public(years, language)}
    return {day: named[day] for day in sorted(named) if starts_on <= day <= ends_on}


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
