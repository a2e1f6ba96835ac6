"""Which uploaded files are let in: by what they are, not by what they call themselves. Pure."""

import io
import re
import zipfile
from dataclasses import dataclass
from pathlib import PurePosixPath

LIMIT = 20 * 1024 * 1024
_OFFICE = "application/vnd.openxmlformats-officedocument."
MEDIA_TYPES = {
    "pdf": "application/pdf",
    "docx": f"{_OFFICE}wordprocessingml.document",
    "xlsx": f"{_OFFICE}spreadsheetml.sheet",
    "pptx": f"{_OFFICE}presentationml.presentation",
    "odt": "application/vnd.oasis.opendocument.text",
    "png": "image/png",
    "jpg": "image/jpeg",
    "txt": "text/plain",
}
_MAIN_PART = {
    "word/document.xml": "docx",
    "xl/workbook.xml": "xlsx",
    "ppt/presentation.xml": "pptx",
}
_START = {b"%PDF-": "pdf", b"\x89PNG\r\n\x1a\n": "png", b"\xff\xd8\xff": "jpg"}
_CONTROLS = re.compile(rb"[\x00-\x08\x0b\x0c\x0e-\x1f]")


@dataclass(frozen=True, slots=True)
class Upload:
    """A file as it came in."""

    name: str
    content: bytes


def kind_of(upload: Upload) -> str | None:
    """What the file really is, when it is of a kind we take and its name says the same."""
    extension = PurePosixPath(upload.name).suffix.lower().lstrip(".")
    extension = {"jpeg": "jpg"}.get(extension, extension)
    return extension if extension and _found(upload.content) == extension else None


def _found(content: bytes) -> str | None:
    for start, kind in _START.items():
        if content.startswith(start):
            return kind
    if content.startswith(b"PK\x03\x04"):
        return _in_archive(content)
    return "txt" if content and not _CONTROLS.search(content) else None


def _in_archive(content: bytes) -> str | None:
    """The table of contents only: nothing is unpacked but the first line of an ODT."""
    try:
        with zipfile.ZipFile(io.BytesIO(content)) as archive:
            names = set(archive.namelist())
            if any(name.lower().endswith("vbaproject.bin") for name in names):
                return None  # macros
            if "mimetype" in names:
                with archive.open("mimetype") as part:
                    return "odt" if part.read(80).strip() == MEDIA_TYPES["odt"].encode() else None
    except (zipfile.BadZipFile, RuntimeError, NotImplementedError, OSError, ValueError):
        return None
    return next((kind for part, kind in _MAIN_PART.items() if part in names), None)


def tidy_name(name: str) -> str:
    """The last part of the name, without what a file system or a header could trip over."""
    last = re.split(r"[\\/]", name)[-1]
    clean = re.sub(r'[\x00-\x1f\x7f<>:"|?*\u200e\u200f\u202a-\u202e\u2066-\u2069]', "", last)
    stem, dot, extension = clean.strip(" .").rpartition(".")
    return f"{stem[:180]}{dot}{extension}"
