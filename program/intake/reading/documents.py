"""YAML as people write it, and nothing of YAML that could harm us."""

import re
from typing import Any

import yaml

from program.intake.reading.problems import Unreadable

MAX_BYTES = 256 * 1024


class _Loader(yaml.SafeLoader):
    """Without references, a page of which unfolds into gigabytes, and with "on" as a word."""

    yaml_implicit_resolvers = {
        first: [(tag, pattern) for tag, pattern in found if tag != "tag:yaml.org,2002:bool"]
        for first, found in yaml.SafeLoader.yaml_implicit_resolvers.items()
    }

    def compose_node(self, parent: Any, index: Any) -> Any:
        if self.check_event(yaml.AliasEvent):
            raise yaml.YAMLError("alias")
        return super().compose_node(parent, index)


_Loader.add_implicit_resolver("tag:yaml.org,2002:bool", re.compile("true|false"), list("tf"))


def load_yaml(content: bytes) -> object:
    if len(content) > MAX_BYTES:
        raise Unreadable("too large", f"{MAX_BYTES // 1024} KB")
    try:
        return yaml.load(content, Loader=_Loader)  # noqa: S506 (a SafeLoader)
    except (yaml.YAMLError, ValueError, RecursionError) as error:
        mark = getattr(error, "problem_mark", None)
        raise Unreadable("no yaml", str(mark.line + 1) if mark else "") from None
