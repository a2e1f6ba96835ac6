"""Upgraded requests: htmx asks for a part of a page, or for the whole."""

from flask import request


def wants_fragment() -> bool:
    """Whether to answer with the fragment only (htmx), not with the page around it."""
    asked = request.headers
    return asked.get("HX-Request") == "true" and asked.get("HX-Request-Type") != "full"
