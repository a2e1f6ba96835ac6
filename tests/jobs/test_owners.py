import os
import subprocess
import sys

from program.jobs.owners import is_gone, our_name


def test_who_runs_is_not_gone() -> None:
    assert not is_gone(our_name())


def test_who_was_killed_is_gone_even_before_its_parent_knows() -> None:
    child = subprocess.Popen([sys.executable, "-c", "input()"], stdin=subprocess.PIPE)
    host, _pid, _started, _word = our_name().split(":")
    child.kill()
    os.waitid(os.P_PID, child.pid, os.WEXITED | os.WNOWAIT)

    assert is_gone(f"{host}:{child.pid}:1:x")
    child.communicate()
    assert is_gone(f"{host}:{child.pid}:1:x")


def test_another_process_with_the_same_number_is_another() -> None:
    host, pid, _started, word = our_name().split(":")

    assert is_gone(f"{host}:{pid}:1:{word}")


def test_of_another_machine_nobody_can_tell() -> None:
    assert not is_gone("elsewhere:1:1:x")
    assert not is_gone("some other name")
