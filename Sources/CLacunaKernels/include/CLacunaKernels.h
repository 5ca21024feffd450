// Small dense kernels in double precision for matrices that are too small for BLAS and LAPACK to be worth their overhead.
// Every kernel exists in a portable build and in one for AVX2 and FMA; `lacuna_kernels()` picks by the machine, once.
// Complex numbers are pairs of doubles (real, imaginary). Matrices are column-major unless said.
#ifndef LACUNA_KERNELS_H
#define LACUNA_KERNELS_H

#include "LacunaSparseKernels.h"

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
    // n <= LACUNA_EIGEN_LIMIT. Returns 0, or 1 if the iteration did not converge; a is then garbage.
    int (*eigen)(long n, double *a, double *values);
    int (*eigen_complex)(long n, double *a, double *values);

    // See LacunaSparseKernels.h.
    lacuna_sparse_float sparse_float;
    lacuna_sparse_double sparse_double;
} lacuna_kernel_set;

enum { LACUNA_EIGEN_LIMIT = 32 };

// The fastest set that this machine runs.
const lacuna_kernel_set *lacuna_kernels(void);
// The portable set, for comparison.
const lacuna_kernel_set *lacuna_portable_kernels(void);

#endif
