/* Learning groups by annealing: two people change places, or one moves where sizes leave room.

   The cost of an attribute is its weight times the sum of squares of how often each of its values
   is in each group, so a swap is judged from the counts of two groups alone. People who stay
   together are one unit. A breach (people of an apart pair in one group, a group too small or too
   large) costs `penalty`. Whole numbers only: the same seed gives the same groups everywhere. */
#include "random.h"

#define WEEKDAYS 5
#define DAYS_APART 8       /* from the days of one group to those of the next */
#define SAME_HEAT 256      /* steps between two coolings */
#define HEAT_UNIT 256      /* heat is told in parts of a point */
#define MOST_PATIENCE 23   /* above -ln(u) of every u that there is */
#define TRIES 6            /* to find units of the right size on the other side */
#define VERY_HOT ((int64_t)1 << 32)
#define MOST_UNITS 32      /* in one exchange */

typedef struct {
    /* The question */
    int32_t units, groups, attributes, values;
    int32_t room;               /* units that a group can list */
    int32_t loose;              /* groups can get larger or smaller */
    int64_t off_weight, second_weight, penalty;
    const int32_t *value;       /* person * attributes + attribute: number of the value */
    const int32_t *weight;      /* per attribute */
    const int32_t *off;         /* per person: a bit per weekday that they do not work */
    const int32_t *people_from; /* per unit, and one more: where its people start in people_of */
    const int32_t *people_of;
    const int32_t *apart_from;  /* per unit, and one more: where its others start in apart */
    const int32_t *apart;       /* units that may not be in the same group */
    const int32_t *pinned;      /* per unit */
    const int32_t *least, *most; /* people, per group */
    /* The state */
    int32_t *group_of;          /* per unit; -1: in none yet */
    int32_t *place_of;          /* per unit: where it stands in the list of its group */
    int32_t *listed;            /* group * room + place: a unit */
    int32_t *list_length;       /* per group */
    int32_t *size;              /* people, per group */
    int32_t *count;             /* group * values + value */
    int32_t *off_in;            /* group * DAYS_APART + weekday: people who are off */
    int64_t cost;
    int64_t heat;               /* in 1/65536 of HEAT_UNIT */
    int64_t cooling;            /* lost share of the heat at each cooling, in 2^-32 */
    Random random;
} Groups;

/* What a group pays for people who are off on the weekday that suits it best, and second best. */
static inline int64_t off_cost(const Groups *q, const int32_t *off_in) {
    int32_t best = off_in[0], second = INT32_MAX;
    for (int day = 1; day < WEEKDAYS; day++) {
        int32_t here = off_in[day], more = here > best ? here : best;
        second = more < second ? more : second;
        best = here < best ? here : best;
    }
    return q->off_weight * best + q->second_weight * second;
}

/* The same after some people left and others came. */
static inline int64_t off_cost_after(const Groups *q, int g, int32_t left, int32_t came) {
    const int32_t *off_in = q->off_in + g * DAYS_APART;
    int32_t after[WEEKDAYS];
    for (int day = 0; day < WEEKDAYS; day++)
        after[day] = off_in[day] - (left >> day & 1) + (came >> day & 1);
    return off_cost(q, after) - off_cost(q, off_in);
}

static inline int64_t size_cost(const Groups *q, int g) {
    int32_t size = q->size[g];
    if (size > q->most[g]) return q->penalty * (size - q->most[g]);
    if (size < q->least[g]) return q->penalty * (q->least[g] - size);
    return 0;
}

/* How many units in the group may not be with this one. */
static inline int against(const Groups *q, int unit, int g) {
    int found = 0;
    for (int k = q->apart_from[unit]; k < q->apart_from[unit + 1]; k++)
        found += q->group_of[q->apart[k]] == g;
    return found;
}

static inline int unit_size(const Groups *q, int unit) {
    return q->people_from[unit + 1] - q->people_from[unit];
}

static void list(Groups *q, int unit, int g) {
    q->place_of[unit] = q->list_length[g];
    q->listed[g * q->room + q->list_length[g]++] = unit;
    q->group_of[unit] = g;
}

static void unlist(Groups *q, int unit) {
    int g = q->group_of[unit], place = q->place_of[unit];
    int last = q->listed[g * q->room + --q->list_length[g]];
    q->listed[g * q->room + place] = last;
    q->place_of[last] = place;
    q->group_of[unit] = -1;
}

/* One person more (1) or fewer (-1) in the counts of a group. */
static void count_person(Groups *q, int person, int g, int sign) {
    int32_t *count = q->count + g * q->values;
    for (int a = 0; a < q->attributes; a++) {
        int32_t *here = count + q->value[person * q->attributes + a];
        q->cost += (int64_t)q->weight[a] * (2 * sign * *here + 1);
        *here += sign;
    }
    for (int day = 0; day < WEEKDAYS; day++)
        q->off_in[g * DAYS_APART + day] += sign * (q->off[person] >> day & 1);
}

static void count_unit(Groups *q, int unit, int g, int sign) {
    q->cost -= off_cost(q, q->off_in + g * DAYS_APART) + size_cost(q, g);
    for (int k = q->people_from[unit]; k < q->people_from[unit + 1]; k++)
        count_person(q, q->people_of[k], g, sign);
    q->size[g] += sign * unit_size(q, unit);
    q->cost += off_cost(q, q->off_in + g * DAYS_APART) + size_cost(q, g);
    q->cost += sign * q->penalty * against(q, unit, g);
}

static void put(Groups *q, int unit, int g) {
    count_unit(q, unit, g, 1);
    list(q, unit, g);
}

static void take(Groups *q, int unit) {
    int g = q->group_of[unit];
    unlist(q, unit);
    count_unit(q, unit, g, -1);
}

/* Put every unit where `wanted` says, and count all anew. */
void groups_place(Groups *q, const int32_t *wanted) {
    q->cost = 0;
    for (int g = 0; g < q->groups; g++) {
        q->size[g] = q->list_length[g] = 0;
        for (int v = 0; v < q->values; v++) q->count[g * q->values + v] = 0;
        for (int day = 0; day < DAYS_APART; day++) q->off_in[g * DAYS_APART + day] = 0;
        q->cost += size_cost(q, g);
    }
    for (int unit = 0; unit < q->units; unit++) q->group_of[unit] = -1;
    for (int unit = 0; unit < q->units; unit++) put(q, unit, wanted[unit]);
}

static inline int64_t apart_after_swap(const Groups *q, int u, int v) {
    int g = q->group_of[u], h = q->group_of[v], more = 0;
    for (int k = q->apart_from[u]; k < q->apart_from[u + 1]; k++) {
        int other = q->apart[k], there = q->group_of[other];
        more += (there == h && other != v) - (there == g);
    }
    for (int k = q->apart_from[v]; k < q->apart_from[v + 1]; k++) {
        int other = q->apart[k], there = q->group_of[other];
        more += (there == g && other != u) - (there == h);
    }
    return q->penalty * more;
}

/* What it costs more when two units of one person each change places. */
int64_t groups_swap_cost(const Groups *q, int u, int v) {
    int i = q->people_of[q->people_from[u]], j = q->people_of[q->people_from[v]];
    int g = q->group_of[u], h = q->group_of[v];
    const int32_t *from = q->count + g * q->values, *to = q->count + h * q->values;
    const int32_t *mine = q->value + i * q->attributes, *theirs = q->value + j * q->attributes;
    int64_t more = 0;
    for (int a = 0; a < q->attributes; a++) {
        int32_t x = mine[a], y = theirs[a];
        int32_t apart = from[y] - from[x] + to[x] - to[y] + 2;
        more += (int64_t)q->weight[a] * 2 * (apart & -(x != y)); /* without a jump */
    }
    if (q->off[i] != q->off[j])
        more += off_cost_after(q, g, q->off[i], q->off[j]) +
                off_cost_after(q, h, q->off[j], q->off[i]);
    return more + apart_after_swap(q, u, v);
}

static inline int accepted(Groups *q, int64_t more) {
    if (more <= 0) return 1;
    if (more * HEAT_UNIT > (q->heat >> 16) * MOST_PATIENCE) return 0;
    return more * 65536 * HEAT_UNIT <= (q->heat >> 16) * (int64_t)random_patience(&q->random);
}

/* The caller knows what it costs. */
static void swap(Groups *q, int u, int v) {
    int i = q->people_of[q->people_from[u]], j = q->people_of[q->people_from[v]];
    int g = q->group_of[u], h = q->group_of[v];
    int at = q->place_of[u], there = q->place_of[v];
    count_person(q, i, g, -1);
    count_person(q, j, h, -1);
    count_person(q, i, h, 1);
    count_person(q, j, g, 1);
    q->listed[g * q->room + at] = v;
    q->listed[h * q->room + there] = u;
    q->place_of[u] = there;
    q->place_of[v] = at;
    q->group_of[u] = h;
    q->group_of[v] = g;
}

static void try_swap(Groups *q, int u, int v) {
    int64_t before = q->cost, more = groups_swap_cost(q, u, v);
    if (!accepted(q, more)) return;
    swap(q, u, v);
    q->cost = before + more;
}

/* Units of the other group that together are as large as this one, drawn by lot; 0: not found. */
static int drawn(Groups *q, int h, int wanted, int *units) {
    int found = 0, size = 0;
    for (int n = 0; n < TRIES * wanted && size < wanted && found < MOST_UNITS; n++) {
        int unit = q->listed[h * q->room + random_below(&q->random, q->list_length[h])];
        int known = q->pinned[unit] || size + unit_size(q, unit) > wanted;
        for (int k = 0; k < found; k++) known |= units[k] == unit;
        if (known) continue;
        units[found++] = unit;
        size += unit_size(q, unit);
    }
    return size == wanted ? found : 0;
}

/* Move one unit to a group and others back; undo it when it is not accepted. */
static void try_exchange(Groups *q, int u, int h, const int *back, int count) {
    int g = q->group_of[u];
    if (q->list_length[h] + 1 > q->room || q->list_length[g] + count > q->room) return;
    int64_t before = q->cost;
    take(q, u);
    for (int k = 0; k < count; k++) take(q, back[k]);
    for (int k = 0; k < count; k++) put(q, back[k], g);
    put(q, u, h);
    if (accepted(q, q->cost - before)) return;
    take(q, u);
    for (int k = 0; k < count; k++) take(q, back[k]);
    for (int k = 0; k < count; k++) put(q, back[k], h);
    put(q, u, g);
}

/* There is room for it, or the sizes are wrong anyhow. */
static int may_move(const Groups *q, int u, int h) {
    int g = q->group_of[u], people = unit_size(q, u);
    int fits = q->size[g] - people >= q->least[g] && q->size[h] + people <= q->most[h];
    int wrong = q->size[g] > q->most[g] || q->size[h] < q->least[h];
    return fits || wrong;
}

/* One unit goes to any group, also an empty one. */
static void try_move(Groups *q) {
    int u = random_below(&q->random, q->units), h = random_below(&q->random, q->groups);
    if (q->group_of[u] != h && !q->pinned[u] && may_move(q, u, h)) try_exchange(q, u, h, 0, 0);
}

/* Two units of one person each change places, or a larger one and some from the other side. */
static void try_trade(Groups *q) {
    int u = random_below(&q->random, q->units), v = random_below(&q->random, q->units);
    int g = q->group_of[u], h = q->group_of[v], size = unit_size(q, u);
    if (g == h || q->pinned[u] || q->pinned[v] || size < unit_size(q, v)) return;
    if (size == 1) {
        try_swap(q, u, v);
        return;
    }
    int back[MOST_UNITS], count = drawn(q, h, size, back);
    if (count) try_exchange(q, u, h, back, count);
}

/* Less exact where it is very hot, for the product must fit. */
static void cool(Groups *q) {
    const int64_t heat = q->heat >> 16;
    q->heat -= heat < VERY_HOT ? heat * q->cooling >> 16 : (heat >> 16) * q->cooling;
}

static void step(Groups *q) {
    if (q->loose && random_below(&q->random, 8) == 0)
        try_move(q);
    else
        try_trade(q);
}

/* At most so many steps; ends at once when the bound is reached. Returns the steps done. */
int64_t groups_anneal(Groups *q, int64_t steps, int64_t bound) {
    for (int64_t done = 0; done < steps; done++) {
        if (q->cost <= bound) return done;
        if (done % SAME_HEAT == 0) cool(q);
        step(q);
    }
    return steps;
}

void groups_seed(Groups *q, uint64_t seed) { random_seed(&q->random, seed); }
