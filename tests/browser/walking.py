"""Finds the pages that somebody may see, and what is wrong with them."""

import json
from collections.abc import Iterator
from functools import cache
from itertools import product
from pathlib import Path
from typing import Any

import sqlalchemy as sa
from flask.testing import FlaskClient
from playwright.sync_api import Page
from werkzeug.routing import Rule

from program.core.db import Base, db
from tests.browser.conftest import Site

AXE = Path("tests/node_modules/axe-core/axe.min.js")
RULES = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"]
TRIES = 40  # rows that are tried to find one that this person may see


def pages_of(site: Site, role: str | None) -> list[str]:
    """One address of each page that this role gets, in the order of the addresses."""
    client = FlaskClient(site.app, site.app.response_class)
    if role:
        client.set_cookie(site.app.config["SESSION_COOKIE_NAME"], site.cookie(role))
    found = []
    for rule in sorted(site.app.url_map.iter_rules(), key=lambda rule: rule.rule):
        if "GET" not in (rule.methods or ()) or rule.endpoint == "static":
            continue
        for address in _addresses(site, rule):
            answer = client.get(address)
            if answer.status_code == 200 and "<html" in answer.text:  # no fragment, no file
                found.append(address)
                break
    return found


def _addresses(site: Site, rule: Rule) -> Iterator[str]:
    names = sorted(rule.arguments)
    with site.app.app_context():
        numbers = {name: _numbers(name) for name in names}
    for chosen in list(product(*(numbers[name] for name in names)))[:TRIES]:
        built = rule.build(dict(zip(names, chosen, strict=True)), append_unknown=False)
        if built:
            yield built[1]


def _numbers(argument: str) -> list[int]:
    """The rows that `cohort_id` and the like can mean."""
    table = Base.metadata.tables.get(argument.removesuffix("_id"))
    if table is None:
        return []
    return list(db.session.scalars(sa.select(table.c.id).order_by(table.c.id).limit(12)))


def faults_of(page: Page, address: str) -> list[str]:
    """All that is wrong with the page, in words; it is left open."""
    said: list[str] = []
    page.on("console", lambda message: said.extend([message.text] * (message.type == "error")))
    page.on("pageerror", lambda error: said.append(str(error)))
    page.goto(address)
    faults = [f"console: {text}" for text in said]
    faults += _accessibility(page)
    faults += _widths(page)
    return [f"{address}: {fault}" for fault in faults]


@cache
def _axe() -> str:
    return AXE.read_text()


def _accessibility(page: Page) -> list[str]:
    """By the debugger's door: the policy of the page lets no script of others in."""
    session = page.context.new_cdp_session(page)
    session.send("Runtime.evaluate", {"expression": _axe()})
    options = json.dumps({"runOnly": RULES, "resultTypes": ["violations"]})
    answer: dict[str, Any] = session.send(
        "Runtime.evaluate",
        {
            "expression": f"axe.run(document, {options}).then(r => JSON.stringify(r.violations))",
            "awaitPromise": True,
            "returnByValue": True,
        },
    )
    session.detach()
    return [
        f"{violation['id']} ({violation['help']}): {node['html'][:160]} {node['failureSummary']}"
        for violation in json.loads(answer["result"]["value"])
        for node in violation["nodes"][:3]
    ]


def _widths(page: Page) -> list[str]:
    """Nothing may need sideways scrolling of the whole page, on this width and on the smallest."""
    size = page.viewport_size
    assert size is not None
    widths = [size["width"]] if size["width"] > 600 else [size["width"], 320]
    faults = []
    for width in widths:
        page.set_viewport_size({"width": width, "height": size["height"]})
        needed = page.evaluate("document.documentElement.scrollWidth")
        if needed > width:
            faults.append(f"is {needed} wide on a screen of {width}: {_widest(page, width)}")
    page.set_viewport_size(size)
    return faults


def _widest(page: Page, width: int) -> str:
    """Which elements stick out, leaving out those in a part that scrolls by itself."""
    found: str = page.evaluate(
        """width => [...document.querySelectorAll('main *, header *, footer *')].filter(e => {
          if (e.getBoundingClientRect().right <= width + 1) return false;
          for (let p = e.parentElement; p; p = p.parentElement)
            if (getComputedStyle(p).overflowX !== 'visible') return false;
          return true;
        }).slice(0, 3).map(e => e.outerHTML.slice(0, 120)).join(' | ')""",
        width,
    )
    return found
