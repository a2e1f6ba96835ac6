"""What people settle for themselves."""

from flask_babel import lazy_gettext as _l
from wtforms import RadioField
from wtforms.fields.choices import SelectChoice
from wtforms.validators import InputRequired

from program.web.forms import Form


class SettingsForm(Form):
    language = RadioField(
        _l("Language of pages and mails"),
        [InputRequired(_l("Choose one of these."))],
        choices=[SelectChoice("nl", "Nederlands"), SelectChoice("en", "English")],
    )
