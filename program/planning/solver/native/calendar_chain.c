/* A whole chain at once: meetings that follow each other with gaps between them, say all that one
   group has, get the days and trainers that are best together while the rest stays.

   Dynamic programming over (meeting, day, trainer). What the parts of a chain do to each other
   besides gaps and a shared trainer is left out of it; the true difference then decides. */
#include <stdlib.h>

#include "calendar_moves.h"

enum { LONGEST = 24, MOST_DAYS = 96, GUESTS = 6, FAR = 45 };

#define NEVER (INT64_MAX / 4)

/* A day and trainer that one meeting of the chain can have. */
typedef struct {
    int64_t energy;  /* of this meeting by itself, with some noise */
    int64_t sum;     /* with the best of all meetings before it */
    int64_t refund;  /* when the meeting before has this trainer too */
    int32_t option, room;
    int16_t from_day, from_guest;
} Cell;

typedef struct {
    int32_t meeting, days, guests, kin; /* kin: of the family of the one before it */
    int32_t least, most, weight;        /* to the one before it */
    int32_t day[MOST_DAYS], guest[GUESTS];
    Cell cell[MOST_DAYS][GUESTS];
} Link;

struct Chain {
    int32_t links;
    Link link[LONGEST];
    Spot old[LONGEST];
    int64_t least[MOST_DAYS];
    int32_t least_guest[MOST_DAYS];
};

/* Chains are found once: each meeting is followed by the first that must come after it. */
static void fill_chains(State *s) {
    const Question *q = &s->q;
    int32_t *next = s->chain_next, *before = s->chain_before;
    for (int32_t m = 0; m < q->meetings; m++) next[m] = before[m] = NOWHERE;
    for (int32_t m = 0; m < q->meetings; m++) {
        if (q->fixed[m]) continue;
        for (int32_t a = q->arc_start[m]; a < q->arc_start[m + 1]; a++) {
            const int32_t other = q->arc_other[a];
            if (!q->arc_after[a] || next[m] >= 0 || before[other] >= 0) continue;
            if (q->fixed[other] || other == m) continue;
            next[m] = other;
            before[other] = m;
        }
    }
}

int make_chains(State *s) {
    s->chain = calloc(1, sizeof *s->chain);
    if (!s->chain) return 0;
    fill_chains(s);
    return 1;
}

/* The arc from the link before it; there is one, it made the chain. */
static void bind(const State *s, Link *link, int32_t before) {
    const Question *q = &s->q;
    link->least = 0;
    link->most = q->days;
    link->weight = 0;
    for (int32_t a = q->arc_start[link->meeting]; a < q->arc_start[link->meeting + 1]; a++) {
        if (q->arc_after[a] || q->arc_other[a] != before) continue;
        link->least = q->arc_least[a];
        link->most = q->arc_most[a];
        link->weight = q->arc_weight[a];
        return;
    }
}

/* A piece of the chain around this meeting; a ring of arcs ends where it began. */
static void choose_links(State *s, int32_t meeting, int32_t wanted) {
    struct Chain *c = s->chain;
    int32_t first = meeting, behind = wanted == LONGEST
        ? LONGEST - 1
        : (int32_t)random_below(&s->random, (uint32_t)wanted);
    while (behind-- && s->chain_before[first] >= 0 && s->chain_before[first] != meeting &&
           s->now.day[s->chain_before[first]] >= 0)
        first = s->chain_before[first];
    c->links = 0;
    for (int32_t m = first; m >= 0 && c->links < wanted && s->now.day[m] >= 0;
         m = s->chain_next[m]) {
        if (c->links && m == first) break;
        c->link[c->links++].meeting = m;
    }
}

/* Whether a trainer is among the guests of a link already. */
static int is_guest(const Link *link, int32_t trainer) {
    for (int32_t g = 0; g < link->guests; g++)
        if (link->guest[g] == trainer) return 1;
    return 0;
}

static void invite(State *s, struct Chain *c, int32_t j) {
    Link *link = &c->link[j];
    const int32_t list = s->q.crew[link->meeting], start = s->q.use_start[list];
    const int32_t uses = s->q.use_start[list + 1] - start;
    link->guests = 0;
    for (int32_t i = j; i < c->links && link->guests < GUESTS; i++) {
        if (i > j && !c->link[i].kin) break;
        const int32_t trainer = s->q.use_number[c->old[i].use[0]];
        const int32_t known = s->use_at[(int64_t)list * s->q.trainers + trainer] >= 0;
        if (known && !is_guest(link, trainer)) link->guest[link->guests++] = trainer;
    }
    const int32_t more = (int32_t)random_below(&s->random, 3);
    for (int32_t i = 0; i < more && link->guests < GUESTS; i++) {
        const int32_t use = start + (int32_t)random_below(&s->random, (uint32_t)uses);
        if (!is_guest(link, s->q.use_number[use]))
            link->guest[link->guests++] = s->q.use_number[use];
    }
}

/* All links of one family have the same guests, so that they can share one. */
static void invite_all(State *s, struct Chain *c) {
    for (int32_t j = 0; j < c->links; j++) {
        Link *link = &c->link[j];
        if (crew_size(s, link->meeting) != 1) {
            link->guests = 1;
            link->guest[0] = NOWHERE;
            link->kin = 0;
        } else if (link->kin) {
            link->guests = c->link[j - 1].guests;
            memcpy(link->guest, c->link[j - 1].guest, sizeof link->guest);
        } else invite(s, c, j);
    }
}

static int is_kin(const State *s, int32_t one, int32_t other) {
    const Question *q = &s->q;
    return q->family[one] >= 0 && q->family[one] == q->family[other] &&
           q->crew[one] == q->crew[other] && crew_size(s, one) == 1 && crew_size(s, other) == 1;
}

/* The days of a link: those of all its options inside its box, not too far from where it was. */
static int choose_days(State *s, Link *link, int32_t was) {
    int32_t lo, hi;
    day_box(s, link->meeting, &lo, &hi);
    link->days = 0;
    const int32_t from = s->q.option_start[link->meeting];
    const int32_t until = s->q.option_start[link->meeting + 1];
    if (hi - lo >= MOST_DAYS) {
        if (lo < was - FAR) lo = was - FAR;
        if (hi > was + FAR) hi = was + FAR;
    }
    for (int32_t day = lo; day <= hi && link->days < MOST_DAYS; day++)
        for (int32_t o = from; o < until; o++)
            if (is_open(s, o, day)) {
                link->day[link->days++] = day;
                break;
            }
    return link->days;
}

static int64_t noise(State *s) {
    return s->temperature * s->patience[random_bits(&s->random) >> 52] >> 17;
}

/* One trainer, or the crew as it is, on one day at one option. */
static int64_t crew_energy(
    const State *s, const Link *link, const Spot *old, int32_t g, const Spot *spot) {
    Price price = {0, 0, 0};
    int32_t use[CREW];
    const int32_t crew = crew_size(s, link->meeting);
    memcpy(use, old->use, sizeof use);
    if (link->guest[g] >= 0)
        use[0] = s->use_at[(int64_t)s->q.crew[link->meeting] * s->q.trainers + link->guest[g]];
    for (int32_t c = 0; c < crew; c++) {
        price_trainer(s, link->meeting, spot->day, spot->option, use[c], &price);
        price_travel(s, spot->day, spot->room, use[c], &price);
    }
    price_crew(s, spot->option, use, crew, &price);
    return price.energy;
}

static void price_option(State *s, Link *link, const Spot *old, int32_t d, int32_t option,
    int64_t day_energy) {
    Spot spot = *old;
    Price room = {0, 0, 0};
    spot.day = link->day[d];
    spot.option = option;
    spot.room = good_room(s, link->meeting, &spot);
    price_room(s, spot.day, option, spot.room, &room);
    for (int32_t g = 0; g < link->guests; g++) {
        const int64_t energy =
            day_energy + room.energy + crew_energy(s, link, old, g, &spot) + noise(s);
        Cell *cell = &link->cell[d][g];
        if (energy >= cell->energy) continue;
        cell->energy = energy;
        cell->option = option;
        cell->room = spot.room;
    }
}

static void price_cells(State *s, Link *link, const Spot *old) {
    const Question *q = &s->q;
    for (int32_t d = 0; d < link->days; d++) {
        int32_t priced = NOWHERE;
        Price day = {0, 0, 0};
        for (int32_t g = 0; g < link->guests; g++) {
            Cell *cell = &link->cell[d][g];
            const int64_t at = (int64_t)q->family[link->meeting] * q->trainers + link->guest[g];
            cell->energy = NEVER;
            cell->refund = link->kin && !s->met[at] ? (int64_t)q->another * POINT : 0;
        }
        for (int32_t o = q->option_start[link->meeting]; o < q->option_start[link->meeting + 1];
             o++) {
            if (!is_open(s, o, link->day[d])) continue;
            if (q->table[o] != priced) {
                day = (Price){0, 0, 0};
                price_day(s, link->meeting, link->day[d], o, &day);
                priced = q->table[o];
            }
            price_option(s, link, old, d, o, day.energy);
        }
    }
}

/* What the gap to the day before costs; NEVER when it may not be. */
static int64_t gap_energy(const Link *link, int32_t gap) {
    if (gap < link->least) return NEVER;
    if (gap <= link->most) return 0;
    return link->weight ? (int64_t)link->weight * (gap - link->most) * POINT : NEVER;
}

static void reach(Cell *cell, int64_t sum, int32_t day, int32_t guest) {
    if (sum >= cell->sum) return;
    cell->sum = sum;
    cell->from_day = (int16_t)day;
    cell->from_guest = (int16_t)guest;
}

/* The best way to each cell of a link from those of the link before it. */
static void join(struct Chain *c, const Link *before, Link *link) {
    for (int32_t d = 0; d < before->days; d++) {
        c->least[d] = NEVER;
        for (int32_t g = 0; g < before->guests; g++)
            if (before->cell[d][g].sum < c->least[d]) {
                c->least[d] = before->cell[d][g].sum;
                c->least_guest[d] = g;
            }
    }
    for (int32_t d = 0; d < link->days; d++) {
        for (int32_t g = 0; g < link->guests; g++) link->cell[d][g].sum = NEVER;
        for (int32_t e = 0; e < before->days; e++) {
            const int64_t gap = gap_energy(link, link->day[d] - before->day[e]);
            if (gap >= NEVER || c->least[e] >= NEVER) continue;
            for (int32_t g = 0; g < link->guests; g++) {
                Cell *cell = &link->cell[d][g];
                const int64_t more = gap + cell->energy;
                reach(cell, c->least[e] + more, e, c->least_guest[e]);
                if (cell->refund && before->cell[e][g].sum < NEVER)
                    reach(cell, before->cell[e][g].sum + more - cell->refund, e, g);
            }
        }
    }
}

static int find_end(const Link *last, int32_t *day, int32_t *guest) {
    int64_t least = NEVER;
    for (int32_t d = 0; d < last->days; d++)
        for (int32_t g = 0; g < last->guests; g++)
            if (last->cell[d][g].sum < least) {
                least = last->cell[d][g].sum;
                *day = d;
                *guest = g;
            }
    return least < NEVER;
}

static void put_links(State *s, struct Chain *c, int32_t day, int32_t guest) {
    for (int32_t j = c->links - 1; j >= 0; j--) {
        const Link *link = &c->link[j];
        const Cell *cell = &link->cell[day][guest];
        Spot spot = c->old[j];
        spot.day = link->day[day];
        spot.option = cell->option;
        spot.room = cell->room;
        if (link->guest[guest] >= 0)
            spot.use[0] = s->use_at[(int64_t)s->q.crew[link->meeting] * s->q.trainers +
                                    link->guest[guest]];
        put_at(s, link->meeting, &spot);
        day = cell->from_day;
        guest = cell->from_guest;
    }
}

static void put_back(State *s, struct Chain *c) {
    for (int32_t j = 0; j < c->links; j++) put_at(s, c->link[j].meeting, &c->old[j]);
}

static int solve_links(State *s, struct Chain *c, int32_t *day, int32_t *guest) {
    for (int32_t j = 0; j < c->links; j++) {
        Link *link = &c->link[j];
        if (!choose_days(s, link, c->old[j].day)) return 0;
        price_cells(s, link, &c->old[j]);
        if (j) join(c, &c->link[j - 1], link);
        else
            for (int32_t d = 0; d < link->days; d++)
                for (int32_t g = 0; g < link->guests; g++)
                    link->cell[d][g].sum = link->cell[d][g].energy;
    }
    return find_end(&c->link[c->links - 1], day, guest);
}

static void solve_chain(State *s, int32_t meeting, int32_t wanted) {
    struct Chain *c = s->chain;
    int32_t day, guest;
    choose_links(s, meeting, wanted);
    const int64_t before = s->total.energy;
    for (int32_t j = 0; j < c->links; j++) {
        Link *link = &c->link[j];
        c->old[j] = spot_of(s, link->meeting);
        link->kin = j && is_kin(s, link->meeting, c->link[j - 1].meeting);
        if (j) bind(s, link, c->link[j - 1].meeting);
    }
    invite_all(s, c);
    for (int32_t j = 0; j < c->links; j++) {
        note(s, c->link[j].meeting);
        lift(s, c->link[j].meeting);
    }
    if (!solve_links(s, c, &day, &guest)) {
        put_back(s, c);
        return;
    }
    put_links(s, c, day, guest);
    if (is_taken(s, s->total.energy - before)) return;
    for (int32_t j = 0; j < c->links; j++) lift(s, c->link[j].meeting);
    put_back(s, c);
}

/* Most often a short piece, now and then the whole. */
void reset_chain(State *s, int32_t meeting) {
    const int32_t wanted = random_below(&s->random, 4)
        ? 2 + (int32_t)random_below(&s->random, 6)
        : LONGEST;
    solve_chain(s, meeting, wanted);
}

/* The best chain, without noise; taken only when it is no worse. */
void polish_chain(State *s, int32_t meeting) {
    const int64_t temperature = s->temperature;
    s->temperature = 0;
    solve_chain(s, meeting, LONGEST);
    s->temperature = temperature;
}
