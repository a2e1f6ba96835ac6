"""A participant's programme: what comes next, all meetings, progress and what is due."""

from collections import defaultdict
from dataclasses import dataclass
from datetime import date, datetime
from itertools import groupby
from typing import Any

from flask import abort, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from program.accounts.access import requires
from program.accounts.login import me
from program.accounts.models import Role
from program.assignments.ledger import Work, WorkState, work_by_person
from program.assignments.models import Assignment
from program.assignments.queries import of_programme
from program.attendance.models import PresenceState
from program.attendance.norm import Forecast, Progress
from program.cohorts.models import Enrolment
from program.cohorts.words import task_words
from program.core import dates
from program.core.clock import now
from program.core.db import db
from program.home import queries, words
from program.home.elsewhere import same_time, where_instead, why_off
from program.home.standing import standing_with
from program.home.views import bp
from program.invitations.elsewhere import instead_of
from program.invitations.models import InvitationState, PartStat
from program.programmes.models import Domain, short_name
from program.web.dates import language, zone
from program.web.kept import kept

ABSENT = {PresenceState.ABSENT, PresenceState.EXCUSED}
ANSWERED = {PartStat.ACCEPTED, PartStat.DECLINED, PartStat.TENTATIVE}


@dataclass(slots=True)
class ScheduleRow:
    """One meeting, in ready texts: the list shows up to a hundred of them."""

    meeting_id: int
    invitation_id: int
    title: str
    url: str
    answer_url: str
    month: str
    stamp: str
    day: str
    time: str
    place: str
    domains: list[tuple[int, str]]
    word: str
    kind: str
    starts_at: datetime
    over: bool
    cancelled: bool  # or it goes on without them
    option: bool
    instead: str  # what they go to instead, and where that is
    instead_url: str
    missed: bool  # and not made good by another session
    partstat: str
    sequence: int
    trainers: str


@dataclass(slots=True)
class DomainBar:
    position: int
    title: str
    value: float
    max: float
    text: str
    forecast: str
    kind: str


@dataclass(slots=True)
class Side:
    """What stands beside the schedule for one cohort."""

    cohort_name: str
    bars: list[DomainBar]
    due: list[tuple[Assignment, Work]]
    handed_in: int


@bp.get("/schedule")
@requires(Role.PARTICIPANT)
def schedule() -> ResponseReturnValue:
    """The same page as `/` for who is a trainer elsewhere too."""
    return my_page()


def my_page() -> ResponseReturnValue:
    """Kept until something of this person or cohort changes, or a quarter of an hour has passed."""
    at = now()
    enrolments = list(db.session.scalars(queries.my_enrolments(me().id, at.date())))
    versions = [(each.cohort_id, each.cohort.version) for each in enrolments]
    return kept(versions, at.hour, at.minute // 15, render=lambda: _rendered(enrolments, at))


def _rendered(enrolments: list[Enrolment], at: datetime) -> str:
    rows = _rows(me().id, [each.cohort.programme_id for each in enrolments], at)
    coming = [row for row in rows if not row.over]
    ahead = [row for row in coming if not row.cancelled]
    return render_template(
        "home/schedule.html",
        greeting=words.greeting(at.astimezone(zone()).hour),
        given_name=me().given_name,
        next=ahead[0] if ahead else None,
        coming=[(name, list(rows)) for name, rows in groupby(coming, lambda row: row.month)],
        past=[row for row in rows if row.over][::-1],
        sides=[_side(each, at) for each in enrolments],
        today=at.astimezone(zone()).date(),
    )


def _rows(person_id: int, programme_ids: list[int], at: datetime) -> list[ScheduleRow]:
    tags: dict[int, list[tuple[int, str]]] = defaultdict(list)
    for module_id, position, key in db.session.execute(queries.domains_of_modules(programme_ids)):
        tags[module_id].append((position, short_name(key)))
    said, seen, off = words.answers(), words.presences(), words.offs()
    locale, here = language(), zone()
    online = _("Online")
    answers = answer_url(0).partition("0")
    base = url_for(".meeting", meeting_id=0).removesuffix("0")
    rows = []
    all_told = db.session.execute(queries.my_meetings(person_id)).all()
    made_good = {(t.module_id, t.round) for t in all_told if not _gone(t) and not _absent(t, at)}
    others = instead_of(all_told)
    for told in all_told:
        over = told.ends_at <= at
        cancelled = _gone(told)
        instead = others.get(told.meeting_id)
        if cancelled and (over or same_time(told, instead)):
            continue
        word, kind = seen[told.presence] if over else said[told.partstat]
        if cancelled:
            word, kind = off[why_off(told, instead)]
        rows.append(
            ScheduleRow(
                meeting_id=told.meeting_id,
                invitation_id=told.invitation_id,
                title=told.title,
                url=f"{base}{told.meeting_id}",
                answer_url=f"{answers[0]}{told.invitation_id}{answers[2]}",
                month=dates.month(told.starts_at, locale, here),
                stamp=dates.local(told.starts_at, here).isoformat(),
                day=dates.day(told.starts_at, locale, here),
                time=dates.span(told.starts_at, told.ends_at, locale, here),
                place=_place(told, online),
                domains=tags[told.module_id],
                word=word,
                kind=kind,
                starts_at=told.starts_at,
                over=over,
                cancelled=cancelled,
                missed=_absent(told, at) and (told.module_id, told.round) not in made_good,
                option=told.tentative and not cancelled and not over,
                instead=where_instead(instead, at),
                instead_url=f"{base}{instead.meeting_id}" if instead else "",
                partstat=told.partstat if told.partstat in ANSWERED else "",
                sequence=told.sequence,
                trainers=told.trainer_names,
            )
        )
    return rows


def _gone(told: Any) -> bool:
    """It is cancelled, or goes on without them."""
    return told.state is InvitationState.CANCELLED or told.cancelled_at is not None


def _absent(told: Any, at: datetime) -> bool:
    """As the roll says; while nobody kept it, as they said themselves."""
    said_no = told.presence is None and told.partstat is PartStat.DECLINED
    return told.ends_at <= at and (told.presence in ABSENT or said_no)


def answer_url(invitation_id: int) -> str:
    """Of the page of the invitations, that this feature does not import."""
    return f"{request.script_root}/invitations/{invitation_id}/answer"


def _place(told: Any, online: str) -> str:
    where = ", ".join(part for part in (told.venue_name, told.room_name) if part)
    return " · ".join(part for part in (where or online, told.group_name) if part)


def _side(enrolment: Enrolment, at: datetime) -> Side:
    cohort = enrolment.cohort
    person_id = enrolment.person_id
    domains = db.session.scalars(queries.domains(cohort.programme_id)).all()
    asked = db.session.scalars(of_programme(cohort.programme_id)).all()
    work = work_by_person(cohort, asked, [person_id])
    standing = standing_with(cohort, domains, work, at=at)[person_id]
    today = at.astimezone(zone()).date()
    pairs = list(zip(asked, work[person_id], strict=True))
    return Side(
        cohort_name=cohort.name,
        bars=[_bar(domain, each) for domain, each in zip(domains, standing, strict=True)],
        due=sorted(
            (pair for pair in pairs if pair[1].state(today) in _TO_DO),
            key=lambda pair: pair[1].due_on or date.max,
        ),
        handed_in=sum(each.version > 0 for each in work[person_id]),
    )


_TO_DO = {WorkState.TO_DO, WorkState.OVERDUE}


def hours(minutes: float) -> str:
    """7, or 7,5: in tenths of hours, as the reader writes them."""
    whole, tenths = divmod(round(minutes / 6), 10)
    return f"{whole}{',' if language() == 'nl' else '.'}{tenths}" if tenths else str(whole)


def _bar(domain: Domain, each: Progress) -> DomainBar:
    forecast, kind = words.forecasts()[each.forecast]
    if each.forecast is Forecast.AT_RISK and each.overdue:
        forecast = _("an assignment is late")
    return DomainBar(
        position=domain.position,
        title=domain.title,
        value=round(min(each.attended, each.planned_total)),
        max=round(each.planned_total) or 1,
        text=_(
            "%(attended)s of %(planned)s hours",
            attended=hours(each.attended),
            planned=hours(each.planned_total),
        ),
        forecast=forecast,
        kind=kind,
    )


@bp.get("/schedule/<int:meeting_id>")
@requires(Role.PARTICIPANT)
def meeting(meeting_id: int) -> ResponseReturnValue:
    mine = db.session.execute(queries.my_meetings(me().id)).all()
    told = next((row for row in mine if row.meeting_id == meeting_id), None) or abort(404)
    cancelled, instead = _gone(told), instead_of(mine).get(meeting_id)
    with_me = told.group_name and not cancelled
    mates = db.session.execute(queries.invited_with_me(meeting_id)).all() if with_me else []
    over = told.ends_at <= now()
    word, kind = words.presences()[told.presence] if over else words.answers()[told.partstat]
    if cancelled:
        word, kind = words.offs()[why_off(told, instead)]
    return render_template(
        "home/meeting.html",
        told=told,
        answer_url=answer_url(told.invitation_id),
        cancelled=cancelled,
        instead=where_instead(instead, now()),
        instead_id=instead.meeting_id if instead else None,
        over=over,
        word=word,
        kind=kind,
        mates=[(row.id, _name(row)) for row in mates],
        tasks=dict(db.session.execute(queries.tasks_told(meeting_id)).all()),
        task_words=task_words(),
        me_id=me().id,
    )


def _name(row: Any) -> str:
    return " ".join(part for part in (row.given_name, row.infix, row.surname) if part)


@bp.get("/group")
@requires(Role.PARTICIPANT)
def group() -> ResponseReturnValue:
    today = now().date()
    found = db.session.scalars(queries.my_groups(me().id, today)).all()
    groups = [
        (each, [_name(row) for row in db.session.execute(queries.members(each.id, today))])
        for each in found
    ]
    return render_template("home/group.html", groups=groups)
