"""Reads files in a process of its own, with limits of memory and time: they come from strangers.

A spreadsheet of a few kilobytes can ask for gigabytes or for hours. Here it takes its own process
down, and the one that serves pages goes on.
"""

import pickle
import resource
import subprocess
import sys
from pathlib import Path

from program.intake.reading.folder import Question, Reading, read_folder
from program.intake.reading.problems import Unreadable

MEMORY = 1_500 * 1024 * 1024
SECONDS = 60
_ROOT = Path(__file__).parents[3]


def read_apart(question: Question, *, seconds: int = SECONDS, memory: int = MEMORY) -> Reading:
    """As `read_folder`, within limits; beyond them the files are `Unreadable`."""
    try:
        done = subprocess.run(  # noqa: S603 (our own program, no words from outside)
            [sys.executable, "-m", __name__, str(seconds), str(memory)],
            input=pickle.dumps(question),
            capture_output=True,
            cwd=_ROOT,
            env={"PYTHONPATH": str(_ROOT), "PYTHONUTF8": "1"},  # none of our secrets
            timeout=seconds + 5,
            check=False,
        )
    except subprocess.TimeoutExpired:
        raise Unreadable("takes too long", str(seconds)) from None
    if done.returncode != 0 or not done.stdout:
        raise Unreadable("asks too much")
    found = pickle.loads(done.stdout)  # noqa: S301 (written by our own process)
    if isinstance(found, Unreadable):
        raise found
    answer: Reading = found
    return answer


def main() -> None:
    """Answers one question from standard input on standard output."""
    seconds, memory = int(sys.argv[1]), int(sys.argv[2])
    question = pickle.load(sys.stdin.buffer)  # noqa: S301 (from the process that started us)
    resource.setrlimit(resource.RLIMIT_AS, (memory, memory))
    resource.setrlimit(resource.RLIMIT_CPU, (seconds, seconds))
    answer: Reading | Unreadable
    try:
        answer = read_folder(question)
    except Unreadable as error:
        answer = error
    except MemoryError:
        answer = Unreadable("asks too much")
    pickle.dump(answer, sys.stdout.buffer)


if __name__ == "__main__":
    main()
