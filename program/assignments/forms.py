"""What participants and trainers may type about assignments."""

from flask_babel import lazy_gettext as _l
from flask_wtf.file import FileField
from wtforms import IntegerField, SelectField, StringField, TextAreaField
from wtforms.validators import InputRequired, Length, NumberRange

from program.assignments.actions import LONGEST, Wording
from program.assignments.files import Upload
from program.web.forms import Form

_ACCEPTED = ".pdf,.docx,.xlsx,.pptx,.odt,.png,.jpg,.jpeg,.txt"


class HandInForm(Form):
    text = TextAreaField(_l("Your text"), [Length(max=LONGEST)], render_kw={"rows": 8})
    file = FileField(
        _l("Or a file"),
        description=_l("PDF, Word, Excel, PowerPoint, ODT, PNG, JPG or plain text; at most 20 MB."),
        render_kw={"accept": _ACCEPTED},
    )

    @property
    def upload(self) -> Upload | None:
        given = self.file.data
        return Upload(given.filename, given.stream.read()) if given and given.filename else None


class FeedbackForm(Form):
    text = TextAreaField(
        _l("Feedback"), [InputRequired(_l("Write your feedback first."))], render_kw={"rows": 6}
    )


class AssignmentForm(Form):
    title = StringField(_l("Title"), [InputRequired(_l("Give it a title.")), Length(max=200)])
    instructions = TextAreaField(_l("What is asked"), [Length(max=20_000)], render_kw={"rows": 8})
    domain_id = SelectField(_l("Domain"), coerce=int)
    due_after_id = SelectField(
        _l("Due after the session of"),
        coerce=int,
        description=_l("Each participant's own session of this module."),
    )
    due_days = IntegerField(
        _l("Days after that session"),
        [
            InputRequired(_l("Give a number of days.")),
            NumberRange(0, 400, _l("Give 0 to 400 days.")),
        ],
        default=28,
    )

    @property
    def wording(self) -> Wording:
        return Wording(
            title=self.title.data,
            instructions=self.instructions.data or "",
            domain_id=self.domain_id.data,
            due_after_id=self.due_after_id.data or None,
            due_days=self.due_days.data,
        )
