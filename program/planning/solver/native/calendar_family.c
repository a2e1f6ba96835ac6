/* Who gives what: a family of meetings gets another trainer, or two families trade theirs.

   The days on which one trainer could are seldom good for the other, so all that is touched is
   put on new days before anything is decided. */
#include "calendar_moves.h"

/* From here on all that moves is written down, so that it can be undone. */
static void open_journal(State *s) { s->noted = 0; }

void note(State *s, int32_t meeting) {
    if (s->noted < 0 || s->is_noted[meeting]) return;
    s->is_noted[meeting] = 1;
    s->journal_meeting[s->noted] = meeting;
    s->journal[s->noted++] = spot_of(s, meeting);
}

static void close_journal(State *s, int undo) {
    for (int32_t i = 0; i < s->noted; i++) {
        s->is_noted[s->journal_meeting[i]] = 0;
        if (undo) lift(s, s->journal_meeting[i]);
    }
    for (int32_t i = 0; undo && i < s->noted; i++)
        put_at(s, s->journal_meeting[i], &s->journal[i]);
    s->noted = -1;
}

/* The cheapest spot of a lifted meeting with this crew: its present day when that is as good. */
static Spot best_spot(State *s, int32_t meeting, const Spot *from) {
    Spot best = *from;
    int64_t least = price_of(s, meeting, best.day, best.option, best.room, best.use).energy;
    int32_t lo, hi;
    day_box(s, meeting, &lo, &hi);
    for (int32_t o = s->q.option_start[meeting]; o < s->q.option_start[meeting + 1]; o++) {
        const int32_t days = lo <= hi ? open_between(s, o, lo, hi) : 0;
        for (int32_t nth = 0; nth < days; nth++) {
            Spot spot = *from;
            spot.option = o;
            spot.day = open_at(s, o, lo, nth);
            spot.room = good_room(s, meeting, &spot);
            const int64_t energy =
                price_of(s, meeting, spot.day, spot.option, spot.room, spot.use).energy;
            if (energy < least) {
                least = energy;
                best = spot;
            }
        }
    }
    return best;
}

/* What of a family can move is lifted out; how many are in it. */
static int32_t lift_family(State *s, int32_t family, const int32_t **kin) {
    *kin = s->family_member + s->family_start[family];
    const int32_t kins = s->family_start[family + 1] - s->family_start[family];
    for (int32_t k = 0; k < kins; k++)
        if (!s->q.fixed[(*kin)[k]] && s->now.day[(*kin)[k]] >= 0) {
            note(s, (*kin)[k]);
            lift(s, (*kin)[k]);
        }
    return kins;
}

static void put_family(State *s, const int32_t *kin, int32_t kins, int32_t leaves, int32_t comes) {
    for (int32_t k = 0; k < kins; k++) {
        const int32_t meeting = kin[k], size = crew_size(s, meeting);
        if (!s->is_noted[meeting] || s->now.day[meeting] >= 0) continue;
        Spot spot = s->journal[0];
        for (int32_t i = 0; i < s->noted; i++)
            if (s->journal_meeting[i] == meeting) spot = s->journal[i];
        const int32_t use = use_of(s, meeting, comes);
        for (int32_t c = 0; c < size && use >= 0 && !in_crew(s, &spot, size, comes); c++)
            if (s->q.use_number[spot.use[c]] == leaves) spot.use[c] = use;
        spot = best_spot(s, meeting, &spot);
        put_at(s, meeting, &spot);
    }
}

/* A meeting of another family that this trainer gives, or -1 when none is soon found. */
static int32_t given_by(State *s, int32_t trainer, int32_t but) {
    for (int tries = 0; tries < 24; tries++) {
        const int32_t m = s->movable[random_below(&s->random, (uint32_t)s->movables)];
        if (s->q.family[m] < 0 || s->q.family[m] == but) continue;
        const Spot spot = spot_of(s, m);
        if (in_crew(s, &spot, crew_size(s, m), trainer)) return m;
    }
    return NOWHERE;
}

void change_family(State *s, int32_t meeting) {
    const int32_t family = s->q.family[meeting], crew = crew_size(s, meeting);
    if (family < 0 || !crew) return;
    const int32_t list = s->q.crew[meeting], start = s->q.use_start[list];
    const int32_t uses = s->q.use_start[list + 1] - start;
    const Spot spot = spot_of(s, meeting);
    const int32_t leaves =
        s->q.use_number[spot.use[random_below(&s->random, (uint32_t)crew)]];
    const int32_t comes =
        s->q.use_number[start + (int32_t)random_below(&s->random, (uint32_t)uses)];
    if (leaves == comes) return;
    int32_t other = random_below(&s->random, 4) ? given_by(s, comes, family) : NOWHERE;
    if (other >= 0 && use_of(s, other, leaves) < 0) other = NOWHERE;
    const int64_t before = s->total.energy;
    const int32_t *kin, *others;
    int32_t number = 0;
    open_journal(s);
    const int32_t kins = lift_family(s, family, &kin);
    if (other >= 0) number = lift_family(s, s->q.family[other], &others);
    put_family(s, kin, kins, leaves, comes);
    if (other >= 0) put_family(s, others, number, comes, leaves);
    polish_chain(s, meeting);
    if (other >= 0) polish_chain(s, other);
    close_journal(s, !is_taken(s, s->total.energy - before));
}
