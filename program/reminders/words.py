"""What reminders and their fields are called on pages."""

from flask_babel import lazy_gettext as _l

from program.reminders.models import ReminderKind

KINDS = {
    ReminderKind.UNANSWERED: _l("To who has not answered"),
    ReminderKind.PRACTICAL: _l("Practical: date, place, note"),
    ReminderKind.DIGEST: _l("To trainers: their week"),
}
LANGUAGES = {"nl": _l("Dutch"), "en": _l("English")}
FIELDS = {
    "name": _l("given name"),
    "full_name": _l("whole name"),
    "programme": _l("name of the programme"),
    "schedule_link": _l("link to the own pages"),
    "session": _l("title of the session, with its group"),
    "date": _l("day"),
    "time": _l("from when until when"),
    "place": _l("building, room and address"),
    "trainer": _l("names of the trainers"),
    "group": _l("name of the group"),
    "note": _l("note of the session"),
    "join_link": _l("link to join online"),
    "answer_link": _l("link to answer without signing in"),
    "week": _l("the week, in words"),
    "sessions": _l("the trainer's sessions, with the answers counted"),
}
#: why a planner's button reaches nobody
NOBODY = {
    "answered": _l("Everybody answered, or was reminded today."),
    "moved": _l("This session was changed. Publish first: that mail asks everybody for an answer."),
    "unpublished": _l("Nobody is invited to this session yet."),
    "begun": _l("This session has begun."),
}
