"""In which language a page is."""

from flask import has_request_context, request, session


def preferred_language() -> str | None:
    """The reader's choice, else the browser's; outside a request the caller forces one."""
    if not has_request_context():
        return None
    chosen = session.get("language")
    return chosen or request.accept_languages.best_match(["nl", "en"], default="nl")
