// Optimiser steps and normal numbers against plain formulas in higher precision, on ragged counts at any alignment with
// exactly sized arrays; every set must give the same bits.
#include <math.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "CLacunaKernels.h"

static unsigned long long state = 88172645463325252ull;
static unsigned long long bits(void) {
    state ^= state << 13, state ^= state >> 7, state ^= state << 17;
    return state;
}
static long draw(long low, long high) { return low + (long)((bits() >> 20) % (unsigned long long)(high - low + 1)); }
static double uniform(void) { return draw(-1000000, 1000000) * 1e-6; }

static const lacuna_kernel_set *sets[2];
static const char *where;
static long checked;
static void fail(const char *set, long i, double found, double expected) {
    fprintf(stderr, "steps: %s, %s, element %ld: %.17g, expected %.17g\n", where, set, i, found, expected);
    exit(1);
}

#define REAL float
#define WIDER double
#define EPSILON 0x1p-23
#define NAME(name) name##_float
#include "steps-cases.inc"
#undef REAL
#undef WIDER
#undef EPSILON
#undef NAME

#define REAL double
#define WIDER long double
#define EPSILON 0x1p-52
#define NAME(name) name##_double
#include "steps-cases.inc"

// Block `counter` of Philox4x32-10 (Salmon et al. 2011) with a 64-bit key.
static void philox(uint64_t key, uint64_t counter, uint32_t words[4]) {
    uint32_t low = (uint32_t)key, high = (uint32_t)(key >> 32);
    words[0] = (uint32_t)counter, words[1] = (uint32_t)(counter >> 32), words[2] = words[3] = 0;
    for (int round = 0; round < 10; round++) {
        const uint64_t first = (uint64_t)words[0] * 0xD2511F53u, second = (uint64_t)words[2] * 0xCD9E8D57u;
        const uint32_t next[4] = {
            (uint32_t)(second >> 32) ^ words[1] ^ low, (uint32_t)second, (uint32_t)(first >> 32) ^ words[3] ^ high,
            (uint32_t)first};
        memcpy(words, next, sizeof next);
        low += 0x9E3779B9u, high += 0xBB67AE85u;
    }
}

// Number `at` of a key: of each 32, eight cosines and eight sines from the first words of eight blocks, then as many from
// the others.
static double normal(uint64_t key, uint64_t at) {
    static const int order[8] = {0, 1, 4, 5, 2, 3, 6, 7};
    uint32_t words[4];
    philox(key, 8 * (at / 32) + (uint64_t)order[at % 8], words);
    const uint32_t radius = words[at % 32 / 16 * 2], angle = words[at % 32 / 16 * 2 + 1];
    // The angle counts from its quadrant's middle.
    const double turn = acos(-1) / 2 * ((angle >> 30) + (double)(int32_t)(angle << 2) * 0x1p-32);
    const double length = sqrt(-2 * log((float)(radius >> 1 | 1) * 0x1p-31));
    return length * (at % 16 < 8 ? cos(turn) : sin(turn));
}

static void normals(void) {
    where = "normals";
    // From the first group, and across the carry from the counter's lower word to its upper one.
    const uint64_t key = bits();
    const long count = draw(0, 100), group = draw(0, 1) ? draw(0, 5) : (1l << 29) - draw(0, 3);
    float *found[2];
    for (int s = 0; s < 2; s++) {
        found[s] = malloc(count ? sizeof(float) * (size_t)count : 1);
        sets[s]->normals(key, group, count, found[s]);
        for (long i = 0; i < count; i++) {
            const double expected = normal(key, 32 * (uint64_t)group + (uint64_t)i);
            if (!(fabs(found[s][i] - expected) <= 1e-6 * (1 + fabs(expected))))
                fail(sets[s]->name, i, found[s][i], expected);
        }
    }
    for (long i = 0; i < count; i++)
        if (memcmp(found[0] + i, found[1] + i, sizeof(float))) fail("bits", i, found[1][i], found[0][i]);
    checked += count;
    free(found[0]), free(found[1]);
}

int main(void) {
    sets[0] = lacuna_portable_kernels(), sets[1] = lacuna_kernels();
    for (long t = 0; t < 1000; t++) {
        adam_float();
        adam_double();
        momentum_float();
        momentum_double();
        tanh_float();
        tanh_double();
        normals();
    }
    printf("steps: %ld elements of %s and portable kernels agree\n", checked, sets[1]->name);
    return 0;
}
