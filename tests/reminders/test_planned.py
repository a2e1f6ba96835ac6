"""Which reminders are due is worked out from what is."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest

from program.reminders.models import ReminderKind
from program.reminders.planned import Guest, Rule, asked_now, planned
from program.reminders.standard import STANDARD
from program.reminders.texts import Fault, check, filled

ZONE = ZoneInfo("Europe/Amsterdam")
STARTS = datetime(2030, 4, 4, 7, tzinfo=UTC)  # Thursday, nine o'clock in Enschede
LONG_AGO = STARTS - timedelta(days=90)
GUEST = Guest(
    meeting_id=1, person_id=2, as_trainer=False, uid="u", partstat="NEEDS-ACTION", told_at=LONG_AGO,
    starts_at=STARTS, ends_at=STARTS + timedelta(hours=3), title="Intervisie", place="Zaal 1",
    trainer_names="", group_name="", note="", join_url="", address="a@example.nl",
    given_name="Noor", full_name="Noor Berg", language="nl",
)  # fmt: skip


def rule(kind: ReminderKind = ReminderKind.UNANSWERED, days: int = 14) -> Rule:
    return Rule(1, kind, days, "08:00", LONG_AGO)


def due(rule: Rule, *guests: Guest) -> list[datetime]:
    return [each.due_at for each in planned([rule], guests, zone=ZONE, after=LONG_AGO)]


def test_days_are_counted_on_the_wall_across_summer_time() -> None:
    assert due(rule(days=7), GUEST) == [datetime(2030, 3, 28, 7, tzinfo=UTC)]
    assert due(rule(days=1), GUEST) == [datetime(2030, 4, 3, 6, tzinfo=UTC)]


@pytest.mark.parametrize("said", ["ACCEPTED", "DECLINED", "TENTATIVE"])
def test_who_answered_is_not_asked_again(said: str) -> None:
    assert due(rule(), replace(GUEST, partstat=said)) == []


def test_practical_things_go_to_all_but_who_declined() -> None:
    practical = rule(ReminderKind.PRACTICAL, 1)
    said = ["NEEDS-ACTION", "ACCEPTED", "TENTATIVE", "DECLINED"]

    assert len(due(practical, *(replace(GUEST, partstat=s) for s in said))) == 3


def test_who_was_invited_after_the_moment_is_not_reminded_of_it() -> None:
    assert due(rule(), replace(GUEST, told_at=STARTS - timedelta(days=3))) == []


def test_a_new_rule_does_not_send_what_was_due_before_it() -> None:
    late = replace(rule(), created_at=STARTS - timedelta(days=2))

    assert due(late, GUEST) == []


def test_a_session_that_moved_may_be_reminded_of_again() -> None:
    moved = replace(GUEST, starts_at=STARTS + timedelta(days=1))
    keys = {
        each.key
        for g in (GUEST, moved)
        for each in planned([rule()], [g], zone=ZONE, after=LONG_AGO)
    }

    assert len(keys) == 2


def test_a_trainer_gets_one_mail_for_the_whole_week() -> None:
    first = replace(GUEST, as_trainer=True)
    same_week = replace(first, meeting_id=2, starts_at=STARTS + timedelta(days=1))
    next_week = replace(first, meeting_id=3, starts_at=STARTS + timedelta(days=7))

    found = planned(
        [rule(ReminderKind.DIGEST, 3)],
        [next_week, same_week, first, GUEST],
        zone=ZONE,
        after=LONG_AGO,
    )

    assert [[g.meeting_id for g in each.guests] for each in found] == [[1, 2], [3]]
    assert found[0].due_at == datetime(2030, 3, 29, 7, tzinfo=UTC)  # Friday


def test_asking_by_hand_counts_once_a_day() -> None:
    at = STARTS - timedelta(days=5)
    keys = [asked_now([GUEST], 1, at + timedelta(hours=h))[0].key for h in (0, 1, 24)]

    assert keys[0] == keys[1] != keys[2]
    assert asked_now([GUEST], 1, STARTS) == []


@pytest.mark.parametrize("which", STANDARD)
def test_the_standard_texts_are_in_order(which: tuple[ReminderKind, str]) -> None:
    for text in STANDARD[which]:
        check(text, which[0])


@pytest.mark.parametrize(
    ("text", "kind"),
    [
        ("{{ nmae }}", "unknown"),
        ("{{ sessions }}", "unknown"),  # of another kind of reminder
        ("{{ name", "syntax"),
        ("{% if note %}", "syntax"),
        ("{{ range }}", "unknown"),  # Jinja's own
        ("{{ self }}", "unknown"),
        ("{% if name %}" * 120 + "{% endif %}" * 120, "too much"),  # Python cannot compile it
        ("{{ " + "(" * 1200 + "name" + ")" * 1200 + " }}", "too much"),
        ("{{ name.__class__ }}", "too much"),
        ("{{ name|upper }}", "too much"),
        ("{{ range(9) }}", "too much"),
        ("{% for a in name %}{{ a }}{% endfor %}", "too much"),
        ("{% set name = note %}", "too much"),
        ("{{ 'a' * 999999999 }}", "too much"),
        ("{% include 'mail/sign_in.txt' %}", "too much"),
    ],
)
def test_a_text_that_cannot_be_filled_in_for_all_is_refused(text: str, kind: str) -> None:
    with pytest.raises(Fault) as fault:
        check(text, ReminderKind.UNANSWERED)
    assert fault.value.kind == kind


def test_what_people_typed_is_no_template() -> None:
    check("Dag {{ name }}", ReminderKind.UNANSWERED)

    assert filled("Dag {{ name }}", {"name": "{{ 7*7 }}"}) == "Dag {{ 7*7 }}"
