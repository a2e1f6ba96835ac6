"""`flask plan rules` and `flask plan rule`: how strict each rule is, by command."""

from collections.abc import Iterable
from typing import Any

import click
from flask_babel import force_locale

from program.cli.plan import language, plan
from program.cli.terms import as_json, cohort_named, refusals_told, tell
from program.core.clock import now
from program.core.db import db
from program.core.errors import Refusal
from program.planning.actions import reset_rule, set_rule
from program.planning.rulebook import Line, Rulebook, setting, state_word
from program.planning.rules import BY_KEY, KINDS, Rule, State
from program.planning.settings import rulebook_rows

STATES = [state.value for state in State]


@plan.command("rules")
@click.argument("cohort")
@language
@as_json
def show(cohort: str, language: str, as_json: bool) -> None:
    """Every rule and wish of COHORT: must, wish or off, and its points."""
    with refusals_told(), force_locale(language):
        book = Rulebook(*rulebook_rows(cohort_named(cohort)))
        found = [book.line(kind.key) for kind in KINDS]
        facts = [fact for line in found for fact in _facts(line)]
        tell({"rules": facts}, _lines(found), as_json=as_json)


def _facts(line: Line) -> Iterable[dict[str, Any]]:
    modules = {module for module, _title in line.settings}
    for rule in (line.rule, *(rule for _title, rule in line.others)):
        yield {
            "rule": rule.key,
            "title": line.title,
            "state": rule.state.value,
            "weight": rule.weight,
            "value": dict(rule.value),
            "module": rule.module,
            "changed": rule.module in modules,
        }


def _lines(lines: Iterable[Line]) -> Iterable[str]:
    for line in lines:
        for title, rule in (("", line.rule), *line.others):
            words = " ".join(part for part in (state_word(rule.state), setting(rule)) if part)
            where = f" ({title})" if title else ""
            mark = " *" if line.changed else ""
            yield f"{rule.key:18} {words:32} {line.title}{where}{mark}"


@plan.command("rule")
@click.argument("cohort")
@click.argument("key", type=click.Choice(list(BY_KEY)), metavar="KEY")
@click.option("--state", type=click.Choice(STATES), help="How strict.")
@click.option("--weight", type=int, help="Points, for a wish.")
@click.option("--value", "values", multiple=True, metavar="NAME=NUMBER", help="days=14, say.")
@click.option("--module", type=int, help="For this module only.")
@click.option("--usual", is_flag=True, help="As usual again.")
@language
@as_json
def change(  # noqa: PLR0913, PLR0917  (one per option)
    cohort: str,
    key: str,
    state: str | None,
    weight: int | None,
    values: tuple[str, ...],
    module: int | None,
    usual: bool,
    language: str,
    as_json: bool,
) -> None:
    """Set one rule of COHORT; what is not named stays as it is. `flask plan rules` names them."""
    with refusals_told(), force_locale(language):
        found = cohort_named(cohort)
        if usual:
            reset_rule(found, key, module=module, at=now(), by=None, origin="command")
        else:
            is_now = Rulebook(*rulebook_rows(found)).rules.of(key, module)
            rule = Rule(
                key,
                State(state) if state else is_now.state,
                is_now.weight if weight is None else weight,
                {**is_now.value, **dict(map(_amount, values))},
                module,
            )
            set_rule(found, rule, at=now(), by=None, origin="command")
        db.session.commit()
        line = Rulebook(*rulebook_rows(found)).line(key)
        tell({"rules": list(_facts(line))}, _lines([line]), as_json=as_json)


def _amount(typed: str) -> tuple[str, int]:
    name, _equals, amount = typed.partition("=")
    if not amount.strip().isdecimal():
        raise Refusal(f"Write a value as NAME=NUMBER, not {typed!r}.")
    return name.strip(), int(amount)
