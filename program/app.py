"""Puts the application together. The only module that knows every feature."""

from collections.abc import Callable
from importlib import import_module
from typing import Any

from flask import Flask

from program import cli
from program.accounts import login
from program.accounts import views as accounts
from program.assignments import views as assignments
from program.attendance import ledger
from program.attendance import views as attendance
from program.board import views as board
from program.catchup import views as catchup
from program.cohorts import views as cohorts
from program.core import db, logs
from program.encounters import views as encounters
from program.feeds import views as feeds
from program.health import views as health
from program.home import views as home
from program.intake import views as intake
from program.invitations import queries as invitation_queries
from program.invitations import views as invitations
from program.mailbox import views as mailbox
from program.meetings import answers
from program.meetings import views as meetings
from program.planning import views as planning
from program.planning.views import mixing as mix
from program.post import views as post
from program.programmes import views as programmes
from program.reminders import views as reminders
from program.reports import views as reports
from program.rerun import views as rerun
from program.review import views as review
from program.web import shell
from program.web import views as pages
from program.web.addresses import Address

VIEWS = (
    home, accounts, programmes, cohorts, intake, planning, mix, meetings, invitations,
    mailbox, attendance, encounters, assignments, feeds, reports, pages, board, rerun, health, post,
    catchup, reminders, review,
)  # fmt: skip
MODELS = (
    "core.audit", "accounts.models", "programmes.models", "cohorts.models", "meetings.models",
    "mail.models", "planning.models", "invitations.models", "attendance.models",
    "assignments.models", "feeds.models", "intake.models", "jobs.models", "catchup.models",
    "reminders.models", "review.models",
)  # fmt: skip


class Application(Flask):
    url_rule_class = Address

    def ensure_sync(self, func: Callable[..., Any]) -> Callable[..., Any]:
        """No view here is a coroutine: to look that up took a twentieth of a poll."""
        return func


def create_app(**overrides: object) -> Flask:
    app = Application("program", template_folder="../templates")
    app.config.from_object("config")
    app.config.from_mapping(overrides)
    if not app.config["SECRET_KEY"]:
        raise SystemExit("SECRET_KEY is not set. Choose a long random text and keep it secret.")
    for part in (logs, db, shell, login, cli):
        part.init_app(app)
    for models in MODELS:
        import_module(f"program.{models}")  # or the schema would lack their tables
    for views in VIEWS:
        app.register_blueprint(views.bp)
    answers.told_by(app, answers=invitation_queries.answered_in, missed=ledger.missed_in)
    return app
