"""How a presence is said on pages. Three segments on the roll stand for the five states."""

from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l

from program.attendance.models import PresenceState

SEGMENTS = ("present", "late", "absent")
_SEGMENT = {
    PresenceState.PRESENT: "present",
    PresenceState.LEFT_EARLY: "present",
    PresenceState.LATE: "late",
    PresenceState.ABSENT: "absent",
    PresenceState.EXCUSED: "absent",
}
_WORDS = {
    PresenceState.PRESENT: _l("present"),
    PresenceState.LATE: _l("late"),
    PresenceState.LEFT_EARLY: _l("left early"),
    PresenceState.ABSENT: _l("absent"),
    PresenceState.EXCUSED: _l("excused"),
}
_PARTLY = frozenset({PresenceState.LATE, PresenceState.LEFT_EARLY})


def segment(state: PresenceState | None) -> str:
    return _SEGMENT[state] if state else ""


def word(state: PresenceState) -> str:
    return str(_WORDS[state])


def note(state: PresenceState | None, minutes: int | None, *, always: bool = False) -> str:
    """What the segments do not say: left early, excused, and how long someone was there."""
    if state is None:
        return ""
    if state in _PARTLY and minutes is not None:
        return str(_("%(state)s, %(minutes)s minutes attended", state=word(state), minutes=minutes))
    if always or state is PresenceState.EXCUSED:
        return word(state)
    return ""
