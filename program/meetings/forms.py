"""What a planner may type about meetings and places. Checks that need other rows are in actions."""

from flask_babel import lazy_gettext as _l
from wtforms import (
    BooleanField,
    DecimalField,
    IntegerField,
    SelectField,
    StringField,
)
from wtforms.validators import URL, InputRequired, Length, NumberRange, Optional

from program.meetings.actions.venues import RoomSpec, VenueSpec
from program.web.forms import Form


class VenueForm(Form):
    name = StringField(_l("Name"), [InputRequired(), Length(max=200)])
    address = StringField(_l("Address"), [Length(max=200)])
    online = BooleanField(_l("This is an online place"))
    join_url = StringField(
        _l("Link to join"),
        [Optional(), URL(require_tld=False), Length(max=500)],
        description=_l("Only for an online place: it goes with the invitation."),
    )

    @property
    def spec(self) -> VenueSpec:
        return VenueSpec(
            name=self.name.data.strip(),
            address=self.address.data or "",
            online=self.online.data,
            join_url=self.join_url.data or "",
        )


class NewVenueForm(VenueForm):
    organisation_id = SelectField(_l("Bureau"), coerce=int)


class RoomForm(Form):
    name = StringField(_l("Name"), [InputRequired(), Length(max=200)])
    capacity = IntegerField(_l("Holds how many people"), [InputRequired(), NumberRange(1, 100000)])
    price = DecimalField(_l("Price a day, in euros"), [Optional(), NumberRange(min=0)], default=0)
    wheelchair = BooleanField(_l("Wheelchairs can get in"), default=True)

    @property
    def spec(self) -> RoomSpec:
        return RoomSpec(
            name=self.name.data.strip(),
            capacity=self.capacity.data,
            price_cents=round((self.price.data or 0) * 100),
            wheelchair=self.wheelchair.data,
        )
