"""A real Postfix that brings mail to our LMTP door, for a test. Needs root, as Postfix does."""

import os
import pwd
import shutil
import subprocess
import tempfile
from collections.abc import Generator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from tests.jobs.processes import wait_until
from tests.jobs.test_serve import free_port

INSTALLED = shutil.which("postfix", path=os.environ.get("PATH", "") + ":/usr/sbin")
CAN_RUN = INSTALLED is not None and os.getuid() == 0

_MAIN = """
compatibility_level = 3.6
queue_directory = {folder}/queue
data_directory = {folder}/data
mail_owner = postfix
myhostname = mx.leergang.example
mydestination =
inet_interfaces = 127.0.0.1
inet_protocols = ipv4
mynetworks = 127.0.0.0/8
smtpd_recipient_restrictions = reject_unauth_destination
virtual_mailbox_domains = leergang.example
virtual_transport = lmtp:{door}
recipient_delimiter = +
message_size_limit = 26000000
minimal_backoff_time = 2s
maximal_backoff_time = 2s
queue_run_delay = 2s
alias_maps =
maillog_file = {folder}/log
maillog_file_prefixes = {folder}
"""
_MASTER = """
127.0.0.1:{port} inet n - n - - smtpd
cleanup unix n - n - 0 cleanup
qmgr unix n - n 300 1 qmgr
rewrite unix - - n - - trivial-rewrite
bounce unix - - n - 0 bounce
defer unix - - n - 0 bounce
trace unix - - n - 0 bounce
verify unix - - n - 1 verify
flush unix n - n 1000? 0 flush
proxymap unix - - n - - proxymap
lmtp unix - - n - - lmtp
error unix - - n - - error
retry unix - - n - - error
anvil unix - - n - 1 anvil
scache unix - - n - 1 scache
postlog unix-dgram n - n - 1 postlogd
"""


@dataclass
class Postfix:
    folder: Path
    port: int

    def queue(self) -> str:
        """What waits, and why."""
        listed = subprocess.run(
            ["/usr/sbin/postqueue", "-c", self.folder, "-p"], capture_output=True, text=True,
            check=False,
        )  # fmt: skip
        return listed.stdout + listed.stderr

    def log(self) -> str:
        return (self.folder / "log").read_text()


@contextmanager
def postfix(door: str) -> Generator[Postfix]:
    """`door` as Postfix writes it: inet:127.0.0.1:2424 or unix:/path."""
    folder, port = Path(tempfile.mkdtemp(prefix="leergang-mx.")), free_port()
    folder.chmod(0o755)
    owner = pwd.getpwnam("postfix")
    for name in ("queue", "data"):
        (folder / name).mkdir()
    os.chown(folder / "data", owner.pw_uid, owner.pw_gid)
    (folder / "main.cf").write_text(_MAIN.format(folder=folder, door=door))
    (folder / "master.cf").write_text(_MASTER.format(port=port))
    _run(folder, "start")
    try:
        wait_until(lambda: _listens(port), seconds=20)
        yield Postfix(folder, port)
    finally:
        _run(folder, "stop")
        shutil.rmtree(folder, ignore_errors=True)


def _run(folder: Path, word: str) -> None:
    assert INSTALLED
    subprocess.run([INSTALLED, "-c", folder, word], check=True, capture_output=True)


def _listens(port: int) -> bool:
    import smtplib  # noqa: PLC0415

    try:
        with smtplib.SMTP("127.0.0.1", port, timeout=10) as server:
            return server.noop()[0] == 250
    except OSError:
        return False
