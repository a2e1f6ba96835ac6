"""The rows that were left out, as a spreadsheet to mend them in."""

import io
from collections.abc import Sequence

from flask_babel import gettext as _

from program.intake.reading.folder import Reading
from program.intake.reading.problems import Problem
from program.intake.sentences import sentence


def rejects_of(reading: Reading) -> list[Problem]:
    return [*reading.rejected, *reading.lists.rejected_absences]


def as_workbook(problems: Sequence[Problem]) -> bytes:
    """Cells hold text only: what people typed is never a formula or a link."""
    import xlsxwriter  # noqa: PLC0415 heavy, and only needed here

    stream = io.BytesIO()
    book = xlsxwriter.Workbook(
        stream, {"in_memory": True, "strings_to_formulas": False, "strings_to_urls": False}
    )
    sheet = book.add_worksheet(_("Rows left out"))
    headings = [_("File"), _("Row"), _("Column"), _("Value"), _("Why")]
    sheet.write_row(0, 0, headings, book.add_format({"bold": True}))
    for number, problem in enumerate(problems, 1):
        sheet.write_string(number, 0, problem.file)
        sheet.write_number(number, 1, problem.row)
        for column, value in enumerate((problem.column, problem.value, sentence(problem)), 2):
            sheet.write_string(number, column, value)
    sheet.freeze_panes(1, 0)
    sheet.autofilter(0, 0, max(1, len(problems)), len(headings) - 1)
    sheet.set_column(0, 0, 24)
    sheet.set_column(2, 3, 28)
    sheet.set_column(4, 4, 80)
    book.close()
    return stream.getvalue()
