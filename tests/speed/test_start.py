"""What a process that serves pages does not load until somebody needs it."""

import subprocess
import sys
from collections.abc import Callable

import pytest
from flask import Flask, url_for
from werkzeug.routing import Rule

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


def test_what_makes_a_link_is_compiled_when_the_first_is_made(
    app: Flask, monkeypatch: pytest.MonkeyPatch
) -> None:
    compiled = []
    compile_it = Rule._compile_builder  # noqa: SLF001 what it would do for each

    def noted(rule: Rule, append_unknown: bool = True) -> Callable[..., tuple[str, str]]:
        compiled.append(rule.rule)
        return compile_it(rule, append_unknown)

    monkeypatch.setattr(Rule, "_compile_builder", noted)
    app.add_url_rule("/here/<int:n>", "here", str)
    assert compiled == []

    with app.test_request_context():
        assert [url_for("here", n=n) for n in (1, 2)] == ["/here/1", "/here/2"]
        assert url_for("here", n=1, q="a b") == "/here/1?q=a+b"
    assert compiled == ["/here/<int:n>"]
