/* Who sits at which table, round after round: swaps two people of one round at a time.

   `met` counts for every two people how often they met before plus how often they meet here. To
   meet once more costs as many times `again` as they met already, so the whole is the sum over all
   pairs of times * (times - 1) / 2. People who must never meet begin with a very high count. A
   table costs `day_cost` of the weekdays on which all of its people work, for its meeting must
   find a date. A table that has its date already costs `misfit` for everybody who is away then, and
   for everybody whose other rounds lie too near or too far.
   Whole numbers only: the same seed gives the same tables everywhere. */
#include "random.h"

typedef struct {
    int32_t earlier, later; /* rounds */
    int32_t least, most;    /* days between them; most may be below 0: as many as you like */
} Link;

typedef struct {
    int32_t people, tables, free_seats, rounds;
    int32_t *sits;      /* seat: its person */
    int32_t *table_of;  /* seat: its table */
    int32_t *first;     /* table: its first seat; the next table's first seat is one past its last */
    int32_t *free_seat; /* the seats that may change hands, round by round */
    int32_t *round_of;  /* of each free seat */
    int32_t *from;      /* round: where its free seats begin; one more at the end */
    int32_t *seat_of;   /* round and person: the seat, when whole rounds change hands */
    uint8_t *met;       /* person and person */
    uint8_t *works;     /* person: the weekdays, bit 0 is Monday */
    int32_t day_cost[32];
    int32_t again;
    int32_t uses_days;  /* else nobody's weekdays matter */
    int32_t misfit;
    int32_t links;
    Link *link;
    int32_t *day_of;   /* table: the day of its date, below 0 when it has none; or no table has */
    int32_t *round_at; /* table: its round */
    int32_t *sits_at;  /* round and person: the table, below 0 when not there */
    uint8_t *away;     /* person and table */
    int64_t cost;
    Random random;
} Mixing;

static inline const uint8_t *met_by(const Mixing *m, int32_t person) {
    return m->met + (int64_t)person * m->people;
}

static inline void meet(Mixing *m, int32_t a, int32_t b, int by) {
    m->met[(int64_t)a * m->people + b] = (uint8_t)(m->met[(int64_t)a * m->people + b] + by);
    m->met[(int64_t)b * m->people + a] = (uint8_t)(m->met[(int64_t)b * m->people + a] + by);
}

static inline int needs_days(const Mixing *m, int32_t table) {
    return m->uses_days && (!m->day_of || m->day_of[table] < 0);
}

static int32_t table_days(const Mixing *m, int32_t table) {
    uint32_t days = 31;
    if (!needs_days(m, table)) return 0;
    for (int32_t s = m->first[table]; s < m->first[table + 1]; s++) days &= m->works[m->sits[s]];
    return m->day_cost[days];
}

static int fits_link(const Mixing *m, const Link *l, int32_t first, int32_t then) {
    if (first < 0 || then < 0 || m->day_of[first] < 0 || m->day_of[then] < 0) return 1;
    const int32_t days = m->day_of[then] - m->day_of[first];
    return days >= l->least && (l->most < 0 || days <= l->most);
}

/* Why this person should not be at this table: away on its date, or out of order with their other
   rounds. */
static int32_t misfits(const Mixing *m, int32_t person, int32_t round, int32_t table) {
    int32_t found = m->away[(int64_t)person * m->tables + table];
    for (const Link *l = m->link; l < m->link + m->links; l++) {
        const int32_t *at = m->sits_at + person;
        if (l->earlier == round)
            found += !fits_link(m, l, table, at[(int64_t)l->later * m->people]);
        else if (l->later == round)
            found += !fits_link(m, l, at[(int64_t)l->earlier * m->people], table);
    }
    return found;
}

/* Note who sits where, and count all misfits: each link of a person once. */
static int64_t all_misfits(Mixing *m) {
    int64_t found = 0;
    for (int64_t i = 0; i < (int64_t)m->rounds * m->people; i++) m->sits_at[i] = -1;
    for (int32_t t = 0; t < m->tables; t++)
        for (int32_t s = m->first[t]; s < m->first[t + 1]; s++) {
            m->sits_at[(int64_t)m->round_at[t] * m->people + m->sits[s]] = t;
            found += m->away[(int64_t)m->sits[s] * m->tables + t];
        }
    for (const Link *l = m->link; l < m->link + m->links; l++)
        for (int32_t p = 0; p < m->people; p++)
            found += !fits_link(m, l, m->sits_at[(int64_t)l->earlier * m->people + p],
                                m->sits_at[(int64_t)l->later * m->people + p]);
    return found;
}

void rotation_seed(Mixing *m, uint64_t seed) { random_seed(&m->random, seed); }

/* Add the meetings of all tables to `met`, and say what the whole costs. */
int64_t rotation_count(Mixing *m) {
    m->cost = 0;
    for (int32_t t = 0; t < m->tables; t++) {
        for (int32_t a = m->first[t]; a < m->first[t + 1]; a++) {
            for (int32_t b = m->first[t]; b < a; b++) {
                m->cost += (int64_t)m->again * met_by(m, m->sits[a])[m->sits[b]];
                meet(m, m->sits[a], m->sits[b], 1);
            }
        }
        m->cost += table_days(m, t);
    }
    if (m->day_of) m->cost += m->misfit * all_misfits(m);
    return m->cost;
}

/* What the tables cost by what `met` knows, without adding their meetings to it. */
int64_t rotation_price(Mixing *m) {
    m->cost = 0;
    for (int32_t t = 0; t < m->tables; t++) {
        for (int32_t a = m->first[t]; a < m->first[t + 1]; a++)
            for (int32_t b = m->first[t]; b < a; b++)
                m->cost += (int64_t)m->again * met_by(m, m->sits[a])[m->sits[b]];
        m->cost += table_days(m, t);
    }
    return m->cost;
}

/* Take the meetings of all tables out of `met` again. */
void rotation_forget(Mixing *m) {
    for (int32_t t = 0; t < m->tables; t++)
        for (int32_t a = m->first[t]; a < m->first[t + 1]; a++)
            for (int32_t b = m->first[t]; b < a; b++) meet(m, m->sits[a], m->sits[b], -1);
}

/* Does this seat's person meet anybody again here, or has the table too few common days? */
static int is_troubled(const Mixing *m, int32_t seat) {
    const int32_t table = m->table_of[seat];
    const uint8_t *met = met_by(m, m->sits[seat]);
    for (int32_t s = m->first[table]; s < m->first[table + 1]; s++)
        if (s != seat && met[m->sits[s]] > 1) return 1;
    if (table_days(m, table) > 0) return 1;
    return m->day_of && misfits(m, m->sits[seat], m->round_at[table], table) > 0;
}

/* What one table costs more when `comes` takes the seat. `parting` is what a meeting that ends
   was counted for in `met`: 1 when it is in there, 0 when `met` knows the past only. */
static inline int64_t worse_at(const Mixing *m, int32_t seat, int32_t comes, int parting) {
    const int32_t leaves = m->sits[seat], table = m->table_of[seat];
    const uint8_t *new = met_by(m, comes), *old = met_by(m, leaves);
    int64_t again = 0;
    uint32_t days = 31;
    for (int32_t s = m->first[table]; s < m->first[table + 1]; s++) {
        if (s == seat) continue;
        const int32_t mate = m->sits[s];
        again += new[mate] - old[mate] + parting;
        days &= m->works[mate];
    }
    again *= m->again;
    if (!needs_days(m, table)) return again;
    return again + m->day_cost[days & m->works[comes]] - m->day_cost[days & m->works[leaves]];
}

static void take_seat(Mixing *m, int32_t seat, int32_t comes) {
    const int32_t leaves = m->sits[seat], table = m->table_of[seat];
    for (int32_t s = m->first[table]; s < m->first[table + 1]; s++) {
        if (s == seat) continue;
        meet(m, leaves, m->sits[s], -1);
        meet(m, comes, m->sits[s], 1);
    }
    m->sits[seat] = comes;
    if (m->day_of) m->sits_at[(int64_t)m->round_at[table] * m->people + comes] = table;
}

/* What it costs more when these two seats of one round change hands (for the tests as well). */
int64_t rotation_worse(const Mixing *m, int32_t a, int32_t b) {
    const int64_t worse = worse_at(m, a, m->sits[b], 1) + worse_at(m, b, m->sits[a], 1);
    if (!m->day_of) return worse;
    const int32_t here = m->table_of[a], there = m->table_of[b], round = m->round_at[here];
    const int32_t one = m->sits[a], other = m->sits[b];
    return worse + (int64_t)m->misfit *
           (misfits(m, one, round, there) + misfits(m, other, round, here) -
            misfits(m, one, round, here) - misfits(m, other, round, there));
}

void rotation_swap(Mixing *m, int32_t a, int32_t b) {
    const int32_t one = m->sits[a], other = m->sits[b];
    m->cost += rotation_worse(m, a, b);
    take_seat(m, a, other);
    take_seat(m, b, one);
}

/* `heat` is in 1/256 of a point: a step that costs as much is taken in one of e times. */
static inline int is_taken(Random *r, int64_t worse, uint32_t heat) {
    return worse <= 0 || (worse << 24) <= (int64_t)heat * random_patience(r);
}

/* People who meet nobody again mostly stay where they are: the others look for a place. */
static void try_swap(Mixing *m, uint32_t heat) {
    const uint32_t at = random_below(&m->random, (uint32_t)m->free_seats);
    const int32_t a = m->free_seat[at], round = m->round_of[at];
    if (!is_troubled(m, a) && (random_bits(&m->random) >> 60)) return;
    const int32_t begin = m->from[round];
    const uint32_t many = (uint32_t)(m->from[round + 1] - begin);
    const int32_t b = m->free_seat[begin + (int32_t)random_below(&m->random, many)];
    if (m->table_of[a] == m->table_of[b]) return;
    const int64_t worse = rotation_worse(m, a, b);
    if (!is_taken(&m->random, worse, heat)) return;
    const int32_t one = m->sits[a], other = m->sits[b];
    take_seat(m, a, other);
    take_seat(m, b, one);
    m->cost += worse;
}

/* So many steps at one heat; less when nothing is left to mend. */
int64_t rotation_anneal(Mixing *m, int64_t steps, uint32_t heat) {
    for (int64_t step = 0; step < steps && m->cost > 0 && m->free_seats; step++) try_swap(m, heat);
    return m->cost;
}

static int64_t whole_worse(const Mixing *m, int32_t one, int32_t other) {
    int64_t worse = 0;
    for (int32_t r = 0; r < m->rounds; r++) {
        const int32_t a = m->seat_of[(int64_t)r * m->people + one];
        const int32_t b = m->seat_of[(int64_t)r * m->people + other];
        if (m->table_of[a] != m->table_of[b])
            worse += worse_at(m, a, other, 0) + worse_at(m, b, one, 0);
    }
    return worse;
}

static void change_places(Mixing *m, int32_t one, int32_t other) {
    for (int32_t r = 0; r < m->rounds; r++) {
        int32_t *a = &m->seat_of[(int64_t)r * m->people + one];
        int32_t *b = &m->seat_of[(int64_t)r * m->people + other];
        const int32_t seat = *a;
        m->sits[seat] = other;
        m->sits[*b] = one;
        *a = *b;
        *b = seat;
    }
}

/* Two people change places in all rounds, so whoever met at most once still does: this suits a
   construction without repeats to who knows whom and who works when. `met` knows the past only. */
int64_t rotation_relabel(Mixing *m, int64_t steps, uint32_t heat) {
    for (int64_t step = 0; step < steps && m->cost > 0; step++) {
        const int32_t one = (int32_t)random_below(&m->random, (uint32_t)m->people);
        const int32_t other = (int32_t)random_below(&m->random, (uint32_t)m->people);
        const int64_t worse = one == other ? 0 : whole_worse(m, one, other);
        if (one == other || !is_taken(&m->random, worse, heat)) continue;
        change_places(m, one, other);
        m->cost += worse;
    }
    return m->cost;
}
