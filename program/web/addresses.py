"""The addresses of pages, of which a process makes few and knows hundreds."""

from collections.abc import Callable

from werkzeug.routing import IntegerConverter, Map, Rule


class RowNumber(IntegerConverter):
    """The number of a row; one that no row can have is no address of ours."""

    def __init__(self, addresses: Map) -> None:
        super().__init__(addresses, max=2**31 - 1)


class Address(Rule):
    """Compiles what makes links to it when the first is made."""

    def _compile_builder(self, append_unknown: bool = True) -> Callable[..., tuple[str, str]]:
        made: Callable[..., tuple[str, str]] | None = None
        compiled = super()._compile_builder

        def build(rule: Rule, **values: object) -> tuple[str, str]:
            nonlocal made
            made = made or compiled(append_unknown)
            return made(rule, **values)

        return build
