"""How a business rule says no."""


class Refusal(Exception):
    """A rule was broken. Its text is for the user; `field` names the form field it is about."""

    field: str | None = None

    def __init__(self, sentence: str, *, field: str | None = None) -> None:
        super().__init__(sentence)
        if field is not None:
            self.field = field
