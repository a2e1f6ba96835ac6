/* The moves of the search, from one meeting to a whole family of them. */
#include "calendar_moves.h"

#include <stdlib.h>

void day_box(const State *s, int32_t meeting, int32_t *lo, int32_t *hi) {
    const Question *q = &s->q;
    *lo = 0;
    *hi = q->days - 1;
    for (int32_t a = q->arc_start[meeting]; a < q->arc_start[meeting + 1]; a++) {
        const int32_t day = s->now.day[q->arc_other[a]], least = q->arc_least[a];
        const int32_t most = q->arc_weight[a] ? q->days : q->arc_most[a];
        if (day < 0) continue;
        const int32_t from = q->arc_after[a] ? day - most : day + least;
        const int32_t until = q->arc_after[a] ? day - least : day + most;
        if (from > *lo) *lo = from;
        if (until < *hi) *hi = until;
    }
    if (s->pull < POINT) return;
    for (int32_t a = q->side_start[meeting]; a < q->side_start[meeting + 1]; a++) {
        const int32_t set = q->side_set[a], from = s->anchor[set];
        if (!is_hard_window(s, set)) continue;
        if (from > *lo) *lo = from;
        if (from + q->window[set] < *hi) *hi = from + q->window[set];
    }
}

int32_t some_day(State *s, int32_t meeting, int32_t option) {
    int32_t lo, hi;
    day_box(s, meeting, &lo, &hi);
    int32_t days = lo <= hi ? open_between(s, option, lo, hi) : 0;
    if (!days || !random_below(&s->random, 32)) {
        lo = 0;
        days = open_between(s, option, 0, s->q.days - 1);
    }
    return days ? open_at(s, option, lo, (int32_t)random_below(&s->random, (uint32_t)days)) : -1;
}

static int64_t room_energy(const State *s, int32_t meeting, const Spot *spot, int32_t room) {
    Price price = {0, 0, 0};
    price_room(s, spot->day, spot->option, room, &price);
    for (int32_t c = 0; s->q.venues && c < crew_size(s, meeting); c++)
        price_travel(s, spot->day, room, spot->use[c], &price);
    return price.energy;
}

int32_t good_room(State *s, int32_t meeting, const Spot *spot) {
    const int32_t list = s->q.place[meeting];
    if (spot->room < 0) return NOWHERE;
    const int32_t start = s->q.spare_start[list], rooms = s->q.spare_start[list + 1] - start;
    if (rooms == 1) return spot->room;
    int32_t best = spot->room;
    int64_t least = room_energy(s, meeting, spot, best);
    const int32_t first = (int32_t)random_below(&s->random, (uint32_t)rooms);
    for (int32_t i = 0; i < rooms && least > 0; i++) {
        const int32_t room = start + (first + i) % rooms;
        const int64_t energy = room_energy(s, meeting, spot, room);
        if (energy < least) {
            least = energy;
            best = room;
        }
    }
    return best;
}

int in_crew(const State *s, const Spot *spot, int32_t crew, int32_t trainer) {
    for (int32_t c = 0; c < crew; c++)
        if (s->q.use_number[spot->use[c]] == trainer) return 1;
    return 0;
}

static int can_come(const State *s, const Spot *spot, int32_t use) {
    const int32_t at = s->q.use_number[use] * s->q.days + spot->day;
    const int32_t parts = s->q.parts[spot->option];
    return !(s->q.away[at] & parts) && !(s->busy[at] & spread(parts) * 1023);
}

void other_trainer(State *s, int32_t meeting, Spot *spot, int32_t c) {
    const int32_t list = s->q.crew[meeting], start = s->q.use_start[list];
    const int32_t uses = s->q.use_start[list + 1] - start, crew = crew_size(s, meeting);
    const int32_t family = s->q.family[meeting];
    for (int tries = 0; tries < 6; tries++) {
        const int32_t use = start + (int32_t)random_below(&s->random, (uint32_t)uses);
        const int32_t trainer = s->q.use_number[use];
        const int known = family >= 0 && s->met[family * s->q.trainers + trainer];
        if (in_crew(s, spot, crew, trainer) || (tries < 5 && !can_come(s, spot, use))) continue;
        if (tries < 3 && !known && family >= 0) continue;
        spot->use[c] = use;
        return;
    }
}

/* One meeting to another day or part of the day, sometimes with another trainer. */
static void move_meeting(State *s, int32_t meeting) {
    const int32_t crew = crew_size(s, meeting), from = s->q.option_start[meeting];
    const int32_t options = s->q.option_start[meeting + 1] - from;
    const Spot old = spot_of(s, meeting);
    const int64_t before = s->total.energy;
    const uint32_t kind = random_below(&s->random, 16);
    Spot spot = old;
    lift(s, meeting);
    if (options > 1 && (kind & 1))
        spot.option = from + (int32_t)random_below(&s->random, (uint32_t)options);
    if (kind < 12 || !is_open(s, spot.option, old.day))
        spot.day = some_day(s, meeting, spot.option);
    if (spot.day < 0) spot = old;
    if (crew && (kind >= 12 || (kind & 2)))
        other_trainer(s, meeting, &spot, (int32_t)random_below(&s->random, (uint32_t)crew));
    spot.room = good_room(s, meeting, &spot);
    const Price price =
        price_of(s, meeting, spot.day, spot.option, spot.room, spot.use);
    put_at(s, meeting, is_taken(s, s->total.energy + price.energy - before) ? &spot : &old);
}

static void change_room(State *s, int32_t meeting) {
    const int32_t list = s->q.place[meeting];
    const Spot old = spot_of(s, meeting);
    if (old.room < 0) return;
    const int64_t before = s->total.energy;
    const int32_t start = s->q.spare_start[list], rooms = s->q.spare_start[list + 1] - start;
    Spot spot = old;
    lift(s, meeting);
    spot.room = start + (int32_t)random_below(&s->random, (uint32_t)rooms);
    put_at(s, meeting, &spot);
    if (is_taken(s, s->total.energy - before)) return;
    lift(s, meeting);
    put_at(s, meeting, &old);
}

static void trade_trainers(State *s, int32_t one, int32_t other, Spot *a, Spot *b) {
    const int32_t in_a = crew_size(s, one), in_b = crew_size(s, other);
    if (!in_a || !in_b) return;
    const int32_t c = (int32_t)random_below(&s->random, (uint32_t)in_a);
    const int32_t d = (int32_t)random_below(&s->random, (uint32_t)in_b);
    const int32_t of_a = s->q.use_number[a->use[c]], of_b = s->q.use_number[b->use[d]];
    const int32_t to_a = use_of(s, one, of_b), to_b = use_of(s, other, of_a);
    if (to_a < 0 || to_b < 0) return;
    if (in_crew(s, a, in_a, of_b) || in_crew(s, b, in_b, of_a)) return;
    a->use[c] = to_a;
    b->use[d] = to_b;
}

static void trade_times(State *s, int32_t one, int32_t other, Spot *a, Spot *b) {
    const int32_t in_one = a->option - s->q.option_start[one];
    const int32_t in_other = b->option - s->q.option_start[other];
    const int32_t to_one = s->q.option_start[one] + in_other;
    const int32_t to_other = s->q.option_start[other] + in_one;
    if (to_one >= s->q.option_start[one + 1] || to_other >= s->q.option_start[other + 1]) return;
    if (!is_open(s, to_one, b->day) || !is_open(s, to_other, a->day)) return;
    const int32_t day = a->day;
    a->day = b->day;
    b->day = day;
    a->option = to_one;
    b->option = to_other;
}

/* Two meetings trade trainers, or days, or both. */
static void trade(State *s, int32_t one, int32_t other) {
    const uint32_t what = 1 + random_below(&s->random, 3);
    const Spot old_a = spot_of(s, one), old_b = spot_of(s, other);
    Spot a = old_a, b = old_b;
    if (what & 1) trade_times(s, one, other, &a, &b);
    if (what & 2) trade_trainers(s, one, other, &a, &b);
    const int64_t before = s->total.energy;
    lift(s, one);
    lift(s, other);
    a.room = good_room(s, one, &a);
    put_at(s, one, &a);
    b.room = good_room(s, other, &b);
    put_at(s, other, &b);
    if (is_taken(s, s->total.energy - before)) return;
    lift(s, one);
    lift(s, other);
    put_at(s, one, &old_a);
    put_at(s, other, &old_b);
}

static int32_t some_sibling(State *s, int32_t meeting) {
    const Question *q = &s->q;
    const int32_t sets = q->side_start[meeting + 1] - q->side_start[meeting];
    if (!sets) return s->movable[random_below(&s->random, (uint32_t)s->movables)];
    const int32_t a = q->side_start[meeting] + (int32_t)random_below(&s->random, (uint32_t)sets);
    const int32_t set = q->side_set[a], from = q->member_start[set];
    return q->member[from + (int32_t)random_below(
        &s->random, (uint32_t)(q->member_start[set + 1] - from))];
}

static void trade_with_some(State *s, int32_t meeting) {
    const int32_t other = random_below(&s->random, 2)
        ? some_sibling(s, meeting)
        : s->movable[random_below(&s->random, (uint32_t)s->movables)];
    if (other != meeting && !s->q.fixed[other] && s->now.day[other] >= 0) trade(s, meeting, other);
}

/* How often of 4096: rarer as they take longer. */
enum { CHAINS = 80, FAMILIES = 12, TRADES = 400, ROOMS = 100 };

void one_step(State *s) {
    const int32_t meeting = s->movable[random_below(&s->random, (uint32_t)s->movables)];
    const uint32_t kind = random_below(&s->random, 4096);
    if (kind < CHAINS) reset_chain(s, meeting);
    else if (kind < CHAINS + FAMILIES) change_family(s, meeting);
    else if (kind < CHAINS + FAMILIES + TRADES) trade_with_some(s, meeting);
    else if (kind < CHAINS + FAMILIES + TRADES + ROOMS && s->q.rooms > 1) change_room(s, meeting);
    else move_meeting(s, meeting);
}

/* The crew that costs least, one after the other. */
static void good_crew(State *s, int32_t meeting, Spot *spot) {
    const int32_t list = s->q.crew[meeting];
    for (int32_t c = 0; c < crew_size(s, meeting); c++) {
        int64_t least = INT64_MAX;
        for (int32_t use = s->q.use_start[list]; use < s->q.use_start[list + 1]; use++) {
            if (in_crew(s, spot, c, s->q.use_number[use])) continue;
            Price price = {0, 0, 0};
            price_trainer(s, meeting, spot->day, spot->option, use, &price);
            if (!c) price_crew(s, spot->option, &use, 1, &price);
            if (price.energy >= least) continue;
            least = price.energy;
            spot->use[c] = use;
        }
    }
}

static void first_place(State *s, int32_t meeting) {
    Spot best = spot_of(s, meeting);
    int64_t least = INT64_MAX;
    for (int32_t o = s->q.option_start[meeting]; o < s->q.option_start[meeting + 1]; o++)
        for (int32_t nth = 0; nth < open_between(s, o, 0, s->q.days - 1); nth++) {
            Spot spot = {open_at(s, o, 0, nth), o, NOWHERE, {0}};
            const int32_t list = s->q.place[meeting];
            if (s->q.spare_start[list] < s->q.spare_start[list + 1])
                spot.room = s->q.spare_start[list];
            Price price = {0, 0, 0};
            price_day(s, meeting, spot.day, o, &price);
            if (price.energy >= least) continue;
            good_crew(s, meeting, &spot);
            spot.room = good_room(s, meeting, &spot);
            price = price_of(s, meeting, spot.day, o, spot.room, spot.use);
            if (price.energy >= least) continue;
            least = price.energy;
            best = spot;
        }
    if (least < INT64_MAX) put_at(s, meeting, &best);
}

/* What has a place already goes there; the rest is put, in turn, where it costs least. */
void first_places(State *s) {
    const Question *q = &s->q;
    const int32_t *start = q->start;
    for (int32_t m = 0; m < q->meetings; m++) {
        const int32_t *at = start + 3 * m;
        if (at[0] >= 0) put(s, m, at[0], at[1], at[2], start + 3 * q->meetings + q->slot_start[m]);
    }
    for (int32_t m = 0; m < q->meetings; m++)
        if (s->now.day[m] < 0 && !q->fixed[m]) first_place(s, m);
    for (int32_t m = 0; m < q->meetings; m++)
        if (!q->fixed[m] && s->now.day[m] >= 0) s->movable[s->movables++] = m;
}
