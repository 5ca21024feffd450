#include "CLacunaKernels.h"

#include <math.h>
#include <stddef.h>
#if defined(__x86_64__)
#include <immintrin.h>
#endif

#define INLINE static inline __attribute__((always_inline))
#include "chain_layout.inc"
#include "int8_layout.inc"

// The kernels are written once, with vector types that every target has, and compiled once per instruction set.
#define KERNEL(name) name##_portable
#define TARGET
#define IN_ORDER(v)
#define VECTOR_PAIRS 0
#define SET_NAME "portable"
#define SET portable_set
#include "set.inc"
#undef KERNEL
#undef TARGET
#undef IN_ORDER
#undef VECTOR_PAIRS
#undef SET_NAME
#undef SET

#if defined(__x86_64__)
#define KERNEL(name) name##_avx2
#define TARGET __attribute__((target("avx2,fma")))
// Keeps the compiler from moving instructions past this use of v: a tile that fills all registers would spill.
#define IN_ORDER(v) __asm__ volatile("" : "+x"(v)::"memory")
#define VECTOR_PAIRS 1
#define SET_NAME "avx2"
#define SET avx2_set
#include "set.inc"
#undef KERNEL
#undef TARGET
#undef IN_ORDER
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
