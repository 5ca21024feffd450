// Chains of block-diagonal factors against a naive oracle: random shapes, strides, permutations, conjugations and column
// counts, each computed whole and in random column ranges, which must agree to the bit.
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "CLacunaKernels.h"

static unsigned long long state = 88172645463325252ull;
static long draw(long low, long high) {
    state ^= state << 13, state ^= state >> 7, state ^= state << 17;
    return low + (long)((state >> 20) % (unsigned long long)(high - low + 1));
}
static double uniform(void) { return draw(-1000000, 1000000) * 1e-6; }

// Real arrays of float or double, exactly as long as used so that the sanitizer sees every step outside.
typedef struct {
    int isDouble;
    long count;
    void *data;
} reals;
static reals make(int isDouble, long count) {
    const size_t bytes = (isDouble ? sizeof(double) : sizeof(float)) * (size_t)count;
    return (reals){isDouble, count, malloc(bytes ? bytes : 1)};
}
static double get(const reals *a, long i) { return a->isDouble ? ((double *)a->data)[i] : ((float *)a->data)[i]; }
static void set(reals *a, long i, double value) {
    if (a->isDouble) ((double *)a->data)[i] = value;
    else ((float *)a->data)[i] = (float)value;
}
static void fill(reals *a) {
    for (long i = 0; i < a->count; i++) set(a, i, uniform());
}

// One factor on planes of real and imaginary parts, in double.
static void naive(
    const lacuna_block_factor *f, const reals *entries, int parts, long columns, const double *x, double *y, double *size) {
    for (long g = 0; g < f->blocks; g++)
        for (long r = 0; r < f->rows; r++)
            for (long c = 0; c < columns; c++) {
                double re = 0, im = 0, sum = 0;
                for (long d = 0; d < f->depth; d++) {
                    const long at = g * f->blockStride + r * f->rowStride + d * f->depthStride;
                    const double a = get(entries, parts * at);
                    const double b = parts == 2 ? (f->conjugate ? -1 : 1) * get(entries, parts * at + 1) : 0;
                    const long row = f->interleavedInput ? d * f->blocks + g : g * f->depth + d;
                    const double *in = x + 2 * (row * columns + c);
                    re += a * in[0] - b * in[1];
                    im += a * in[1] + b * in[0];
                    sum += hypot(a, b) * size[row * columns + c];
                }
                const long row = f->interleavedOutput ? r * f->blocks + g : g * f->rows + r;
                double *out = y + 2 * (row * columns + c);
                out[0] = re, out[1] = im;
                y[2 * f->blocks * f->rows * columns + row * columns + c] = sum;
            }
}

static void run(
    const lacuna_kernel_set *set, int isDouble, int parts, const lacuna_block_factor *factors, long count, long columns,
    long from, long to, const reals *x, long xStride, reals *y, long yStride, int accumulate) {
    const long scalar = parts * (isDouble ? 8 : 4), bytes = lacuna_chain_workspace(factors, count, columns, scalar);
    void *workspace = malloc((size_t)bytes);
    if (isDouble)
        (parts == 2 ? set->chain_complex_double : set->chain_double)(
            factors, count, columns, from, to, x->data, xStride, y->data, yStride, accumulate, workspace);
    else
        (parts == 2 ? set->chain_complex_float : set->chain_float)(
            factors, count, columns, from, to, x->data, xStride, y->data, yStride, accumulate, workspace);
    free(workspace);
}

static int trial(long number, int large) {
    const int isDouble = (int)draw(0, 1), parts = (int)draw(1, 2), accumulate = (int)draw(0, 1);
    const long count = draw(1, 3), limit = large ? 40 : 9;
    const long columns = draw(0, 4) == 0 ? draw(0, 2) : large ? draw(100, 300) : draw(3, 40);
    lacuna_block_factor factors[3];
    reals entries[3];
    long rows = 0, depths = 0;
    for (long s = 0; s < count; s++) {
        lacuna_block_factor *f = factors + s;
        if (s == 0) {
            f->blocks = draw(0, 9) == 0 ? 0 : draw(1, limit), f->depth = draw(0, limit);
        } else if (rows == 0) {
            f->blocks = draw(0, 3), f->depth = 0;
        } else {
            do f->blocks = draw(1, rows); while (rows % f->blocks);
            f->depth = rows / f->blocks;
        }
        f->rows = draw(0, 15) == 0 ? 0 : draw(1, limit);
        // Row-major, column-major or neither, blocks apart from each other.
        const long gap = draw(0, 2), kind = draw(0, 2), unit = kind == 2 ? 2 : 1;
        if (kind == 0) f->depthStride = 1, f->rowStride = f->depth + gap;
        else f->rowStride = unit, f->depthStride = unit * (f->rows + gap);
        const long used = f->rows && f->depth ? (f->rows - 1) * f->rowStride + (f->depth - 1) * f->depthStride + 1 : 0;
        f->blockStride = used + draw(0, 3);
        f->interleavedInput = (int)draw(0, 1), f->interleavedOutput = (int)draw(0, 1), f->conjugate = (int)draw(0, 1);
        entries[s] = make(isDouble, used && f->blocks ? parts * ((f->blocks - 1) * f->blockStride + used) : 0);
        fill(entries + s);
        f->entries = entries[s].data;
        rows = f->blocks * f->rows, depths += f->depth;
    }
    const long inputs = factors[0].blocks * factors[0].depth;
    const long xStride = columns + draw(0, 3), yStride = columns + draw(0, 3);
    reals x = make(isDouble, inputs && columns ? parts * ((inputs - 1) * xStride + columns) : 0);
    reals start = make(isDouble, rows && columns ? parts * ((rows - 1) * yStride + columns) : 0);
    fill(&x), fill(&start);

    double *value = calloc((size_t)(2 * inputs * columns + 1), sizeof(double));
    double *size = calloc((size_t)(inputs * columns + 1), sizeof(double));
    for (long i = 0; i < inputs; i++)
        for (long c = 0; c < columns; c++) {
            for (int q = 0; q < parts; q++) value[2 * (i * columns + c) + q] = get(&x, parts * (i * xStride + c) + q);
            size[i * columns + c] = hypot(value[2 * (i * columns + c)], value[2 * (i * columns + c) + 1]);
        }
    for (long s = 0; s < count; s++) {
        const long out = factors[s].blocks * factors[s].rows * columns;
        double *y = calloc((size_t)(3 * out + 1), sizeof(double)), *ySize = malloc(sizeof(double) * (size_t)(out + 1));
        naive(factors + s, entries + s, parts, columns, value, y, size);
        memcpy(ySize, y + 2 * out, sizeof(double) * (size_t)out);
        free(value), free(size);
        value = y, size = ySize;
    }

    const double ulp = isDouble ? 0x1p-52 : 0x1p-23;
    int failed = 0;
    const lacuna_kernel_set *sets[2] = {lacuna_portable_kernels(), lacuna_kernels()};
    const size_t bytes = (isDouble ? 8 : 4) * (size_t)start.count;
    for (int k = 0; k < 2 && !failed; k++) {
        reals whole = make(isDouble, start.count), split = make(isDouble, start.count);
        memcpy(whole.data, start.data, bytes), memcpy(split.data, start.data, bytes);
        run(sets[k], isDouble, parts, factors, count, columns, 0, columns, &x, xStride, &whole, yStride, accumulate);
        for (long from = 0; from < columns;) {
            const long to = draw(from, columns);
            run(sets[k], isDouble, parts, factors, count, columns, from, to, &x, xStride, &split, yStride, accumulate);
            from = to;
        }
        if (memcmp(whole.data, split.data, bytes)) failed = 1, printf("split differs: ");
        for (long i = 0; i < rows && !failed; i++)
            for (long c = 0; c < yStride && !failed; c++)
                for (int q = 0; q < parts; q++) {
                    const long at = parts * (i * yStride + c) + q;
                    if (at >= whole.count) continue;
                    const double before = get(&start, at), got = get(&whole, at);
                    if (c >= columns) {
                        if (got != before) failed = 1, printf("wrote between rows: ");
                        continue;
                    }
                    const double expected = value[2 * (i * columns + c) + q] + (accumulate ? before : 0);
                    const double bound = 4 * ulp * sqrt(depths + 1.0) * (size[i * columns + c] + fabs(before));
                    if (!(fabs(got - expected) <= bound))
                        failed = 1, printf("row %ld column %ld: %.17g, expected %.17g: ", i, c, got, expected);
                }
        if (failed) printf("%s, trial %ld\n", sets[k]->name, number);
        free(whole.data), free(split.data);
    }
    for (long s = 0; s < count; s++) free(entries[s].data);
    free(x.data), free(start.data), free(value), free(size);
    return failed;
}

int main(void) {
    for (long t = 0; t < 1200; t++)
        if (trial(t, t % 20 == 0)) return 1;
    printf("chains: 1200 trials\n");
    return 0;
}
