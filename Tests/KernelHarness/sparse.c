// Sparse kernels against sums in higher precision, on random small shapes with exactly sized buffers.
#include "CLacunaKernels.h"

#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

static uint64_t state = 0x9E3779B97F4A7C15u;
static uint64_t bits(void) {
    state ^= state << 13;
    state ^= state >> 7;
    state ^= state << 17;
    return state;
}
static long below(long n) { return (long)((bits() >> 11) % (uint64_t)n); }
static double uniform(void) { return (double)(bits() >> 11) / 9007199254740992.0 - 0.5; }

static long checked;
static const char *where;
static void fail(const char *what, long i, long j, double found, double wanted) {
    fprintf(stderr, "sparse: %s, %s at (%ld, %ld): %.17g, expected %.17g\n", where, what, i, j, found, wanted);
    exit(1);
}

#define REAL float
#define WIDER double
#define EPSILON 0x1p-23
#define BLOCKS lacuna_blocks_float
#define GROUPED lacuna_grouped_float
#define SPARSE sparse_float
#define KERNELS lacuna_sparse_float
#define NAME(name) name##_float
#include "sparse-cases.inc"
#undef REAL
#undef WIDER
#undef EPSILON
#undef BLOCKS
#undef GROUPED
#undef SPARSE
#undef KERNELS
#undef NAME

#define REAL double
#define WIDER long double
#define EPSILON 0x1p-52
#define BLOCKS lacuna_blocks_double
#define GROUPED lacuna_grouped_double
#define SPARSE sparse_double
#define KERNELS lacuna_sparse_double
#define NAME(name) name##_double
#include "sparse-cases.inc"

int main(void) {
    for (int i = 0; i < 1200; i++) {
        blocks_float();
        blocks_double();
        grouped_float(i);
        grouped_double(i);
    }
    printf("sparse: %ld elements of %s and portable kernels agree\n", checked, lacuna_kernels()->name);
    return 0;
}
