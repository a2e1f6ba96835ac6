"""That htmx, the dialog and the focus do what templates count on."""

import shutil
from collections.abc import Iterator
from pathlib import Path

import pytest
from flask import Blueprint, render_template_string
from flask.typing import ResponseReturnValue
from playwright.sync_api import Browser, Page, expect

from program.web.fragments import wants_fragment
from tests.browser.conftest import served

pytestmark = pytest.mark.browser
PAGE = """
{% extends "layout.html" %}
{% block title %}Try{% endblock %}
{% block main %}
  <h1>Try</h1>
  <form id="form" hx-post="/try" hx-target="#part" hx-swap="outerHTML" action="/try" method="post">
    <button type="submit">Send</button>
  </form>
  <div id="part">old</div>
  <a href="/try/part" hx-get="/try/part" hx-target="#dialog-body" data-opens="dialog">Open</a>
{% endblock %}
"""
WRONG = '<div id="part"><label>Title <input name="t" aria-invalid="true"></label></div>'
bp = Blueprint("try", __name__)


@bp.get("/try")
def show() -> ResponseReturnValue:
    return render_template_string(PAGE)


@bp.post("/try")
def send() -> ResponseReturnValue:
    return WRONG, 422  # and 400 when the token of the session did not come along


@bp.get("/try/part")
def part() -> ResponseReturnValue:
    return "<h2>From afar</h2>" if wants_fragment() else "<title>x</title><h1>Whole</h1>"


@pytest.fixture(scope="module")
def address(migrated: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    database = Path(shutil.copy(migrated, tmp_path_factory.mktemp("try") / "try.db"))
    with served(database, extra=bp) as site:
        yield site.address


@pytest.fixture
def page(address: str, chromium: Browser) -> Iterator[Page]:
    context = chromium.new_context(base_url=address)
    page = context.new_page()
    page.goto("/try")
    yield page
    context.close()


def test_a_refused_form_comes_back_with_the_focus_on_the_mistake(page: Page) -> None:
    page.get_by_role("button", name="Send").click()

    expect(page.get_by_label("Title")).to_be_focused()


def test_a_part_opens_in_the_dialog_and_leaves_with_it(page: Page) -> None:
    page.get_by_role("link", name="Open").click()

    dialog = page.locator("dialog#dialog")
    expect(dialog.get_by_role("heading", name="From afar")).to_be_visible()
    page.keyboard.press("Escape")
    expect(dialog).not_to_be_visible()
    expect(page.locator("#dialog-body")).to_be_empty()
    expect(page.get_by_role("link", name="Open")).to_be_focused()


def test_without_scripts_the_link_leads_to_the_page(address: str, chromium: Browser) -> None:
    context = chromium.new_context(base_url=address, java_script_enabled=False)
    page = context.new_page()
    page.goto("/try")
    page.get_by_role("link", name="Open").click()

    expect(page.get_by_role("heading", name="Whole")).to_be_visible()
    context.close()
