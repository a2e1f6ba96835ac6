"""Another session for who says no: booked at once, or waited for in line."""

from program.catchup.actions.booking import book
from program.catchup.actions.helping import close_needless, help_one
from program.catchup.actions.waiting import end_offers, fill_line, leave_line, wait

__all__ = [
    "book",
    "close_needless",
    "end_offers",
    "fill_line",
    "help_one",
    "leave_line",
    "wait",
]
