"""Reads messages in a process of its own, with limits of time and memory: strangers wrote them.

What a hostile message breaks there, it breaks there alone. The process is kept warm, for starting
it costs more than reading; it has none of our secrets, and it is replaced when it dies.
"""

import atexit
import signal
import subprocess
import sys
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path
from select import select
from threading import Lock

from program.invitations.replies.child import give, taken
from program.invitations.replies.reading import Outcome, Reading
from program.mail.size import MAX_READ

SECONDS = 1.0  # of processor time for a message
MEMORY = 100 * 1024 * 1024
PATIENCE = 30.0  # seconds on the wall, for a machine that is busy with other things
TOO_MUCH = Reading(Outcome.QUARANTINED, why="Reading it took too much time or memory.")
_ROOT = Path(__file__).parents[3]
_NOT_ITS_FAULT = {0, -signal.SIGKILL}  # the kernel or an administrator ended it, or its input did


class _Died(Exception):
    pass


@dataclass
class Spent:
    """By the reading process since it began."""

    seconds: float = 0.0
    memory: int = 0


class Apart:
    """The process that reads, and the conversation with it: one message at a time."""

    def __init__(self, *, seconds: float = SECONDS, memory: int = MEMORY) -> None:
        self._limits = (str(seconds), str(memory))
        self._memory = memory
        self._lock = Lock()
        self._process: subprocess.Popen[bytes] | None = None
        self.spent = Spent()

    def read(self, raw: bytes, *, our_domain: str = "", sent_to: str = "") -> Reading:
        """As `read`, within limits; whatever is in the message, this gives a reading."""
        question = (raw[: MAX_READ + 1], our_domain, sent_to)
        with self._lock:
            for _try in range(2):
                try:
                    return self._answer(question)
                except _Died:
                    if self._ended_with() not in _NOT_ITS_FAULT:
                        break
        return TOO_MUCH

    @property
    def pid(self) -> int | None:
        """Of the process that would read the next message, when there is one."""
        return self._process.pid if self._process else None

    def close(self) -> None:
        process, self._process = self._process, None
        if process is None:
            return
        process.kill()
        for pipe in (process.stdin, process.stdout):
            with suppress(OSError):  # it broke with something in it
                if pipe is not None:
                    pipe.close()
        process.wait()

    def _answer(self, question: tuple[bytes, str, str]) -> Reading:
        process = self._alive()
        assert process.stdin  # noqa: S101 - we asked for it
        assert process.stdout  # noqa: S101
        reading: Reading
        try:
            give(process.stdin, question)
            if not select([process.stdout], [], [], PATIENCE)[0]:
                process.send_signal(signal.SIGXCPU)
            reading, self.spent.seconds, self.spent.memory = taken(process.stdout)
        except (OSError, EOFError):
            raise _Died from None
        if self.spent.memory > self._memory / 2:  # the next message might find too little
            self.close()
        return reading

    def _alive(self) -> subprocess.Popen[bytes]:
        if self._process is None or self._process.poll() is not None:
            self.close()
            self._process = subprocess.Popen(  # noqa: S603 - our own program
                [sys.executable, "-m", "program.invitations.replies.child", *self._limits],
                stdin=subprocess.PIPE,
                stdout=subprocess.PIPE,
                stderr=subprocess.DEVNULL,
                cwd=_ROOT,
                env={"PYTHONPATH": str(_ROOT), "PYTHONUTF8": "1"},  # none of our secrets
                start_new_session=True,  # Ctrl-C is for us; it ends when its input does
            )
        return self._process

    def _ended_with(self) -> int | None:
        code = None
        with suppress(subprocess.TimeoutExpired):
            code = self._process.wait(5) if self._process else None
        self.close()
        return code


_apart = Apart()
atexit.register(_apart.close)
read_apart = _apart.read
