#ifndef LACUNA_HDF5_SHIM_H
#define LACUNA_HDF5_SHIM_H
#include <hdf5.h>
#include <hdf5_hl.h>
#endif
