"""Turns the plain data of `problem` into JSON and back."""

from collections.abc import Mapping
from dataclasses import fields, is_dataclass
from datetime import date, datetime
from enum import StrEnum
from functools import cache
from types import NoneType, UnionType
from typing import Any, TypeVar, get_args, get_origin, get_type_hints

Data = TypeVar("Data")


def to_json(value: object) -> Any:
    """Dataclasses become objects, sets sorted lists, moments ISO 8601."""
    if is_dataclass(value):
        return {f.name: to_json(getattr(value, f.name)) for f in fields(value)}
    if isinstance(value, Mapping):
        return {str(to_json(key)): to_json(part) for key, part in value.items()}
    if isinstance(value, frozenset):
        return sorted(to_json(part) for part in value)
    if isinstance(value, tuple | list):
        return [to_json(part) for part in value]
    return value.isoformat() if isinstance(value, date) else value


def from_json(kind: type[Data], value: Any) -> Data:
    """The dataclass that `to_json` wrote; what only an older version knew is left out."""
    found: Data = _read(kind, value)
    return found


def _read(kind: Any, value: Any) -> Any:
    origin, parts = _shape(kind)
    if origin is UnionType:
        return None if value is None else _read(parts[0], value)
    if origin in (tuple, frozenset):
        return origin(_read(parts[0], part) for part in value)
    if origin is Mapping:
        return {_read(parts[0], key): _read(parts[1], part) for key, part in value.items()}
    if kind in (date, datetime):
        return kind.fromisoformat(value)
    if is_dataclass(kind):
        return _built(kind, value)
    return kind(value) if kind is int or _is_enum(kind) else value  # keys of objects are text


def _is_enum(kind: Any) -> bool:
    return isinstance(kind, type) and issubclass(kind, StrEnum)


def _built(kind: Any, value: Mapping[str, Any]) -> Any:
    hints = _hints(kind)
    return kind(**{n: _read(hints[n], part) for n, part in value.items() if n in hints})


@cache
def _hints(kind: Any) -> dict[str, Any]:
    return get_type_hints(kind)


@cache
def _shape(kind: Any) -> tuple[Any, tuple[Any, ...]]:
    origin = get_origin(kind)
    return origin, tuple(part for part in get_args(kind) if part is not NoneType)
