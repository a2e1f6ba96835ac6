"""What a process that serves pages does not load until somebody needs it."""

import subprocess
import sys

from flask import Flask

HEAVY = {
    "alembic", "apscheduler", "charset_normalizer", "dns", "email_validator", "flask_migrate",
    "granian", "holidays", "icalendar", "numpy", "python_calamine", "rapidfuzz",
    "recurring_ical_events", "segno", "xlsxwriter", "yaml",
}  # fmt: skip


def test_serving_pages_loads_nothing_that_pages_do_without() -> None:
    code = f"import sys, wsgi; print(*sorted({HEAVY} & set(sys.modules)))"
    environment = {"SECRET_KEY": "test", "PATH": ""}

    done = subprocess.run(
        [sys.executable, "-c", code], env=environment, capture_output=True, text=True, check=True
    )

    assert done.stdout.split() == []


def test_what_the_start_made_is_not_searched_for_garbage_again() -> None:
    code = "import gc, wsgi; print(gc.isenabled(), gc.get_freeze_count() > 100_000)"
    environment = {"SECRET_KEY": "test", "PATH": ""}

    done = subprocess.run(
        [sys.executable, "-c", code], env=environment, capture_output=True, text=True, check=True
    )

    assert done.stdout.split() == ["True", "True"]


def test_migrations_are_loaded_when_their_command_is_called(app: Flask) -> None:
    done = app.test_cli_runner().invoke(args=["db", "heads"])

    assert done.exit_code == 0
    assert type(app.extensions["migrate"]).__module__ == "flask_migrate"
