"""The sentence for people behind each machine word: what is wrong and what to do about it."""

from flask_babel import gettext as _

from program.intake.reading.problems import Problem
from program.intake.reading.records import FileReport


def sentence(problem: Problem) -> str:
    """Why a row was left out, or what was noticed about it."""
    return _sentences(problem.value, problem.column).get(problem.why, problem.why)


def programme_sentence(problem: Problem) -> str:
    """A mistake in the programme, with the setting that it is in."""
    what = _mistakes(problem.value).get(problem.why, problem.why)
    return f"{problem.column}: {what}" if problem.column else what


def file_sentence(report: FileReport) -> str:
    """Why a file was left alone; empty when it was read."""
    if not report.why:
        return ""
    return _files(report.value).get(report.why, report.why)


def _sentences(value: str, column: str) -> dict[str, str]:
    return {
        "duplicate": _(
            "%(value)s is on the list already, further up. This row changes nothing.", value=value
        ),
        "missing e-mail": _("There is no e-mail address in this row. Add one."),
        "invalid e-mail": _(
            "“%(value)s” is not an e-mail address. Write it as name@example.nl.", value=value
        ),
        "unknown person": _(
            "“%(value)s” is not a participant or trainer of this cohort.", value=value
        ),
        "ends before it starts": _(
            "The last day (%(value)s) is before the first day.", value=value
        ),
        "unreadable date": _(
            "“%(value)s” in “%(column)s” is not a date. Write it as 31-12-2030.",
            value=value, column=column,
        ),
        "unreadable day part": _(
            "“%(value)s” is not a part of the day. Write morning, afternoon or evening, "
            "or leave it empty.",
            value=value,
        ),
        "too long": _("An absence of more than two years is probably a mistake: %(value)s.",
                      value=value),
        "unknown working days": _("No working days are given. We take all five."),
        "unreadable working days": _(
            "We cannot tell the working days from “%(value)s”. We take all five.", value=value
        ),
        "unreadable hours": _(
            "“%(value)s” is not a number of hours a week. We leave it empty.", value=value
        ),
        "unreadable number": _("“%(value)s” is not a number. We leave it empty.", value=value),
        "name from address": _(
            "There is no name in this row. We made one of the address %(value)s.", value=value
        ),
        "missing venue": _("There is no location in this row. Add its name."),
        "unreadable capacity": _(
            "“%(value)s” is not a number of seats. Write how many people the room holds.",
            value=value,
        ),
        "total row": _("A row with totals is left out."),
        "note": _("A note under the list is left out: “%(value)s”.", value=value),
        "heading again": _("The headings, once more, are left out."),
    }  # fmt: skip


def _mistakes(value: str) -> dict[str, str]:
    return {
        "missing": _("this is missing."),
        "not a text": _("write a text here."),
        "not a list": _("write a list here, between [ and ]."),
        "not a mapping": _("write settings here, each with a name and a value."),
        "not a number": _("“%(value)s” is not a number.", value=value),
        "not a whole number": _("%(value)s is not a whole number.", value=value),
        "out of range": _("%(value)s is too small or too large.", value=value),
        "not a yes or no": _("“%(value)s” is not true or false.", value=value),
        "not a key": _("“%(value)s” may only hold letters, digits, dots and dashes.", value=value),
        "not a gap": _("write the least and the most days, as [14, 70]; found: %(value)s.",
                       value=value),
        "unreadable date": _("“%(value)s” is not a date. Write it as 2030-12-31.", value=value),
        "ends before it starts": _("the end (%(value)s) is before the start.", value=value),
        "unknown choice": _("this must be one of a few words; found: %(value)s.", value=value),
        "unknown key": _("there is no “%(value)s”.", value=value),
        "unknown setting": _("we do not know the setting “%(value)s”.", value=value),
        "unknown time zone": _("“%(value)s” is not a time zone.", value=value),
        "comes after itself": _("“%(value)s” would come after itself.", value=value),
        "duplicate": _("“%(value)s” is there twice.", value=value),
        "too long": _("use at most %(value)s characters.", value=value),
        "no yaml": _("The programme file cannot be read (line %(value)s).", value=value or "?"),
        "too large": _("The file is larger than %(value)s.", value=value),
    }  # fmt: skip


def _files(value: str) -> dict[str, str]:
    return {
        "another format": _("Not used: %(value)s holds the same list.", value=value),
        "not a list": _("Not used: no headings that we know were found."),
        "second programme": _("Not used: there is another programme file."),
        "too large": _("The file is larger than %(value)s.", value=value),
        "too many parts": _("The file has more than %(value)s parts inside.", value=value),
        "too many cells": _("The list is larger than %(value)s cells. Split it.", value=value),
        "too many events": _("The calendar has more than %(value)s events.", value=value),
        "repeats too often": _("The calendar repeats an event several times a day."),
        "zip bomb": _("The file would unpack to something far too large."),
        "no spreadsheet": _("This is not a spreadsheet or csv file that we can read. "
                            "Save it again as .xlsx or .csv."),
        "no calendar": _("This is not a calendar that we can read. Export it again as .ics."),
        "no yaml": _("The programme file cannot be read (line %(value)s).", value=value or "?"),
        "no zip": _("This zip file cannot be read. Make it again, without a password."),
        "empty file": _("The file is empty."),
        "unknown person": _("Nobody on the list is called “%(value)s”, so we do not know whose "
                            "calendar this is.", value=value),
        "no period": _("A calendar is read within the period of the programme, which is unknown."),
        "asks too much": _("The file asks for more memory or time than a list ever should."),
        "takes too long": _("Reading took longer than %(value)s seconds.", value=value),
    }  # fmt: skip


def unreadable_sentence(why: str, value: str) -> str:
    return _files(value).get(why, why)
