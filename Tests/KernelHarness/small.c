// Small dense kernels against plain sums in long double, on random shapes and strides with exactly sized buffers;
// eigendecompositions by their residual, orthogonality and trace.
#include <complex.h>
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "CLacunaKernels.h"

typedef long double _Complex wide;

static unsigned long long state = 88172645463325252ull;
static long draw(long low, long high) {
    state ^= state << 13, state ^= state >> 7, state ^= state << 17;
    return low + (long)((state >> 20) % (unsigned long long)(high - low + 1));
}
static double uniform(void) { return draw(-1000000, 1000000) * 1e-6; }

static double *make(long count) { return malloc(count > 0 ? sizeof(double) * (size_t)count : 1); }
static double *random_numbers(long count) {
    double *numbers = make(count);
    for (long i = 0; i < count; i++) numbers[i] = uniform();
    return numbers;
}
static double *copy(const double *numbers, long count) {
    double *copy = make(count);
    if (count > 0) memcpy(copy, numbers, sizeof(double) * (size_t)count);
    return copy;
}
// Element `at` of an array of real (parts = 1) or complex numbers.
static wide get(const double *numbers, int parts, long at) {
    return parts == 1 ? numbers[at] : numbers[2 * at] + I * (wide)numbers[2 * at + 1];
}

static const char *where;
static long checked;
static void near(wide found, wide expected, long double bound, const char *set, long i, long j) {
    checked++;
    if (cabsl(found - expected) <= bound) return;
    fprintf(
        stderr, "small: %s, %s at (%ld, %ld): %.17Lg %+.17Lgi, expected %.17Lg %+.17Lgi\n", where, set, i, j,
        creall(found), cimagl(found), creall(expected), cimagl(expected));
    exit(1);
}

static void combine(const lacuna_kernel_set *set, int parts) {
    where = parts == 1 ? "combine" : "combine_complex";
    const long length = draw(0, 40), outputs = draw(0, 9), depth = draw(0, 12);
    const long xStride = length + draw(0, 3), outStride = length + draw(0, 3), gap = draw(0, 2);
    // By output or by depth, with gaps.
    const int byOutput = (int)draw(0, 1);
    const long outputStride = byOutput ? depth + gap : 1 + gap, depthStride = byOutput ? 1 : (1 + gap) * outputs;
    const long xCount = depth && length ? (depth - 1) * xStride + length : 0;
    const long outCount = outputs && length ? (outputs - 1) * outStride + length : 0;
    const long used = outputs && depth ? (outputs - 1) * outputStride + (depth - 1) * depthStride + 1 : 0;
    double *x = random_numbers(parts * xCount), *coefficients = random_numbers(parts * used);
    double *out = make(parts * outCount);
    for (long i = 0; i < parts * outCount; i++) out[i] = 99;
    (parts == 1 ? set->combine : set->combine_complex)(
        length, outputs, depth, x, xStride, coefficients, outputStride, depthStride, out, outStride);
    for (long c = 0; c < outputs; c++)
        for (long i = 0; i < outStride && c * outStride + i < outCount; i++) {
            const wide found = get(out, parts, c * outStride + i);
            // Between the outputs nothing is written.
            if (i >= length) {
                near(found, parts == 1 ? 99 : 99 + 99 * I, 0, set->name, c, i);
                continue;
            }
            wide sum = 0;
            long double size = 0;
            for (long j = 0; j < depth; j++) {
                const wide term =
                    get(coefficients, parts, c * outputStride + j * depthStride) * get(x, parts, j * xStride + i);
                sum += term, size += cabsl(term);
            }
            near(found, sum, 0x1p-52L * (depth + 2) * size, set->name, c, i);
        }
    free(x), free(coefficients), free(out);
}

static void rows(const lacuna_kernel_set *set) {
    const long count = draw(0, 13), length = draw(0, 40);
    double *t = random_numbers(count * length), *v = random_numbers(length);
    double *products = make(count), *gram = make(count * count);
    set->row_products(count, length, t, v, products);
    set->row_gram(count, length, t, gram);
    for (long i = 0; i < count; i++)
        for (long j = -1; j < count; j++) {
            // Column -1 is the product with the vector.
            where = j < 0 ? "row_products" : "row_gram";
            const double *other = j < 0 ? v : t + j * length;
            long double sum = 0, size = 0;
            for (long k = 0; k < length; k++) {
                const long double term = (long double)t[i * length + k] * other[k];
                sum += term, size += fabsl(term);
            }
            near(j < 0 ? products[i] : gram[i + j * count], sum, 0x1p-52L * (length + 2) * size, set->name, i, j);
        }
    free(t), free(v), free(products), free(gram);
}

static void moments(const lacuna_kernel_set *set, int parts) {
    where = parts == 1 ? "second_moment" : "second_moment_complex";
    const long length = draw(0, 40);
    const double scale = fabs(uniform());
    double *g = random_numbers(length), *mean = random_numbers(parts * length), *moment = random_numbers(length);
    double *before = copy(moment, length);
    (parts == 1 ? set->second_moment : set->second_moment_complex)(length, scale, g, mean, moment);
    for (long i = 0; i < length; i++) {
        const long double variance = (long double)scale * g[i] - before[i], modulus = cabsl(get(mean, parts, i));
        const long double size = fabsl((long double)scale * g[i]) + fabsl((long double)before[i]) + modulus * modulus;
        near(moment[i], fmaxl(variance, 0) + modulus * modulus, 0x1p-51L * size, set->name, i, 0);
    }
    free(g), free(mean), free(moment), free(before);
}

// Dense, of low rank, diagonal, a multiple of the identity, zero; of any size that double precision holds.
static double *hermitian(long n, int parts) {
    double *a = make(parts * n * n);
    const long kind = draw(0, 5), rank = kind == 1 ? draw(0, n) : 2 * n, far = draw(0, 3);
    const double scale = far ? 1 : ldexp(1, (int)draw(-900, 900));
    double *b = random_numbers(parts * n * rank), *signs = random_numbers(rank);
    const double same = uniform();
    for (long j = 0; j < n; j++)
        for (long i = 0; i < n; i++) {
            wide sum = 0;
            if (kind <= 2)
                for (long k = 0; k < rank; k++)
                    sum += (wide)signs[k] * get(b, parts, i * rank + k) * conjl(get(b, parts, j * rank + k));
            else if (i == j && kind <= 4)
                sum = kind == 3 ? signs[i] : same;
            a[parts * (i + j * n)] = scale * (double)creall(sum);
            if (parts == 2) a[2 * (i + j * n) + 1] = i == j ? 0 : scale * (double)cimagl(sum);
        }
    free(b), free(signs);
    return a;
}

static void eigen(const lacuna_kernel_set *set, int parts) {
    where = parts == 1 ? "eigen" : "eigen_complex";
    const long n = draw(1, LACUNA_EIGEN_LIMIT);
    double *a = hermitian(n, parts), *vectors = copy(a, parts * n * n), *values = make(n);
    // Only the lower triangle counts.
    for (long j = 0; j < n; j++)
        for (long i = 0; i < parts * j; i++) vectors[parts * j * n + i] = 77;
    const int status = (parts == 1 ? set->eigen : set->eigen_complex)(n, vectors, values);
    near(status, 0, 0, set->name, n, n);
    long double norm = 0, trace = 0, sum = 0;
    for (long i = 0; i < n * n; i++) norm += cabsl(get(a, parts, i)) * cabsl(get(a, parts, i));
    norm = sqrtl(norm);
    for (long j = 0; j < n; j++) {
        trace += creall(get(a, parts, j + j * n)), sum += values[j];
        for (long i = 0; i < n; i++) {
            wide product = 0, inner = 0;
            for (long k = 0; k < n; k++) {
                product += get(a, parts, i + k * n) * get(vectors, parts, k + j * n);
                inner += conjl(get(vectors, parts, k + i * n)) * get(vectors, parts, k + j * n);
            }
            near(product, values[j] * get(vectors, parts, i + j * n), 0x1p-48L * norm, set->name, i, j);
            near(inner, i == j, 0x1p-47L, set->name, i, j);
        }
    }
    near(sum, trace, 0x1p-48L * norm * sqrtl(n), set->name, n, n);
    free(a), free(vectors), free(values);
}

int main(void) {
    const lacuna_kernel_set *sets[2] = {lacuna_portable_kernels(), lacuna_kernels()};
    for (long t = 0; t < 1000; t++)
        for (int s = 0; s < 2; s++) {
            rows(sets[s]);
            for (int parts = 1; parts <= 2; parts++) {
                combine(sets[s], parts);
                moments(sets[s], parts);
                if (t % 4 == 0) eigen(sets[s], parts);
            }
        }
    printf("small: %ld elements of %s and portable kernels agree\n", checked, sets[1]->name);
    return 0;
}
