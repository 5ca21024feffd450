// One C entry point per BLAS/LAPACK verb. The scalar kind comes first, so that Swift has one generic path; it is a
// compile-time constant in specialised code and the switch folds away. Matrices are column-major, scalars alpha and beta
// real. LAPACKE_*_work is used throughout: it allocates nothing.
#ifndef LACUNA_OPENBLAS_SHIM_H
#define LACUNA_OPENBLAS_SHIM_H

// Plain structs in place of C's _Complex, which Swift cannot import by value; same layout as Complex<RealType>.
typedef struct { float real, imaginary; } lacuna_complex_float;
typedef struct { double real, imaginary; } lacuna_complex_double;
#define LAPACK_COMPLEX_CUSTOM
#define lapack_complex_float lacuna_complex_float
#define lapack_complex_double lacuna_complex_double

#include <cblas.h>
#include <lapacke.h>

enum { LACUNA_FLOAT = 0, LACUNA_DOUBLE = 1, LACUNA_COMPLEX_FLOAT = 2, LACUNA_COMPLEX_DOUBLE = 3 };

typedef lacuna_complex_float lacuna_c;
typedef lacuna_complex_double lacuna_z;

#define LACUNA_TRANSPOSE(kind, t) \
    ((t) == 'N' ? CblasNoTrans : (t) == 'T' || (kind) < LACUNA_COMPLEX_FLOAT ? CblasTrans : CblasConjTrans)

// C <- alpha op(A) op(B) + beta C
static inline void lacuna_gemm(
    int kind, char ta, char tb, int m, int n, int k, double alpha, const void *a, int lda, const void *b, int ldb,
    double beta, void *c, int ldc) {
    const enum CBLAS_TRANSPOSE A = LACUNA_TRANSPOSE(kind, ta), B = LACUNA_TRANSPOSE(kind, tb);
    switch (kind) {
    case LACUNA_FLOAT:
        cblas_sgemm(CblasColMajor, A, B, m, n, k, (float)alpha, (const float *)a, lda, (const float *)b, ldb, (float)beta, (float *)c, ldc);
        break;
    case LACUNA_DOUBLE:
        cblas_dgemm(CblasColMajor, A, B, m, n, k, alpha, (const double *)a, lda, (const double *)b, ldb, beta, (double *)c, ldc);
        break;
    case LACUNA_COMPLEX_FLOAT: {
        const lacuna_c p = {(float)alpha, 0}, q = {(float)beta, 0};
        cblas_cgemm(CblasColMajor, A, B, m, n, k, &p, a, lda, b, ldb, &q, c, ldc);
        break;
    }
    default: {
        const lacuna_z p = {alpha, 0}, q = {beta, 0};
        cblas_zgemm(CblasColMajor, A, B, m, n, k, &p, a, lda, b, ldb, &q, c, ldc);
    }
    }
}

// y <- alpha op(A) x + beta y
static inline void lacuna_gemv(
    int kind, char ta, int m, int n, double alpha, const void *a, int lda, const void *x, double beta, void *y) {
    const enum CBLAS_TRANSPOSE A = LACUNA_TRANSPOSE(kind, ta);
    switch (kind) {
    case LACUNA_FLOAT:
        cblas_sgemv(CblasColMajor, A, m, n, (float)alpha, (const float *)a, lda, (const float *)x, 1, (float)beta, (float *)y, 1);
        break;
    case LACUNA_DOUBLE:
        cblas_dgemv(CblasColMajor, A, m, n, alpha, (const double *)a, lda, (const double *)x, 1, beta, (double *)y, 1);
        break;
    case LACUNA_COMPLEX_FLOAT: {
        const lacuna_c p = {(float)alpha, 0}, q = {(float)beta, 0};
        cblas_cgemv(CblasColMajor, A, m, n, &p, a, lda, x, 1, &q, y, 1);
        break;
    }
    default: {
        const lacuna_z p = {alpha, 0}, q = {beta, 0};
        cblas_zgemv(CblasColMajor, A, m, n, &p, a, lda, x, 1, &q, y, 1);
    }
    }
}

// Lower triangle of C <- alpha A A^H + beta C (ta == 'N', A is n x k) or alpha A^H A + beta C (ta == 'C', A is k x n)
static inline void lacuna_herk(
    int kind, char ta, int n, int k, double alpha, const void *a, int lda, double beta, void *c, int ldc) {
    const enum CBLAS_TRANSPOSE A = LACUNA_TRANSPOSE(kind, ta);
    switch (kind) {
    case LACUNA_FLOAT:
        cblas_ssyrk(CblasColMajor, CblasLower, A, n, k, (float)alpha, (const float *)a, lda, (float)beta, (float *)c, ldc);
        break;
    case LACUNA_DOUBLE:
        cblas_dsyrk(CblasColMajor, CblasLower, A, n, k, alpha, (const double *)a, lda, beta, (double *)c, ldc);
        break;
    case LACUNA_COMPLEX_FLOAT:
        cblas_cherk(CblasColMajor, CblasLower, A, n, k, (float)alpha, a, lda, (float)beta, c, ldc);
        break;
    default:
        cblas_zherk(CblasColMajor, CblasLower, A, n, k, alpha, a, lda, beta, c, ldc);
    }
}

// B <- op(T)^{-1} B with the triangle T (n x n, 'L' or 'U') from the left
static inline void lacuna_trsm(
    int kind, char where, char triangle, char ta, int rows, int columns, const void *t, int ldt, void *b, int ldb) {
    const enum CBLAS_TRANSPOSE A = LACUNA_TRANSPOSE(kind, ta);
    const enum CBLAS_SIDE side = where == 'L' ? CblasLeft : CblasRight;
    const enum CBLAS_UPLO half = triangle == 'L' ? CblasLower : CblasUpper;
    switch (kind) {
    case LACUNA_FLOAT:
        cblas_strsm(CblasColMajor, side, half, A, CblasNonUnit, rows, columns, 1, (const float *)t, ldt, (float *)b, ldb);
        break;
    case LACUNA_DOUBLE:
        cblas_dtrsm(CblasColMajor, side, half, A, CblasNonUnit, rows, columns, 1, (const double *)t, ldt, (double *)b, ldb);
        break;
    case LACUNA_COMPLEX_FLOAT: {
        const lacuna_c one = {1, 0};
        cblas_ctrsm(CblasColMajor, side, half, A, CblasNonUnit, rows, columns, &one, t, ldt, b, ldb);
        break;
    }
    default: {
        const lacuna_z one = {1, 0};
        cblas_ztrsm(CblasColMajor, side, half, A, CblasNonUnit, rows, columns, &one, t, ldt, b, ldb);
    }
    }
}

// Cholesky factor L of a Hermitian positive definite matrix, from and to its lower triangle
static inline int lacuna_potrf(int kind, int n, void *a, int lda) {
    switch (kind) {
    case LACUNA_FLOAT: return LAPACKE_spotrf_work(LAPACK_COL_MAJOR, 'L', n, (float *)a, lda);
    case LACUNA_DOUBLE: return LAPACKE_dpotrf_work(LAPACK_COL_MAJOR, 'L', n, (double *)a, lda);
    case LACUNA_COMPLEX_FLOAT: return LAPACKE_cpotrf_work(LAPACK_COL_MAJOR, 'L', n, (lacuna_c *)a, lda);
    default: return LAPACKE_zpotrf_work(LAPACK_COL_MAJOR, 'L', n, (lacuna_z *)a, lda);
    }
}

// Lower triangle of the inverse from the Cholesky factor
static inline int lacuna_potri(int kind, int n, void *a, int lda) {
    switch (kind) {
    case LACUNA_FLOAT: return LAPACKE_spotri_work(LAPACK_COL_MAJOR, 'L', n, (float *)a, lda);
    case LACUNA_DOUBLE: return LAPACKE_dpotri_work(LAPACK_COL_MAJOR, 'L', n, (double *)a, lda);
    case LACUNA_COMPLEX_FLOAT: return LAPACKE_cpotri_work(LAPACK_COL_MAJOR, 'L', n, (lacuna_c *)a, lda);
    default: return LAPACKE_zpotri_work(LAPACK_COL_MAJOR, 'L', n, (lacuna_z *)a, lda);
    }
}

// Eigenvalues (ascending) and eigenvectors of a Hermitian matrix given by its lower triangle, divide and conquer.
// Pass lwork == -1 to have the sizes written to work[0], rwork[0], iwork[0].
static inline int lacuna_heevd(
    int kind, int n, void *a, int lda, void *w, void *work, int lwork, void *rwork, int lrwork, int *iwork, int liwork) {
    switch (kind) {
    case LACUNA_FLOAT: return LAPACKE_ssyevd_work(LAPACK_COL_MAJOR, 'V', 'L', n, (float *)a, lda, (float *)w, (float *)work, lwork, iwork, liwork);
    case LACUNA_DOUBLE: return LAPACKE_dsyevd_work(LAPACK_COL_MAJOR, 'V', 'L', n, (double *)a, lda, (double *)w, (double *)work, lwork, iwork, liwork);
    case LACUNA_COMPLEX_FLOAT: return LAPACKE_cheevd_work(LAPACK_COL_MAJOR, 'V', 'L', n, (lacuna_c *)a, lda, (float *)w, (lacuna_c *)work, lwork, (float *)rwork, lrwork, iwork, liwork);
    default: return LAPACKE_zheevd_work(LAPACK_COL_MAJOR, 'V', 'L', n, (lacuna_z *)a, lda, (double *)w, (lacuna_z *)work, lwork, (double *)rwork, lrwork, iwork, liwork);
    }
}

// Householder QR in place; R in the upper triangle, reflectors below
static inline int lacuna_geqrf(int kind, int m, int n, void *a, int lda, void *tau, void *work, int lwork) {
    switch (kind) {
    case LACUNA_FLOAT: return LAPACKE_sgeqrf_work(LAPACK_COL_MAJOR, m, n, (float *)a, lda, (float *)tau, (float *)work, lwork);
    case LACUNA_DOUBLE: return LAPACKE_dgeqrf_work(LAPACK_COL_MAJOR, m, n, (double *)a, lda, (double *)tau, (double *)work, lwork);
    case LACUNA_COMPLEX_FLOAT: return LAPACKE_cgeqrf_work(LAPACK_COL_MAJOR, m, n, (lacuna_c *)a, lda, (lacuna_c *)tau, (lacuna_c *)work, lwork);
    default: return LAPACKE_zgeqrf_work(LAPACK_COL_MAJOR, m, n, (lacuna_z *)a, lda, (lacuna_z *)tau, (lacuna_z *)work, lwork);
    }
}

// The first n columns of Q from the reflectors
static inline int lacuna_ungqr(int kind, int m, int n, int k, void *a, int lda, const void *tau, void *work, int lwork) {
    switch (kind) {
    case LACUNA_FLOAT: return LAPACKE_sorgqr_work(LAPACK_COL_MAJOR, m, n, k, (float *)a, lda, (const float *)tau, (float *)work, lwork);
    case LACUNA_DOUBLE: return LAPACKE_dorgqr_work(LAPACK_COL_MAJOR, m, n, k, (double *)a, lda, (const double *)tau, (double *)work, lwork);
    case LACUNA_COMPLEX_FLOAT: return LAPACKE_cungqr_work(LAPACK_COL_MAJOR, m, n, k, (lacuna_c *)a, lda, (const lacuna_c *)tau, (lacuna_c *)work, lwork);
    default: return LAPACKE_zungqr_work(LAPACK_COL_MAJOR, m, n, k, (lacuna_z *)a, lda, (const lacuna_z *)tau, (lacuna_z *)work, lwork);
    }
}

// R <- the triangle of the QR decomposition of R (n x n, upper) above A (m x n): destroys A; blocks of nb columns, t is nb x n
static inline int lacuna_tpqrt(int kind, int m, int n, int nb, void *r, int ldr, void *a, int lda, void *t, void *work) {
    switch (kind) {
    case LACUNA_FLOAT: return LAPACKE_stpqrt_work(LAPACK_COL_MAJOR, m, n, 0, nb, (float *)r, ldr, (float *)a, lda, (float *)t, nb, (float *)work);
    case LACUNA_DOUBLE: return LAPACKE_dtpqrt_work(LAPACK_COL_MAJOR, m, n, 0, nb, (double *)r, ldr, (double *)a, lda, (double *)t, nb, (double *)work);
    case LACUNA_COMPLEX_FLOAT: return LAPACKE_ctpqrt_work(LAPACK_COL_MAJOR, m, n, 0, nb, (lacuna_c *)r, ldr, (lacuna_c *)a, lda, (lacuna_c *)t, nb, (lacuna_c *)work);
    default: return LAPACKE_ztpqrt_work(LAPACK_COL_MAJOR, m, n, 0, nb, (lacuna_z *)r, ldr, (lacuna_z *)a, lda, (lacuna_z *)t, nb, (lacuna_z *)work);
    }
}

// Thin singular value decomposition A = U diag(s) V^H, divide and conquer; destroys A
static inline int lacuna_gesdd(
    int kind, int m, int n, void *a, int lda, void *s, void *u, int ldu, void *vh, int ldvh, void *work, int lwork,
    void *rwork, int *iwork) {
    switch (kind) {
    case LACUNA_FLOAT: return LAPACKE_sgesdd_work(LAPACK_COL_MAJOR, 'S', m, n, (float *)a, lda, (float *)s, (float *)u, ldu, (float *)vh, ldvh, (float *)work, lwork, iwork);
    case LACUNA_DOUBLE: return LAPACKE_dgesdd_work(LAPACK_COL_MAJOR, 'S', m, n, (double *)a, lda, (double *)s, (double *)u, ldu, (double *)vh, ldvh, (double *)work, lwork, iwork);
    case LACUNA_COMPLEX_FLOAT: return LAPACKE_cgesdd_work(LAPACK_COL_MAJOR, 'S', m, n, (lacuna_c *)a, lda, (float *)s, (lacuna_c *)u, ldu, (lacuna_c *)vh, ldvh, (lacuna_c *)work, lwork, (float *)rwork, iwork);
    default: return LAPACKE_zgesdd_work(LAPACK_COL_MAJOR, 'S', m, n, (lacuna_z *)a, lda, (double *)s, (lacuna_z *)u, ldu, (lacuna_z *)vh, ldvh, (lacuna_z *)work, lwork, (double *)rwork, iwork);
    }
}

// X <- A^{-1} B by LU decomposition with partial pivoting; destroys A
static inline int lacuna_gesv(int kind, int n, int columns, void *a, int lda, int *pivots, void *b, int ldb) {
    switch (kind) {
    case LACUNA_FLOAT: return LAPACKE_sgesv_work(LAPACK_COL_MAJOR, n, columns, (float *)a, lda, pivots, (float *)b, ldb);
    case LACUNA_DOUBLE: return LAPACKE_dgesv_work(LAPACK_COL_MAJOR, n, columns, (double *)a, lda, pivots, (double *)b, ldb);
    case LACUNA_COMPLEX_FLOAT: return LAPACKE_cgesv_work(LAPACK_COL_MAJOR, n, columns, (lacuna_c *)a, lda, pivots, (lacuna_c *)b, ldb);
    default: return LAPACKE_zgesv_work(LAPACK_COL_MAJOR, n, columns, (lacuna_z *)a, lda, pivots, (lacuna_z *)b, ldb);
    }
}

// Eigenvalues and right eigenvectors of a general complex matrix (complex kinds only); destroys A
static inline int lacuna_geev(
    int kind, int n, void *a, int lda, void *w, void *v, int ldv, void *work, int lwork, void *rwork) {
    if (kind == LACUNA_COMPLEX_FLOAT)
        return LAPACKE_cgeev_work(LAPACK_COL_MAJOR, 'N', 'V', n, (lacuna_c *)a, lda, (lacuna_c *)w, (lacuna_c *)v, ldv, (lacuna_c *)v, ldv, (lacuna_c *)work, lwork, (float *)rwork);
    return LAPACKE_zgeev_work(LAPACK_COL_MAJOR, 'N', 'V', n, (lacuna_z *)a, lda, (lacuna_z *)w, (lacuna_z *)v, ldv, (lacuna_z *)v, ldv, (lacuna_z *)work, lwork, (double *)rwork);
}

#endif
