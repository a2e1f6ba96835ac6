"""Loads a reading, all of it or nothing, in the caller's one transaction."""

from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date

from flask_babel import gettext as _
from sqlalchemy import select
from sqlalchemy.exc import IntegrityError

from program.accounts.models import Organisation, OrganisationKind
from program.cohorts.models import ClosedPart, Cohort, CohortClient
from program.core.clock import now
from program.core.db import bump, db, locked
from program.core.errors import Refusal
from program.intake.actions.absences import load_absences
from program.intake.actions.people import gone_from, load_people, match_people
from program.intake.actions.places import load_rooms
from program.intake.actions.programme import load_programme
from program.intake.actions.rows import put
from program.intake.actions.trainers import load_trainers
from program.intake.outcome import Errand, Outcome, Progress, quietly
from program.intake.queries import cohort_called
from program.intake.reading.folder import Reading
from program.intake.reading.programme import ReadClosed, ReadProgramme
from program.intake.reading.records import ReadPerson
from program.programmes.models import Programme

_DEFAULT_BUREAU = "Bureau"


@dataclass(frozen=True)
class Target:
    """Where to load to. Without a cohort a new one of this name is made."""

    cohort_id: int | None = None
    cohort_name: str = ""
    bureau_id: int | None = None
    bureau_name: str = ""
    client_name: str = ""


def load(
    reading: Reading, target: Target, *, by: int | None, origin: str = "web",
    progress: Progress = quietly,
) -> Outcome:  # fmt: skip
    """Store everything good in the reading; what is known already and unchanged is left alone."""
    _refuse_mistakes(reading)
    errand = Errand(by=by, origin=origin, today=now().date(), progress=progress)
    try:
        _load(reading, target, errand)
    except IntegrityError as error:
        raise Refusal(
            _("Somebody else was changing the same people or rooms. Nothing was loaded: try again.")
        ) from error
    return errand.outcome


def _load(reading: Reading, target: Target, errand: Errand) -> None:
    known = locked(Cohort, target.cohort_id) if target.cohort_id else None
    bureau = known.organisation if known else _bureau(reading, target)
    programme = _programme(reading, bureau, known, errand)
    cohort = _cohort(reading.programme, target, (bureau, known, programme), errand.outcome)
    clients = _clients(reading, target, cohort)
    matches = match_people(reading.people, {n: c.id for n, c in clients.items()}, cohort.id)
    errand.outcome.gone_people = gone_from(reading.people, matches, cohort.id)
    errand.tally("people").gone = len(errand.outcome.gone_people)
    load_people(matches, cohort, errand)
    load_trainers(reading.lists.trainers, bureau, min(errand.today, cohort.starts_on), errand)
    load_rooms(reading.lists.rooms, bureau, errand)
    load_absences(reading, errand)
    _finish(cohort, errand)


def _refuse_mistakes(reading: Reading) -> None:
    if reading.mistakes:
        raise Refusal(
            _("The programme file has mistakes. Mend them first: nothing was loaded."),
            field="files",
        )


def _finish(cohort: Cohort, errand: Errand) -> None:
    db.session.flush()
    outcome = errand.outcome
    outcome.cohort_id, outcome.cohort = cohort.id, cohort.name
    outcome.bureau = cohort.organisation.name
    db.session.refresh(cohort, ["clients"])
    outcome.client = ", ".join(sorted(client.name for client in cohort.clients))
    if outcome.wrote:
        bump(Cohort, [cohort.id])
        errand.note("intake.loaded", f"cohort:{cohort.id}")


def _bureau(reading: Reading, target: Target) -> Organisation:
    if target.bureau_id:
        return db.session.get_one(Organisation, target.bureau_id)
    bureaus = select(Organisation).where(Organisation.kind == OrganisationKind.BUREAU)
    if not target.bureau_name and len(known := list(db.session.scalars(bureaus.limit(2)))) == 1:
        return known[0]
    addresses = [trainer.email for trainer in reading.lists.trainers]
    name = target.bureau_name or _named_by_mail(addresses) or _DEFAULT_BUREAU
    return _organisation(name, OrganisationKind.BUREAU)


def _organisation(name: str, kind: OrganisationKind) -> Organisation:
    known = db.session.scalar(select(Organisation).where(Organisation.name == name))
    if known is not None:
        return known
    organisation = Organisation(name=name, kind=kind)
    db.session.add(organisation)
    db.session.flush()
    return organisation


def _named_by_mail(addresses: Iterable[str]) -> str:
    """ "ans@bureau.example" is of Bureau."""
    domains = Counter(address.partition("@")[2] for address in addresses)
    if not domains:
        return ""
    return domains.most_common(1)[0][0].split(".")[0].capitalize()


def _programme(
    reading: Reading, bureau: Organisation, cohort: Cohort | None, errand: Errand
) -> Programme:
    if reading.programme is not None:
        known = cohort.programme if cohort else None
        return load_programme(reading.programme, bureau, known, errand)
    if cohort is None:
        raise Refusal(
            _(
                "There is no cohort of this name yet, and no programma.yaml to make it of. "
                "Choose an existing cohort, or add the file."
            ),
            field="cohort",
        )
    return cohort.programme


def _cohort(
    read: ReadProgramme | None, target: Target,
    known: tuple[Organisation, Cohort | None, Programme], outcome: Outcome,
) -> Cohort:  # fmt: skip
    bureau, cohort, programme = known
    if cohort is None and not target.cohort_name.strip():
        raise Refusal(_("Give the new cohort a name."), field="cohort_name")
    if cohort is None and db.session.scalar(cohort_called(target.cohort_name)):
        raise Refusal(_("There is a cohort of this name already."), field="cohort_name")
    if read is None or read.starts_on is None or read.ends_on is None:
        assert cohort is not None  # noqa: S101 (refused above)
        return cohort
    values = {
        "starts_on": read.starts_on,
        "ends_on": read.ends_on,
        "timezone": read.timezone,
        "school_region": read.school_region,
        "group_count": read.group_count,
        "table_size": read.table_size,
    }
    if cohort is None:
        cohort = Cohort(
            name=target.cohort_name, organisation_id=bureau.id, programme_id=programme.id, **values
        )
        db.session.add(cohort)
        db.session.flush()
        outcome.cohort_is = "new"
    else:
        outcome.cohort_is = put(cohort, values)
    if _close(cohort, read.closed) and outcome.cohort_is == "same":
        outcome.cohort_is = "changed"
    return cohort


def _close(cohort: Cohort, closed: Sequence[ReadClosed]) -> bool:
    """Days of the file on which the cohort does not meet; says whether any was new or changed."""
    wanted = select(ClosedPart).where(ClosedPart.cohort_id == cohort.id)
    known = {row.day: row for row in db.session.scalars(wanted)}
    changed = False
    for one in closed:
        for number in range(one.first_on.toordinal(), one.last_on.toordinal() + 1):
            day = date.fromordinal(number)
            if day not in known:
                known[day] = ClosedPart(cohort_id=cohort.id, day=day)
                db.session.add(known[day])
            changed |= put(known[day], {"parts": one.parts, "name": one.name}) == "changed"
    return changed


def _clients(reading: Reading, target: Target, cohort: Cohort) -> dict[str, Organisation]:
    """The organisation for each name in the list; "" is whose people they are by default."""
    people = reading.people.people
    wanted = {person.organisation for person in people}
    known = select(CohortClient.organisation_id).where(CohortClient.cohort_id == cohort.id)
    linked = list(db.session.scalars(known.order_by(CohortClient.id)))
    clients = {name: _organisation(name, OrganisationKind.CLIENT) for name in wanted if name}
    if usual := usual_client(reading, target.client_name, people):
        clients[""] = _organisation(usual, OrganisationKind.CLIENT)
    elif linked:
        clients[""] = db.session.get_one(Organisation, linked[0])
    if linked and not target.client_name and not _names_client(reading):
        clients[""] = db.session.get_one(Organisation, linked[0])
    for client in clients.values():
        if client.id not in linked:
            db.session.add(CohortClient(cohort_id=cohort.id, organisation_id=client.id))
            linked.append(client.id)
    db.session.flush()
    return clients


def _names_client(reading: Reading) -> bool:
    return bool(reading.programme and reading.programme.organisation)


def usual_client(reading: Reading, chosen: str, people: Iterable[ReadPerson]) -> str:
    """As somebody chose, as the programme says, else by the people's own mail."""
    if chosen:
        return chosen
    if reading.programme and reading.programme.organisation:
        return reading.programme.organisation
    return _named_by_mail(person.email for person in people)


def target_named(asked: str, *, bureau_name: str = "", client_name: str = "") -> Target:
    """A cohort by its exact name or its number, or one to be made."""
    cohort = db.session.scalar(cohort_called(asked))
    if cohort is None and asked.isdecimal():
        cohort = db.session.get(Cohort, int(asked))
    return Target(
        cohort_id=cohort.id if cohort else None,
        cohort_name=asked,
        bureau_name=bureau_name,
        client_name=client_name,
    )


def period_of(cohort: Cohort | None) -> tuple[date, date] | None:
    return (cohort.starts_on, cohort.ends_on) if cohort else None
