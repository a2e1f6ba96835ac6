"""What a load would do, before anybody asks for it. Reads only."""

from collections.abc import Mapping

from sqlalchemy import select

from program.accounts.models import Organisation
from program.cohorts.models import Cohort, CohortClient
from program.core.db import db
from program.intake.actions.loading import period_of, usual_client
from program.intake.actions.people import Match, gone_from, match_people
from program.intake.queries import people_of, trainers_of
from program.intake.reading.folder import Question, Reading
from program.intake.reading.records import Known


def question(
    files: Mapping[str, bytes], cohort: Cohort | None, mapping: Mapping[str, Mapping[str, str]],
    kinds: Mapping[str, str],
) -> Question:  # fmt: skip
    """What to read, with what is known of the cohort that it is for."""
    return Question(
        files=files,
        chosen=mapping,
        kinds=kinds,
        known=_known(cohort) if cohort else (),
        period=period_of(cohort),
        **({"zone": cohort.timezone} if cohort else {}),
    )


def _known(cohort: Cohort) -> list[Known]:
    people = [
        Known(row.email, row.employee_number or "", _whole(row.given_name, row.infix, row.surname))
        for row in db.session.execute(people_of(cohort.id))
    ]
    trainers = [
        Known(row.email, "", _whole(row.given_name, row.infix, row.surname))
        for row in db.session.execute(trainers_of(cohort.organisation_id))
    ]
    return people + trainers


def _whole(*parts: str) -> str:
    return " ".join(part for part in parts if part)


def preview(
    reading: Reading, cohort: Cohort | None, client_name: str
) -> tuple[list[Match], list[str]]:
    """Each person as new, changed or the same, and who is on the list no longer."""
    names = {person.organisation for person in reading.people.people}
    clients = {name: _number(name) for name in names if name}
    usual = usual_client(reading, client_name, reading.people.people)
    first = _first_client(cohort)
    named = client_name or (reading.programme and reading.programme.organisation)
    clients[""] = _number(usual) if named or first is None else first
    cohort_id = cohort.id if cohort else None
    matches = match_people(reading.people, clients, cohort_id)
    return matches, gone_from(reading.people, matches, cohort_id)


def _number(name: str) -> int | None:
    return db.session.scalar(select(Organisation.id).where(Organisation.name == name))


def _first_client(cohort: Cohort | None) -> int | None:
    if cohort is None:
        return None
    wanted = select(CohortClient.organisation_id).where(CohortClient.cohort_id == cohort.id)
    return db.session.scalar(wanted.order_by(CohortClient.id).limit(1))
