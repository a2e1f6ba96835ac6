"""Who a runner is, so that another one can tell whether it still lives."""

import os
import socket
from pathlib import Path
from uuid import uuid4

_HOST = 40  # characters of its name


def our_name() -> str:
    """host:process:since when it runs:a word of its own."""
    pid = os.getpid()
    return f"{_here()}:{pid}:{_started(pid)}:{uuid4().hex[:12]}"


def is_gone(owner: str) -> bool:
    """Whether it surely sends nothing any more. Of another machine we cannot know."""
    host, pid, started = [*owner.split(":"), "", ""][:3]
    if host != _here() or not pid.isdigit():
        return False
    try:
        os.kill(int(pid), 0)
    except ProcessLookupError:
        return True
    except PermissionError:
        return False
    return _started(int(pid)) != started


def _here() -> str:
    return socket.gethostname()[:_HOST].replace(":", "-")


def _started(pid: int) -> str:
    """Tells two processes with the same number apart; one that ended and was not waited for yet
    has no start. Where there is no /proc every process looks alike."""
    try:
        facts = Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()
    except OSError:
        return ""
    return "" if facts[0] in "ZX" else facts[19]
