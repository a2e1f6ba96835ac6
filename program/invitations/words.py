"""What the states of an invitation are called on pages."""

from flask_babel import gettext
from flask_babel import lazy_gettext as _l

from program.invitations.changes import Kind
from program.invitations.models import PartStat
from program.invitations.replies import Outcome

#: the word and the colour of its tag
PARTSTATS = {
    PartStat.NEEDS_ACTION: (_l("No answer yet"), ""),
    PartStat.ACCEPTED: (_l("Comes"), "ok"),
    PartStat.TENTATIVE: (_l("Maybe comes"), "warn"),
    PartStat.DECLINED: (_l("Does not come"), "bad"),
    PartStat.DELEGATED: (_l("Sends someone else"), "warn"),
}
KINDS = {
    Kind.NEW: (_l("Invitation"), "ok"),
    Kind.MOVED: (_l("Moved"), "warn"),
    Kind.CHANGED: (_l("Changed"), "info"),
    Kind.CANCELLED: (_l("Cancelled"), "bad"),
}
SILENT = (_l("Without a message"), "")
TENTATIVE = {True: _l("option"), False: _l("definite")}
VIAS = {
    "page": _l("on these pages"),
    "link": _l("by the link in the mail"),
    "mail": _l("from the calendar"),
}
OUTCOMES = {
    None: (_l("Not read yet"), ""),
    Outcome.ANSWER: (_l("Answer"), "ok"),
    Outcome.COUNTER: (_l("Proposes another time"), "warn"),
    Outcome.REFRESH: (_l("Asks for the invitation again"), "warn"),
    Outcome.DELEGATION: (_l("Sends someone else"), "warn"),
    Outcome.OUT_OF_OFFICE: (_l("Out of office"), ""),
    Outcome.BOUNCE: (_l("Not delivered"), "bad"),
    Outcome.DELAY: (_l("Delayed"), "warn"),
    Outcome.RECEIPT: (_l("Read receipt"), ""),
    Outcome.HUMAN: (_l("Letter"), "info"),
    Outcome.REVIEW: (_l("Look at this"), "warn"),
    Outcome.IGNORED: (_l("Ignored"), ""),
    Outcome.QUARANTINED: (_l("Put aside"), "bad"),
}
WHY = {
    "starts_at": _l("time"),
    "ends_at": _l("time"),
    "venue_id": _l("building"),
    "room_id": _l("room"),
    "room_name": _l("room"),
    "venue_name": _l("building"),
    "address": _l("address"),
    "title": _l("title"),
    "trainer_names": _l("trainer"),
    "note": _l("note"),
    "join_url": _l("link to join"),
    "group_name": _l("group"),
    "email": _l("another e-mail address"),
    "meeting": _l("the session is cancelled"),
    "tentative": _l("option or definite"),
    "latitude": _l("place on the map"),
    "longitude": _l("place on the map"),
    "missed": _l("an earlier change that could not be sent"),
}
#: what the reader of incoming mail says; stored in English, shown in the reader's language
REASONS = (
    _l("It counts."),
    _l("It answers an earlier date; the session was moved since."),
    _l("A newer answer was here already."),
    _l("The session was cancelled for this person."),
    _l("It names another organizer."),
    _l("Our mail server does not vouch for the sender."),
    _l("Somebody else sent it."),
    _l("It is about an appointment that is not ours."),
    _l("It answers for somebody who was not invited with it."),
    _l("It names another address of theirs, which was remembered."),
    _l("Another time is proposed. The session stays as it is."),
    _l("The invitation is asked for again."),
    _l("It was sent."),
    _l("It was sent less than a day ago, so it does not go again by itself."),
    _l("The session is over or cancelled for this person, or the address is not theirs."),
    _l("Somebody else would come instead. The seat stays with the person who was invited."),
    _l("The answer is none of accept, maybe or decline."),
    _l("The message could not be delivered."),
    _l("The delivery is delayed."),
    _l("Somebody's mail program confirms reading."),
    _l("A report that asks nothing of us."),
    _l("The calendar in it is too large."),
    _l("A calendar message that is no answer."),
    _l("The answer does not say which session."),
    _l("The message holds two answers that differ."),
    _l("An automatic answer."),
    _l("Sent by a machine."),
    _l("Outlook sent it in a form of its own (winmail.dat), which we cannot read."),
    _l("It is encrypted, so we cannot read it."),
    _l("An empty message."),
    _l("Somebody wrote this."),
    _l("The message is too large."),
    _l("It is larger than we take, so it stayed in the mailbox where it came. Read it there."),
    _l("Somebody sent files without a word."),
    _l("The message has too many parts within parts."),
    _l("This is not an e-mail message."),
    _l("The message could not be read."),
    _l("Reading it took too much time or memory."),
    _l("What it asks could not be done."),
)
#: an answer counts, and a person had better look
DOUBTS = (
    "It names another organizer.",
    "Our mail server does not vouch for the sender.",
    "Somebody else sent it.",
)
#: what may follow another sentence
SECOND = (
    *DOUBTS,
    "It names another address of theirs, which was remembered.",
    "Sent by a machine.",
    "It was sent.",
    "It was sent less than a day ago, so it does not go again by itself.",
    "The session is over or cancelled for this person, or the address is not theirs.",
)


def reason(stored: str) -> str:
    """One to three sentences of `REASONS`, in the reader's language."""
    for second in SECOND:
        if stored.endswith(f" {second}"):
            return f"{reason(stored.removesuffix(second).strip())} {gettext(second)}"
    return gettext(stored) if stored else ""


def doubt(stored: str) -> str:
    """Only why the sender is not proven."""
    return next((gettext(each) for each in DOUBTS if stored.endswith(each)), "")


def why(fields: tuple[str, ...]) -> str:
    """What changed, each thing once."""
    return ", ".join(dict.fromkeys(str(WHY[name]) for name in fields if name in WHY))
