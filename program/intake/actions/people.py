"""Participants: found again by address, else by employee number; then written in bulk."""

import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date

from sqlalchemy import Row, select

from program.accounts.models import Membership, Person, Role, RoleGrant, sort_key
from program.cohorts.models import Cohort, Enrolment
from program.core.db import bump, db
from program.intake.actions.rows import Values, differing, insert_rows, update_rows
from program.intake.outcome import Errand
from program.intake.queries import (
    chunks,
    enrolled_in,
    members_of,
    people_mailed,
    people_numbered,
)
from program.intake.reading.people import DAY_FIELDS, People
from program.intake.reading.records import ReadPerson

_MEMBERSHIP = {  # column of ours: columns of the list
    "employee_number": {"employee_number"},
    "manager_number": {"manager_number", "manager_name", "manager_email"},
    "department": {"department"},
    "job_title": {"job_title"},
    "gender": {"gender"},
    "working_days": {"working_days", *DAY_FIELDS},
    "hours_per_week": {"hours_per_week", "fte"},
    "employed_since": {"employed_since"},
}
KnownPerson = Row[int, str, str, str, str]


@dataclass
class Match:
    """What a line of the list means for what we know."""

    read: ReadPerson
    organisation_id: int | None  # none: it does not exist yet
    person_id: int | None = None
    person: Values = field(default_factory=dict)  # what changes
    membership_id: int | None = None
    membership: Values = field(default_factory=dict)
    enrolled: bool = False

    @property
    def status(self) -> str:
        if not self.enrolled:
            return "new"
        return "changed" if self.person or self.membership else "same"


def match_people(
    people: People, organisation_of: Mapping[str, int | None], cohort_id: int | None
) -> list[Match]:
    """Each person of the list beside what is stored of them. Reads only.

    `organisation_of` gives the client's number by its name in the list, "" for the usual one.
    """
    organisations = sorted({number for number in organisation_of.values() if number})
    members = list(db.session.scalars(members_of(organisations))) if organisations else []
    known = _known_people(people.people, members)
    enrolled = _enrolled(cohort_id)
    matching = _Matching(known, members, enrolled, people.columns)
    return [matching.match(read, organisation_of[read.organisation]) for read in people.people]


def load_people(matches: Sequence[Match], cohort: Cohort, errand: Errand) -> None:
    """Store what is new and what changed, each table in a few statements."""
    for match in matches:
        errand.tally("people").count(match.status)
    fresh = [match for match in matches if match.person_id is None]
    made = _store_people([match.read for match in fresh])
    for match in fresh:
        match.person_id = made[match.read.email]
    errand.progress(1, 4)
    update_rows(Person, [{"id": m.person_id, **m.person} for m in matches if m.person])
    _store_memberships(matches)
    errand.progress(2, 4)
    _enrol(matches, cohort, errand.today)
    errand.progress(3, 4)
    touched = [m for m in matches if m.status != "same"]
    bump(Person, [m.person_id for m in touched if m.person_id and m.read.email not in made])
    for action in ("new", "changed"):
        done = (f"person:{m.person_id}" for m in touched if m.status == action)
        errand.note_many(_ACTIONS[action], done)
    errand.progress(4, 4)


_ACTIONS = {"new": "person.enrolled", "changed": "person.changed"}


def gone_from(people: People, matches: Iterable[Match], cohort_id: int | None) -> list[str]:
    """Who takes part and is not on the list any more."""
    if cohort_id is None or not people.people:
        return []
    here = {match.person_id for match in matches}
    return [
        " ".join(part for part in (row.given_name, row.infix, row.surname) if part)
        for row in db.session.execute(enrolled_in(cohort_id))
        if row.person_id not in here and row.until_on is None
    ]


def _known_people(
    people: Sequence[ReadPerson], members: Sequence[Membership]
) -> dict[str | int, KnownPerson]:
    """By address and by number."""
    numbers = {one.employee_number for one in people if one.employee_number}
    by_number = [m.person_id for m in members if m.employee_number in numbers]
    found: dict[str | int, KnownPerson] = {}
    for part in chunks([one.email for one in people]):
        for row in db.session.execute(people_mailed([str(email) for email in part])):
            found[row.email] = found[row.id] = row
    for part in chunks([number for number in by_number if number not in found]):
        for row in db.session.execute(people_numbered([int(number) for number in part])):
            found[row.id] = row
    return found


def _enrolled(cohort_id: int | None) -> set[int]:
    if cohort_id is None:
        return set()
    wanted = select(Enrolment.person_id).where(Enrolment.cohort_id == cohort_id)
    return set(db.session.scalars(wanted))


class _Matching:
    def __init__(
        self, known: Mapping[str | int, KnownPerson], members: Sequence[Membership],
        enrolled: set[int], columns: set[str],
    ) -> None:  # fmt: skip
        self.known = known
        self.member = {(m.organisation_id, m.person_id): m for m in members}
        self.numbered = {
            (m.organisation_id, m.employee_number): m for m in members if m.employee_number
        }
        self.enrolled = enrolled
        self.fields = {name for name, ours in _MEMBERSHIP.items() if ours & columns}
        self.powerful = _powerful({row.id for row in known.values()})
        self.taken: set[int] = set()

    def match(self, read: ReadPerson, organisation_id: int | None) -> Match:
        match = Match(read, organisation_id)
        row = self._person(read, organisation_id)
        if row is not None:
            self.taken.add(row.id)
            match.person_id = row.id
            match.enrolled = row.id in self.enrolled
            member = self.member.get((organisation_id or 0, row.id))
            if member is not None:
                match.membership_id = member.id
                match.person = self._person_changes(row, read)
                match.membership = differing(member, self._membership(read, member))
        return match

    def _person(self, read: ReadPerson, organisation_id: int | None) -> KnownPerson | None:
        if read.email in self.known:
            return self.known[read.email]
        member = self.numbered.get((organisation_id or 0, read.employee_number))
        if member is None or member.person_id in self.taken | self.powerful:
            return None
        return self.known.get(member.person_id)

    def _person_changes(self, row: KnownPerson, read: ReadPerson) -> Values:
        """Names as the client writes them, except of people who are more than participants."""
        values = {"given_name": read.given_name, "infix": read.infix, "surname": read.surname}
        if row.id in self.powerful or all(
            lost_letters(str(new), getattr(row, name)) for name, new in values.items()
        ):
            values = {}
        changes = differing(row, values | {"email": read.email})
        if changes.keys() & values.keys():
            changes["sort_key"] = sort_key(read.given_name, read.infix, read.surname)
        return changes

    def _membership(self, read: ReadPerson, member: Membership) -> Values:
        """Of the columns that the list has; unknown working days leave the known ones."""
        values = {name: getattr(read, name) for name in self.fields}
        if values.get("working_days", 0) is None:
            del values["working_days"]
        return {
            name: value
            for name, value in values.items()
            if not isinstance(value, str) or not lost_letters(value, getattr(member, name))
        }


def lost_letters(new: str, old: str) -> bool:
    """Is this what we know already, with letters that a file could not hold turned into "?"?"""
    if new == old:
        return True
    if not ({"?", "\ufffd"} & set(new)) or len(new) != len(old):
        return False
    return re.fullmatch(re.sub("\\\\\\?|\ufffd", ".", re.escape(new)), old) is not None


def _powerful(person_ids: set[int]) -> set[int]:
    """Those of them who hold a role that a participants' list may not reach."""
    found: set[int] = set()
    for part in chunks(sorted(person_ids)):
        wanted = select(RoleGrant.person_id).where(
            RoleGrant.person_id.in_(part), RoleGrant.role != Role.PARTICIPANT
        )
        found |= set(db.session.scalars(wanted))
    return found


def _new_person(read: ReadPerson) -> Values:
    return {
        "email": read.email,
        "given_name": read.given_name,
        "infix": read.infix,
        "surname": read.surname,
        "sort_key": sort_key(read.given_name, read.infix, read.surname)[:400],
    }


def _store_people(people: Sequence[ReadPerson]) -> dict[str, int]:
    """Their new numbers, by address."""
    insert_rows(Person, [_new_person(read) for read in people])
    numbers: dict[str, int] = {}
    for part in chunks([read.email for read in people]):
        rows = db.session.execute(select(Person.email, Person.id).where(Person.email.in_(part)))
        numbers |= dict(rows.all())
    return numbers


def _store_memberships(matches: Sequence[Match]) -> None:
    update_rows(
        Membership, [{"id": m.membership_id, **m.membership} for m in matches if m.membership]
    )
    insert_rows(
        Membership,
        [
            {
                "organisation_id": m.organisation_id,
                "person_id": m.person_id,
                **{name: getattr(m.read, name) for name in _MEMBERSHIP},
                "working_days": 31 if m.read.working_days is None else m.read.working_days,
            }
            for m in matches
            if m.membership_id is None
        ],
    )


def _enrol(matches: Sequence[Match], cohort: Cohort, today: date) -> None:
    joining = [m for m in matches if not m.enrolled]
    since = _first_day(cohort, today)
    insert_rows(
        Enrolment,
        [
            {
                "cohort_id": cohort.id, "person_id": m.person_id,
                "organisation_id": m.organisation_id, "since_on": since,
            }
            for m in joining
        ],
    )  # fmt: skip
    insert_rows(
        RoleGrant,
        [
            {
                "person_id": m.person_id, "role": Role.PARTICIPANT, "cohort_id": cohort.id,
                "organisation_id": m.organisation_id, "since_on": min(today, cohort.starts_on),
            }
            for m in joining
        ],
    )  # fmt: skip


def _first_day(cohort: Cohort, today: date) -> date:
    """The first people take part from the start; who joins a running cohort, from today."""
    if db.session.scalar(select(Enrolment.id).where(Enrolment.cohort_id == cohort.id).limit(1)):
        return min(max(cohort.starts_on, today), cohort.ends_on)
    return cohort.starts_on
