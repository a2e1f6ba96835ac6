"""What holds for the whole application, so that no reviewer has to look for it."""

import ast
from pathlib import Path

import pytest
from alembic.autogenerate import compare_metadata
from alembic.migration import MigrationContext
from flask import Flask
from flask_migrate import downgrade, upgrade

from program.core.db import Base, db

MAY_COMMIT = {"views.py", "jobs.py"}  # and every command in program/cli
OPEN_TO_ALL = {
    "static", "pages.accessibility", "pages.privacy", "accounts.sign_in", "accounts.use_link",
    "accounts.language", "accounts.demo", "health.show",
    "feeds.calendar", "feeds.of_cohort", "invitations.answer_by_link",
    "catchup.by_link", "catchup.after_answer",
}  # fmt: skip


def calls(path: Path, method: str) -> bool:
    tree = ast.parse(path.read_text())
    return any(isinstance(n, ast.Attribute) and n.attr == method for n in ast.walk(tree))


def test_only_the_edge_commits() -> None:
    committing = {
        path
        for path in Path("program").rglob("*.py")
        if calls(path, "commit") and "cli" not in path.parts
    }

    edge = {p for p in committing if p.name in MAY_COMMIT or p.parent.name in {"views", "jobs"}}
    assert committing == edge


def test_every_page_asks_who_you_are(app: Flask) -> None:
    stranger = app.test_client()
    for rule in app.url_map.iter_rules():
        if rule.endpoint not in OPEN_TO_ALL:
            url = rule.build(dict.fromkeys(rule.arguments, 1))
            assert url is not None
            method = "POST" if "GET" not in (rule.methods or ()) else "GET"
            assert stranger.open(url[1], method=method).status_code in {302, 401}, rule


@pytest.mark.usefixtures("each_app")
def test_models_and_migrations_agree() -> None:
    with db.engine.connect() as connection:
        assert compare_metadata(MigrationContext.configure(connection), Base.metadata) == []


@pytest.mark.usefixtures("each_app")
def test_migrations_go_down_and_up() -> None:
    downgrade(revision="base")
    upgrade()
