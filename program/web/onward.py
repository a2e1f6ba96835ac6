"""Where to go on to: only ever a page of our own."""

_FORBIDDEN = {"\\", *map(chr, range(33)), "\x7f"}


def own_page(target: str | None, default: str = "/") -> str:
    """The target if it is a path on this site, else the default; never another site."""
    if not target or not target.startswith("/") or target.startswith("//"):
        return default
    return default if _FORBIDDEN & set(target) else target
