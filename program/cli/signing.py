"""Whether what leaves is signed (DKIM), and whether the world can check it."""

from collections.abc import Mapping
from typing import Any

import dns.resolver
from dns.exception import DNSException

from program.mail.dkim import KeyWrong, Signer, signers_of

__all__ = ["KeyWrong", "in_zone", "is_aligned", "published", "says_the_same", "signers"]

PATIENCE = 4  # seconds, for the DNS


def signers(config: Mapping[str, Any]) -> tuple[Signer, ...]:
    """Raises KeyWrong, when the file changed since the start."""
    return signers_of(config["DKIM_DOMAIN"], config["DKIM_SELECTOR"], config["DKIM_KEY_FILE"])


def is_aligned(signer: Signer, address: str) -> bool:
    """Whether receivers count the signature for this sender (DMARC, relaxed)."""
    domain = address.rpartition("@")[2].lower()
    return domain == signer.domain or domain.endswith(f".{signer.domain}")


def published(name: str) -> str | None:
    """The TXT record of that name, empty when there is none; nothing when nobody answers."""
    try:
        answer = dns.resolver.resolve(name, "TXT", lifetime=PATIENCE)
    except (dns.resolver.NXDOMAIN, dns.resolver.NoAnswer):
        return ""
    except (DNSException, OSError):
        return None
    return b"".join(piece for record in answer for piece in record.strings).decode(
        "ascii", "replace"
    )


def says_the_same(record: str, signer: Signer) -> bool:
    """Whether a record publishes this key, whatever else is in it."""
    return _key(record) == _key(signer.record)


def in_zone(signer: Signer) -> str:
    """As a zone file wants it: in pieces of 255 octets at most."""
    text = signer.record
    pieces = [text[at : at + 250] for at in range(0, len(text), 250)]
    quoted = " ".join(f'"{piece}"' for piece in pieces)
    return f"{signer.name}. IN TXT ( {quoted} )"


def _key(record: str) -> str:
    fields = {
        name.strip(): "".join(value.split())
        for name, _sign, value in (part.partition("=") for part in record.split(";"))
    }
    return fields.get("p", "")
