"""A real IMAP server (Dovecot, Debian package dovecot-imapd), for a test, as whoever runs that.

Anyone may come in with `PASSWORD`, or with a token that the token server calls good.
"""

import grp
import imaplib
import os
import pwd
import shutil
import signal
import subprocess
import tempfile
from collections.abc import Generator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from urllib.parse import quote

from tests.jobs.processes import wait_until
from tests.jobs.test_serve import free_port

PASSWORD = "geheim-é%/@:"
INSTALLED = shutil.which("dovecot", path=os.environ.get("PATH", "") + ":/usr/sbin")

_SETTINGS = """
base_dir = {folder}/run
state_dir = {folder}/run
instance_name = {folder.name}
log_path = {folder}/log
protocols = imap
listen = 127.0.0.1
ssl = no
disable_plaintext_auth = no
default_internal_user = {internal}
default_internal_group = {group}
default_login_user = {login}
first_valid_uid = 1
mail_location = maildir:{folder}/mail/%u
auth_mechanisms = plain xoauth2
passdb {{
  driver = oauth2
  mechanisms = xoauth2
  args = {folder}/oauth2.conf
}}
passdb {{
  driver = static
  mechanisms = plain
  args = password={password}
}}
userdb {{
  driver = static
  args = uid={owner.pw_uid} gid={owner.pw_gid} home={folder}/mail/%u
}}
service anvil {{
  chroot =
}}
service stats {{
  chroot =
}}
service imap-login {{
  chroot =
  inet_listener imap {{
    port = {port}
  }}
  inet_listener imaps {{
    port = 0
  }}
}}
"""
_TOKENS = """
tokeninfo_url = {url}?token=
username_attribute = email
active_attribute = active
active_value = yes
"""


@dataclass
class Dovecot:
    folder: Path
    port: int

    def url(self, user: str = "noor", *, folder: str = "INBOX", password: str = PASSWORD) -> str:
        door = f"{quote(user)}:{quote(password, safe='')}@127.0.0.1:{self.port}"
        return f"imap+insecure://{door}/{quote(folder)}"

    def client(self, user: str = "noor") -> imaplib.IMAP4:
        """As the person whose mailbox it is."""
        server = imaplib.IMAP4("127.0.0.1", self.port, timeout=20)
        server.authenticate("PLAIN", lambda _: f"\0{user}\0{PASSWORD}".encode())
        return server

    def deliver(self, *messages: bytes, user: str = "noor", folder: str = "INBOX") -> None:
        with self.client(user) as server:
            for message in messages:
                assert server.append(folder, "", "", message)[0] == "OK"


@contextmanager
def dovecot(tokens: str = "") -> Generator[Dovecot]:
    folder = Path(tempfile.mkdtemp(prefix="leergang-imap."))
    port = free_port()
    _write(folder, port, tokens)
    assert INSTALLED
    with subprocess.Popen(
        [INSTALLED, "-F", "-c", folder / "settings"],
        stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL, start_new_session=True,
    ) as server:  # fmt: skip
        try:
            wait_until(lambda: _answers(port), seconds=20)
            yield Dovecot(folder, port)
        finally:
            os.killpg(server.pid, signal.SIGKILL)
    shutil.rmtree(folder, ignore_errors=True)


def _write(folder: Path, port: int, tokens: str) -> None:
    """As root it wants users of its own, who must be able to look into the folder."""
    root = os.getuid() == 0
    me = pwd.getpwuid(os.getuid())
    owner = pwd.getpwnam("mail") if root else me
    internal, login = ("dovecot", "dovenull") if root else (me.pw_name, me.pw_name)
    group = "dovecot" if root else grp.getgrgid(me.pw_gid).gr_name
    folder.chmod(0o755)
    (folder / "mail").mkdir()
    os.chown(folder / "mail", owner.pw_uid, owner.pw_gid)
    (folder / "oauth2.conf").write_text(_TOKENS.format(url=tokens or "http://127.0.0.1:9/"))
    (folder / "settings").write_text(
        _SETTINGS.format(
            folder=folder, port=port, password=PASSWORD.replace("%", "%%"), owner=owner,
            internal=internal, login=login, group=group,
        )
    )  # fmt: skip


def _answers(port: int) -> bool:
    try:
        with imaplib.IMAP4("127.0.0.1", port, timeout=20) as server:
            return bool(server.noop()[0] == "OK")
    except (OSError, imaplib.IMAP4.error):
        return False
