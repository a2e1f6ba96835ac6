"""Structured events, as text for people or JSON for machines. On stderr: stdout is for answers.

Log what happened (`log.info("release_made", cohort=3, by=5)`), never names, addresses or texts.
"""

import logging
import sys

import structlog
from flask import Flask
from structlog.processors import ExceptionRenderer
from structlog.stdlib import ProcessorFormatter
from structlog.tracebacks import ExceptionDictTransformer
from structlog.typing import Processor

# the values at each step of a traceback are people's names, texts and passwords
_tracebacks = ExceptionRenderer(ExceptionDictTransformer(show_locals=False))


class _Errors(logging.StreamHandler):  # type: ignore[type-arg]
    """Writes to whatever stderr is now: tests and servers replace it."""

    def __init__(self) -> None:
        super().__init__(sys.stderr)

    def emit(self, record: logging.LogRecord) -> None:
        self.stream = sys.stderr
        super().emit(record)


def init_app(app: Flask) -> None:
    shared: list[Processor] = [
        structlog.contextvars.merge_contextvars,
        structlog.stdlib.add_log_level,
        structlog.processors.TimeStamper(fmt="iso", utc=True),
    ]
    structlog.configure(
        processors=[
            structlog.stdlib.filter_by_level,
            *shared,
            ProcessorFormatter.wrap_for_formatter,
        ],
        logger_factory=structlog.stdlib.LoggerFactory(),
        wrapper_class=structlog.stdlib.BoundLogger,
        cache_logger_on_first_use=True,
    )
    handler = _Errors()
    handler.setFormatter(
        ProcessorFormatter(
            foreign_pre_chain=shared,
            processors=[ProcessorFormatter.remove_processors_meta, *_rendered(app)],
        )
    )
    logger = logging.getLogger("program")
    logger.handlers = [each for each in logger.handlers if not isinstance(each, _Errors)]
    logger.addHandler(handler)
    logger.setLevel(logging.INFO)


def _rendered(app: Flask) -> list[Processor]:
    if app.config.get("LOG_FORMAT") == "json":
        return [_tracebacks, structlog.processors.JSONRenderer()]
    return [
        structlog.processors.format_exc_info,
        structlog.processors.KeyValueRenderer(key_order=["timestamp", "level", "event"]),
    ]
