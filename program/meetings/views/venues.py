"""Places and their rooms."""

from flask import abort, flash, redirect, render_template, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _
from wtforms.fields.choices import SelectChoice

from program.accounts.access import PLANNERS, requires
from program.accounts.login import me
from program.accounts.models import Organisation
from program.cohorts.times import local
from program.core.clock import now
from program.core.db import db
from program.core.errors import Refusal
from program.meetings.actions.travel import set_travel
from program.meetings.actions.venues import (
    add_room,
    add_venue,
    close_room,
    edit_room,
    edit_venue,
    open_room,
    remove_room,
)
from program.meetings.forms import ClosureForm, NewVenueForm, RoomForm, TravelForm, VenueForm
from program.meetings.models import Room, RoomClosure, Venue
from program.meetings.queries import closures_of, travel_of, venues_of
from program.meetings.views import bp
from program.programmes.queries import bureaus_run_by


def my_bureaus() -> list[Organisation]:
    return list(db.session.scalars(bureaus_run_by(me().id, now().date())))


def _venue_or_404(venue_id: int) -> Venue:
    mine = venues_of([bureau.id for bureau in my_bureaus()]).where(Venue.id == venue_id)
    return db.session.scalars(mine).one_or_none() or abort(404)


def room_or_404(room_id: int) -> Room:
    room = db.session.get(Room, room_id)
    if room is None:
        abort(404)
    _venue_or_404(room.venue_id)
    return room


def _saved(sentence: str) -> ResponseReturnValue:
    db.session.commit()
    flash(sentence)
    return redirect(url_for("meetings.venues"))


@bp.get("/venues", endpoint="venues")
@requires(*PLANNERS)
def venues_page() -> ResponseReturnValue:
    return _venues_page(_travel_form())


def _my_venues() -> list[Venue]:
    return list(db.session.scalars(venues_of([bureau.id for bureau in my_bureaus()])))


def _travel_form() -> TravelForm:
    form = TravelForm()
    choices = [SelectChoice(place.id, place.name) for place in _my_venues() if not place.online]
    form.one_id.choices = form.other_id.choices = choices
    return form


def _venues_page(form: TravelForm) -> ResponseReturnValue:
    rows = _my_venues()
    names = {row.id: row.name for row in rows}
    ways = [
        (names[one], names[other], minutes)
        for bureau in my_bureaus()
        for one, other, minutes in db.session.execute(travel_of(bureau.id))
        if one in names and other in names
    ]
    page = render_template("meetings/venues.html", venues=rows, ways=ways, form=form)
    return page, 422 if form.errors else 200


@bp.post("/venues/travel")
@requires(*PLANNERS)
def travel() -> ResponseReturnValue:
    form = _travel_form()
    if form.validate_on_submit():
        one, other = _venue_or_404(form.one_id.data), _venue_or_404(form.other_id.data)
        try:
            set_travel(one, other, form.minutes.data, by=me().id)
        except Refusal as refusal:
            form.refuse(refusal)
        else:
            return _saved(_("Saved."))
    return _venues_page(form)


@bp.route("/venues/new", methods=["GET", "POST"])
@requires(*PLANNERS)
def new_venue() -> ResponseReturnValue:
    form = NewVenueForm()
    form.organisation_id.choices = [SelectChoice(bureau.id, bureau.name) for bureau in my_bureaus()]
    if form.validate_on_submit():
        try:
            add_venue(form.organisation_id.data, form.spec, by=me().id)
        except Refusal as refusal:
            form.refuse(refusal)
        else:
            return _saved(_("The place is added. Now add its rooms."))
    page = render_template("meetings/venue.html", form=form, title=_("New place"))
    return page, 422 if form.errors else 200


@bp.route("/venues/<int:venue_id>", methods=["GET", "POST"])
@requires(*PLANNERS)
def venue(venue_id: int) -> ResponseReturnValue:
    row = _venue_or_404(venue_id)
    form = VenueForm(obj=row)
    if form.validate_on_submit():
        try:
            edit_venue(row, form.spec, by=me().id)
        except Refusal as refusal:
            form.refuse(refusal)
        else:
            return _saved(_("Saved."))
    page = render_template("meetings/venue.html", form=form, title=row.name)
    return page, 422 if form.errors else 200


@bp.route("/venues/<int:venue_id>/rooms/new", methods=["GET", "POST"])
@requires(*PLANNERS)
def new_room(venue_id: int) -> ResponseReturnValue:
    row = _venue_or_404(venue_id)
    form = RoomForm()
    if form.validate_on_submit():
        try:
            add_room(row, form.spec, by=me().id)
        except Refusal as refusal:
            form.refuse(refusal)
        else:
            return _saved(_("The room is added."))
    title = _("New room in %(venue)s", venue=row.name)
    page = render_template("meetings/venue.html", form=form, title=title)
    return page, 422 if form.errors else 200


@bp.route("/rooms/<int:room_id>", methods=["GET", "POST"])
@requires(*PLANNERS)
def room(room_id: int) -> ResponseReturnValue:
    row = room_or_404(room_id)
    form = RoomForm(obj=row, price=row.price_cents / 100)
    if form.validate_on_submit():
        try:
            edit_room(row, form.spec, by=me().id)
        except Refusal as refusal:
            form.refuse(refusal)
        else:
            return _saved(_("Saved."))
    return _room_page(row, form, ClosureForm(formdata=None))


def _room_page(row: Room, form: RoomForm, closing: ClosureForm) -> ResponseReturnValue:
    closed = db.session.scalars(closures_of(row.id, now())).all()
    page = render_template(
        "meetings/venue.html", form=form, title=row.name, room=row, closing=closing,
        closed=[(each.id, local(each.starts_at), local(each.ends_at)) for each in closed],
    )  # fmt: skip
    return page, 422 if form.errors or closing.errors else 200


@bp.post("/rooms/<int:room_id>/closures")
@requires(*PLANNERS)
def new_closure(room_id: int) -> ResponseReturnValue:
    row = room_or_404(room_id)
    closing = ClosureForm()
    if closing.validate_on_submit():
        try:
            close_room(row, **closing.days, by=me().id)
        except Refusal as refusal:
            closing.refuse(refusal)
        else:
            db.session.commit()
            flash(_("The room is closed then. Repair the plans that use it."))
            return redirect(url_for("meetings.room", room_id=room_id))
    plain = RoomForm(formdata=None, obj=row, price=row.price_cents / 100)
    return _room_page(row, plain, closing)


@bp.post("/rooms/<int:room_id>/closures/<int:closure_id>/removal")
@requires(*PLANNERS)
def drop_closure(room_id: int, closure_id: int) -> ResponseReturnValue:
    row = room_or_404(room_id)
    closure = db.session.get(RoomClosure, closure_id)
    if closure is None or closure.room_id != row.id:
        abort(404)
    open_room(closure, by=me().id)
    db.session.commit()
    flash(_("The room can be used then."))
    return redirect(url_for("meetings.room", room_id=room_id))


@bp.post("/rooms/<int:room_id>/removal")
@requires(*PLANNERS)
def drop_room(room_id: int) -> ResponseReturnValue:
    row = room_or_404(room_id)
    try:
        remove_room(row, by=me().id)
    except Refusal as refusal:
        db.session.rollback()
        flash(str(refusal), "error")
        return redirect(url_for("meetings.venues"))
    return _saved(_("The room is removed."))
