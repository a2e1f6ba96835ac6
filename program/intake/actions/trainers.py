"""Trainers of the bureau: who they are, what they can do and when they work."""

from collections.abc import Sequence
from datetime import date

from sqlalchemy import select

from program.accounts.models import Membership, Organisation, Person, Role, RoleGrant, sort_key
from program.cohorts.models import TrainerProfile
from program.core.db import bump, db
from program.intake.actions.rows import put
from program.intake.outcome import Errand
from program.intake.reading.records import ReadTrainer


def load_trainers(
    trainers: Sequence[ReadTrainer], bureau: Organisation, since: date, errand: Errand
) -> None:
    wanted = select(Person).where(Person.email.in_([one.email for one in trainers]))
    known = {person.email: person for person in db.session.scalars(wanted)} if trainers else {}
    for trainer in trainers:
        person, status = _person(trainer, known.get(trainer.email), bureau)
        status = max(status, _grant(person, bureau, since), _profile(person, trainer), key=_WEIGHT)
        errand.tally("trainers").count(status)
        if status == "changed":
            bump(Person, [person.id])
        if status != "same":
            errand.note(f"trainer.{_WORDS[status]}", f"person:{person.id}")


_WORDS = {"new": "added", "changed": "changed"}
_WEIGHT = ["same", "changed", "new"].index


def _person(
    trainer: ReadTrainer, person: Person | None, bureau: Organisation
) -> tuple[Person, str]:
    """A name is changed only for somebody of this very bureau."""
    names = {
        "given_name": trainer.given_name,
        "infix": trainer.infix,
        "surname": trainer.surname,
        "sort_key": sort_key(trainer.given_name, trainer.infix, trainer.surname),
    }
    if person is None:
        person = Person(email=trainer.email, **names)
        db.session.add(person)
        db.session.flush()
        db.session.add(Membership(person_id=person.id, organisation_id=bureau.id))
        return person, "new"
    ours = db.session.scalar(
        select(Membership.id).where(
            Membership.person_id == person.id, Membership.organisation_id == bureau.id
        )
    )
    return person, put(person, names) if ours else "same"


def _grant(person: Person, bureau: Organisation, since: date) -> str:
    wanted = select(RoleGrant.id).where(
        RoleGrant.person_id == person.id,
        RoleGrant.role == Role.TRAINER,
        RoleGrant.organisation_id == bureau.id,
        RoleGrant.cohort_id.is_(None),
        RoleGrant.until_on.is_(None),
    )
    if db.session.scalar(wanted):
        return "same"
    db.session.add(
        RoleGrant(person_id=person.id, role=Role.TRAINER, organisation_id=bureau.id, since_on=since)
    )
    return "new"


def _profile(person: Person, trainer: ReadTrainer) -> str:
    values: dict[str, object] = {"domain_keys": " ".join(trainer.domains)[:400]}
    if trainer.working_days is not None:
        values["working_days"] = trainer.working_days
    if trainer.max_per_week is not None:
        values["max_per_week"] = trainer.max_per_week
    if trainer.senior is not None:
        values["senior"] = trainer.senior
    wanted = select(TrainerProfile).where(TrainerProfile.person_id == person.id)
    profile = db.session.scalar(wanted)
    if profile is None:
        db.session.add(TrainerProfile(person_id=person.id, **values))
        return "changed"
    return put(profile, values)
