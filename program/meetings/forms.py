"""What a planner may type about meetings and places. Checks that need other rows are in actions."""

from datetime import datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from wtforms import (
    BooleanField,
    DateField,
    DecimalField,
    FloatField,
    IntegerField,
    SelectField,
    StringField,
    TextAreaField,
    TimeField,
)
from wtforms.fields.choices import SelectChoice
from wtforms.validators import (
    URL,
    InputRequired,
    Length,
    NumberRange,
    Optional,
    Regexp,
    ValidationError,
)

from program.cohorts.forms import AbsenceForm, checks
from program.cohorts.times import at_wall, local
from program.core.errors import Refusal
from program.core.wall import moment_of
from program.meetings.actions.moving import Move
from program.meetings.actions.venues import RoomSpec, VenueSpec
from program.meetings.models import Meeting
from program.web.forms import Form


class VenueForm(Form):
    name = StringField(_l("Name"), [InputRequired(), Length(max=200)])
    address = StringField(_l("Address"), [Length(max=200)])
    online = BooleanField(_l("This is an online place"))
    join_url = StringField(
        _l("Link to join"),
        [
            Optional(),
            URL(require_tld=False),
            Regexp("(?i)https?://", message=_l("Begin the link with https://.")),
            Length(max=500),
        ],
        description=_l("Only for an online place: it goes with the invitation."),
    )

    latitude = FloatField(
        _l("Latitude"),
        [Optional(), NumberRange(-90, 90)],
        description=_l("Optional, in degrees, such as 52.2215: calendars then show a map."),
    )
    longitude = FloatField(
        _l("Longitude"),
        [Optional(), NumberRange(-180, 180)],
        description=_l("Optional, in degrees, such as 6.8937."),
    )

    def validate_longitude(self, longitude: FloatField) -> None:
        if (self.latitude.data is None) != (longitude.data is None):
            raise ValidationError(_("Give both, or neither."))

    @property
    def spec(self) -> VenueSpec:
        return VenueSpec(
            name=self.name.data.strip(),
            address=self.address.data or "",
            online=self.online.data,
            join_url=self.join_url.data or "",
            latitude=self.latitude.data,
            longitude=self.longitude.data,
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


class TravelForm(Form):
    one_id = SelectField(_l("From this place"), coerce=int)
    other_id = SelectField(_l("To that place"), coerce=int)
    minutes = IntegerField(_l("Minutes"), [InputRequired(), NumberRange(0, 600)])


class NeedsForm(Form):
    step_free = BooleanField(_l("Needs a room without steps"))
    home_venue_id = SelectField(_l("Travels from"), coerce=int)


class ClosureForm(AbsenceForm):
    first_on = DateField(_l("First day"), [InputRequired()])
    last_on = DateField(_l("Last day (empty: one day)"), [Optional()])


class MeetingForm(Form):
    """When, where and by whom. `confirmed` holds the clashes that the planner has seen."""

    day = DateField(_l("Date"), [InputRequired()])
    start = TimeField(_l("Starts at"), [InputRequired()])
    minutes = IntegerField(_l("Minutes"), [InputRequired(), NumberRange(5, 24 * 60)])
    second = SelectField(
        _l("Which of the two?"),
        choices=[
            SelectChoice("", _l("Choose…")),
            SelectChoice("0", _l("the first: summer time")),
            SelectChoice("1", _l("the second: winter time")),
        ],
        validate_choice=False,
    )
    room_id = SelectField(_l("Room"), coerce=int)
    trainer_ids = checks(_l("Trainers"), coerce=int)
    note = TextAreaField(
        _l("Note"), [Length(max=2000)], description=_l("It goes with the invitation.")
    )

    comes_twice = False  # asked on the night that the clock is set back

    def move(self, zone: str) -> Move:
        starts_at = self._starts_at(zone)
        return Move(
            starts_at=starts_at,
            ends_at=starts_at + timedelta(minutes=self.minutes.data),
            room_id=self.room_id.data or None,
            trainer_ids=tuple(sorted(self.trainer_ids.data or ())),
            note=(self.note.data or "").strip(),
        )

    def _starts_at(self, zone: str) -> datetime:
        first = at_wall(self.day.data, self.start.data, zone)
        wall = datetime.combine(self.day.data, self.start.data)
        last = moment_of(wall, ZoneInfo(zone), second=True)
        self.comes_twice = first != last
        if self.comes_twice and not self.second.data:
            sentence = _("That night this time comes twice. Choose which one you mean.")
            raise Refusal(sentence, field="second")
        return last if self.second.data == "1" else first


def filled(meeting: Meeting, zone: str) -> dict[str, Any]:
    there = local(meeting.starts_at, zone)
    return {
        "day": there.date(),
        "start": there.time(),
        "second": str(there.fold),
        "minutes": round((meeting.ends_at - meeting.starts_at).total_seconds() / 60),
        "room_id": meeting.room_id or 0,
        "trainer_ids": [person.id for person in meeting.trainers],
        "note": meeting.note,
    }
