"""A runner that is killed right after the server's yes does not make the next one repeat it."""

import pytest
from flask import Flask

from program.core.db import db
from program.mail import outbox
from program.mail.jobs import deliver_due, inherit
from program.mail.models import MailState, OutgoingMail
from program.mail.notes import notes
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
