"""What somebody may type to sign in."""

from flask_babel import lazy_gettext as _l
from wtforms import StringField
from wtforms.validators import Email, InputRequired, Length
from wtforms.widgets import EmailInput

from program.web.forms import Form


class SignInForm(Form):
    email = StringField(
        _l("Your work e-mail address"),
        [InputRequired(), Length(max=254), Email()],
        widget=EmailInput(),
        render_kw={"autocomplete": "email", "spellcheck": "false"},
        filters=[lambda text: text.strip() if text else text],
    )
