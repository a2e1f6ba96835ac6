"""A session that is not, or no longer, one of this person, and where they go instead."""

from datetime import datetime
from typing import Any

from flask_babel import gettext as _

from program.core import dates
from program.web.dates import language, zone


def why_off(told: Any, instead: Any) -> str:
    """A key of `words.offs`."""
    if told.cancelled_at is not None:
        return "cancelled"
    return "elsewhere" if instead else "without"


def same_time(told: Any, instead: Any) -> bool:
    """Another table in the same hours: to them nothing moved."""
    return instead is not None and told.starts_at == instead.starts_at


def where_instead(told: Any, at: datetime) -> str:
    """Where they go, or went, instead; nothing without another session."""
    if told is None:
        return ""
    facts = {
        "session": " – ".join(part for part in (told.title, told.group_name) if part),
        "day": dates.day(told.starts_at, language(), zone()),
    }
    if told.ends_at <= at:
        return str(_("Your place was at %(session)s on %(day)s", **facts))
    return str(_("You go to %(session)s on %(day)s", **facts))
