// FFTW stays in a module of its own: with no <complex.h> before it, fftw_complex is a pair of doubles,
// laid out as Complex<Double>.
#ifndef LACUNA_FFTW3_SHIM_H
#define LACUNA_FFTW3_SHIM_H
#include <fftw3.h>
// An array of unknown length is not imported into Swift.
static inline const char *lacuna_fftw_version(void) { return fftw_version; }
#endif
