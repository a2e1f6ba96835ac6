/* Lifting a meeting out of the calendar and putting one in: all that is counted follows. */
#include <stdlib.h>
#include <string.h>

#include "calendar_price.h"

static void count_load(State *s, int32_t trainer, int32_t more) {
    s->with_load[s->load[trainer]]--;
    s->load[trainer] += more;
    s->with_load[s->load[trainer]]++;
    if (s->load[trainer] > s->top) s->top = s->load[trainer];
    while (s->top > 0 && !s->with_load[s->top]) s->top--;
}

static void link_slot(State *s, int32_t slot, int32_t at) {
    s->next[slot] = s->head[at];
    s->head[at] = slot;
}

static void unlink_slot(State *s, int32_t slot, int32_t at) {
    int32_t *link = &s->head[at];
    while (*link != slot) link = &s->next[*link];
    *link = s->next[slot];
}

static void count_trainers(State *s, int32_t meeting, int32_t day, int32_t option, int sign) {
    const Question *q = &s->q;
    for (int32_t slot = q->slot_start[meeting]; slot < q->slot_start[meeting + 1]; slot++) {
        const int32_t trainer = q->use_number[s->now.use[slot]], at = trainer * q->days + day;
        s->busy[at] += (uint32_t)sign * spread(q->parts[option]);
        s->in_week[trainer * q->weeks + q->week[day]] += sign;
        count_load(s, trainer, sign * q->load[option]);
        if (q->family[meeting] >= 0) s->met[q->family[meeting] * q->trainers + trainer] += sign;
        if (q->venues && sign > 0) link_slot(s, slot, at);
        if (q->venues && sign < 0) unlink_slot(s, slot, at);
    }
}

static void count_room(State *s, int32_t day, int32_t option, int32_t room, int sign) {
    if (room < 0) return;
    const int32_t at = s->q.spare_number[room] * s->q.days + day;
    s->held[at] += (uint32_t)sign * spread(s->q.parts[option]);
}

static void join_set(State *s, int32_t set, int32_t day) {
    s->on_day[set * s->q.days + day]++;
    s->on_weekday[set * WEEKDAYS + s->q.weekday[day]]++;
    if (!s->number[set]++) s->first[set] = s->last[set] = day;
    if (day < s->first[set]) s->first[set] = day;
    if (day > s->last[set]) s->last[set] = day;
}

static void leave_set(State *s, int32_t set, int32_t day) {
    const int32_t *on_day = s->on_day + (int64_t)set * s->q.days;
    s->on_day[set * s->q.days + day]--;
    s->on_weekday[set * WEEKDAYS + s->q.weekday[day]]--;
    if (!--s->number[set]) return;
    while (!on_day[s->first[set]]) s->first[set]++;
    while (!on_day[s->last[set]]) s->last[set]--;
}

static void count_sets(State *s, int32_t meeting, int32_t day, int sign) {
    const Question *q = &s->q;
    for (int32_t a = q->side_start[meeting]; a < q->side_start[meeting + 1]; a++) {
        if (sign > 0) join_set(s, q->side_set[a], day);
        else leave_set(s, q->side_set[a], day);
    }
}

static void add(Price *total, Price price, int sign) {
    total->energy += sign * price.energy;
    total->cost += sign * price.cost;
    total->strain += sign * price.strain;
}

/* While it is lifted its day is NOWHERE; option, room and trainers are still to be read. */
Price lift(State *s, int32_t meeting) {
    const int32_t day = s->now.day[meeting], option = s->now.option[meeting];
    const int32_t room = s->now.room[meeting];
    count_trainers(s, meeting, day, option, -1);
    count_room(s, day, option, room, -1);
    count_sets(s, meeting, day, -1);
    s->now.day[meeting] = NOWHERE;
    const int32_t *use = s->now.use + s->q.slot_start[meeting];
    const Price price = price_of(s, meeting, day, option, room, use);
    add(&s->total, price, -1);
    return price;
}

void put(State *s, int32_t meeting, int32_t day, int32_t option, int32_t room, const int32_t *use) {
    int32_t *mine = s->now.use + s->q.slot_start[meeting];
    add(&s->total, price_of(s, meeting, day, option, room, use), 1);
    memmove(mine, use, sizeof *use * (size_t)crew_size(s, meeting));
    s->now.day[meeting] = day;
    s->now.option[meeting] = option;
    s->now.room[meeting] = room;
    count_trainers(s, meeting, day, option, 1);
    count_room(s, day, option, room, 1);
    count_sets(s, meeting, day, 1);
}

/* The energy anew, after the weights changed; nothing moves. */
void restate(State *s) {
    const int32_t meetings = s->q.meetings;
    int32_t *day = s->scratch;
    memcpy(day, s->now.day, sizeof *day * (size_t)meetings);
    for (int32_t m = 0; m < meetings; m++)
        if (day[m] >= 0) lift(s, m);
    s->total = (Price){0, 0, 0};
    for (int32_t m = 0; m < meetings; m++)
        if (day[m] >= 0)
            put(s, m, day[m], s->now.option[m], s->now.room[m],
                s->now.use + s->q.slot_start[m]);
}

void keep_best(State *s) {
    const size_t meetings = sizeof(int32_t) * (size_t)s->q.meetings;
    s->best_total = s->total;
    memcpy(s->best.day, s->now.day, meetings);
    memcpy(s->best.option, s->now.option, meetings);
    memcpy(s->best.room, s->now.room, meetings);
    memcpy(s->best.use, s->now.use, sizeof(int32_t) * (size_t)s->q.slots);
}
