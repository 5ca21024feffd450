// Sparse products, optimiser steps and small dense kernels, the last in double precision for matrices that are too small for BLAS and LAPACK to be worth their overhead.
// Every kernel exists in a portable build and in one for AVX2 and FMA; `lacuna_kernels()` picks by the machine, once.
// Complex numbers are pairs of doubles (real, imaginary). Matrices are column-major unless said.
#ifndef LACUNA_KERNELS_H
#define LACUNA_KERNELS_H

#include "LacunaSparseKernels.h"
// A block-diagonal factor between two permutations: block g of `blocks` maps `depth` input rows to `rows` output rows,
//     out(g, r) = sum_d entries[g * blockStride + r * rowStride + d * depthStride] * in(g, d),
// entries conjugated if `conjugate`. in(g, d) is row g * depth + d of the input, or d * blocks + g if `interleavedInput`;
// out(g, r) is row g * rows + r of the output, or r * blocks + g if `interleavedOutput`. Strides in scalars. The adjoint
// swaps rows and depth, their strides and the two flags, and flips `conjugate`.
typedef struct {
    long blocks, rows, depth;
    const void *entries;
    long blockStride, rowStride, depthStride;
    int interleavedInput, interleavedOutput, conjugate;
} lacuna_block_factor;

// Weights of `rows` output and `columns` input channels that vanish outside blocks of 4 output channels by 1 input
// channel. Block row i (outputs 4i..<4i+4) holds its blocks in groups of four, groups starts[i]..<starts[i + 1]; group
// g has the input channels offsets[4g..<4g+4] / LACUNA_INT8_TILE and values[16g + 4r + k], output 4i + r, input k of the
// group. Filling: any valid offset with values 0; rows past the end are stored and not read. LACUNA_INT8_AHEAD more groups
// of valid offsets follow the last. Sums hold for up to 65536 blocks in a row, offsets for 2^27 columns.
typedef struct {
    long rows, columns;
    const int *starts;
    const uint32_t *offsets;
    const signed char *values;
} lacuna_int8_blocks;

// Columns of x that are multiplied at a time; groups whose rows of x are called for ahead of their use.
enum { LACUNA_INT8_TILE = 32, LACUNA_INT8_AHEAD = 4 };

// What becomes of a sum s of output channel r. No scales: y is int32, s itself. Otherwise v = float(s) * scales[r] + bias[r]
// (bias may be null), rounded after each operation: y is float; if `quantised`, y is uint8, v rounded half to even plus
// zeroPoint (0...largest), clamped to 0...largest, not-a-number to 0; largest is 127 or 255. y is row-major with `stride` elements to a row.
typedef struct {
    const float *scales, *bias;
    int quantised, zeroPoint, largest;
    void *y;
    long stride;
} lacuna_int8_output;

typedef struct {
    // "portable", "avx2"
    const char *name;

    // out_c = sum_j coefficients[c * outputStride + j * depthStride] * x_j for c < outputs: vectors x_j of `length`
    // elements at x + j * xStride, out_c at out + c * outStride. Strides in elements. No overlap.
    void (*combine)(
        long length, long outputs, long depth, const double *x, long xStride, const double *coefficients,
        long outputStride, long depthStride, double *out, long outStride);
    void (*combine_complex)(
        long length, long outputs, long depth, const double *x, long xStride, const double *coefficients,
        long outputStride, long depthStride, double *out, long outStride);

    // out[i] = sum_j t[i * length + j] * v[j]: products of `rows` contiguous rows with one vector.
    void (*row_products)(long rows, long length, const double *t, const double *v, double *out);

    // gram[i + j * rows] = sum_k t[i * length + k] * t[j * length + k], both triangles.
    void (*row_gram)(long rows, long length, const double *t, double *gram);

    // moment[i] = max(scale * g[i] - moment[i], 0) + |mean[i]|^2; complex: mean is pairs.
    void (*second_moment)(long length, double scale, const double *g, const double *mean, double *moment);
    void (*second_moment_complex)(long length, double scale, const double *g, const double *mean, double *moment);

    // Eigenvalues (unordered) and eigenvectors (columns of a) of a Hermitian n x n matrix given by its lower triangle,
    // 1 <= n <= LACUNA_EIGEN_LIMIT. Returns 0, or 1 if the iteration did not converge; a is then garbage.
    int (*eigen)(long n, double *a, double *values);
    int (*eigen_complex)(long n, double *a, double *values);

    // See LacunaSparseKernels.h.
    lacuna_sparse_float sparse_float;
    lacuna_sparse_double sparse_double;

    // y = F_count ... F_2 F_1 x (or y += it if `accumulate`) for columns [from, to) of `columns`; x and y row-major with
    // strides in scalars, no overlap. One factor is a block-diagonal operator; a Monarch matrix with factors
    // R (p blocks, k = 0..<p, of q x c) and L (b blocks of s x r, b r = p q) is the chain R, L with L interleaved on both
    // sides; its adjoint is the chain L^H, R^H. blocks * rows of a factor equals blocks * depth of the next; count >= 1.
    // Results are bit-identical for every split into ranges. Workspace: lacuna_chain_workspace bytes per thread.
    void (*chain_float)(
        const lacuna_block_factor *factors, long count, long columns, long from, long to, const float *x, long xStride,
        float *y, long yStride, int accumulate, void *workspace);
    void (*chain_double)(
        const lacuna_block_factor *factors, long count, long columns, long from, long to, const double *x, long xStride,
        double *y, long yStride, int accumulate, void *workspace);
    void (*chain_complex_float)(
        const lacuna_block_factor *factors, long count, long columns, long from, long to, const float *x, long xStride,
        float *y, long yStride, int accumulate, void *workspace);
    void (*chain_complex_double)(
        const lacuna_block_factor *factors, long count, long columns, long from, long to, const double *x, long xStride,
        double *y, long yStride, int accumulate, void *workspace);

    // s = W (x - zeroPoint), exactly, for block rows [first, last) of W and columns [from, to) of x (uint8, row-major,
    // values up to 127 if `seven`, which is faster, else up to 255; zeroPoint 0...255); `output` says what is stored. A
    // vanishing weight drops its input, zero point included. Workspace: lacuna_int8_workspace bytes per thread.
    void (*int8_products)(
        const lacuna_int8_blocks *weights, long first, long last, long from, long to, const unsigned char *x, long xStride,
        int zeroPoint, int seven, const lacuna_int8_output *output, void *workspace);

    // Steps of optimisers on `count` elements, in place: with s = g + added w, m = beta1 m + rest1 s, v = beta2 v + rest2 s^2 and
    // w = kept w - first m / (sqrt(v) second + epsilon). No overlap; the same bits with every instruction set.
    void (*adam_float)(
        long count, float *w, const float *g, float *m, float *v, float added, float kept, float beta1, float rest1,
        float beta2, float rest2, float first, float second, float epsilon);
    void (*adam_double)(
        long count, double *w, const double *g, double *m, double *v, double added, double kept, double beta1,
        double rest1, double beta2, double rest2, double first, double second, double epsilon);
    // v = momentum v + g + decay w; w = w - rate v, with `nesterov` w - rate (g + decay w + momentum v).
    void (*momentum_float)(
        long count, float *w, const float *g, float *v, float momentum, float decay, float rate, int nesterov);
    void (*momentum_double)(
        long count, double *w, const double *g, double *v, double momentum, double decay, double rate, int nesterov);
    // y[i] = tanh x[i] within 3 units of the last place. No overlap; the same bits in every set.
    void (*tanh_float)(long count, const float *x, float *y);
    void (*tanh_double)(long count, const double *x, double *y);
    // out[i] = standard normal number 32 * group + i of a key, i < count: a function of key and number alone, the same bits
    // in every set.
    void (*normals)(unsigned long long key, long group, long count, float *out);
} lacuna_kernel_set;

enum { LACUNA_EIGEN_LIMIT = 32 };

// Bytes of workspace for a chain over `columns` columns of scalars of `scalarBytes` bytes, for one thread: no more than
// 64 + w * (d + i) with w = min(768, bytes of a row of x rounded up to 32), d the first factor's depth (for a single
// column its whole input) and i the rows of the two largest intermediates.
long lacuna_chain_workspace(const lacuna_block_factor *factors, long count, long columns, long scalarBytes);

// Bytes of workspace for int8 products, for one thread: at most 128 + 32 * columns + 32 * longest, longest the largest
// number of groups in a block row.
long lacuna_int8_workspace(const lacuna_int8_blocks *weights);

// The fastest set that this machine runs.
const lacuna_kernel_set *lacuna_kernels(void);
// The portable set, for comparison.
const lacuna_kernel_set *lacuna_portable_kernels(void);

#endif
