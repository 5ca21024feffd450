// Products with sparse matrices. Dense matrices are row-major with strides in elements (x: row k at x + k * xStride),
// the indices are trusted: the callers check them once, when the matrix is made. Nothing is allocated; a workspace is
// given by the caller, any alignment. Numbers that no block covers are never touched: 0 * infinity is 0 here, not NaN.
// Every element of a result is computed by the same operations in the same order however rows and columns are split
// between calls, so results are bit-identical for any number of threads.
#ifndef LACUNA_SPARSE_KERNELS_H
#define LACUNA_SPARSE_KERNELS_H

#include <stdint.h>

// W in dense blocks of r rows and c columns, block row b being the rows b * r ..< (b + 1) * r: r = c = 1 is CSR, c = 1
// the constant block r x 1, anything else BSR. Block p covers the columns columns[p] * c ..< (columns[p] + 1) * c;
// values holds r * c numbers per block, row-major. `narrow`: the columns in 16 bits, which CSR products and products with
// one vector read instead (half the index traffic), or null. Block columns ascend within a block row. The blocks of block row b
// are starts[b] ..< ends[b], ends = starts + 1, with slices = 1; or they are cut into slices of ascending columns, slice
// s of block row b being starts[s * sliceStride + b] ..< ends[s * sliceStride + b], sliceStride = number of block rows:
// ends = starts + 1 if the blocks lie slice after slice, ends = starts + sliceStride if row after row. `product`,
// `transposed_product` and `sampled_product` finish one slice for all rows before the next, so that the part of the
// panel in use stays in the first-level cache. Slice after slice is faster, as the blocks are then read in sequence. On
// Zen 3, with 128 columns of X and 256 per slice, `product` gains 1.6 at 50 % zeros, 1.2 at 80 %, nothing from 95 % for
// CSR of 1024 x 1024, and 2.7 at 80 %, 1.5 at 90 % for 4096 x 4096; `sampled_product` loses a fifth at 80 % zeros, more
// for 4096 x 4096.
#define LACUNA_BLOCKS(REAL)                                                                                            \
    struct {                                                                                                           \
        long r, c, slices, sliceStride;                                                                                \
        const int32_t *starts, *ends, *columns;                                                                        \
        const REAL *values;                                                                                            \
        const uint16_t *narrow;                                                                                        \
    }
typedef LACUNA_BLOCKS(float) lacuna_blocks_float;
typedef LACUNA_BLOCKS(double) lacuna_blocks_double;

// N:M: in every row `kept` of each `group` consecutive columns, depth a multiple of group, group <= 16. values is rows
// x (depth / group * kept); the place of a value in its group takes `bits` bits (2 if group <= 4, else 4) in the order
// of the values, lowest bits first, each row beginning on a byte: positionStride bytes a row. Places within a group
// differ.
#define LACUNA_GROUPED(REAL)                                                                                           \
    struct {                                                                                                           \
        long kept, group, bits, depth, positionStride;                                                                 \
        const REAL *values;                                                                                            \
        const uint8_t *positions;                                                                                      \
    }
typedef LACUNA_GROUPED(float) lacuna_grouped_float;
typedef LACUNA_GROUPED(double) lacuna_grouped_double;

// Elements of workspace.
#define LACUNA_PRODUCT_WORKSPACE(depth) (32 * (long)(depth) + 16)
#define LACUNA_GROUPED_WORKSPACE (131072 + 4 * 512 + 16)

// product: Y = W X (+ Y if accumulate) for the block rows first ..< last and the columns from ..< to. X is depth x N, Y
// has r rows per block row. workspace: LACUNA_PRODUCT_WORKSPACE(depth). Cost: 2 r c (to - from) flops a block, and one
// copy of the columns of X; fastest for multiples of 8 columns (4 in double), a rest costs as much as 8.
//
// transposed_product: X = W^T Y (+ X if accumulate) for the columns from ..< to, Y having r rows per block row of the
// `blockRows` and X depth rows, all of which are written. workspace: LACUNA_PRODUCT_WORKSPACE(depth). Scatters, so rows
// can't be split.
//
// sampled_product: the blocks of A B^T that lie on the pattern w, sampled[p][i][j] = <a_row, b_column> (+ sampled if
// accumulate) for the block rows first ..< last; A (rows x depth) and B (columns x depth) with rows of `depth`
// contiguous numbers. w->values isn't read. The gradient of `product` for W is its case A = dY, B = X.
//
// vector_product: y = W x (+ y if accumulate) for the block rows first ..< last and one contiguous vector; w->slices =
// 1. Fastest for r = 8 and 4, c = 1.
//
// grouped_product: as product, for the rows first ..< last, by expanding W into dense strips: about the speed of a
// dense product whatever the pattern, and infinities in X do meet the zeros. workspace: LACUNA_GROUPED_WORKSPACE.
#define LACUNA_SPARSE_KERNELS(REAL, BLOCKS, GROUPED)                                                                   \
    struct {                                                                                                           \
        void (*product)(                                                                                               \
            const BLOCKS *w, long first, long last, long from, long to, long depth, const REAL *x, long xStride,       \
            int accumulate, REAL *y, long yStride, REAL *workspace);                                                   \
        void (*transposed_product)(                                                                                    \
            const BLOCKS *w, long blockRows, long from, long to, long depth, const REAL *y, long yStride,              \
            int accumulate, REAL *x, long xStride, REAL *workspace);                                                   \
        void (*sampled_product)(                                                                                       \
            const BLOCKS *w, long first, long last, long depth, const REAL *a, long aStride, const REAL *b,            \
            long bStride, int accumulate, REAL *sampled);                                                              \
        void (*vector_product)(                                                                                        \
            const BLOCKS *w, long first, long last, const REAL *x, int accumulate, REAL *y);                           \
        void (*grouped_product)(                                                                                       \
            const GROUPED *w, long first, long last, long from, long to, const REAL *x, long xStride, int accumulate,  \
            REAL *y, long yStride, REAL *workspace);                                                                   \
    }
typedef LACUNA_SPARSE_KERNELS(float, lacuna_blocks_float, lacuna_grouped_float) lacuna_sparse_float;
typedef LACUNA_SPARSE_KERNELS(double, lacuna_blocks_double, lacuna_grouped_double) lacuna_sparse_double;

#endif
