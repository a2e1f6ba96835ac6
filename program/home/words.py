"""How answers, presence and forecasts are said on pages."""

from flask_babel import gettext as _

from program.attendance.models import PresenceState
from program.attendance.norm import Forecast
from program.invitations.models import PartStat

Said = tuple[str, str]  # the words, and the kind of tag: ok, warn, bad or nothing


def answers() -> dict[PartStat, Said]:
    return {
        PartStat.NEEDS_ACTION: (_("Answer needed"), "warn"),
        PartStat.ACCEPTED: (_("You come"), "ok"),
        PartStat.DECLINED: (_("You do not come"), "bad"),
        PartStat.TENTATIVE: (_("Maybe"), "warn"),
        PartStat.DELEGATED: (_("Answer needed"), "warn"),
    }


def presences() -> dict[PresenceState | None, Said]:
    return {
        None: (_("Not marked yet"), ""),
        PresenceState.PRESENT: (_("Was there"), "ok"),
        PresenceState.LATE: (_("Was late"), "ok"),
        PresenceState.LEFT_EARLY: (_("Left early"), "ok"),
        PresenceState.ABSENT: (_("Was absent"), "bad"),
        PresenceState.EXCUSED: (_("Was excused"), "bad"),
    }


def offs() -> dict[str, Said]:
    """Why a session is not, or no longer, one of this person."""
    return {
        "cancelled": (_("Cancelled"), "bad"),
        "elsewhere": (_("Other date"), ""),
        "without": (_("No longer for you"), ""),
    }


def forecasts() -> dict[Forecast, Said]:
    return {
        Forecast.MET: (_("met"), "ok"),
        Forecast.REACHABLE: (_("on course"), "ok"),
        Forecast.AT_RISK: (_("at risk"), "warn"),
        Forecast.IMPOSSIBLE: (_("out of reach"), "bad"),
    }


def greeting(hour: int) -> str:
    if hour < 12:
        return str(_("Good morning"))
    return str(_("Good afternoon")) if hour < 18 else str(_("Good evening"))
