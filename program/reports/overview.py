"""What the report page shows: everyone in one line, and the whole in a few figures."""

from collections.abc import Sequence
from dataclasses import dataclass

from flask_babel import get_locale
from flask_babel import gettext as _

from program.attendance.norm import Forecast, Progress
from program.reports.attendance import Scope, Standing, forecasts, standings

SHOWN = 200  # people on the page; all of them are in the file
_KINDS = {Forecast.MET: "ok", Forecast.AT_RISK: "warn", Forecast.IMPOSSIBLE: "bad"}
_NOTHING_YET = "\N{EN DASH}"


@dataclass(frozen=True, slots=True)
class Cell:
    share: str
    hours: str
    words: str
    kind: str


@dataclass(frozen=True, slots=True)
class Line:
    name: str
    department: str
    cells: Sequence[Cell]
    work: str


@dataclass(frozen=True, slots=True)
class Total:
    title: str
    position: int
    attended: float
    planned: float
    text: str
    met: int


@dataclass(frozen=True, slots=True)
class Overview:
    lines: Sequence[Line]
    totals: Sequence[Total]
    people: int
    share: str
    met: int
    behind: int


def overview(scope: Scope) -> Overview:
    everyone = standings(scope)
    decimal = "." if str(get_locale()) == "en" else ","
    words = forecasts()
    attended, planned = (
        sum(getattr(at, name) for one in everyone for at in one.domains)
        for name in ("attended", "planned_so_far")
    )
    return Overview(
        lines=[_line(one, words, decimal) for one in everyone[:SHOWN]],
        totals=_totals(scope, everyone, decimal),
        people=len(everyone),
        share=_share(attended, planned),
        met=sum(_all_met(one) for one in everyone),
        behind=sum(_behind(one) for one in everyone),
    )


def _all_met(one: Standing) -> bool:
    return all(at.forecast is Forecast.MET for at in one.domains)


def _behind(one: Standing) -> bool:
    return any(at.forecast in {Forecast.AT_RISK, Forecast.IMPOSSIBLE} for at in one.domains)


def _line(one: Standing, words: dict[Forecast, str], decimal: str) -> Line:
    person = one.person
    given = " ".join(part for part in (person.given_name, person.infix) if part)
    return Line(
        name=f"{person.surname}, {given}",
        department=person.department or "",
        cells=[_cell(at, words, decimal) for at in one.domains],
        work=f"{sum(at.handed_in for at in one.domains)} / {sum(at.tasks for at in one.domains)}",
    )


def _cell(at: Progress, words: dict[Forecast, str], decimal: str) -> Cell:
    hours = f"{_hours(at.attended)} / {_hours(at.planned_so_far)}".replace(".", decimal)
    share = _share(at.attended, at.planned_so_far)
    return Cell(share, hours, words[at.forecast], _KINDS.get(at.forecast, ""))


def _totals(scope: Scope, everyone: Sequence[Standing], decimal: str) -> list[Total]:
    totals = []
    for n, domain in enumerate(scope.cohort.programme.domains):
        here = [one.domains[n] for one in everyone]
        attended = sum(at.attended for at in here)
        planned = sum(at.planned_so_far for at in here)
        text = _(
            "%(share)s: %(attended)s of %(planned)s hours",
            share=_share(attended, planned),
            attended=_hours(attended).replace(".", decimal),
            planned=_hours(planned).replace(".", decimal),
        )
        met = sum(at.forecast is Forecast.MET for at in here)
        totals.append(Total(domain.title, domain.position, attended, planned, text, met))
    return totals


def _hours(minutes: float) -> str:
    return f"{minutes / 60:.1f}".removesuffix(".0")


def _share(part: float, whole: float) -> str:
    return (
        f"{min(1.0, part / whole):.0%}".replace("%", "\N{NO-BREAK SPACE}%")
        if whole
        else (_NOTHING_YET)
    )
