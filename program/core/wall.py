"""From the clock on the wall to a moment: one that exists, and exists once."""

from datetime import UTC, datetime
from zoneinfo import ZoneInfo

from flask_babel import gettext as _

from program.core.errors import Refusal


class NoSuchTime(Refusal):
    """The clock skips it: the night that summer time begins."""


class TimeComesTwice(Refusal):
    """The clock is set back over it: the night that summer time ends."""


def moment_of(wall: datetime, zone: ZoneInfo, *, second: bool | None = None) -> datetime:
    """The moment, in UTC, of a naive time there; `second` answers which of two is meant."""
    first, last = (wall.replace(tzinfo=zone, fold=fold).astimezone(UTC) for fold in (0, 1))
    if first == last:
        return first
    if first.astimezone(zone).replace(tzinfo=None) != wall:
        raise NoSuchTime(
            _("That night the clock goes from 2:00 to 3:00, so this time does not exist.")
        )
    if second is None:
        raise TimeComesTwice(_("That night this time comes twice. Choose which one you mean."))
    return last if second else first
