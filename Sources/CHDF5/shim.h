// HDF5 for Swift: constants that HDF5 defines as macros with side effects (they initialise the library, then read a
// C global) are not importable, so each is a function here. Versioned names (H5Dcreate2, ...) import as they are.
#ifndef LACUNA_HDF5_SHIM_H
#define LACUNA_HDF5_SHIM_H
#include <hdf5.h>
#include <hdf5_hl.h>

// Ids and flags.
static inline hid_t lacuna_H5P_DEFAULT(void) { return H5P_DEFAULT; }
static inline hid_t lacuna_H5P_FILE_ACCESS(void) { return H5P_FILE_ACCESS; }
static inline hid_t lacuna_H5P_DATASET_CREATE(void) { return H5P_DATASET_CREATE; }
static inline hid_t lacuna_H5P_LINK_CREATE(void) { return H5P_LINK_CREATE; }
static inline hid_t lacuna_H5S_ALL(void) { return H5S_ALL; }
static inline hid_t lacuna_H5E_DEFAULT(void) { return H5E_DEFAULT; }
static inline unsigned lacuna_H5F_ACC_RDONLY(void) { return H5F_ACC_RDONLY; }
static inline unsigned lacuna_H5F_ACC_TRUNC(void) { return H5F_ACC_TRUNC; }

// Types in memory.
static inline hid_t lacuna_H5T_NATIVE_DOUBLE(void) { return H5T_NATIVE_DOUBLE; }
static inline hid_t lacuna_H5T_NATIVE_FLOAT(void) { return H5T_NATIVE_FLOAT; }
static inline hid_t lacuna_H5T_NATIVE_INT64(void) { return H5T_NATIVE_INT64; }
static inline hid_t lacuna_H5T_NATIVE_UINT64(void) { return H5T_NATIVE_UINT64; }
static inline hid_t lacuna_H5T_NATIVE_UINT8(void) { return H5T_NATIVE_UINT8; }

// Types in files: the same bytes from every machine.
static inline hid_t lacuna_H5T_IEEE_F64LE(void) { return H5T_IEEE_F64LE; }
static inline hid_t lacuna_H5T_IEEE_F32LE(void) { return H5T_IEEE_F32LE; }
static inline hid_t lacuna_H5T_STD_I64LE(void) { return H5T_STD_I64LE; }
static inline hid_t lacuna_H5T_STD_U64LE(void) { return H5T_STD_U64LE; }
static inline hid_t lacuna_H5T_STD_U8LE(void) { return H5T_STD_U8LE; }

// Text.
static inline hid_t lacuna_H5T_C_S1(void) { return H5T_C_S1; }
static inline size_t lacuna_H5T_VARIABLE(void) { return H5T_VARIABLE; }

#endif
