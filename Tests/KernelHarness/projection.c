// Monarch projections against a one-sided Jacobi SVD: Gaussian slices, members of the class, vanishing slices, extreme
// scales, rectangular shapes and ranks; the error is taken from the factors, and ranges of slices agree to the bit.
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
static double gaussian(void) {
    return sqrt(-2 * log(draw(1, 1000000) * 1e-6)) * cos(6.283185307179586 * draw(0, 999999) * 1e-6);
}

// Squares of the singular values of the columns x rows matrix t, whose columns are made orthogonal, in descending order.
static void squares(long rows, long columns, double *t, double *value) {
    for (int sweep = 0; sweep < 60; sweep++) {
        double largest = 0;
        for (long a = 0; a < columns; a++)
            for (long b = a + 1; b < columns; b++) {
                double p = 0, q = 0, r = 0;
                for (long i = 0; i < rows; i++) {
                    const double x = t[a * rows + i], y = t[b * rows + i];
                    p += x * x, q += y * y, r += x * y;
                }
                if (fabs(r) <= 1e-15 * sqrt(p * q) || r == 0) continue;
                largest = fmax(largest, fabs(r) / sqrt(p * q));
                const double z = (q - p) / (2 * r), s = (z < 0 ? -1 : 1) / (fabs(z) + sqrt(1 + z * z));
                const double c = 1 / sqrt(1 + s * s);
                for (long i = 0; i < rows; i++) {
                    const double x = t[a * rows + i], y = t[b * rows + i];
                    t[a * rows + i] = c * (x - s * y), t[b * rows + i] = c * (s * x + y);
                }
            }
        if (largest < 1e-14) break;
    }
    for (long a = 0; a < columns; a++) {
        double sum = 0;
        for (long i = 0; i < rows; i++) sum += t[a * rows + i] * t[a * rows + i];
        long at = a;
        for (; at > 0 && value[at - 1] < sum; at--) value[at] = value[at - 1];
        value[at] = sum;
    }
}

static double get(int isDouble, const void *a, long i) { return isDouble ? ((double *)a)[i] : ((float *)a)[i]; }
static void set(int isDouble, void *a, long i, double v) {
    if (isDouble) ((double *)a)[i] = v;
    else ((float *)a)[i] = (float)v;
}
static long project(
    const lacuna_kernel_set *kernels, int isDouble, const lacuna_monarch_shape *shape, long first, long last,
    const void *a, long stride, const void *start, double tolerance, void *left, void *right, void *sigma) {
    void *workspace = malloc((size_t)lacuna_projection_workspace(shape, isDouble ? 8 : 4));
    const long unfinished = isDouble
        ? kernels->monarch_projection_double(
              shape, first, last, a, stride, start, tolerance, 5000, left, right, sigma, workspace)
        : kernels->monarch_projection_float(
              shape, first, last, a, stride, start, (float)tolerance, 5000, left, right, sigma, workspace);
    free(workspace);
    return unfinished;
}

static int trial(long number) {
    const int isDouble = (int)draw(0, 1), kind = (int)draw(0, 3);
    const size_t each = isDouble ? 8 : 4;
    const lacuna_monarch_shape shape = {draw(1, 20), draw(1, 20), draw(1, 4), draw(1, 4), draw(1, 3)};
    const long q = shape.rows, c = shape.columns, b = shape.leftBlocks, p = shape.rightBlocks, rank = shape.rank;
    const long stride = p * c + draw(0, 3), count = (q * b - 1) * stride + p * c;
    // Scales whose squares leave the range of the type.
    const double scale = draw(0, 2) ? 1 : ldexp(1, (int)((draw(0, 1) ? 1 : -1) * (isDouble ? 700 : 90)));
    void *a = malloc(each * (size_t)count), *start = malloc(each * (size_t)c);
    for (long i = 0; i < count; i++) set(isDouble, a, i, scale * gaussian());
    for (long i = 0; i < c; i++) set(isDouble, start, i, gaussian());
    if (kind > 0)
        for (long j = 0; j < b; j++)
            for (long k = 0; k < p; k++) {
                // A member of rank `rank` (1), of rank one with others vanishing (2), or with a clear gap (3).
                const long terms = kind == 1 ? rank : 1;
                double u[3][20], v[3][20];
                for (long m = 0; m < terms; m++) {
                    for (long l = 0; l < q; l++) u[m][l] = gaussian();
                    for (long i = 0; i < c; i++) v[m][i] = gaussian();
                }
                const double zero = kind == 2 && draw(0, 1) ? 0 : 1;
                for (long l = 0; l < q; l++)
                    for (long i = 0; i < c; i++) {
                        const long at = (l * b + j) * stride + k * c + i;
                        double sum = kind == 3 ? 0.01 * gaussian() : 0;
                        for (long m = 0; m < terms; m++) sum += u[m][l] * v[m][i] / (1 + 4 * m);
                        set(isDouble, a, at, scale * zero * sum);
                    }
            }

    const size_t lefts = (size_t)(b * q * p * rank), rights = (size_t)(p * rank * b * c), sigmas = (size_t)(b * p * rank);
    int failed = 0;
    const lacuna_kernel_set *sets[2] = {lacuna_portable_kernels(), lacuna_kernels()};
    for (int s = 0; s < 2 && !failed; s++) {
        void *left = malloc(each * lefts), *right = malloc(each * rights), *sigma = malloc(each * sigmas);
        void *left2 = malloc(each * lefts), *right2 = malloc(each * rights);
        const double tolerance = isDouble ? 1e-12 : 1e-6;
        project(sets[s], isDouble, &shape, 0, b, a, stride, start, tolerance, left, right, sigma);
        const long middle = draw(0, b);
        project(sets[s], isDouble, &shape, 0, middle, a, stride, start, tolerance, left2, right2, 0);
        project(sets[s], isDouble, &shape, middle, b, a, stride, start, tolerance, left2, right2, 0);
        if (memcmp(left, left2, each * lefts) || memcmp(right, right2, each * rights))
            failed = 1, printf("ranges differ: ");
        for (long j = 0; j < b && !failed; j++)
            for (long k = 0; k < p && !failed; k++) {
                double t[400], value[20] = {0}, total = 0, error = 0, best = 0;
                for (long l = 0; l < q; l++)
                    for (long i = 0; i < c; i++) {
                        const double entry = get(isDouble, a, (l * b + j) * stride + k * c + i) / scale;
                        double product = 0;
                        for (long m = 0; m < rank; m++)
                            product += get(isDouble, left, ((j * q + l) * p + k) * rank + m) / sqrt(scale) *
                                       (get(isDouble, right, ((k * rank + m) * b + j) * c + i) / sqrt(scale));
                        t[i * q + l] = entry;
                        total += entry * entry, error += (entry - product) * (entry - product);
                    }
                squares(q, c, t, value);
                for (long m = rank; m < c; m++) best += value[m];
                // Gaussian slices may have close singular values, which power iteration is slow to part.
                const double slack = kind == 0 ? 1e-4 : isDouble ? 1e-10 : 1e-5;
                if (!(error <= best + slack * total))
                    failed = 1, printf("slice %ld %ld: error %g, optimum %g of %g: ", j, k, error, best, total);
                if (total == 0 && get(isDouble, sigma, (j * p + k) * rank) != 0) failed = 1, printf("not zero: ");
            }
        // Not-a-number is reported and confined to its slice.
        if (!failed) {
            void *bad = malloc(each * (size_t)count);
            memcpy(bad, a, each * (size_t)count);
            set(isDouble, bad, 0, NAN);
            const long lost = project(sets[s], isDouble, &shape, 0, b, bad, stride, start, tolerance, left2, right2, sigma);
            if (lost < 1 || !isnan(get(isDouble, sigma, 0))) failed = 1, printf("lost slice not reported: ");
            if (b > 1 && memcmp((char *)left + each * (size_t)(q * p * rank), (char *)left2 + each * (size_t)(q * p * rank),
                                each * (lefts - (size_t)(q * p * rank))))
                failed = 1, printf("not-a-number spread: ");
            free(bad);
        }
        if (failed)
            printf("%s, trial %ld, %s, kind %d, %ld x %ld rank %ld\n", sets[s]->name, number,
                   isDouble ? "double" : "float", kind, q, c, rank);
        free(left), free(right), free(sigma), free(left2), free(right2);
    }
    free(a), free(start);
    return failed;
}

int main(void) {
    for (long t = 0; t < 1000; t++)
        if (trial(t)) return 1;
    printf("projection: 1000 trials\n");
    return 0;
}
