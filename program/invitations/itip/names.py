"""Addresses and identifiers: which are usable, and which secrets they carry.

An invitation's UID is random, so whoever knows it received the invitation: it is what an answer
is recognised by. The envelope sender carries the same token, so that a delivery failure names the
invitation it is about.
"""

import re
from secrets import token_hex

_ADDRESS = re.compile(r"[A-Za-z0-9!#$%&'*+/=?^_`{|}~.-]+@[A-Za-z0-9-]+(\.[A-Za-z0-9-]+)+")
_BOUNCE = re.compile(r"bounce\+([0-9a-f]{32})@([a-z0-9.-]+)", re.IGNORECASE)


def usable_address(address: str, *, organizer: str) -> bool:
    """Whether an invitation can go there; never to its own organizer (Exchange bins that)."""
    fits = len(address) <= 254 and _ADDRESS.fullmatch(address) is not None
    return fits and address.lower() != organizer.lower()


def domain_of(address: str) -> str:
    return address.rpartition("@")[2].lower()


def new_uid(organizer: str) -> str:
    return f"{token_hex(16)}@{domain_of(organizer)}"


def bounce_address(uid: str) -> str:
    return f"bounce+{uid}"


def uid_of_bounce(text: str) -> str:
    """The UID in an envelope sender of ours that stands somewhere in this text, or nothing."""
    found = _BOUNCE.search(text)
    return f"{found[1].lower()}@{found[2].lower()}" if found else ""
