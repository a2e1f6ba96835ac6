"""Who may ask for what: every route, as every role, for what is theirs, another's and not there.

The routes come from the application itself. One that is not in `EXPECTED` fails: whoever adds a
route says here who may use it.
"""

import re
import shutil
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest
from flask import Flask
from werkzeug.routing import Rule
from werkzeug.test import TestResponse

from program.accounts.models import OtherAddress, Person, Role
from program.assignments.models import Submission
from program.cohorts.models import Absence, AbsenceSource, ClosedPart, Cohort, Pair
from program.core.clock import now
from program.core.db import db, reading
from program.intake.models import Intake
from program.invitations.actions import receive, release
from program.invitations.models import Invitation, Release
from program.mail.models import IncomingMail, OutgoingMail, SuspendedAddress
from program.meetings.models import MeetingTrainer, RoomClosure
from program.planning.models import PlanRun, RunKind, RunState
from program.reminders.models import ReminderKind, ReminderRule
from tests.conftest import app_on, sign_in
from tests.factories import (
    MONDAY_9H,
    grant,
    make_assignment,
    make_bureau,
    make_cohort,
    make_enrolment,
    make_group,
    make_meeting,
    make_module,
    make_organisation,
    make_person,
    make_programme,
    make_room,
    make_seat,
    make_venue,
    stored,
)

SOON = datetime(2029, 11, 1, 9, tzinfo=UTC)
ABSENT = 987_654

OPEN = "open"  # to anyone, signed in or not
ANYONE = "anyone"  # who is signed in; what they see is theirs
PLANS = "plans"  # trainers and planners, of what they run
MANAGES = "manages"  # planners, for it concerns everybody
TAKES_PART = "takes part"
REPORTS = "reports"  # HR and who plans
READS_WORK = "reads work"  # who wrote it and who trains them
RECEIVES = "receives"  # whom it went to; and who plans
INVITED = "invited"  # who comes to it or gives it
OWNS = "owns"  # only who it is about

ROLES = ("participant", "hr", "trainer", "planner")
ALLOWED = {
    ANYONE: ROLES,
    PLANS: ("trainer", "planner"),
    MANAGES: ("planner",),
    TAKES_PART: ("participant",),
    REPORTS: ("hr", "trainer", "planner"),
    READS_WORK: ("participant", "trainer", "planner"),
    RECEIVES: ("participant", "trainer", "planner"),
    INVITED: ("participant", "trainer"),
    OWNS: ("participant",),
}
#: signed in is enough to ask; for others than those above it does not exist
ASKED_BY_ALL = {ANYONE, RECEIVES, INVITED, OWNS}

EXPECTED = {
    "static": OPEN, "health.show": OPEN, "pages.accessibility": OPEN, "pages.privacy": OPEN,
    "accounts.sign_in": OPEN, "accounts.use_link": OPEN, "accounts.language": OPEN,
    "accounts.demo": OPEN, "feeds.calendar": OPEN, "feeds.of_cohort": OPEN,
    "invitations.answer_by_link": OPEN,
    "catchup.by_link": OPEN, "catchup.after_answer": OPEN, "catchup.mine": OWNS,
    "catchup.of_person": PLANS,
    "accounts.sign_out": ANYONE, "home.index": ANYONE, "home.settings": ANYONE,
    "feeds.show": ANYONE, "feeds.renew": ANYONE, "feeds.end": ANYONE,
    "mailbox.index": ANYONE, "mailbox.incoming": ANYONE,
    "mailbox.show": RECEIVES, "mailbox.html": RECEIVES, "mailbox.source": RECEIVES,
    "mailbox.reply": RECEIVES, "mailbox.arrived": RECEIVES, "mailbox.arrived_source": RECEIVES,
    "feeds.event": INVITED, "invitations.answer": OWNS,
    "assignments.mine": TAKES_PART, "assignments.show": TAKES_PART, "home.schedule": TAKES_PART,
    "home.meeting": TAKES_PART, "home.group": TAKES_PART,
    "assignments.download": READS_WORK,
    "post.pause": MANAGES, "post.resume": MANAGES,
    "reports.index": REPORTS, "reports.cohort": REPORTS, "reports.export": REPORTS,
} | dict.fromkeys(
    (
        "assignments.index", "assignments.work", "assignments.of_programme", "assignments.new",
        "assignments.edit", "assignments.remove", "assignments.copy", "attendance.index",
        "attendance.roll", "attendance.save", "attendance.person", "attendance.tap",
        "attendance.guests", "attendance.rest", "attendance.undo", "cohorts.index", "cohorts.show",
        "cohorts.edit", "cohorts.new", "cohorts.people", "cohorts.groups", "cohorts.new_group",
        "cohorts.group", "cohorts.trainers", "cohorts.trainer", "cohorts.new_absence",
        "cohorts.drop_absence", "cohorts.new_trainer", "cohorts.agreements", "cohorts.new_closed",
        "cohorts.drop_closed", "cohorts.new_pair", "cohorts.remove_pair", "meetings.travel",
        "meetings.needs", "encounters.index", "encounters.person", "home.progress", "intake.index",
        "intake.outcome", "intake.columns", "intake.discard", "intake.left_out", "intake.load",
        "intake.preview", "intake.rejects", "invitations.of_meeting", "invitations.release",
        "invitations.undo", "invitations.live",
        "feeds.for_planners", "feeds.renew_for_planner",
        "reminders.index", "reminders.add", "reminders.add_usual", "reminders.drop",
        "reminders.text", "reminders.reset", "reminders.unanswered",
        "invitations.progress", "meetings.board", "meetings.conflicts", "meetings.locks",
        "meetings.options", "meetings.option",
        "meetings.index", "meetings.show", "meetings.move", "meetings.cancel", "meetings.clashes",
        "meetings.lock", "meetings.person", "meetings.withdraw", "meetings.enrol",
        "meetings.transfer", "meetings.room", "meetings.room_agenda", "meetings.drop_room",
        "meetings.trainer_agenda", "meetings.venues", "meetings.venue", "meetings.new_room",
        "meetings.new_venue", "planning.index", "planning.start", "planning.show",
        "planning.accept_proposal", "planning.cancel", "planning.progress", "planning.rules",
        "planning.tables", "planning.mix_tables",
        "planning.change_rule", "planning.usual_rule", "planning.take_part", "planning.mend",
        "planning.start_repair", "planning.repair_needed", "planning.swaps",
        "planning.give_swaps", "planning.compare_runs", "meetings.new_closure",
        "meetings.drop_closure",
        "planning.reasons", "planning.ask_reasons", "planning.take_way",
        "rerun.new", "rerun.start", "rerun.outcome",
        "review.index", "review.count", "review.decide", "review.original", "review.resume",
        "planning.why_not", "planning.why_not_draft",
        "meetings.forget_address", "cohorts.forget_address",
        "mixing.index", "mixing.start", "mixing.arrange", "mixing.improve_groups",
        "mixing.accept", "mixing.name_pair", "mixing.forget_pair", "programmes.index",
        "programmes.show", "programmes.add_domain", "programmes.domain", "programmes.move_domain",
        "programmes.remove_domain", "programmes.edit", "programmes.module",
        "programmes.move_module", "programmes.remove_module", "programmes.new_module",
        "programmes.new", "post.index", "post.retry", "post.retry_all", "post.release",
    ),
    PLANS,
)  # fmt: skip

#: the link is itself the secret, so their forms need no other
SECRET_LINKS = {"invitations.answer_by_link", "catchup.by_link"}
#: asked for in the state that the world is in, these are not there even for who may see them
NOT_THERE_YET = {"intake.left_out", "assignments.work POST"}
#: says that this person is not expected, and does not say whether they exist
TELLS_OTHERWISE = {("attendance.tap", "person_id")}


@dataclass
class Side:
    """One bureau with one cohort of one client, and one of everything in it."""

    people: dict[str, int]
    ids: dict[str, int]

    def of(self, endpoint: str) -> dict[str, int]:
        """The ids for a route; a person is a trainer on some pages and on others expected."""
        if endpoint.startswith("attendance."):
            return self.ids | {"person_id": self.people["participant"]}
        if endpoint == "cohorts.forget_address":
            return self.ids | {"other_address_id": self.ids["trainer_address_id"]}
        return self.ids


@dataclass
class World:
    database: Path
    ours: Side
    theirs: Side
    other_trainer: int  # of another cohort of our bureau
    other_hr: int  # of our second client


def make_side() -> Side:
    bureau, client = make_bureau(), make_organisation()
    programme = make_programme(organisation=bureau)
    cohort = make_cohort(programme=programme, client=client)
    enrolment = make_enrolment(cohort)
    trainer = grant(make_person(), Role.TRAINER, bureau)
    people = {
        "participant": enrolment.person,
        "hr": grant(make_person(), Role.HR, client),
        "trainer": trainer,
        "planner": grant(make_person(), Role.PLANNER, bureau),
    }
    group = make_group(cohort, enrolment)
    room = make_room(venue=make_venue(organisation=bureau))
    module = make_module(programme)
    meeting = make_meeting(cohort, module=module, group=group, room=room)
    make_seat(meeting, enrolment.person)
    stored(MeetingTrainer(meeting_id=meeting.id, person_id=trainer.id))
    assignment = make_assignment(programme)
    make_submission = Submission(
        assignment_id=assignment.id, enrolment_id=enrolment.id, number=1, text="Mijn werk",
        file_name="werk.pdf", media_type="application/pdf", file=b"%PDF-1.4", submitted_at=SOON,
    )  # fmt: skip
    release(cohort.id, by=trainer.id, at=SOON)
    db.session.commit()
    published = db.session.scalars(db.select(Release).where(Release.cohort_id == cohort.id)).one()
    invitation = db.session.scalars(
        db.select(Invitation).where(Invitation.person_id == enrolment.person_id)
    ).one()
    mail = db.session.scalars(
        db.select(OutgoingMail).where(OutgoingMail.recipient == enrolment.person.email)
    ).one()
    receive(f"From: {enrolment.person.email}\r\n\r\nHoi".encode(), via="command", at=SOON)
    db.session.commit()
    incoming = db.session.scalars(
        db.select(IncomingMail).where(IncomingMail.sender == enrolment.person.email)
    ).one()
    away = Absence(
        person_id=trainer.id, source=AbsenceSource.LIST,
        starts_at=MONDAY_9H.replace(month=8), ends_at=MONDAY_9H.replace(month=9),
    )  # fmt: skip
    shut = RoomClosure(
        room_id=room.id, starts_at=MONDAY_9H.replace(month=8), ends_at=MONDAY_9H.replace(month=9)
    )
    closed = ClosedPart(cohort_id=cohort.id, day=cohort.starts_on, name="Heidag")
    second = make_enrolment(cohort)
    pair = Pair(
        cohort_id=cohort.id, one_id=enrolment.id, other_id=second.id, together=False
    )  # fmt: skip
    run = PlanRun(
        cohort_id=cohort.id, state=RunState.QUEUED, question={}, question_hash="", seed=1,
        seconds=1, progress={}, created_at=SOON,
    )  # fmt: skip
    mix = PlanRun(
        cohort_id=cohort.id, state=RunState.QUEUED, kind=RunKind.GROUPS, question_hash="",
        question={"problem": {"attributes": [], "sizes": []}}, seed=1, seconds=1, progress={},
        created_at=SOON,
    )  # fmt: skip
    intake = Intake(
        organisation_id=bureau.id, cohort_id=cohort.id, mapping={"columns": {}, "kinds": {}},
        created_at=now(), created_by_id=people["planner"].id,
    )  # fmt: skip
    remind = ReminderRule(
        cohort_id=cohort.id, kind=ReminderKind.PRACTICAL, days_before=1, created_at=SOON
    )
    refusing = SuspendedAddress(address=enrolment.person.email.lower(), suspended_at=SOON)
    another, trainers = (
        stored(OtherAddress(person_id=person.id, address="a@b.example", remembered_at=SOON))
        for person in (enrolment.person, trainer)
    )
    ids = {
        "other_address_id": another.id, "trainer_address_id": trainers.id,
        "cohort_id": cohort.id, "programme_id": programme.id, "meeting_id": meeting.id,
        "enrolment_id": enrolment.id, "group_id": group.id, "room_id": room.id,
        "venue_id": room.venue_id, "module_id": module.id, "domain_id": programme.domains[3].id,
        "assignment_id": assignment.id, "submission_id": stored(make_submission).id,
        "invitation_id": invitation.id, "mail_id": mail.id, "outgoing_mail_id": mail.id,
        "incoming_mail_id": incoming.id, "absence_id": stored(away).id, "run_id": stored(run).id,
        "mix_id": stored(mix).id, "closed_id": stored(closed).id, "pair_id": stored(pair).id,
        "intake_id": stored(intake).id, "person_id": trainer.id,
        "closure_id": stored(shut).id, "suspended_id": stored(refusing).id,
        "release_id": published.id, "rule_id": stored(remind).id,
    }  # fmt: skip
    return Side({role: person.id for role, person in people.items()}, ids)


@pytest.fixture(scope="module")
def world(migrated: Path, tmp_path_factory: pytest.TempPathFactory) -> World:
    file = Path(shutil.copy(migrated, tmp_path_factory.mktemp("access")))
    with app_on(f"sqlite:///{file}").test_request_context():
        ours, theirs = make_side(), make_side()
        programme = make_programme(organisation_id=_bureau(ours))
        elsewhere = make_cohort(programme=programme)
        trainer = grant(make_person(), Role.TRAINER, programme.organisation, cohort_id=elsewhere.id)
        hr = grant(make_person(), Role.HR, elsewhere.clients[0])
        found = World(file, ours, theirs, trainer.id, hr.id)
        db.session.commit()
        db.engine.dispose()
    return found


def _bureau(side: Side) -> int:
    return db.session.get_one(Cohort, side.ids["cohort_id"]).organisation_id


@pytest.fixture(scope="module")
def standing(world: World) -> Flask:
    """For all that is refused: it changes nothing."""
    return app_on(f"sqlite:///{world.database}")


@pytest.fixture
def refusing(standing: Flask) -> Iterator[Flask]:
    with standing.app_context():
        yield standing
        db.session.remove()


@pytest.fixture
def app(world: World, tmp_path: Path) -> Iterator[Flask]:
    """On a copy of the world: what a test breaks stays broken for itself only."""
    app = app_on(f"sqlite:///{shutil.copy(world.database, tmp_path)}")
    with app.app_context():
        yield app
        db.session.remove()
        db.engine.dispose()


def rules() -> list[Rule]:
    return list(app_on("sqlite://").url_map.iter_rules())


RULES = rules()
ASKS = [
    (rule.endpoint, method)
    for rule in RULES
    for method in ("GET", "POST")
    if method in (rule.methods or ())
]
GUARDED = [ask for ask in ASKS if EXPECTED.get(ask[0]) != OPEN]
BY_ENDPOINT: dict[tuple[str, str], Rule] = {
    (rule.endpoint, method): rule for rule in RULES for method in rule.methods or ()
}
each_route = pytest.mark.parametrize(("endpoint", "method"), GUARDED)


def address(endpoint: str, method: str, ids: dict[str, int]) -> str:
    rule = BY_ENDPOINT[endpoint, method]
    return re.sub(r"<(?:\w+:)?(\w+)>", lambda found: str(ids[found[1]]), rule.rule)


class Asking:
    def __init__(self, app: Flask, endpoint: str, method: str) -> None:
        self.app, self.endpoint, self.method = app, endpoint, method
        self.arguments = BY_ENDPOINT[endpoint, method].arguments

    def by(self, person_id: int | None, ids: dict[str, int]) -> TestResponse:
        if person_id is None:
            browser = self.app.test_client()
        else:
            browser = sign_in(self.app, db.session.get_one(Person, person_id))
        where = address(self.endpoint, self.method, ids)
        data = {"enrolment_id": ids["enrolment_id"]} if self.method == "POST" else None
        return browser.open(where, method=self.method, data=data)


def told(response: TestResponse) -> tuple[int, str]:
    """Without what differs from page to page: the number of the request."""
    page = re.search(r"<main.*</main>", response.text, re.DOTALL)
    return response.status_code, re.sub(r"[0-9a-f]{10}", "", page[0] if page else response.text)


def test_every_route_has_an_expectation() -> None:
    assert {rule.endpoint for rule in RULES} == set(EXPECTED)


@each_route
def test_a_stranger_is_asked_to_sign_in(
    refusing: Flask, world: World, endpoint: str, method: str
) -> None:
    asking = Asking(refusing, endpoint, method)

    for ids in (world.ours.of(endpoint), dict.fromkeys(world.ours.ids, ABSENT)):
        answer = asking.by(None, ids)
        assert (answer.status_code, answer.location[:8]) == (302, "/sign-in")


@each_route
def test_another_role_may_not(refusing: Flask, world: World, endpoint: str, method: str) -> None:
    asking, expected = Asking(refusing, endpoint, method), EXPECTED[endpoint]
    refused = 404 if expected in ASKED_BY_ALL else 403

    for role in set(ROLES) - set(ALLOWED[expected]):
        for ids in (world.ours, world.theirs):
            found = asking.by(world.ours.people[role], ids.of(endpoint)).status_code
            assert (role, found) == (role, refused)


@each_route
def test_who_may_is_let_in(app: Flask, world: World, endpoint: str, method: str) -> None:
    asking = Asking(app, endpoint, method)
    if endpoint in NOT_THERE_YET:
        pytest.skip("Nothing was loaded from it yet.")

    role = ALLOWED[EXPECTED[endpoint]][0]
    answer = asking.by(world.ours.people[role], world.ours.of(endpoint))

    assert answer.status_code in {200, 302, 303, 422}


@each_route
def test_what_is_another_s_is_not_there(
    refusing: Flask, world: World, endpoint: str, method: str
) -> None:
    """Whatever part of the address is another's: as if it did not exist."""
    asking = Asking(refusing, endpoint, method)
    ours, theirs = world.ours.of(endpoint), world.theirs.of(endpoint)

    for role in ALLOWED[EXPECTED[endpoint]]:
        for name in asking.arguments:
            if (endpoint, name) in TELLS_OTHERWISE:
                continue
            me = world.ours.people[role]
            absent = told(asking.by(me, ours | {name: ABSENT}))
            assert absent[0] == 404
            assert told(asking.by(me, ours | {name: theirs[name]})) == absent


def test_nobody_is_moved_who_is_in_a_cohort_of_others(app: Flask, world: World) -> None:
    browser = sign_in(app, db.session.get_one(Person, world.ours.people["trainer"]))
    theirs = {"enrolment_id": world.theirs.ids["enrolment_id"]}

    answer = browser.post(f"/cohorts/{world.ours.ids['cohort_id']}/transfers", data=theirs)

    assert answer.status_code == 404


def test_a_number_that_no_row_can_have_is_not_there(app: Flask, world: World) -> None:
    browser = sign_in(app, db.session.get_one(Person, world.ours.people["trainer"]))

    assert browser.get(f"/cohorts/{10**30}").status_code == 404
    huge = {"enrolment_id": 10**30}
    where = f"/cohorts/{world.ours.ids['cohort_id']}/transfers"
    assert browser.post(where, data=huge).status_code == 400
    assert browser.get(f"/mailbox/?page={10**30}").status_code == 400


@each_route
def test_others_of_the_same_role_find_nothing(
    refusing: Flask, world: World, endpoint: str, method: str
) -> None:
    asking = Asking(refusing, endpoint, method)
    others = {role: world.theirs.people[role] for role in ALLOWED[EXPECTED[endpoint]]}
    if "trainer" in others:
        others["trainer of another cohort"] = world.other_trainer
    if "hr" in others:
        others["hr of another client"] = world.other_hr

    for who, person in others.items():
        if asking.arguments:
            found = asking.by(person, world.ours.of(endpoint)).status_code
            assert (who, found) == (who, 404)


def contents() -> dict[str, list[Any]]:
    """All rows of all tables."""
    with reading():
        found = {
            table.name: [tuple(row) for row in db.session.execute(table.select())]
            for table in db.metadata.sorted_tables
        }
        db.session.rollback()
    return found


def test_looking_changes_nothing(app: Flask, world: World) -> None:
    before = contents()

    for endpoint, method in ASKS:
        if method == "GET" and EXPECTED[endpoint] != OPEN:
            for person in (*world.ours.people.values(), None):
                Asking(app, endpoint, method).by(person, world.ours.of(endpoint))

    assert contents() == before


@pytest.mark.parametrize(
    "endpoint",
    [e for e, method in ASKS if method == "POST" and e not in SECRET_LINKS],
)
def test_a_form_of_another_site_does_nothing(
    refusing: Flask, world: World, endpoint: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The answering link is itself the secret; it has no session that can be forged."""
    monkeypatch.setitem(refusing.config, "WTF_CSRF_ENABLED", True)
    role = ALLOWED.get(EXPECTED[endpoint], ROLES)[-1]
    ids = world.ours.of(endpoint) | {"token": 1}

    assert Asking(refusing, endpoint, "POST").by(world.ours.people[role], ids).status_code == 400


def make_two_clients() -> tuple[Any, Any, Any]:
    cohort = make_cohort()
    mine = make_enrolment(cohort, make_person(surname="Eigen"))
    make_enrolment(
        cohort, make_person(surname="Vreemd", email="geheim@elders.nl"),
        organisation=make_organisation(),
    )  # fmt: skip
    return cohort, grant(make_person(), Role.HR, mine.organisation), mine


def test_hr_sees_its_own_organisation_only_also_in_a_cohort_of_two(app: Flask) -> None:
    cohort, hr, mine = make_two_clients()
    browser = sign_in(app, hr)

    where = f"/cohorts/{cohort.id}/report"
    asked = {"organisation_id": mine.organisation_id, "as_of": "2030-06-01"}
    shown = [browser.get(f"{where}?as_of=2030-06-01").text, browser.get("/reports/").text]
    for kind in ("csv", "csv-summary"):
        with browser.post(where, data=asked | {"as": kind}) as file:
            shown.append(file.data.decode())

    assert ["Eigen" in text for text in shown] == [True, False, False, True]
    assert [text for text in shown if "Vreemd" in text or "geheim@" in text] == []


def test_hr_cannot_ask_for_the_people_of_the_other_client(app: Flask) -> None:
    cohort, hr, _ = make_two_clients()
    other = max(each.organisation_id for each in cohort.enrolments)

    answer = sign_in(app, hr).post(
        f"/cohorts/{cohort.id}/report",
        data={"organisation_id": other, "as_of": "2030-06-01", "as": "csv"},
    )

    assert answer.status_code == 422
    assert "Vreemd" not in answer.text
