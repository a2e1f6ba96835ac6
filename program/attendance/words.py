"""How a presence is said on pages. Three segments on the roll stand for the five states."""

from flask_babel import gettext as _

from program.attendance.models import PresenceState

SEGMENTS = ("present", "late", "absent")
_SEGMENT = {
    PresenceState.PRESENT: "present",
    PresenceState.LEFT_EARLY: "present",
    PresenceState.LATE: "late",
    PresenceState.ABSENT: "absent",
    PresenceState.EXCUSED: "absent",
}


def segment(state: PresenceState | None) -> str:
    return _SEGMENT[state] if state else ""


def word(state: PresenceState) -> str:
    words: dict[PresenceState, str] = {
        PresenceState.PRESENT: _("present"),
        PresenceState.LATE: _("late"),
        PresenceState.LEFT_EARLY: _("left early"),
        PresenceState.ABSENT: _("absent"),
        PresenceState.EXCUSED: _("excused"),
    }
    return words[state]


def note(state: PresenceState | None, minutes: int | None, *, always: bool = False) -> str:
    """What the segments do not say: left early, excused, and how long someone was there."""
    if state is None:
        return ""
    if state in {PresenceState.LATE, PresenceState.LEFT_EARLY} and minutes is not None:
        return str(_("%(state)s, %(minutes)s minutes attended", state=word(state), minutes=minutes))
    if always or state is PresenceState.EXCUSED:
        return word(state)
    return ""
