"""Strangers' messages are read in a process that may die of it."""

import os
import signal
from collections.abc import Iterator

import psutil
import pytest

from program.invitations.replies import Outcome
from program.invitations.replies.apart import TOO_MUCH, Apart
from program.mail.size import MAX_READ
from tests.invitations.incoming import Reply, plain

UID = "0123456789abcdef0123456789abcdef@leergang.example"
ANSWER = Reply(UID, "n.ozturk@enschede.example").exchange()
LARGE = plain("x " * (MAX_READ // 2 - 1000))
MANY_LINES = b"".join(b"X-%d: y\r\n" % n for n in range(100_000)) + b"\r\nx"


@pytest.fixture
def apart() -> Iterator[Apart]:
    reader = Apart()
    yield reader
    reader.close()


def test_an_answer_is_read_as_it_is_in_the_same_process(apart: Apart) -> None:
    found = apart.read(ANSWER, our_domain="leergang.example")

    assert (found.outcome, found.said[0].uid, found.vouched) == (Outcome.ANSWER, UID, True)


def test_one_process_reads_many_messages(apart: Apart) -> None:
    apart.read(ANSWER)
    first = apart.pid

    apart.read(ANSWER)

    assert apart.pid == first


def test_it_knows_none_of_our_secrets(apart: Apart, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("SECRET_KEY", "a secret")
    apart.read(ANSWER)

    assert set(psutil.Process(apart.pid).environ()) == {"PYTHONPATH", "PYTHONUTF8"}


def test_a_message_that_takes_too_long_is_put_aside_and_the_next_is_read() -> None:
    reader = Apart(seconds=0.02)

    assert reader.read(MANY_LINES) == TOO_MUCH
    assert reader.pid is None
    assert reader.read(plain("Ik kom.")).outcome == Outcome.HUMAN
    reader.close()


def test_a_message_that_takes_too_much_memory_is_put_aside_and_the_next_is_read() -> None:
    reader = Apart(memory=36 * 1024 * 1024)

    assert reader.read(MANY_LINES).outcome == Outcome.QUARANTINED
    assert reader.read(ANSWER).outcome == Outcome.ANSWER
    reader.close()


def test_a_reader_that_was_killed_is_replaced(apart: Apart) -> None:
    apart.read(ANSWER)
    first = apart.pid
    assert first
    os.kill(first, signal.SIGKILL)

    assert apart.read(ANSWER).outcome == Outcome.ANSWER
    assert apart.pid != first


def test_a_reader_ends_when_nobody_can_ask_it_anything() -> None:
    reader = Apart()
    reader.read(ANSWER)
    child = psutil.Process(reader.pid)
    process = reader._process  # noqa: SLF001
    assert process
    assert process.stdin

    process.stdin.close()

    assert psutil.wait_procs([child], timeout=10)[1] == []
    reader.close()


def test_of_a_message_that_is_too_large_the_sender_is_still_read(apart: Apart) -> None:
    found = apart.read(LARGE + b"x" * 4000)

    assert (found.outcome, found.sender) == (Outcome.QUARANTINED, "n.ozturk@enschede.example")
