#ifndef LACUNA_ZLIB_SHIM_H
#define LACUNA_ZLIB_SHIM_H
#include <zlib.h>
#endif
