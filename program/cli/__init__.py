"""The commands (`flask …`): the stable interface for automation. `--json` prints JSON.

Each family is a module of its own, imported when it is called: a web process never loads it.
"""

from importlib import import_module

import click
from flask import Flask
from flask.cli import AppGroup

#: name of the command: module, the command's name in it
COMMANDS = {
    "intake": ("program.cli.intake", "intake"),
    "programme": ("program.cli.programme", "programme"),
    "cohort": ("program.cli.copying", "cohort"),
    "plan": ("program.cli.plan", "plan"),
    "meetings": ("program.cli.meetings", "meetings"),
    "release": ("program.cli.invitations", "release"),
    "invitations": ("program.cli.invitations", "invitations"),
    "mail": ("program.cli.mail", "mail"),
    "attendance": ("program.cli.attendance", "attendance"),
    "assignments": ("program.cli.assignments", "assignments"),
    "progress": ("program.cli.assignments", "progress"),
    "feed": ("program.cli.feed", "feed"),
    "report": ("program.cli.report", "report"),
    "organisation": ("program.cli.organisation", "organisation"),
    "users": ("program.cli.users", "users"),
    "demo": ("program.cli.demo", "demo"),
    "runner": ("program.cli.runner", "runner"),
    "serve": ("program.cli.runner", "serve"),
    "doctor": ("program.cli.doctor", "doctor"),
    "db": ("flask_migrate.cli", "db"),
    "backup": ("program.cli.backup", "backup"),
    "restore": ("program.cli.backup", "restore"),
}


class Commands(AppGroup):
    def list_commands(self, ctx: click.Context) -> list[str]:
        return sorted({*super().list_commands(ctx), *COMMANDS})

    def get_command(self, ctx: click.Context, cmd_name: str) -> click.Command | None:
        if cmd_name not in COMMANDS:
            return super().get_command(ctx, cmd_name)
        module, name = COMMANDS[cmd_name]
        command: click.Command = getattr(import_module(module), name)
        return command


def init_app(app: Flask) -> None:
    commands = Commands(app.name)
    commands.commands.update(app.cli.commands)
    app.cli = commands
