/* What it costs to put a lifted meeting somewhere: points and broken rules, part by part.

   The parts add up, so that a search over many days, rooms or trainers prices each part once. */
#ifndef LEERGANG_CALENDAR_PRICE_H
#define LEERGANG_CALENDAR_PRICE_H

#include "calendar.h"

enum { FURTHER = 16 }; /* a gap or window that is far off weighs at most this much more */

static inline void pay(Price *price, int64_t points) {
    price->cost += points;
    price->energy += points * POINT;
}

static inline void break_rule(const State *s, Price *price, int kind, int64_t times) {
    price->strain += times * GRAIN;
    price->energy += times * GRAIN * s->weight[kind];
}

static inline void break_by(const State *s, Price *price, int kind, int64_t excess) {
    const int64_t grains = GRAIN + (s->even ? 0 : excess < FURTHER ? excess : FURTHER);
    price->strain += grains;
    price->energy += grains * s->weight[kind];
}

static inline int64_t over(int64_t much, int64_t most) { return much > most ? much - most : 0; }

static inline int32_t part_of(uint32_t packed, int part) { return (packed >> (10 * part)) & 1023; }

/* One for each part of the day, in the form of `busy` and `held`. */
static inline uint32_t spread(int32_t parts) {
    return (parts & 1) | (parts & 2) << 9 | (parts & 4) << 18;
}

static inline void price_arcs(const State *s, int32_t meeting, int32_t day, Price *price) {
    const Question *q = &s->q;
    for (int32_t a = q->arc_start[meeting]; a < q->arc_start[meeting + 1]; a++) {
        const int32_t other = s->now.day[q->arc_other[a]];
        if (other < 0) continue;
        const int32_t gap = q->arc_after[a] ? other - day : day - other;
        if (gap < q->arc_least[a]) break_by(s, price, BY_LEAST, q->arc_least[a] - gap);
        else if (gap > q->arc_most[a]) {
            if (q->arc_weight[a]) pay(price, (int64_t)q->arc_weight[a] * (gap - q->arc_most[a]));
            else break_by(s, price, BY_MOST, gap - q->arc_most[a]);
        }
    }
}

static inline int is_hard_window(const State *s, int32_t set) {
    return s->q.window[set] >= 0 && !s->q.window_weight[set];
}

static inline int64_t window_grains(const State *s, int32_t set, int64_t span) {
    const int64_t excess = over(span, s->q.window[set]);
    return !excess ? 0 : GRAIN + (s->even ? 0 : excess < FURTHER ? excess : FURTHER);
}

/* Days outside the window as it now lies. */
static inline int64_t days_outside(const State *s, int32_t set, int32_t day) {
    return over(s->anchor[set], day) + over(day, s->anchor[set] + s->q.window[set]);
}

/* A hard window is broken by the first and the last meeting, but felt by each that is outside of
   where the window lies: so the many draw the few. */
static inline void price_set(const State *s, int32_t set, int32_t day, Price *price) {
    const Question *q = &s->q;
    if (q->window[set] < 0) return;
    if (!q->window_weight[set]) price->energy += s->pull * days_outside(s, set, day);
    if (!s->number[set]) return;
    const int32_t first = s->first[set], last = s->last[set];
    if (day >= first && day <= last) return;
    const int64_t span = (day > last ? day : last) - (day < first ? day : first);
    if (q->window_weight[set])
        pay(price, q->window_weight[set] *
            (over(span, q->window[set]) - over(last - first, q->window[set])));
    else price->strain += window_grains(s, set, span) - window_grains(s, set, last - first);
}

static inline void price_weekday(const State *s, int32_t set, int32_t day, Price *price) {
    const Question *q = &s->q;
    if (q->cap[set] < 0 || s->on_weekday[set * WEEKDAYS + q->weekday[day]] < q->cap[set]) return;
    if (q->cap_weight[set]) pay(price, q->cap_weight[set]);
    else break_rule(s, price, BY_WEEKDAY, 1);
}

/* Rows, gaps, people who are elsewhere that day, parallel meetings. */
static inline void price_day(
    const State *s, int32_t meeting, int32_t day, int32_t option, Price *price) {
    const Question *q = &s->q;
    const int32_t at = q->table[option] * q->days + day;
    pay(price, q->points[at]);
    if (q->breaks[at]) break_rule(s, price, BY_DAY, q->breaks[at]);
    price_arcs(s, meeting, day, price);
    for (int32_t a = q->apart_start[meeting]; a < q->apart_start[meeting + 1]; a++)
        if (s->now.day[q->apart_other[a]] == day) break_rule(s, price, BY_APART, 1);
    for (int32_t a = q->side_start[meeting]; a < q->side_start[meeting + 1]; a++) {
        price_set(s, q->side_set[a], day, price);
        price_weekday(s, q->side_set[a], day, price);
    }
}

static inline void price_room(
    const State *s, int32_t day, int32_t option, int32_t room, Price *price) {
    const Question *q = &s->q;
    if (room < 0) return;
    const int32_t at = q->spare_number[room] * q->days + day;
    const uint32_t held = s->held[at], free = (uint32_t)q->free[at];
    pay(price, q->spare_points[room]);
    if (q->spare_breaks[room]) break_rule(s, price, BY_USE, q->spare_breaks[room]);
    for (int part = 0; part < PARTS; part++)
        if (q->parts[option] >> part & 1 && part_of(held, part) >= part_of(free, part))
            break_rule(s, price, BY_ROOM, 1);
}

/* What one trainer costs, apart from who else gives the meeting. */
static inline void price_trainer(
    const State *s, int32_t meeting, int32_t day, int32_t option, int32_t use, Price *price) {
    const Question *q = &s->q;
    const int32_t trainer = q->use_number[use], at = trainer * q->days + day;
    const uint32_t busy = s->busy[at];
    pay(price, q->use_points[use]);
    if (q->use_breaks[use]) break_rule(s, price, BY_USE, q->use_breaks[use]);
    if (q->away[at] & q->parts[option]) break_rule(s, price, BY_AWAY, 1);
    if (busy)
        for (int part = 0; part < PARTS; part++)
            if (q->parts[option] >> part & 1 && part_of(busy, part))
                break_rule(s, price, BY_CLASH, 1);
    const int32_t week = trainer * q->weeks + q->week[day];
    if (s->in_week[week] >= q->week_cap[week]) {
        if (q->week_weight[trainer]) pay(price, q->week_weight[trainer]);
        else break_rule(s, price, BY_WEEK, 1);
    }
    if (q->family[meeting] >= 0 && !s->met[q->family[meeting] * q->trainers + trainer])
        pay(price, q->another);
    if (q->uneven) {
        const int64_t load = s->load[trainer], more = load + q->load[option];
        const int64_t share = q->share[trainer];
        pay(price, q->uneven * (more * more / share - load * load / share));
    }
}

static inline int32_t at_most(int32_t much, int32_t most) { return much < most ? much : most; }

/* Who has most to do costs points. A search that only sees the one with most does not know the
   way down once several have too much, so each counts who has more than the aim. */
static inline void price_load(
    const State *s, int32_t option, const int32_t *use, int32_t crew, Price *price) {
    const Question *q = &s->q;
    int32_t top = s->top;
    int64_t felt = 0;
    for (int32_t c = 0; c < crew; c++) {
        const int32_t load = s->load[q->use_number[use[c]]], more = load + q->load[option];
        if (more > top) top = more;
        felt += over(more, s->aim) - over(load, s->aim);
    }
    felt += at_most(top, s->aim) - at_most(s->top, s->aim);
    price->cost += (int64_t)q->heaviest * (top - s->top);
    price->energy += q->heaviest * felt * POINT;
}

/* What depends on all trainers together: is there a senior, and who has most to do. */
static inline void price_crew(
    const State *s, int32_t option, const int32_t *use, int32_t crew, Price *price) {
    const Question *q = &s->q;
    int32_t seniors = 0;
    for (int32_t c = 0; c < crew; c++) seniors += q->senior[q->use_number[use[c]]];
    if (q->heaviest) price_load(s, option, use, crew, price);
    if (crew && !seniors) {
        if (q->junior_hard) break_rule(s, price, BY_SENIOR, 1);
        else pay(price, q->junior);
    }
}

static inline int32_t venue_of(const State *s, int32_t room) {
    return room < 0 ? NOWHERE : s->q.venue[s->q.spare_number[room]];
}

/* Whether this trainer is in that venue already on this day. */
static inline int is_in(const State *s, int32_t trainer, int32_t day, int32_t venue) {
    for (int32_t slot = s->head[trainer * s->q.days + day]; slot >= 0; slot = s->next[slot])
        if (venue_of(s, s->now.room[s->meeting_of[slot]]) == venue) return 1;
    return 0;
}

/* Between venues on one day; each pair of venues counts once for a trainer. */
static inline void price_travel(
    const State *s, int32_t day, int32_t room, int32_t use, Price *price) {
    const Question *q = &s->q;
    const int32_t venue = venue_of(s, room), trainer = q->use_number[use];
    if (!q->venues || venue < 0 || is_in(s, trainer, day, venue)) return;
    for (int32_t there = 0; there < q->venues; there++) {
        const int32_t at = venue * q->venues + there;
        if (there == venue || !(q->travel[at] || q->too_far[at])) continue;
        if (!is_in(s, trainer, day, there)) continue;
        pay(price, q->travel[at]);
        if (q->too_far[at]) break_rule(s, price, BY_TRAVEL, 1);
    }
}

static inline Price price_of(const State *s, int32_t meeting, int32_t day, int32_t option,
    int32_t room, const int32_t *use) {
    const int32_t crew = crew_size(s, meeting);
    Price price = {0, 0, 0};
    price_day(s, meeting, day, option, &price);
    price_room(s, day, option, room, &price);
    for (int32_t c = 0; c < crew; c++) {
        price_trainer(s, meeting, day, option, use[c], &price);
        price_travel(s, day, room, use[c], &price);
    }
    price_crew(s, option, use, crew, &price);
    return price;
}

#endif
