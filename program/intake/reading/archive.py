"""A zip of the whole folder, unpacked under limits."""

import io
import posixpath
import zipfile

from program.intake.reading.problems import Unreadable
from program.intake.reading.tables import BOOKS, MAX_BYTES, TEXTS, check_archive, suffix

CALENDARS = ("ics", "ical", "icalendar")
YAML = ("yaml", "yml")


def unpacked(name: str, content: bytes) -> dict[str, bytes]:
    """The files in a zip of the folder; any other file is itself."""
    if suffix(name) != "zip":
        return {name: content}
    if len(content) > MAX_BYTES:
        raise Unreadable("too large", f"{MAX_BYTES // 1024 // 1024} MB")
    try:
        with zipfile.ZipFile(io.BytesIO(content)) as archive:
            check_archive(archive, len(content))
            return {
                entry.filename: archive.read(entry)
                for entry in archive.infolist()
                if not entry.is_dir() and wanted(entry.filename)
            }
    except (zipfile.BadZipFile, RuntimeError, NotImplementedError, EOFError):
        raise Unreadable("no zip") from None


def wanted(name: str) -> bool:
    """Is this a file that we may know what to do with? Not the scraps that programs leave."""
    base = posixpath.basename(name)
    hidden = base.startswith((".", "~$")) or "__MACOSX" in name
    return not hidden and suffix(base) in {*BOOKS, *TEXTS, *CALENDARS, *YAML}
