from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from time import sleep

import pytest
from flask import Flask
from sqlalchemy import select

from program.core.db import db
from program.mail.actions import post, post_all
from program.mail.models import MailState, OutgoingMail
from tests.counting import counted_queries
from tests.factories import MONDAY_9H
from tests.mail.letters import letter, posted

pytestmark = pytest.mark.usefixtures("each_app")


def test_a_posted_message_waits_in_the_outbox_as_it_was_written() -> None:
    wanted = letter(message_id="<7@leergang.example>")

    post(**vars(wanted))
    db.session.commit()

    mail = db.session.scalars(select(OutgoingMail)).one()
    assert mail.content == wanted.content
    assert (mail.state, mail.message_id) == (MailState.READY, "7@leergang.example")
    assert (mail.created_at, mail.due_at) == (MONDAY_9H, MONDAY_9H)
    assert mail.envelope_from == "afspraken@leergang.example"


def test_a_key_is_posted_once() -> None:
    first = letter()

    assert post(**vars(first))
    assert post(**vars(replace(first, message_id="other@leergang.example"))) is None
    assert post_all([first, letter(), letter(key=first.key)]) == 1


def test_a_rollback_takes_the_message_back() -> None:
    post(**vars(letter()))
    db.session.rollback()

    assert db.session.scalars(select(OutgoingMail)).all() == []


def test_of_two_processes_that_post_a_key_one_does(each_app: Flask) -> None:
    wanted = letter()

    def rival() -> bool:
        with each_app.app_context():
            mail = post(**vars(wanted))
            db.session.commit()
            return mail is not None

    with ThreadPoolExecutor() as elsewhere:
        assert post(**vars(wanted))
        attempt = elsewhere.submit(rival)
        sleep(0.1)
        db.session.commit()

    assert attempt.result() is False


def test_positions_rise_within_a_lane() -> None:
    posted(lane="a")

    assert post_all([letter(lane="a"), letter(lane="b"), letter(lane="a")]) == 3
    rows = select(OutgoingMail.lane, OutgoingMail.position).order_by(OutgoingMail.id)
    assert db.session.execute(rows).all() == [("a", 1), ("a", 2), ("b", 1), ("a", 3)]


def test_a_thousand_messages_take_a_handful_of_statements() -> None:
    letters = [letter() for _ in range(1000)]

    with counted_queries() as statements:
        assert post_all(letters) == 1000
    assert len(statements) <= 12


def test_a_message_with_bare_line_feeds_is_a_mistake() -> None:
    with pytest.raises(ValueError, match="CRLF"):
        letter(content=b"Subject: x\n\nHoi\r\n")


@pytest.mark.parametrize("part", ["recipient", "subject", "message_id", "envelope_from"])
def test_no_part_of_a_message_can_smuggle_in_a_header(part: str) -> None:
    with pytest.raises(ValueError, match="one line"):
        letter(**{part: "x\r\nBcc: other@example.nl"})
