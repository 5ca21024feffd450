// FFTW stays in a module of its own: with no <complex.h> before it, fftw_complex is a pair of doubles,
// laid out as Complex<Double>.
#ifndef LACUNA_FFTW3_SHIM_H
#define LACUNA_FFTW3_SHIM_H
#include <fftw3.h>
#endif
