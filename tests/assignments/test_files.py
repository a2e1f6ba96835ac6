import io
import zipfile

import pytest

from program.assignments.files import Upload, kind_of, tidy_name

PDF = b"%PDF-1.7\n..."
PNG = b"\x89PNG\r\n\x1a\n..."


def archive(**parts: bytes) -> bytes:
    file = io.BytesIO()
    with zipfile.ZipFile(file, "w") as made:
        for name, content in parts.items():
            made.writestr(name.replace("__", "/").replace("_dot_", "."), content)
    return file.getvalue()


WORD = archive(word__document_dot_xml=b"<w/>")
MACROS = archive(word__document_dot_xml=b"<w/>", word__vbaProject_dot_bin=b"x")
ODT = archive(mimetype=b"application/vnd.oasis.opendocument.text")


@pytest.mark.parametrize(
    ("name", "content", "kind"),
    [
        ("plan.pdf", PDF, "pdf"),
        ("plan.PNG", PNG, "png"),
        ("foto.jpeg", b"\xff\xd8\xff\xe0", "jpg"),
        ("plan.docx", WORD, "docx"),
        ("plan.xlsx", archive(xl__workbook_dot_xml=b""), "xlsx"),
        ("plan.pptx", archive(ppt__presentation_dot_xml=b""), "pptx"),
        ("plan.odt", ODT, "odt"),
        ("plan.txt", "Één plan".encode(), "txt"),
        ("plan.pdf", PNG, None),
        ("plan.docx", MACROS, None),
        ("plan.docx", b"PK\x03\x04 broken", None),
        ("plan.html", b"<script>", None),
        ("plan.svg", b"<svg/>", None),
        ("plan.exe", b"MZ\x00\x01", None),
        ("plan.txt", b"MZ\x00\x01", None),
        ("plan", PDF, None),
    ],
)
def test_a_file_is_taken_for_what_it_is(name: str, content: bytes, kind: str | None) -> None:
    assert kind_of(Upload(name, content)) == kind


@pytest.mark.parametrize(
    ("given", "tidy"),
    [
        ("C:\\Users\\noor\\plan.pdf", "plan.pdf"),
        ("../../etc/plan.pdf", "plan.pdf"),
        ("plan\r\nX: y.pdf", "planX y.pdf"),
        ("fdp.\u202eplan.pdf", "fdp.plan.pdf"),
        ("a" * 300 + ".pdf", "a" * 180 + ".pdf"),
    ],
)
def test_a_name_keeps_its_last_part_only(given: str, tidy: str) -> None:
    assert tidy_name(given) == tidy
