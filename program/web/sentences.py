"""`_` in templates. A page says fifty sentences; most of what they cost was finding the language.

The same as Flask-Babel's, which Jinja calls through a context that it copies each time: a text is
always a pattern (`%%` for a percent sign), and what is put in it is escaped.
"""

from functools import lru_cache

from flask import Flask
from flask_babel import get_locale, gettext
from jinja2 import pass_eval_context
from jinja2.nodes import EvalContext
from markupsafe import Markup


@pass_eval_context
def sentence(context: EvalContext, text: str, **values: object) -> str:
    locale = get_locale()
    said, pattern = _said(locale.language if locale else "", text)
    if pattern or values:
        return (said if context.autoescape else str(said)) % values
    return said if context.autoescape else str(said)


@lru_cache(maxsize=8192)
def _said(_language: str, text: str) -> tuple[Markup, bool]:
    """In the language that is in force, and whether something is to be put in it."""
    found = gettext(text)
    return Markup(found), "%" in found  # noqa: S704 our own sentence


def init_app(app: Flask) -> None:
    app.jinja_env.globals.update(_=sentence, gettext=sentence)
