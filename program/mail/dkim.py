"""Signs what leaves with DKIM (RFC 6376, RFC 8463), relaxed/relaxed.

A signature is a function of the message and the key alone: no time is in it, and both RSA (PKCS #1
v1.5) and Ed25519 give the same signature each time, so a repeated message is the same to the byte.
The best known library computes RSA in Python; a release of two thousand messages would take it
half a minute.
"""

import re
from base64 import b64encode
from collections.abc import Iterable
from dataclasses import dataclass
from hashlib import sha256
from pathlib import Path

from cryptography.exceptions import UnsupportedAlgorithm
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from cryptography.hazmat.primitives.asymmetric.padding import PKCS1v15
from cryptography.hazmat.primitives.asymmetric.rsa import RSAPrivateKey
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.serialization import (
    Encoding,
    PublicFormat,
    load_pem_private_key,
)

Key = RSAPrivateKey | Ed25519PrivateKey

SIGNED = (
    "from", "to", "subject", "date", "message-id", "in-reply-to", "references", "reply-to",
    "sender", "mime-version", "content-type", "content-transfer-encoding", "content-language",
    "auto-submitted", "x-auto-response-suppress",
)  # fmt: skip
NEVER_TWICE = ("from", "to", "subject", "date", "reply-to", "content-type")  # none may be added
SHORTEST_RSA = 1024  # bits; receivers take no signature with less

_SPACES = re.compile(rb"[ \t]+")
_FOLD = re.compile(rb"\r\n(?=[ \t])")
_SELECTOR = re.compile(r"[A-Za-z0-9]([A-Za-z0-9-]{0,61}[A-Za-z0-9])?(\.[A-Za-z0-9-]{1,63})*")


class KeyWrong(ValueError):
    """The file or the selector cannot be used. Its text is for the administrator."""


@dataclass(frozen=True)
class Signer:
    """One key and the name under which its other half is published."""

    domain: str
    selector: str
    key: Key

    @property
    def name(self) -> str:
        """Of the TXT record."""
        return f"{self.selector}._domainkey.{self.domain}"

    @property
    def record(self) -> str:
        """What the TXT record says."""
        public = self.key.public_key()
        if isinstance(self.key, Ed25519PrivateKey):
            octets = public.public_bytes(Encoding.Raw, PublicFormat.Raw)
            return f"v=DKIM1; k=ed25519; p={b64encode(octets).decode()}"
        octets = public.public_bytes(Encoding.DER, PublicFormat.SubjectPublicKeyInfo)
        return f"v=DKIM1; k=rsa; p={b64encode(octets).decode()}"

    @property
    def kind(self) -> str:
        if isinstance(self.key, Ed25519PrivateKey):
            return "Ed25519"
        return f"RSA {self.key.key_size}"

    def signature(self, content: bytes) -> bytes:
        """The header, to be put on top of this message; with its line end."""
        head, _blank, body = content.partition(b"\r\n\r\n")
        headers = _headers(head + b"\r\n")
        names = [name for name in SIGNED if name in headers]
        fields = self._fields([*names, *NEVER_TWICE], body)
        signed = b"".join(headers[name] + b"\r\n" for name in names)
        own = b"dkim-signature:" + _SPACES.sub(b" ", _FOLD.sub(b"", fields)).strip()
        return b"DKIM-Signature: " + fields + _folded(self._signed(signed + own)) + b"\r\n"

    def _fields(self, names: Iterable[str], body: bytes) -> bytes:
        algorithm = "ed25519" if isinstance(self.key, Ed25519PrivateKey) else "rsa"
        digest = b64encode(sha256(relaxed(body)).digest()).decode()
        return (
            f"v=1; a={algorithm}-sha256; c=relaxed/relaxed; d={self.domain};\r\n"
            f" s={self.selector}; h={_in_lines(names)};\r\n bh={digest};\r\n b="
        ).encode("ascii")

    def _signed(self, octets: bytes) -> bytes:
        if isinstance(self.key, Ed25519PrivateKey):
            return self.key.sign(sha256(octets).digest())
        return self.key.sign(octets, PKCS1v15(), SHA256())


def signed(content: bytes, signers: Iterable[Signer]) -> bytes:
    """The message with the signature of each, over what it was before."""
    return b"".join([*(each.signature(content) for each in signers), content])


def signers_of(domain: str, selectors: str, files: str) -> tuple[Signer, ...]:
    """As the settings say: one, or several with commas between. Raises KeyWrong."""
    names, paths = _listed(selectors), _listed(files)
    if len(names) != len(paths):
        raise KeyWrong("DKIM_SELECTOR and DKIM_KEY_FILE go together: give each key its selector.")
    for name in names:
        if not _SELECTOR.fullmatch(name):
            raise KeyWrong(f"DKIM_SELECTOR is {name!r}: write letters, digits and hyphens.")
    try:
        spelled = domain.encode("idna").decode("ascii").lower()
    except UnicodeError:
        spelled = ""
    if names and "." not in spelled:
        raise KeyWrong(f"DKIM_DOMAIN is {domain!r}: write the domain that you mail from.")
    return tuple(Signer(spelled, n, key_in(p)) for n, p in zip(names, paths, strict=True))


def key_in(file: str) -> Key:
    """Raises KeyWrong."""
    try:
        octets = Path(file).read_bytes()
    except OSError as error:
        raise KeyWrong(f"DKIM_KEY_FILE {file} cannot be read: {error.strerror}.") from None
    try:
        key = load_pem_private_key(octets, password=None)
    except (ValueError, TypeError, UnsupportedAlgorithm):
        key = None
    if isinstance(key, Ed25519PrivateKey):
        return key
    if isinstance(key, RSAPrivateKey) and key.key_size >= SHORTEST_RSA:
        return key
    raise KeyWrong(
        f"DKIM_KEY_FILE {file} holds no key that can sign: make one with openssl genrsa 2048 "
        "(PEM, without a password; RSA or Ed25519)."
    )


def relaxed(body: bytes) -> bytes:
    """RFC 6376, 3.4.4: single spaces, none at the ends of lines, no empty lines at the end."""
    lines = _SPACES.sub(b" ", body).replace(b" \r\n", b"\r\n").removesuffix(b" ")
    bare = lines.rstrip(b"\r\n") if lines.endswith(b"\r\n") else lines
    return bare + b"\r\n" if bare else b""


def _headers(head: bytes) -> dict[str, bytes]:
    """Each as it is signed (3.4.2). Of one that stands twice the last one, as signers must."""
    found: dict[str, bytes] = {}
    for line in _FOLD.sub(b"", head).split(b"\r\n"):
        name, colon, value = line.partition(b":")
        if colon:
            plain = name.strip().lower()
            found[plain.decode("ascii", "replace")] = (
                plain + b":" + _SPACES.sub(b" ", value).strip()
            )
    return found


def _listed(given: str) -> list[str]:
    return [each.strip() for each in given.split(",") if each.strip()]


def _in_lines(names: Iterable[str]) -> str:
    """With colons, in lines that no server breaks again."""
    lines = [""]
    for name in names:
        if len(lines[-1]) + len(name) > 66:
            lines.append("")
        lines[-1] += f"{name}:"
    return "\r\n  ".join(lines).removesuffix(":")


def _folded(signature: bytes) -> bytes:
    text = b64encode(signature)
    return b"\r\n  ".join(text[at : at + 72] for at in range(0, len(text), 72))
