"""A real Chromium on a real server with a small world in its database."""

import shutil
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path

import pytest
from flask import Blueprint, Flask
from playwright.sync_api import Browser, BrowserContext, Page
from werkzeug.serving import make_server

from program.core.db import db
from tests.browser.world import build
from tests.conftest import app_on


@dataclass
class Site:
    """The running server, and who is who in its world (role: the person's number)."""

    app: Flask
    address: str
    people: dict[str, int] = field(default_factory=dict)

    def cookie(self, role: str) -> str:
        """The session of somebody who signed in."""
        serializer = self.app.session_interface.get_signing_serializer(self.app)  # type: ignore[attr-defined]
        signed: str = serializer.dumps(
            {"_user_id": str(self.people[role]), "_fresh": True, "language": "nl"}
        )
        return signed


@contextmanager
def served(database: Path, *, extra: Blueprint | None = None) -> Iterator[Site]:
    """The application with its world, on a free port."""
    app = app_on(f"sqlite:///{database}", WTF_CSRF_ENABLED=True)
    if extra is not None:
        app.register_blueprint(extra)
    server = make_server("127.0.0.1", 0, app, threaded=True)
    site = Site(app, f"http://127.0.0.1:{server.server_port}")
    app.config["PUBLIC_URL"] = site.address
    with app.app_context():
        site.people = {role: person.id for role, person in build().items()}
        db.session.remove()
    thread = threading.Thread(target=server.serve_forever)
    thread.start()
    yield site
    server.shutdown()
    thread.join()
    server.server_close()
    with app.app_context():
        db.engine.dispose()


@pytest.fixture(scope="session")
def live(migrated: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Site]:
    database = Path(shutil.copy(migrated, tmp_path_factory.mktemp("live") / "live.db"))
    with served(database) as site:
        yield site


PageAs = Callable[..., Page]


@pytest.fixture
def page_as(live: Site, chromium: Browser) -> Iterator[PageAs]:
    """`page_as("trainer", width=390)`: a window in which that person is signed in."""
    opened: list[BrowserContext] = []

    def page_for(role: str | None, *, width: int = 1440, scripts: bool = True) -> Page:
        context = chromium.new_context(
            base_url=live.address, viewport={"width": width, "height": 900 if width > 600 else 844},
            java_script_enabled=scripts, locale="nl-NL", timezone_id="Europe/Amsterdam",
        )  # fmt: skip
        opened.append(context)
        if role:
            name = live.app.config["SESSION_COOKIE_NAME"]
            context.add_cookies([{"name": name, "value": live.cookie(role), "url": live.address}])
        return context.new_page()

    yield page_for
    for context in opened:
        context.close()
