"""Conflicts as sentences for planners."""

from collections.abc import Callable, Iterable
from zoneinfo import ZoneInfo

from flask_babel import get_locale, gettext
from flask_babel import lazy_gettext as _l
from flask_babel import ngettext as several

from program.core import dates
from program.meetings.clashes import Conflict, Kind, Slot
from program.meetings.schedule import Schedule

SHOWN = 3  # names in a sentence


def _(text: str, **values: object) -> str:
    return str(gettext(text, **values))


def ngettext(one: str, more: str, number: int, **values: object) -> str:
    return str(several(one, more, number, **values))


class Words:
    """Says what does not fit in one schedule."""

    def __init__(self, schedule: Schedule) -> None:
        self.schedule = schedule
        self.locale = "en" if str(get_locale()) == "en" else "nl"
        self.zone = ZoneInfo(schedule.cohort.timezone)

    def sentence(self, conflict: Conflict) -> str:
        """In full, with the meeting that it is about."""
        return f"{self.title(conflict.meetings[0])}: {self.reason(conflict)}"

    def reason(self, conflict: Conflict) -> str:
        return _REASONS[conflict.kind](self, conflict)

    def title(self, meeting_id: int) -> str:
        """ "Koers, Groep A (do 10 okt 09:00)"; of another cohort its name only."""
        slot = self.schedule.slots[meeting_id]
        row = self.schedule.by_id.get(meeting_id)
        if row is None:
            return f"{self.schedule.elsewhere.get(meeting_id, '')} ({self.when(slot)})"
        group = f", {row.group_name}" if row.group_name else ""
        return f"{row.title}{group} ({self.when(slot)})"

    def when(self, slot: Slot) -> str:
        day = dates.day(slot.day, self.locale, self.zone)
        return f"{day} {dates.clock(slot.starts_at, self.zone)}"

    def names(self, people: Iterable[int]) -> str:
        known = sorted(self.schedule.names.get(person, "?") for person in people)
        more = len(known) - SHOWN
        shown = ", ".join(known[:SHOWN])
        if more <= 0:
            return shown
        return ngettext(
            "%(names)s and %(num)s other", "%(names)s and %(num)s others", more, names=shown
        )

    def room(self, conflict: Conflict) -> str:
        slot = self.schedule.slots[conflict.meetings[0]]
        return self.schedule.rooms.get(slot.room_id or 0, "")

    def other(self, conflict: Conflict) -> str:
        return self.title(conflict.meetings[1])

    def rule(self, conflict: Conflict) -> tuple[str, int | None, int | None]:
        """The title of the module before, and the least and most days after it."""
        slot = self.schedule.slots[conflict.meetings[0]]
        rule = self.schedule.facts.rules[slot.module_id]
        before = self.schedule.facts.rules.get(rule.after_id or 0)
        return before.title if before else "", rule.least_days, rule.most_days


def _closed(words: Words, conflict: Conflict) -> str:
    slot = words.schedule.slots[conflict.meetings[0]]
    return _("that day is closed: %(holiday)s.", holiday=words.schedule.facts.closed[slot.day])


def _capacity(words: Words, conflict: Conflict) -> str:
    slot = words.schedule.slots[conflict.meetings[0]]
    holds = words.schedule.facts.capacity[slot.room_id or 0]
    return _(
        "%(n)s people, and %(room)s holds %(holds)s.",
        n=conflict.number, room=words.room(conflict), holds=holds,
    )  # fmt: skip


def _off(words: Words, conflict: Conflict) -> str:
    slot = words.schedule.slots[conflict.meetings[0]]
    day = dates.weekday(slot.day, words.locale, words.zone)
    who = words.names(conflict.people)
    if conflict.number == 1:
        return _("%(who)s does not work on %(day)s.", who=who, day=day)
    return _("%(who)s do not work on %(day)s.", who=who, day=day)


def _away(words: Words, conflict: Conflict) -> str:
    who = words.names(conflict.people)
    if conflict.number == 1:
        return _("%(who)s is absent then.", who=who)
    return _("%(who)s are absent then.", who=who)


def _busy(words: Words, conflict: Conflict) -> str:
    most = words.schedule.facts.max_per_week[conflict.people[0]]
    return _(
        "%(who)s has %(n)s sessions that week and gives at most %(most)s.",
        who=words.names(conflict.people), n=conflict.number, most=most,
    )  # fmt: skip


def _double(words: Words, conflict: Conflict) -> str:
    who, other = words.names(conflict.people), words.other(conflict)
    if conflict.number == 1:
        return _("%(who)s is at %(other)s then.", who=who, other=other)
    return _("%(who)s are at %(other)s then.", who=who, other=other)


def _order(words: Words, conflict: Conflict) -> str:
    before, _least, _most = words.rule(conflict)
    return _(
        "comes before %(before)s for %(who)s, and should come after it.",
        before=before, who=words.names(conflict.people),
    )  # fmt: skip


def _too_soon(words: Words, conflict: Conflict) -> str:
    before, least, _most = words.rule(conflict)
    return _(
        "%(days)s days after %(before)s for %(who)s; agreed is at least %(least)s.",
        days=conflict.number, before=before, who=words.names(conflict.people), least=least,
    )  # fmt: skip


def _too_late(words: Words, conflict: Conflict) -> str:
    before, _least, most = words.rule(conflict)
    return _(
        "%(days)s days after %(before)s for %(who)s; agreed is at most %(most)s.",
        days=conflict.number, before=before, who=words.names(conflict.people), most=most,
    )  # fmt: skip


_REASONS: dict[Kind, Callable[[Words, Conflict], str]] = {
    Kind.ROOM: lambda words, c: _(
        "%(room)s is taken by %(other)s.", room=words.room(c), other=words.other(c)
    ),
    Kind.TRAINER: _double,
    Kind.PERSON: _double,
    Kind.CAPACITY: _capacity,
    Kind.CLOSED: _closed,
    Kind.TRAINER_OFF: _off,
    Kind.TRAINER_AWAY: _away,
    Kind.TRAINER_BUSY: _busy,
    Kind.OFF: _off,
    Kind.AWAY: _away,
    Kind.ORDER: _order,
    Kind.TOO_SOON: _too_soon,
    Kind.TOO_LATE: _too_late,
    Kind.NO_ROOM: lambda _words, _c: _("has no room yet."),
    Kind.NO_TRAINER: lambda _words, c: ngettext(
        "needs %(num)s more trainer.", "needs %(num)s more trainers.", c.number
    ),
}


def short_words(kinds: Iterable[Kind]) -> dict[Kind, str]:
    """A few words for a cell of the board."""
    return {kind: str(_SHORT[kind]) for kind in kinds}


_SHORT = {
    Kind.ROOM: _l("room double"),
    Kind.TRAINER: _l("trainer double"),
    Kind.PERSON: _l("person double"),
    Kind.CAPACITY: _l("room too small"),
    Kind.CLOSED: _l("holiday"),
    Kind.TRAINER_OFF: _l("trainer not working"),
    Kind.TRAINER_AWAY: _l("trainer absent"),
    Kind.TRAINER_BUSY: _l("trainer too busy"),
    Kind.OFF: _l("people not working"),
    Kind.AWAY: _l("people absent"),
    Kind.ORDER: _l("wrong order"),
    Kind.TOO_SOON: _l("too soon after"),
    Kind.TOO_LATE: _l("too late after"),
    Kind.NO_ROOM: _l("no room"),
    Kind.NO_TRAINER: _l("no trainer"),
}
