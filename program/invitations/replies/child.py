"""The process that reads messages within limits; `apart.py` starts it and talks with it.

Beyond the limits it ends: the kernel counts its processor time, and refuses it more memory.
"""

import pickle
import re
import resource
import signal
import struct
import sys
from pathlib import Path
from typing import IO, Any

from program.invitations.replies.reading import Reading, read

_LENGTH = struct.Struct(">I")


def give(pipe: IO[bytes], what: object) -> None:
    packed = pickle.dumps(what)
    pipe.write(_LENGTH.pack(len(packed)) + packed)
    pipe.flush()


def taken(pipe: IO[bytes]) -> Any:
    """What the other side gave. Raises EOFError when it is gone."""
    (length,) = _LENGTH.unpack(_exactly(pipe, _LENGTH.size))
    return pickle.loads(_exactly(pipe, length))  # noqa: S301 - written by our own process


def _exactly(pipe: IO[bytes], length: int) -> bytes:
    found = pipe.read(length)
    if len(found) < length:
        raise EOFError
    return found


def main() -> None:
    """Answers questions from standard input on standard output, until there are no more."""
    seconds, memory = float(sys.argv[1]), int(sys.argv[2])
    signal.signal(signal.SIGTERM, signal.SIG_IGN)  # the message at hand is read to its end
    resource.setrlimit(resource.RLIMIT_AS, (memory, memory))
    resource.setrlimit(resource.RLIMIT_FSIZE, (0, 0))
    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))
    while True:
        try:
            raw, our_domain, sent_to = taken(sys.stdin.buffer)
        except EOFError:
            return
        reading = _timed(raw, our_domain, sent_to, seconds)
        give(sys.stdout.buffer, (reading, *_spent()))


def _timed(raw: bytes, our_domain: str, sent_to: str, seconds: float) -> Reading:
    """The alarm counts processor time, and what it does is to end this process."""
    signal.setitimer(signal.ITIMER_PROF, seconds)
    reading = read(raw, our_domain=our_domain, sent_to=sent_to)
    signal.setitimer(signal.ITIMER_PROF, 0)
    return reading


def _spent() -> tuple[float, int]:
    """Seconds of processor time and the peak of memory in octets, since it began."""
    usage = resource.getrusage(resource.RUSAGE_SELF)
    return usage.ru_utime + usage.ru_stime, _peak()


def _peak() -> int:
    """From the kernel's file: `ru_maxrss` begins with the peak of who started this process."""
    try:
        found = re.search(r"VmHWM:\s+(\d+) kB", Path("/proc/self/status").read_text())
    except OSError:  # not Linux
        found = None
    return int(found[1]) * 1024 if found else 0


if __name__ == "__main__":
    main()
