"""Settings, each from the environment; a wrong value stops the start with a sentence.

The defaults suit one machine: SQLite in `instance/`, mail kept in the built-in mailbox.
"""

from os import environ
from pathlib import Path
from urllib.parse import urlsplit

_HERE = Path(__file__).parent
_SMTP = {"smtp", "smtps", "smtp+insecure"}
_IMAP = {"imaps", "imap", "imap+insecure"}
_OAUTH = ("TOKEN_URL", "CLIENT_ID", "SECRET")


def _flag(name: str, default: bool) -> bool:
    given = environ.get(name, "").strip().lower()
    if given not in {"", "0", "1", "false", "true", "no", "yes"}:
        raise SystemExit(f"{name} is {given!r}: write yes or no.")
    return default if not given else given in {"1", "true", "yes"}


def _number(name: str, default: float) -> float:
    try:
        return float(environ.get(name, "") or default)
    except ValueError:
        raise SystemExit(f"{name} is {environ[name]!r}: write a number.") from None


def _chosen(name: str, default: str, allowed: set[str]) -> str:
    given = environ.get(name, "") or default
    if given not in allowed:
        raise SystemExit(f"{name} is {given!r}: choose one of {', '.join(sorted(allowed))}.")
    return given


def _mail_url() -> str:
    """The server that takes our mail, with a password or with OAuth."""
    given = environ.get("MAIL_URL", "")
    oauth = [bool(environ.get(f"MAIL_OAUTH_{name}")) for name in _OAUTH]
    try:
        parts = urlsplit(given)
        good = parts.scheme in _SMTP and bool(parts.hostname) and parts.port != 0
    except ValueError:  # the port is no number
        good = False
    if given and not good:
        raise SystemExit(
            "MAIL_URL is not right: write smtp://user:password@host:587 or smtps://host."
        )
    if any(oauth) and not (all(oauth) and good and parts.username):
        raise SystemExit(
            f"For OAuth give all of MAIL_OAUTH_{', MAIL_OAUTH_'.join(_OAUTH)}, "
            "and MAIL_URL with a user: smtp://user@host."
        )
    return given


def _dkim() -> tuple[str, str, str]:
    """The domain, the selectors and the files of the keys that sign what leaves."""
    selectors, files = environ.get("DKIM_SELECTOR", ""), environ.get("DKIM_KEY_FILE", "")
    domain = environ.get("DKIM_DOMAIN", "") or MAIL_ADDRESS.rpartition("@")[2]
    paths = ",".join(str(_HERE / each.strip()) for each in files.split(",") if each.strip())
    if selectors or files:
        from program.mail.dkim import KeyWrong, signers_of  # noqa: PLC0415 - it is large

        try:
            signers_of(domain, selectors, paths)
        except KeyWrong as wrong:
            raise SystemExit(str(wrong)) from None
    return domain, selectors, paths


def _not_below_zero(name: str, default: float) -> float:
    number = _number(name, default)
    if not 0 <= number < float("inf"):
        raise SystemExit(f"{name} is {number:g}: write 0 or more.")
    return number


def _listen() -> str:
    """Where LMTP is spoken: a socket file or a port."""
    given = environ.get("LMTP_LISTEN", "").strip()
    host, _colon, port = given.rpartition(":")
    if not given or given.startswith("/") or (host and port.isdigit() and 0 < int(port) < 65536):
        return given
    raise SystemExit(f"LMTP_LISTEN is {given!r}: write 127.0.0.1:2424 or /path/of/socket.")


def _imap() -> str:
    """The mailbox where answers arrive, with a password or with OAuth."""
    given = environ.get("IMAP_URL", "")
    oauth = [bool(environ.get(f"IMAP_OAUTH_{name}")) for name in _OAUTH]
    try:
        parts = urlsplit(given)
        good = parts.scheme in _IMAP and bool(parts.hostname and parts.username)
        good = good and parts.port != 0 and (bool(parts.password) or all(oauth))
    except ValueError:  # the port is no number
        good = False
    if any(oauth) and not all(oauth):
        raise SystemExit(f"For OAuth give all of IMAP_OAUTH_{', IMAP_OAUTH_'.join(_OAUTH)}.")
    if given and not good:
        raise SystemExit("IMAP_URL is not right: write imaps://user:password@host/folder.")
    return given


def _poll() -> float:
    seconds = _number("IMAP_POLL", 20)
    if not 1 <= seconds <= 3600:
        raise SystemExit(f"IMAP_POLL is {seconds:g}: write a number of seconds from 1 to 3600.")
    return seconds


def _secret() -> str:
    """SECRET_KEY, or the content of the file that SECRET_KEY_FILE names."""
    file = environ.get("SECRET_KEY_FILE", "")
    if environ.get("SECRET_KEY") or not file:
        return environ.get("SECRET_KEY", "")
    if not (_HERE / file).is_file():
        return ""
    return (_HERE / file).read_text().strip()


def _database() -> str:
    given = environ.get("DATABASE_URL", "")
    if not given:
        return f"sqlite:///{_HERE / 'instance' / 'leergang.db'}"
    if given.startswith(("postgres://", "postgresql://")):
        return "postgresql+psycopg://" + given.split("://", 1)[1]
    if given.startswith(("sqlite:///", "postgresql+psycopg://")):
        return given
    raise SystemExit("DATABASE_URL must start with sqlite:/// or postgresql://.")


DEMO = _flag("DEMO", default=False)  # offers "enter as trainer / participant / HR"
SECRET_KEY = _secret()
SQLALCHEMY_DATABASE_URI = _database()
PUBLIC_URL = environ.get("PUBLIC_URL", "http://localhost:5000").rstrip("/")  # in mails
MAIL_URL = _mail_url()  # smtp://user:password@host:587; empty: built-in mailbox
MAIL_ADDRESS = environ.get("MAIL_ADDRESS", "afspraken@leergang.example")  # From and ORGANIZER
MAIL_NAME = environ.get("MAIL_NAME", "Leergang")
DKIM_DOMAIN, DKIM_SELECTOR, DKIM_KEY_FILE = _dkim()  # who signs; empty: nobody does it here
MAIL_PER_MINUTE = _not_below_zero("MAIL_PER_MINUTE", 0)  # 0: as fast as the server takes it
MAIL_OAUTH_TOKEN_URL = environ.get("MAIL_OAUTH_TOKEN_URL", "")  # instead of a password
MAIL_OAUTH_CLIENT_ID = environ.get("MAIL_OAUTH_CLIENT_ID", "")
MAIL_OAUTH_SECRET = environ.get("MAIL_OAUTH_SECRET", "")
MAIL_OAUTH_SCOPE = environ.get("MAIL_OAUTH_SCOPE", "https://outlook.office365.com/.default")
MAIL_AUTHSERV = environ.get("MAIL_AUTHSERV", "").lower()  # who vouches; empty: our own domain
LMTP_LISTEN = _listen()  # where our mail server brings answers; empty: nowhere
IMAP_URL = _imap()  # imaps://user:password@host/folder; empty: no mailbox is polled
IMAP_POLL = _poll()  # seconds between two looks
IMAP_OAUTH_TOKEN_URL = environ.get("IMAP_OAUTH_TOKEN_URL", "")  # instead of a password
IMAP_OAUTH_CLIENT_ID = environ.get("IMAP_OAUTH_CLIENT_ID", "")
IMAP_OAUTH_SECRET = environ.get("IMAP_OAUTH_SECRET", "")
IMAP_OAUTH_SCOPE = environ.get("IMAP_OAUTH_SCOPE", "https://outlook.office365.com/.default")
PROXY_HOPS = _number("PROXY_HOPS", 0)  # reverse proxies in front, each adding X-Forwarded-*
LOG_FORMAT = _chosen("LOG_FORMAT", "text", {"text", "json"})

BABEL_DEFAULT_LOCALE = "nl"
BABEL_DEFAULT_TIMEZONE = "Europe/Amsterdam"
LANGUAGES = ("nl", "en")
SQLALCHEMY_ENGINE_OPTIONS = {"hide_parameters": True}  # errors are logged, people are not
MAX_CONTENT_LENGTH = 21 * 1024 * 1024
MAX_FORM_MEMORY_SIZE = 2 * 1024 * 1024
SEND_FILE_MAX_AGE_DEFAULT = 31536000  # the address of a static file holds its hash
SESSION_COOKIE_HTTPONLY = True
SESSION_COOKIE_SAMESITE = "Lax"
SESSION_COOKIE_SECURE = PUBLIC_URL.startswith("https://")
SESSION_COOKIE_NAME = "__Host-leergang" if SESSION_COOKIE_SECURE else "leergang"
PERMANENT_SESSION_LIFETIME = 12 * 3600
SESSION_REFRESH_EACH_REQUEST = False
WTF_CSRF_TIME_LIMIT = None  # as long as the session
