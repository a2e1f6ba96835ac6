"""`flask plan COHORT`: groups, tables, dates, rooms and trainers by the solver; and its rules."""

import click
from flask.cli import AppGroup

DEFAULT = "make"
language = click.option(
    "--language", type=click.Choice(["nl", "en"]), default="nl", help="Of the sentences."
)


class _Plan(AppGroup):
    """`flask plan COHORT` is short for `flask plan make COHORT`."""

    def parse_args(self, ctx: click.Context, args: list[str]) -> list[str]:
        if args and args[0] not in self.commands and args[0] not in self.get_help_option_names(ctx):
            args = [DEFAULT, *args]
        return super().parse_args(ctx, args)


plan = _Plan("plan", help="Make groups and a schedule: flask plan COHORT.")

from program.cli.plan import (  # noqa: E402
    explain,  # noqa: F401
    groups,  # noqa: F401
    make,  # noqa: F401
    repair,  # noqa: F401
    rules,  # noqa: F401
    swaps,  # noqa: F401
    tables,  # noqa: F401
)
