/* Simulated annealing over calendars: made once per question, run in slices, read at any time.

   Whole numbers only, and our own random numbers: the same question, seed and steps give the
   same calendar on every machine, in however many slices they are done. */
#include "calendar.h"

#include <stdlib.h>
#include <string.h>

#include "calendar_price.h"

enum { MOST_WEIGHT = 64, SOFTER = 4 }; /* times the least */
enum { FINEST = 1 << 30 };             /* two of them can be multiplied */

static void *zeros(State *s, int64_t number, size_t size) {
    void *found = calloc((size_t)(number > 0 ? number : 1), size);
    if (!found) s->failed = 1;
    return found;
}

static int32_t *ints(State *s, int64_t number) { return zeros(s, number, sizeof(int32_t)); }

static int32_t *nones(State *s, int64_t number) {
    int32_t *found = ints(s, number);
    for (int64_t i = 0; found && i < number; i++) found[i] = NOWHERE;
    return found;
}

static void make_places(State *s, Places *places) {
    places->day = nones(s, s->q.meetings);
    places->option = ints(s, s->q.meetings);
    places->room = nones(s, s->q.meetings);
    places->use = ints(s, s->q.slots);
}

/* No trainer can have more to do than all meetings together. */
static int32_t most_load(const Question *q) {
    int32_t most = 0;
    for (int32_t m = 0; m < q->meetings; m++) {
        int32_t one = 0;
        for (int32_t o = q->option_start[m]; o < q->option_start[m + 1]; o++)
            if (q->load[o] > one) one = q->load[o];
        most += one;
    }
    return most;
}

static void make_counts(State *s) {
    const Question *q = &s->q;
    const int64_t days = q->days, trainers = q->trainers;
    s->busy = zeros(s, trainers * days, sizeof(uint32_t));
    s->held = zeros(s, q->rooms * days, sizeof(uint32_t));
    s->in_week = ints(s, trainers * q->weeks);
    s->load = ints(s, trainers);
    s->with_load = ints(s, most_load(q) + 1);
    s->met = ints(s, q->families * trainers);
    s->on_day = ints(s, q->parallels * days);
    s->on_weekday = ints(s, (int64_t)q->parallels * WEEKDAYS);
    s->first = ints(s, q->parallels);
    s->anchor = ints(s, q->parallels);
    s->last = ints(s, q->parallels);
    s->number = ints(s, q->parallels);
    s->head = nones(s, q->venues ? trainers * days : 0);
    s->next = nones(s, q->venues ? q->slots : 0);
    s->meeting_of = ints(s, q->slots);
    s->use_at = nones(s, q->crews * trainers);
    s->open_before = ints(s, (int64_t)q->tables * (days + 1));
    s->movable = ints(s, q->meetings);
    s->family_start = ints(s, q->families + 1);
    s->family_member = ints(s, q->meetings);
    s->scratch = ints(s, q->meetings);
    s->journal = zeros(s, q->meetings, sizeof(Spot));
    s->journal_meeting = ints(s, q->meetings);
    s->is_noted = ints(s, q->meetings);
    s->noted = NOWHERE;
    s->chain_next = ints(s, q->meetings);
    s->chain_before = ints(s, q->meetings);
}

static void fill_tables(State *s) {
    const Question *q = &s->q;
    s->with_load[0] = q->trainers;
    for (int32_t m = 0; m < q->meetings; m++)
        for (int32_t slot = q->slot_start[m]; slot < q->slot_start[m + 1]; slot++)
            s->meeting_of[slot] = m;
    for (int32_t list = 0; list < q->crews; list++)
        for (int32_t use = q->use_start[list]; use < q->use_start[list + 1]; use++)
            s->use_at[(int64_t)list * q->trainers + q->use_number[use]] = use;
    for (int32_t t = 0; t < q->tables; t++)
        for (int32_t day = 0; day < q->days; day++) {
            const int64_t at = (int64_t)t * (q->days + 1) + day;
            s->open_before[at + 1] =
                s->open_before[at] + (q->spot[(int64_t)t * q->days + day] >= 0);
        }
}

static void fill_families(State *s) {
    const Question *q = &s->q;
    for (int32_t m = 0; m < q->meetings; m++)
        if (q->family[m] >= 0) s->family_start[q->family[m] + 1]++;
    for (int32_t f = 0; f < q->families; f++) s->family_start[f + 1] += s->family_start[f];
    int32_t *next = s->scratch; /* no more families than meetings */
    memcpy(next, s->family_start, sizeof *next * (size_t)q->families);
    for (int32_t m = 0; m < q->meetings; m++)
        if (q->family[m] >= 0) s->family_member[next[q->family[m]]++] = m;
}

/* Minus the logarithm of each 4096th, times 65536. */
static void fill_patience(State *s) {
    Random dice;
    random_seed(&dice, 1);
    for (int64_t i = 0; i < 4096; i++) {
        uint64_t x = (uint64_t)(2 * i + 1) << 19; /* of 2^32 */
        const int whole = __builtin_clzll(x) - 32;
        x <<= whole;
        uint32_t bits = 0;
        for (int b = 0; b < 16; b++) {
            x = (x * x) >> 31;
            bits = bits << 1 | (uint32_t)(x >> 32 & 1);
            if (x >> 32) x >>= 1;
        }
        const int64_t log2_16 = ((int64_t)(whole + 1) << 16) - bits;
        s->patience[i] = (int32_t)((log2_16 * 45426) >> 16);
    }
}

void calendar_free(State *s) {
    if (!s) return;
    void *all[] = {s->now.day, s->now.option, s->now.room, s->now.use, s->best.day,
        s->best.option, s->best.room, s->best.use, s->busy, s->held, s->in_week, s->load,
        s->with_load, s->met, s->on_day, s->on_weekday, s->first, s->last, s->number, s->head,
        s->next, s->meeting_of, s->use_at, s->open_before, s->movable, s->family_start, s->anchor,
        s->family_member, s->scratch, s->chain_next, s->chain_before,
        s->chain, s->journal, s->journal_meeting, s->is_noted};
    for (size_t i = 0; i < sizeof all / sizeof *all; i++) free(all[i]);
    free(s);
}

/* None when there is no memory. The arrays of the question stay the caller's. */
State *calendar_new(const Question *question, uint64_t seed) {
    State *s = calloc(1, sizeof *s);
    if (!s) return 0;
    s->q = *question;
    random_seed(&s->random, seed);
    make_places(s, &s->now);
    make_places(s, &s->best);
    make_counts(s);
    if (s->failed || !make_chains(s)) {
        calendar_free(s);
        return 0;
    }
    fill_tables(s);
    fill_families(s);
    fill_patience(s);
    for (int kind = 0; kind < HARD_KINDS; kind++) s->weight[kind] = POINT;
    return s;
}

/* What a broken rule weighs at least, in points, from the next leg on. */
void calendar_weigh(State *s, int64_t points) { s->least_weight = points * POINT / GRAIN; }

/* Each broken rule weighs this many points, nobody should have more to do than the aim; then
   everything gets its first place. */
void calendar_start(State *s, int64_t points, int64_t aim) {
    s->aim = (int32_t)aim;
    s->least_weight = points * POINT / GRAIN;
    for (int kind = 0; kind < HARD_KINDS; kind++) s->weight[kind] = s->least_weight;
    first_places(s);
    keep_best(s);
}

/* Back to the best that was found. */
void calendar_return(State *s) {
    for (int32_t m = 0; m < s->q.meetings; m++)
        if (s->now.day[m] >= 0) lift(s, m);
    s->total = (Price){0, 0, 0};
    for (int32_t m = 0; m < s->q.meetings; m++)
        if (s->best.day[m] >= 0)
            put(s, m, s->best.day[m], s->best.option[m], s->best.room[m],
                s->best.use + s->q.slot_start[m]);
}

/* How far off something is shows the way to a calendar in which nothing is broken. Where there
   is none, each breach counts once in the end. */
static void count_evenly(State *s, int32_t even) {
    if (s->even == even || !s->best_total.strain) return;
    calendar_return(s);
    s->even = even;
    restate(s);
    keep_best(s);
}

/* From hot to cold in so many steps, while the windows close; all in points * POINT, the pull of
   a window per day outside it. Evenly: how far off something is does not count. */
void calendar_plan(State *s, int64_t steps, int64_t hot, int64_t cold, int64_t open_pull,
    int64_t shut_pull, int32_t evenly) {
    count_evenly(s, evenly);
    s->step = 0;
    s->steps = steps;
    s->hot = hot;
    s->cold = cold;
    s->open_pull = open_pull;
    s->shut_pull = shut_pull;
}

static int is_better(const Price *one, const Price *other) {
    if (one->strain != other->strain) return one->strain < other->strain;
    return one->cost < other->cost;
}

/* Each of 256 legs is colder than the one before by the same factor, in whole numbers. */
static void cool(State *s) {
    const int64_t legs = LEGS, leg = s->step * legs / (s->steps ? s->steps : 1);
    int64_t low = s->cold << 16, high = s->hot << 16;
    int64_t at = leg, span = legs; /* halve the way: the middle of two is their geometric mean */
    int finer = 8;
    while (high >> finer >= FINEST || low >> finer >= FINEST) finer++;
    while (span > 1) {
        int64_t middle = 0;
        for (int bit = 30; bit >= 0; bit--) {
            const int64_t more = middle | (int64_t)1 << bit;
            if (more * more <= (high >> finer) * (low >> finer)) middle = more;
        }
        middle <<= finer;
        span /= 2;
        if (at >= span) {
            high = middle;
            at -= span;
        } else low = middle;
    }
    s->temperature = high >> 16;
}

/* How much of the way is done, squared, of 1 << 20; whole after four fifths of the steps. */
static int64_t way(const State *s) {
    const int64_t whole = s->steps * 4 / 5 + 1, done = s->step < whole ? s->step : whole;
    const int64_t share = done * 1024 / whole;
    return share * share;
}

/* Windows are free at first and then close. */
static void close_windows(State *s) {
    s->pull = s->open_pull + ((s->shut_pull - s->open_pull) * way(s) >> 20);
    lay_windows(s);
}

/* Hard rules are soft at first. Later on they weigh more as long as any of them is broken. */
static void weigh(State *s) {
    const int is_behind = s->total.strain > 0 && s->step > s->steps / 2;
    const int64_t soft = s->least_weight / SOFTER;
    const int64_t least = soft + ((s->least_weight - soft) * way(s) >> 20);
    for (int kind = 0; kind < HARD_KINDS; kind++) {
        int64_t *weight = &s->weight[kind];
        if (is_behind) *weight += *weight / 8;
        else *weight -= *weight / 16;
        if (*weight < least) *weight = least;
        if (*weight > s->least_weight * MOST_WEIGHT) *weight = s->least_weight * MOST_WEIGHT;
    }
}

static void begin_leg(State *s) {
    if (s->step >= s->steps / 2) count_evenly(s, 1);
    cool(s);
    close_windows(s);
    weigh(s);
    restate(s);
}

/* Does at most so many steps; says how many are left. */
int64_t calendar_run(State *s, int64_t steps) {
    if (!s->movables) s->step = s->steps;
    const int64_t leg = s->steps / LEGS + 1;
    for (int64_t i = 0; i < steps && s->step < s->steps; i++, s->step++) {
        if (s->step % leg == 0) begin_leg(s);
        one_step(s);
        if (is_better(&s->total, &s->best_total)) keep_best(s);
    }
    return s->steps - s->step;
}

/* Steps that are all taken, whatever they cost. For the tests. */
void calendar_shake(State *s, int64_t steps) {
    s->temperature = (int64_t)1 << 40;
    for (int64_t i = 0; i < steps && s->movables; i++) one_step(s);
}

/* cost, strain, energy: now, then of the best. */
void calendar_sums(const State *s, int64_t *sums) {
    const Price both[] = {s->total, s->best_total};
    for (int i = 0; i < 2; i++) {
        sums[3 * i] = both[i].cost;
        sums[3 * i + 1] = both[i].strain;
        sums[3 * i + 2] = both[i].energy;
    }
}

/* How often the calendar as it is now breaks a rule; each breach once, however far off. */
int64_t calendar_broken(State *s) {
    const int32_t even = s->even;
    s->even = 1;
    restate(s);
    const int64_t broken = s->total.strain / GRAIN;
    s->even = even;
    restate(s);
    return broken;
}

/* Per meeting day, option, room; then the slots. */
void calendar_read(const State *s, int32_t best, int32_t *out) {
    const Places *places = best ? &s->best : &s->now;
    for (int32_t m = 0; m < s->q.meetings; m++) {
        out[3 * m] = places->day[m];
        out[3 * m + 1] = places->option[m];
        out[3 * m + 2] = places->room[m];
    }
    memcpy(out + 3 * s->q.meetings, places->use, sizeof(int32_t) * (size_t)s->q.slots);
}
