"""Who a runner is, so that another one can tell whether it still lives."""

import os
import signal
import socket
from pathlib import Path
from uuid import uuid4

import structlog

log = structlog.get_logger()

_HOST = 40  # characters of its name


def our_name() -> str:
    """host:process:since when it runs:a word of its own."""
    pid = os.getpid()
    return f"{_here()}:{pid}:{_started(pid)}:{uuid4().hex[:12]}"


def is_gone(owner: str) -> bool:
    """Whether it surely sends nothing any more. Of another machine we cannot know."""
    pid, started = _process(owner)
    if pid is None:
        return False
    try:
        os.kill(pid, 0)
    except ProcessLookupError:
        return True
    except PermissionError:
        return False
    return _started(pid) != started


def is_frozen(owner: str) -> bool:
    """Stopped by a signal, on this machine."""
    pid, started = _process(owner)
    return pid is not None and is_stopped(pid) and _started(pid) == started


def is_stopped(pid: int) -> bool:
    return _facts(pid)[0] == "T"


def end(owner: str) -> None:
    """Kill it, when it is a process of this machine that still lives."""
    pid, started = _process(owner)
    if pid in {None, os.getpid()} or not started or is_gone(owner):
        return
    try:
        os.kill(pid, signal.SIGKILL)
        log.error("silent_runner_killed", runner=owner)
    except (ProcessLookupError, PermissionError) as error:
        log.warning("silent_runner_stays", runner=owner, error=type(error).__name__)


def _process(owner: str) -> tuple[int | None, str]:
    """Its number, when it is of this machine, and since when it runs."""
    host, pid, started = [*owner.split(":"), "", ""][:3]
    return (int(pid) if host == _here() and pid.isdigit() else None), started


def _here() -> str:
    return socket.gethostname()[:_HOST].replace(":", "-")


def _started(pid: int) -> str:
    """Tells two processes with the same number apart; one that ended and was not waited for yet
    has no start. Where there is no /proc every process looks alike."""
    state, started = _facts(pid)
    return "" if state in "ZX" else started


def _facts(pid: int) -> tuple[str, str]:
    """How it is, in a letter, and since when it runs."""
    try:
        facts = Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()
    except OSError:
        return "", ""
    return facts[0], facts[19]
