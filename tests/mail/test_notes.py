"""A runner that is killed right after the server's yes does not make the next one repeat it."""

import os
from errno import ENOSPC
from typing import NoReturn

import pytest
from flask import Flask

from program.core.db import db
from program.jobs.leader import leadership
from program.jobs.runner import Runner
from program.mail import outbox
from program.mail.jobs import deliver_due, inherit
from program.mail.models import MailState, OutgoingMail
from program.mail.notes import notes
from program.mail.queries import unsent_held
from program.mail.transport import transport_for
from tests.factories import MONDAY_9H
from tests.mail.letters import posted
from tests.mail.sink import smtp_sink

pytestmark = pytest.mark.usefixtures("app")


def leased(owner: str) -> OutgoingMail:
    mail = posted()
    outbox.claim(me=owner, at=MONDAY_9H)
    db.session.commit()
    return mail


def test_what_a_dead_runner_noted_as_sent_is_marked_and_the_rest_is_ready() -> None:
    sent, other = leased("dead"), leased("dead")
    notes().write("dead", sent.id)

    inherit({"dead"})

    db.session.refresh(sent)
    db.session.refresh(other)
    assert (sent.state, other.state) == (MailState.SENT, MailState.READY)


def test_a_note_says_nothing_of_a_lease_that_another_got_later() -> None:
    mail = leased("alive")
    notes().write("dead", mail.id)

    inherit({"dead"})

    db.session.refresh(mail)
    assert (mail.state, mail.leased_by) == (MailState.LEASED, "alive")


def test_a_note_that_is_not_whole_says_nothing() -> None:
    notes().write("dead", 1234)
    assert notes().last() == ("dead", 1234)
    path = notes()._path  # noqa: SLF001
    whole = path.read_text().rstrip()

    for torn in (whole[:-1], whole.replace("1234", "1239"), whole.replace(" 1234", ""), ""):
        path.write_text(torn)
        assert notes().last() is None


def test_a_full_disk_costs_the_note_and_no_message(
    app: Flask, monkeypatch: pytest.MonkeyPatch
) -> None:
    def full(*_args: object) -> NoReturn:
        raise OSError(ENOSPC, "No space left on device")

    mail = posted()
    monkeypatch.setattr(os, "pwrite", full)
    with smtp_sink() as sink:
        app.config["MAIL_URL"] = sink.url
        deliver_due(MONDAY_9H)
        transport_for(sink.url).close()

    db.session.refresh(mail)
    assert (mail.state, len(sink.accepted)) == (MailState.SENT, 1)
    assert notes().last() is None


def test_a_note_of_a_database_that_was_put_back_ends_no_lease(app: Flask) -> None:
    mail = leased("dead")
    notes().write("dead", mail.id)
    db.session.execute(unsent_held())
    db.session.commit()

    inherit({"dead"})

    db.session.refresh(mail)
    assert mail.state is MailState.HELD


def test_what_a_runner_could_not_mark_itself_it_marks_when_it_stands_by(app: Flask) -> None:
    """Its database was away between the server's yes and the commit; another one leads by now."""
    runner = Runner(app)
    sent, other = leased(runner.me), leased(runner.me)
    notes().write(runner.me, sent.id)
    db.session.rollback()
    runner.leaves_something = True

    runner._stand_by(leadership(db.engine))  # noqa: SLF001

    db.session.refresh(sent)
    db.session.refresh(other)
    assert (sent.state, other.state) == (MailState.SENT, MailState.READY)
    assert not runner.leaves_something


def test_the_note_is_made_before_the_commit(app: Flask, monkeypatch: pytest.MonkeyPatch) -> None:
    class Killed(BaseException):
        pass

    def killed(*_args: object, **_named: object) -> None:
        raise Killed

    mail = posted()
    with smtp_sink() as sink:
        app.config["MAIL_URL"] = sink.url
        monkeypatch.setattr(outbox, "settle", killed)
        with pytest.raises(Killed):
            deliver_due(MONDAY_9H, me="dead")
        monkeypatch.undo()
        db.session.rollback()
        inherit({"dead"})
        assert deliver_due(MONDAY_9H) == {}
        transport_for(sink.url).close()

    db.session.refresh(mail)
    assert (mail.state, len(sink.accepted)) == (MailState.SENT, 1)


def test_without_a_place_for_notes_mail_leaves_all_the_same(
    app: Flask, monkeypatch: pytest.MonkeyPatch
) -> None:
    posted()
    with smtp_sink() as sink:
        app.config["MAIL_URL"] = sink.url
        monkeypatch.setattr(notes(), "_path", notes()._path / "no" / "such")  # noqa: SLF001
        deliver_due(MONDAY_9H)
        transport_for(sink.url).close()

    assert len(sink.accepted) == 1
    assert notes().last() is None
