#include "CLacunaKernels.h"

#include <math.h>
#include <stddef.h>
#if defined(__x86_64__)
#include <immintrin.h>
#endif

#define INLINE static inline __attribute__((always_inline))
#include "templates/chain_layout.inc"
#include "templates/int8_layout.inc"

// The kernels are written once, with vector types that every target has, and compiled once per instruction set.
#define KERNEL(name) name##_portable
#define TARGET
#define IN_ORDER(v)
// sum += a * b with one rounding where that is one instruction, else with two: said outright, as a compiler that is only
// allowed to fuse does so in one loop and not in the next, and the bits depend on which loop an element falls into.
#if defined(__aarch64__)
#define ADD_PRODUCT(sum, a, b) ((sum) = __builtin_elementwise_fma((a), (b), (sum)))
#else
#define ADD_PRODUCT(sum, a, b) ((sum) = (sum) + (a) * (b))
#endif
#define SINGLE_VECTORS 2
#define BLOCK_VECTORS 2
#define VECTOR_PAIRS 0
#define SET_NAME "portable"
#define SET portable_set
#include "templates/set.inc"
#undef KERNEL
#undef TARGET
#undef IN_ORDER
#undef ADD_PRODUCT
#undef SINGLE_VECTORS
#undef BLOCK_VECTORS
#undef VECTOR_PAIRS
#undef SET_NAME
#undef SET

#if defined(__x86_64__)
#define KERNEL(name) name##_avx2
#define TARGET __attribute__((target("avx2,fma")))
// Keeps the compiler from moving instructions past this use of v: a tile that fills all registers would spill.
#define IN_ORDER(v) __asm__ volatile("" : "+x"(v)::"memory")
#define ADD_PRODUCT(sum, a, b) ((sum) = __builtin_elementwise_fma((a), (b), (sum)))
// Widths of the register tiles of the sparse products in vectors of 32 bytes, for single rows and for four rows.
#define SINGLE_VECTORS 4
#define BLOCK_VECTORS 3
#define VECTOR_PAIRS 1
#define SET_NAME "avx2"
#define SET avx2_set
#include "templates/set.inc"
#undef KERNEL
#undef TARGET
#undef IN_ORDER
#undef ADD_PRODUCT
#undef SINGLE_VECTORS
#undef BLOCK_VECTORS
#undef VECTOR_PAIRS
#undef SET_NAME
#undef SET
#endif

const lacuna_kernel_set *lacuna_portable_kernels(void) { return &portable_set; }

const lacuna_kernel_set *lacuna_kernels(void) {
#if defined(__x86_64__)
    if (__builtin_cpu_supports("avx2") && __builtin_cpu_supports("fma")) return &avx2_set;
#endif
    return &portable_set;
}
