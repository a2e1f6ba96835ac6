"""Links to pages of features that this package does not know."""

from collections.abc import Callable
from functools import lru_cache
from typing import Any

from flask import Flask, current_app, request, url_for


def page(endpoint: str, **values: object) -> str | None:
    """The address of a page, or nothing when there is no such page or it asks for more values.

    Remembered: a page asks for forty of them, the same for everybody.
    """
    known: Callable[..., str | None] = current_app.extensions["pages"]
    return known(request.script_root, endpoint, **values)


def _address(_root: str, endpoint: str, **values: object) -> str | None:
    for rule in current_app.url_map.iter_rules(endpoint) if _exists(endpoint) else ():
        if "GET" in (rule.methods or ()) and rule.arguments <= values.keys():
            given: dict[str, Any] = {name: values[name] for name in rule.arguments}
            return url_for(endpoint, **given)
    return None


def _exists(endpoint: str) -> bool:
    return endpoint in current_app.view_functions


def current(endpoint: str) -> str | None:
    """What `aria-current` says of a link: this page, the part of the site we are in, or neither."""
    if request.endpoint == endpoint:
        return "page"
    feature, _, _ = endpoint.partition(".")
    here = PART_OF.get(request.blueprint or "", request.blueprint)
    return "true" if here == feature and feature not in SEVERAL_LINKS else None


#: features with more than one link of their own
SEVERAL_LINKS = {"cohorts", "meetings", "accounts", "home"}
#: pages of a feature under an address of their own
PART_OF = {"mixing": "planning"}


def init_app(app: Flask) -> None:
    app.extensions["pages"] = lru_cache(maxsize=4096)(_address)
    app.jinja_env.globals.update(page=page, current=current)
