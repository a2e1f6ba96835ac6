/* The random numbers of all kernels: ours, so that a seed means the same on every machine.
   xoshiro256** by Blackman and Vigna (2018), seeded by splitmix64. */
#ifndef LEERGANG_RANDOM_H
#define LEERGANG_RANDOM_H

#include <stdint.h>

typedef struct {
    uint64_t s[4];
} Random;

static inline uint64_t rotated(uint64_t x, int k) { return (x << k) | (x >> (64 - k)); }

static inline uint64_t random_bits(Random *r) {
    const uint64_t result = rotated(r->s[1] * 5, 7) * 9;
    const uint64_t t = r->s[1] << 17;
    r->s[2] ^= r->s[0];
    r->s[3] ^= r->s[1];
    r->s[1] ^= r->s[2];
    r->s[0] ^= r->s[3];
    r->s[2] ^= t;
    r->s[3] = rotated(r->s[3], 45);
    return result;
}

static inline void random_seed(Random *r, uint64_t seed) {
    for (int i = 0; i < 4; i++) {
        uint64_t z = (seed += 0x9e3779b97f4a7c15ULL);
        z = (z ^ (z >> 30)) * 0xbf58476d1ce4e5b9ULL;
        z = (z ^ (z >> 27)) * 0x94d049bb133111ebULL;
        r->s[i] = z ^ (z >> 31);
    }
}

/* One of 0 .. n-1 (n < 2^31); the bias is below 2^-32. */
static inline uint32_t random_below(Random *r, uint32_t n) {
    return (uint32_t)(((random_bits(r) >> 32) * (uint64_t)n) >> 32);
}

/* -ln(u) for a uniform u, times 65536, in whole numbers only: an annealing step that makes things
   worse by d at temperature t is taken when d * 65536 <= t * random_patience(). The logarithm is
   found by repeated squaring (Knuth, TAOCP 1.2.2), 16 bits after the point. */
static inline uint32_t random_patience(Random *r) {
    uint64_t u = (random_bits(r) >> 32) | 1; /* 1 .. 2^32-1, as a share of 2^32 */
    int whole = 31 - (63 - __builtin_clzll(u));
    uint64_t x = u << (whole); /* 2^31 <= x < 2^32 */
    uint32_t bits = 0;
    for (int i = 0; i < 12; i++) { /* log2 of x / 2^31, bit by bit */
        x = (x * x) >> 31;
        bits <<= 1;
        if (x >> 32) {
            bits |= 1;
            x >>= 1;
        }
    }
    /* -log2(u / 2^32) = whole + 1 - bits / 2^12, then times ln 2 = 45426 / 65536 */
    uint64_t log2_16 = ((uint64_t)(whole + 1) << 16) - ((uint64_t)bits << 4);
    return (uint32_t)((log2_16 * 45426) >> 16);
}

#endif
