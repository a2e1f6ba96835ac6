"""How another session and its effect on the norm are said, on pages and in mails."""

from flask_babel import format_decimal
from flask_babel import gettext as _

from program.catchup.effect import Effect
from program.meetings.models import PublishedMeeting
from program.programmes.models import Domain


def place(told: PublishedMeeting) -> str:
    where = ", ".join(part for part in (told.venue_name, told.room_name) if part)
    return " · ".join(part for part in (told.group_name, where) if part)


def hours(minutes: float) -> str:
    """In tenths of hours, as the reader writes them."""
    return str(format_decimal(round(minutes / 60, 1), format="0.#"))


def sentence(domain: Domain, effect: Effect) -> str:
    """What one domain comes to, with and without another session."""
    facts = {
        "domain": domain.title,
        "required": hours(effect.required),
        "without": hours(effect.without),
        "with_it": hours(effect.with_it),
    }
    if effect.reachable_without:
        return str(
            _(
                "%(domain)s: the norm asks %(required)s hours. Without another session "
                "%(without)s are within reach, with one %(with_it)s.",
                **facts,
            )
        )
    if effect.reachable_with:
        return str(
            _(
                "%(domain)s: the norm asks %(required)s hours. Without another session it is out "
                "of reach (at most %(without)s), with one it is not (%(with_it)s).",
                **facts,
            )
        )
    return str(
        _(
            "%(domain)s: the norm asks %(required)s hours, which is out of reach. Another session "
            "brings it from at most %(without)s to %(with_it)s.",
            **facts,
        )
    )
