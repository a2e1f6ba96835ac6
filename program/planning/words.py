"""What each rule is called, and what it asks: the words that pages, reasons and reports share."""

from collections.abc import Mapping

from flask_babel import lazy_gettext as _l

TITLES: Mapping[str, object] = {
    "day.public": _l("No sessions on public holidays"),
    "day.optional": _l("No sessions on days that many take off"),
    "day.school": _l("No sessions in the school holidays"),
    "day.council": _l("No sessions on council evenings"),
    "day.own": _l("No sessions on your own closed days"),
    "weekday.preferred": _l("Preferred weekdays"),
    "part.preferred": _l("Preferred parts of the day"),
    "pace": _l("An even pace through the period"),
    "person.away": _l("Everybody of a group or table can come"),
    "person.missed": _l("As few people as possible miss a session for everybody"),
    "person.once": _l("One session a day for each person"),
    "order": _l("The order of the modules"),
    "gap.most": _l("Not too long between two modules"),
    "parallel.window": _l("Sessions of one module close together"),
    "parallel.weekday": _l("Sessions of one module on different weekdays"),
    "room.size": _l("Everybody fits in the room"),
    "room.free": _l("The room is free"),
    "room.step_free": _l("A room without steps for whoever needs it"),
    "room.price": _l("Cheap rooms"),
    "travel.trainer": _l("Trainers do not travel far on one day"),
    "travel.people": _l("Short travel for the participants"),
    "trainer.away": _l("The trainer works and is free"),
    "trainer.domain": _l("The trainer gives the domain"),
    "trainer.week": _l("Not too many sessions a week for a trainer"),
    "trainer.count": _l("Enough trainers for each session"),
    "trainer.senior": _l("A junior never stands alone"),
    "trainer.continuity": _l("Few different trainers for each group"),
    "trainer.load": _l("The work shared fairly among the trainers"),
    "change.day": _l("Sessions stay on their day"),
    "change.part": _l("Sessions stay at their time"),
    "change.room": _l("Sessions stay in their room"),
    "change.trainer": _l("Sessions keep their trainers"),
    "change.accepted": _l("What people said yes to stays"),
    "tables.again": _l("Always new people at a table"),
    "tables.mates": _l("Nobody of the own learning group at a table"),
    "tables.manager": _l("Nobody at a table with the own manager"),
    "tables.day": _l("Each table has a weekday on which all work"),
}

EXPLANATIONS: Mapping[str, object] = {
    "day.public": _l("Christmas, Easter, King's Day and the other days off by law."),
    "day.optional": _l("Good Friday, 5 May in ordinary years, Christmas Eve and New Year's Eve."),
    "day.school": _l("The school holidays of the region that you chose for the cohort."),
    "day.council": _l("Evenings on which the council meets, as you typed them for the cohort."),
    "day.own": _l("Days or parts of days that you closed for the cohort yourself."),
    "weekday.preferred": _l("Points for each session on another weekday."),
    "part.preferred": _l("Points for each session on another part of the day."),
    "pace": _l("Points for each session that comes long before or after its turn."),
    "person.away": _l(
        "Part-time days, absences and own calendars of all people of the group or table."
    ),
    "person.missed": _l("Points for each person who cannot come to a plenary or webinar."),
    "person.once": _l("Nobody has two sessions on one day."),
    "order": _l("A module comes after the one before it, with the least days in between."),
    "gap.most": _l("At most so many days between a module and the one before it."),
    "parallel.window": _l("Who cannot come can still join another group in the same weeks."),
    "parallel.weekday": _l("Who never works on that weekday can still join another group."),
    "room.size": _l("The room holds all participants and the trainers."),
    "room.free": _l("Two sessions never share a room, nor do other cohorts."),
    "room.step_free": _l("As soon as one person of the session needs it."),
    "room.price": _l("Points for the rent."),
    "travel.trainer": _l("Two places on one day may lie at most so many minutes apart."),
    "travel.people": _l("Points for the minutes that people travel from their own place of work."),
    "trainer.away": _l("Working days, days away, and never two sessions at once."),
    "trainer.domain": _l("A trainer gives only modules of the own domains."),
    "trainer.week": _l("The most sessions a week that the trainer takes, other cohorts included."),
    "trainer.count": _l("As many as the module asks for."),
    "trainer.senior": _l("With each junior stands at least one trainer who is not."),
    "trainer.continuity": _l("Points for each other trainer that a learning group meets."),
    "trainer.load": _l("By how much each of them works; points for who has more than a fair part."),
    "change.day": _l("Points for each session that goes to another day."),
    "change.part": _l("Points for each session that goes to another time of the same day."),
    "change.room": _l("Points for each session that goes to another room."),
    "change.trainer": _l("Points for each trainer who is replaced."),
    "change.accepted": _l("Points for each person who accepted a session that moves."),
    "tables.again": _l("Points for each two people who sit together again."),
    "tables.mates": _l("Points for each two people who know each other from their group."),
    "tables.manager": _l("Pairs that you keep apart count as well."),
    "tables.day": _l("Else their session finds no date on which everybody is there."),
}

SENTENCES: Mapping[str, object] = {
    "day.public": _l("no sessions on %(name)s"),
    "day.optional": _l("no sessions on %(name)s"),
    "day.school": _l("no sessions in the %(name)s from %(day)s"),
    "day.council": _l("no sessions on the council evening of %(day)s"),
    "day.own": _l("no sessions on %(day)s: %(name)s"),
    "pace": _l("the even pace of %(module)s"),
    "person.away": _l("the days of %(person)s"),
    "person.missed": _l("who misses %(module)s"),
    "order": _l("%(module)s at least %(least)s days after %(after)s"),
    "gap.most": _l("%(module)s at most %(most)s days after %(after)s"),
    "parallel.window": _l("all sessions of %(module)s within %(days)s days"),
    "parallel.weekday": _l("at most %(percent)s%% of the sessions of %(module)s on one weekday"),
    "room.size": _l("a room that is large enough for %(module)s"),
    "room.free": _l("when %(room)s is free"),
    "room.step_free": _l("a room without steps instead of %(room)s"),
    "trainer.away": _l("the days of %(trainer)s"),
    "trainer.domain": _l("%(trainer)s does not give the domain of %(module)s"),
    "trainer.week": _l("at most %(most)s sessions a week for %(trainer)s"),
    "trainer.count": _l("%(trainers)s trainers for each session of %(module)s"),
}
LESS_KNOWN: Mapping[str, object] = {
    "room.free": _l("a free room for %(module)s"),
    "room.step_free": _l("a room without steps for %(module)s"),
    "person.away": _l("the days of the people of %(group)s"),
}


def rule_title(key: str) -> str:
    """ "No sessions in the school holidays" """
    return str(TITLES[key])


def rule_explanation(key: str) -> str:
    """What the rule asks or costs, in one line."""
    return str(EXPLANATIONS[key])


def rule_words(key: str, words: Mapping[str, str]) -> str:
    """The rule where it applies: "the days of Amber Berg". `words` are facts with names in them."""
    for sentences in (SENTENCES, LESS_KNOWN):
        sentence = sentences.get(key)
        if sentence is not None and _asked(str(sentence)) <= set(words):
            return str(sentence) % dict(words)
    return rule_title(key)


def _asked(sentence: str) -> set[str]:
    """The names of what must be filled in."""
    return {part.partition(")")[0] for part in sentence.split("%(")[1:]}
