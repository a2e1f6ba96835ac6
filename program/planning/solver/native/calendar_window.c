/* Where the windows of parallel meetings lie: there, where least days are outside. */
#include "calendar_price.h"

/* The days outside a window that begins on each day, walked from the first to the last. */
static void lay_window(State *s, int32_t set) {
    const int32_t *on_day = s->on_day + (int64_t)set * s->q.days, window = s->q.window[set];
    int64_t outside = 0, least = INT64_MAX, before = 0, after = 0;
    uint32_t equal = 0;
    for (int32_t day = window + 1; day < s->q.days; day++) {
        outside += (int64_t)on_day[day] * (day - window);
        after += on_day[day];
    }
    for (int32_t from = 0; from < s->q.days; from++) {
        if (outside < least) {
            least = outside;
            equal = 0;
        }
        if (outside == least && !random_below(&s->random, ++equal)) s->anchor[set] = from;
        before += on_day[from];
        outside += before - after;
        if (from + window + 1 < s->q.days) after -= on_day[from + window + 1];
    }
}

void lay_windows(State *s) {
    for (int32_t set = 0; set < s->q.parallels; set++)
        if (is_hard_window(s, set) && s->number[set]) lay_window(s, set);
}
