/* The calendar kernel: the question as flat arrays, and where the search stands.

   A meeting is lifted out, priced where it could be, and put down again: every rule is known in
   one place only (calendar_price.h) and counted in one place only (calendar_state.c). */
#ifndef LEERGANG_CALENDAR_H
#define LEERGANG_CALENDAR_H

#include <stdint.h>

#include "random.h"

enum { PARTS = 3, WEEKDAYS = 7, POINT = 256, GRAIN = 8, NOWHERE = -1, CREW = 20, LEGS = 256 };

/* The kinds of hard rules; each has its own weight, which rises while it is broken. */
enum {
    BY_DAY, BY_USE, BY_AWAY, BY_CLASH, BY_WEEK, BY_SENIOR, BY_TRAVEL, BY_ROOM, BY_LEAST, BY_MOST,
    BY_APART, BY_WEEKDAY, HARD_KINDS
};

/* Filled by dates/packing.py: the same fields in the same order. "start" arrays have one more
   entry than what they count; -1 stands for none. */
typedef struct {
    int32_t days, weeks, meetings, options, tables, trainers, rooms, venues, parallels, families,
        crews, places, another, heaviest, uneven, junior, junior_hard, slots;
    const int32_t *weekday, *week;           /* per day */
    const int32_t *points, *breaks, *spot;   /* per table and day; place among the open days or -1 */
    const int32_t *open_start, *open_days;   /* per table */
    const int32_t *option_start;             /* per meeting */
    const int32_t *parts, *load, *table;     /* per option */
    const int32_t *slot_start;               /* per meeting: its places for trainers */
    const int32_t *crew, *place;             /* per meeting: which list of trainers, of rooms */
    const int32_t *family, *fixed;           /* per meeting */
    const int32_t *use_start, *use_number, *use_points, *use_breaks;  /* trainers of a list */
    const int32_t *spare_start, *spare_number, *spare_points, *spare_breaks;  /* rooms of a list */
    const int32_t *arc_start, *arc_other, *arc_least, *arc_most, *arc_weight, *arc_after;
    const int32_t *apart_start, *apart_other;
    const int32_t *side_start, *side_set;    /* per meeting: the parallel sets it is in */
    const int32_t *window, *window_weight, *cap, *cap_weight, *member_start, *member;
    const int32_t *away, *week_cap, *week_weight, *senior, *share; /* away: bits per trainer, day */
    const int32_t *free, *venue;             /* free: per room and day, 10 bits per part */
    const int32_t *travel, *too_far;         /* per two venues */
    const int32_t *start;                    /* per meeting: day, option, room; then the slots */
} Question;

typedef struct {
    int64_t energy; /* points * POINT + hard rules by their weights */
    int64_t cost;   /* points */
    int64_t strain; /* broken hard rules, GRAIN each and a little more the further off */
} Price;

typedef struct {
    int32_t *day, *option, *room; /* per meeting; option and room count within all */
    int32_t *use;                 /* per slot */
} Places;

typedef struct {
    int32_t day, option, room, use[CREW];
} Spot;

typedef struct {
    Question q;
    Random random;
    Places now, best;
    Price total, best_total;
    int64_t weight[HARD_KINDS];
    /* What is counted of everything that is not lifted. */
    uint32_t *busy, *held; /* per trainer and day, per room and day: 10 bits per part */
    int32_t *in_week;      /* per trainer and week */
    int32_t *load, *with_load, top; /* per trainer; how many trainers have it; the most */
    int32_t aim;           /* nobody should have more to do than this */
    int32_t *met;          /* per family and trainer */
    int32_t *on_day, *on_weekday, *first, *last, *number; /* per parallel set */
    int32_t *anchor;       /* per parallel set: where its window begins, for now */
    int64_t pull;          /* energy of a day outside it */
    int32_t *head, *next;  /* per trainer and day: its slots, in a list (only with travel) */
    int32_t *meeting_of;   /* per slot */
    int32_t *use_at, *open_before; /* per list and trainer: its entry; per table and day */
    int32_t *movable, movables;
    int32_t *family_start, *family_member;
    int32_t *chain_next, *chain_before; /* per meeting */
    struct Chain *chain;
    Spot *journal;
    int32_t *journal_meeting, *is_noted, noted;
    int32_t *scratch;
    int32_t patience[4096];
    int64_t step, steps, hot, cold, open_pull, shut_pull, temperature;
    int64_t least_weight; /* what a broken rule weighs when all goes well, per grain */
    int32_t even;   /* a breach counts the same however far off it is */
    int32_t failed; /* no memory */
} State;

/* calendar_state.c */
Price lift(State *s, int32_t meeting);
void put(State *s, int32_t meeting, int32_t day, int32_t option, int32_t room, const int32_t *use);
void restate(State *s);
void keep_best(State *s);

/* calendar_window.c */
void lay_windows(State *s);

/* calendar_moves.c */
void one_step(State *s);
void first_places(State *s);

/* calendar_chain.c */
int make_chains(State *s);
void reset_chain(State *s, int32_t meeting);
void polish_chain(State *s, int32_t meeting);

/* calendar_family.c */
void change_family(State *s, int32_t meeting);

static inline int32_t crew_size(const State *s, int32_t meeting) {
    return s->q.slot_start[meeting + 1] - s->q.slot_start[meeting];
}

#endif
