"""What a load stores, and what a second one leaves alone."""

import time
from datetime import date

import pytest
from flask import Flask
from sqlalchemy import func, select

from program.accounts.models import Membership, Organisation, Person, Role, RoleGrant
from program.assignments.models import Assignment
from program.cohorts.models import Absence, AbsenceSource, Cohort, Enrolment, TrainerProfile
from program.core.audit import AuditEntry
from program.core.db import Base, db
from program.core.errors import Refusal
from program.intake.actions import Target, load, question, target_named
from program.intake.outcome import Outcome
from program.intake.reading.folder import Question, read_folder
from program.meetings.models import Room, Venue
from program.programmes.models import Module, ModuleDomain, Programme
from tests.counting import counted_queries
from tests.factories import (
    grant,
    make_cohort,
    make_enrolment,
    make_organisation,
    make_person,
    make_programme,
)
from tests.intake.lists import crowd, enschede

LIST = (
    "Naam;E-mail;Pers.nr;Afdeling;Werkdagen\nJan Bos;jan@a.example;1;Zorg;ma di\n"
    "Els Dam;els@a.example;2;Zorg;\n"
)


def load_files(target: Target | None = None, **files: str | bytes) -> Outcome:
    named = {
        ".".join(name.rsplit("_", 1)): body.encode() if isinstance(body, str) else body
        for name, body in files.items()
    }
    target = target or target_named("Lichting 1")
    cohort = db.session.get(Cohort, target.cohort_id) if target.cohort_id else None
    outcome = load(read_folder(question(named, cohort, {}, {})), target, by=None, origin="test")
    db.session.commit()
    return outcome


def load_enschede() -> Outcome:
    target = target_named("Enschede")
    outcome = load(read_folder(Question(enschede())), target, by=None, origin="test")
    db.session.commit()
    return outcome


def many(model: type[Base]) -> int:
    return db.session.scalar(select(func.count()).select_from(model)) or 0


def list_of(*, cohort: Cohort, body: str = LIST) -> Outcome:
    return load_files(Target(cohort_id=cohort.id), deelnemers_csv=body)


@pytest.mark.usefixtures("each_app")
def test_the_cohort_of_enschede_stands_with_all_that_belongs_to_it() -> None:
    outcome = load_enschede()

    assert (outcome.cohort_is, outcome.programme_is) == ("new", "new")
    assert {kind: tally.new for kind, tally in outcome.tallies.items()} == {
        "people": 90, "trainers": 8, "venues": 3, "rooms": 7, "domains": 4, "modules": 14,
        "assignments": 5, "absences": 365,
    }  # fmt: skip
    assert [many(model) for model in (Person, Enrolment, Membership, TrainerProfile, Absence)] == [
        98, 90, 98, 8, 365,
    ]  # fmt: skip
    cohort = db.session.scalars(select(Cohort)).one()
    assert [client.name for client in cohort.clients] == ["Gemeente Enschede"]
    assert (cohort.organisation.name, str(cohort.ends_on)) == ("Bureau", "2020-12-18")
    roles = select(RoleGrant.role, func.count()).group_by(RoleGrant.role)
    assert dict(db.session.execute(roles).all()) == {Role.PARTICIPANT: 90, Role.TRAINER: 8}


@pytest.mark.usefixtures("each_app")
def test_a_second_load_of_the_same_files_changes_no_row() -> None:
    load_enschede()
    before = {table.name: rows(table.name) for table in Base.metadata.sorted_tables}

    outcome = load_enschede()

    assert not outcome.wrote
    assert {tally.same for tally in outcome.tallies.values()} >= {90, 365}
    assert {table.name: rows(table.name) for table in Base.metadata.sorted_tables} == before


def rows(table: str) -> list[tuple[object, ...]]:
    found = db.session.execute(select(Base.metadata.tables[table]))
    return sorted((tuple(row) for row in found), key=str)


@pytest.mark.usefixtures("each_app")
def test_what_changed_is_changed_and_nothing_else() -> None:
    cohort = make_cohort()
    list_of(cohort=cohort)
    els, jan = db.session.scalars(select(Person).order_by(Person.email).limit(2)).all()
    versions = (els.version, jan.version)
    changed = LIST.replace("Els Dam", "Els van Dam").replace("2;Zorg;", "2;Wonen;alle")

    outcome = list_of(cohort=cohort, body=changed + "Kim Vos;kim@a.example;3;Zorg;alle\n")

    tally = outcome.tallies["people"]
    assert (tally.new, tally.changed, tally.same) == (1, 1, 1)
    assert (els.name, els.sort_key, els.memberships[0].department) == (
        "Els van Dam", "dam els van", "Wonen",
    )  # fmt: skip
    assert (els.version, jan.version) == (versions[0] + 1, versions[1])


@pytest.mark.usefixtures("each_app")
def test_a_new_address_of_a_known_number_is_the_same_person() -> None:
    cohort = make_cohort()
    list_of(cohort=cohort)

    outcome = list_of(cohort=cohort, body=LIST.replace("els@", "els.dam@"))

    assert outcome.tallies["people"].changed == 1
    assert sorted(db.session.scalars(select(Person.email))) == [
        "els.dam@a.example",
        "jan@a.example",
    ]


@pytest.mark.usefixtures("app")
def test_somebody_who_is_gone_from_the_list_is_told_and_stays() -> None:
    cohort = make_cohort()
    list_of(cohort=cohort)

    outcome = list_of(cohort=cohort, body="\n".join(LIST.splitlines()[:2]))

    assert (outcome.tallies["people"].gone, outcome.gone_people) == (1, ["Els Dam"])
    assert many(Enrolment) == 2


@pytest.mark.usefixtures("app")
def test_a_duplicate_row_changes_nothing() -> None:
    cohort = make_cohort()
    list_of(cohort=cohort)

    outcome = list_of(cohort=cohort, body=LIST + "Jan Anders;JAN@A.example;9;Sloop;vr\n")

    assert not outcome.wrote


@pytest.mark.usefixtures("app")
def test_letters_that_a_csv_lost_do_not_spoil_a_name_that_we_know() -> None:
    cohort = make_cohort()
    list_of(cohort=cohort, body=LIST.replace("Jan Bos", "Jan Y\u0131lmaz"))

    outcome = list_of(cohort=cohort, body=LIST.replace("Jan Bos", "Jan Y?lmaz"))

    assert not outcome.wrote


@pytest.mark.usefixtures("app")
def test_a_list_without_a_column_leaves_what_we_know_of_it() -> None:
    cohort = make_cohort()
    list_of(cohort=cohort)

    list_of(cohort=cohort, body="Naam;E-mail\nJan Bos;jan@a.example\nEls Dam;els@a.example\n")

    known = db.session.scalars(select(Membership).order_by(Membership.employee_number)).all()
    assert [(m.department, m.working_days) for m in known] == [("Zorg", 3), ("Zorg", 31)]


@pytest.mark.usefixtures("app")
def test_a_list_cannot_rename_or_take_over_who_is_more_than_a_participant() -> None:
    cohort = make_cohort()
    boss = grant(make_person(email="jan@a.example"), Role.PLANNER, cohort.organisation)
    make_enrolment(cohort, boss)
    member = boss.memberships[0]
    member.employee_number = "2"
    db.session.commit()

    list_of(cohort=cohort)

    assert (boss.given_name, boss.email) == ("Noor", "jan@a.example")
    assert db.session.scalars(select(Person).where(Person.email == "els@a.example")).one() != boss


@pytest.mark.usefixtures("app")
def test_people_of_several_clients_are_kept_apart() -> None:
    cohort = make_cohort(client=make_organisation(name="Almelo"))

    load_files(
        Target(cohort_id=cohort.id),
        deelnemers_csv="Naam;E-mail;Gemeente\nJan Bos;jan@a.example;Almelo\n"
        "Els Dam;els@b.example;Borne\n",
    )

    names = select(Organisation.name).join(Membership).order_by(Organisation.name)
    assert list(db.session.scalars(names)) == ["Almelo", "Borne"]
    assert {client.name for client in cohort.clients} == {"Almelo", "Borne"}


@pytest.mark.usefixtures("app")
def test_only_files_about_known_people_can_be_added_later() -> None:
    cohort = make_cohort()
    list_of(cohort=cohort)

    outcome = load_files(
        Target(cohort_id=cohort.id),
        verlof_csv="e-mail;van;tot\njan@a.example;1-2-2030;3-2-2030\nwie@b.example;1-2-2030;\n",
    )

    assert (outcome.tallies["absences"].new, outcome.tallies["people"].gone) == (1, 0)


@pytest.mark.usefixtures("each_app")
def test_a_calendar_is_the_whole_truth_and_a_list_only_adds() -> None:
    load_enschede()
    files = enschede()
    files["agenda/ali.scholten.ics"] = b"\r\n".join(
        [b"BEGIN:VCALENDAR", b"VERSION:2.0", b"PRODID:x", b"END:VCALENDAR", b""]
    )
    files["afwezigheid.csv"] = b"\r\n".join(files["afwezigheid.csv"].splitlines()[:-3])

    outcome = load(read_folder(Question(files)), target_named("Enschede"), by=None, origin="test")

    assert (outcome.tallies["absences"].changed, outcome.tallies["absences"].gone) == (34, 1)
    sources = select(Absence.source, func.count()).group_by(Absence.source)
    assert dict(db.session.execute(sources).all())[AbsenceSource.CALENDAR] == 5 * 34


@pytest.mark.usefixtures("each_app")
def test_a_changed_programme_is_changed_by_key() -> None:
    load_enschede()
    files = enschede()
    files["programma.yaml"] = (
        files["programma.yaml"]
        .replace(b"title: Kracht en valkuil", b"title: Kracht")
        .replace(b"hours: 7, domains: [samenleving], after: leerbezoek",
                 b"hours: 7, domains: [samenleving, opgave], after: leerbezoek")
    )  # fmt: skip

    outcome = load(read_folder(Question(files)), target_named("Enschede"), by=None, origin="test")

    assert outcome.programme_is == "changed"
    assert (outcome.tallies["modules"].changed, outcome.tallies["modules"].same) == (2, 12)
    weights = (
        select(ModuleDomain.weight).join(ModuleDomain.module).where(Module.key == "samenleving-1")
    )
    assert list(db.session.scalars(weights)) == [0.5, 0.5]


@pytest.mark.usefixtures("app")
def test_the_programme_is_read_as_the_trainers_agreed_it() -> None:
    load_enschede()

    programme = db.session.scalars(select(Programme)).one()
    modules = {module.key: module for module in programme.modules}
    assert (programme.attendance_norm, len(programme.domains)) == (0.8, 4)
    assert (modules["start"].fixed_on, modules["start"].minutes) == (date(2019, 7, 3), 240)
    assert (modules["zelf-2"].after, modules["zelf-2"].max_gap_days) == (modules["zelf-1"], 70)
    assert [weight.weight for weight in modules["start"].weights] == [0.25] * 4
    assert {a.due_after and a.due_after.key for a in db.session.scalars(select(Assignment))} == {
        "zelf-1", "zelf-2", "opgave-2", "organisatie-2", "leerbezoek",
    }  # fmt: skip
    rooms = db.session.execute(select(Venue.name, Room.capacity).join(Room.venue)).all()
    assert max(rooms, key=lambda room: room[1]) == ("Online", 300)


@pytest.mark.usefixtures("app")
def test_mistakes_in_the_programme_keep_everything_out() -> None:
    files = enschede()
    files["programma.yaml"] = files["programma.yaml"].replace(b"hours: 7", b"hours: veel")

    with pytest.raises(Refusal, match=r"mistakes|fouten"):
        load(read_folder(Question(files)), target_named("Enschede"), by=None, origin="test")
    assert many(Person) == 0


@pytest.mark.usefixtures("app")
def test_a_cohort_of_another_programme_is_not_turned_into_one_that_exists() -> None:
    load_enschede()
    bureau = db.session.scalars(select(Cohort)).one().organisation
    other = make_cohort(programme=make_programme(organisation=bureau))

    with pytest.raises(Refusal, match="Leiderschap in verbinding"):
        load(read_folder(Question(enschede())), Target(cohort_id=other.id), by=None)


@pytest.mark.usefixtures("app")
def test_a_list_alone_makes_no_cohort() -> None:
    with pytest.raises(Refusal):
        load_files(deelnemers_csv=LIST)


@pytest.mark.usefixtures("app")
def test_every_person_leaves_a_line_in_the_audit_and_no_name() -> None:
    load_enschede()

    lines = db.session.scalars(select(AuditEntry)).all()
    assert sum(line.action == "person.enrolled" for line in lines) == 90
    assert not any("@" in line.object for line in lines)


@pytest.mark.usefixtures("each_app")
def test_five_thousand_people_come_in_at_once_within_seconds() -> None:
    cohort = make_cohort()
    reading = read_folder(Question({"deelnemers.csv": crowd(5000).encode()}))
    steps: list[tuple[int, int]] = []
    started = time.process_time()

    with counted_queries() as statements:
        load(
            reading, Target(cohort_id=cohort.id), by=None,
            progress=lambda done, of: steps.append((done, of)),
        )  # fmt: skip
        db.session.commit()

    assert time.process_time() - started < 10
    assert many(Enrolment) == 5000
    assert steps[-1] == (4, 4)
    assert len(statements) < 150


def test_rooms_are_found_again_by_their_names(app: Flask) -> None:
    load_enschede()
    files = {
        "locaties.csv": b"locatie;zaal;capaciteit;per dag\nDe Spinnerij;Grote zaal;150;950,00\n"
    }

    cohort = db.session.scalars(select(Cohort)).one()
    outcome = load(
        read_folder(Question(files)), Target(cohort_id=cohort.id), by=None, origin="test"
    )

    tally = outcome.tallies["rooms"]
    assert (tally.new, tally.changed, tally.same, tally.gone) == (0, 1, 0, 6)
    assert db.session.scalar(select(Room.price_cents).where(Room.name == "Grote zaal")) == 95000
