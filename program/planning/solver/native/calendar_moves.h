/* What the moves share: where a meeting could go, and the decision to keep a change. */
#ifndef LEERGANG_CALENDAR_MOVES_H
#define LEERGANG_CALENDAR_MOVES_H

#include <string.h>

#include "calendar_price.h"

static inline Spot spot_of(const State *s, int32_t meeting) {
    Spot spot = {s->now.day[meeting], s->now.option[meeting], s->now.room[meeting], {0}};
    memcpy(spot.use, s->now.use + s->q.slot_start[meeting],
        sizeof(int32_t) * (size_t)crew_size(s, meeting));
    return spot;
}

static inline void put_at(State *s, int32_t meeting, const Spot *spot) {
    put(s, meeting, spot->day, spot->option, spot->room, spot->use);
}

/* An annealing step that makes things worse is taken when patience allows it. */
static inline int is_taken(State *s, int64_t worse) {
    if (worse <= 0) return 1;
    if (worse >= INT64_MAX >> 16) return 0;
    const int64_t patience = s->patience[random_bits(&s->random) >> 52];
    return worse * 65536 <= s->temperature * patience;
}

static inline int32_t open_between(const State *s, int32_t option, int32_t lo, int32_t hi) {
    const int32_t *before = s->open_before + (int64_t)s->q.table[option] * (s->q.days + 1);
    return before[hi + 1] - before[lo];
}

static inline int32_t open_at(const State *s, int32_t option, int32_t lo, int32_t nth) {
    const int32_t *before = s->open_before + (int64_t)s->q.table[option] * (s->q.days + 1);
    return s->q.open_days[s->q.open_start[s->q.table[option]] + before[lo] + nth];
}

static inline int is_open(const State *s, int32_t option, int32_t day) {
    return s->q.spot[(int64_t)s->q.table[option] * s->q.days + day] >= 0;
}

/* The same trainer in the list of another meeting, or -1. */
static inline int32_t use_of(const State *s, int32_t meeting, int32_t trainer) {
    return s->use_at[(int64_t)s->q.crew[meeting] * s->q.trainers + trainer];
}

/* The days that keep the hard gaps and windows; none (lo > hi) when there are no such days. */
void day_box(const State *s, int32_t meeting, int32_t *lo, int32_t *hi);
/* A random open day, mostly inside the box; -1: this option has none. */
int32_t some_day(State *s, int32_t meeting, int32_t option);
/* The cheapest room for a lifted meeting at this spot; the present one when as good. */
int32_t good_room(State *s, int32_t meeting, const Spot *spot);
/* Another trainer for one place in the crew, who can come if that is easily found. */
void other_trainer(State *s, int32_t meeting, Spot *spot, int32_t c);
/* Written down before it moves, while a journal is open. */
void note(State *s, int32_t meeting);
int in_crew(const State *s, const Spot *spot, int32_t crew, int32_t trainer);

#endif
