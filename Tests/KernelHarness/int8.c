// int8 block-sparse products against 64-bit integer arithmetic: random and extreme operands, ragged shapes, block rows
// without blocks, and all three outputs; sums are exact and the outputs the same bits on every target and in every split.
#include <math.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "CLacunaKernels.h"

static unsigned long long state = 88172645463325252ull;
static long draw(long low, long high) {
    state ^= state << 13, state ^= state >> 7, state ^= state << 17;
    return low + (long)((state >> 20) % (unsigned long long)(high - low + 1));
}
static void *allocate(long bytes) { return malloc(bytes > 0 ? (size_t)bytes : 1); }

// Halves to even, by its own arithmetic: not the adding of a large number that the kernel uses.
static double roundHalfEven(double value) {
    const double below = floor(value), rest = value - below;
    if (rest != 0.5) return rest < 0.5 ? below : below + 1;
    return fmod(below, 2) == 0 ? below : below + 1;
}

static int trial(long number) {
    const int large = number % 50 == 0, seven = (int)draw(0, 1), kind = (int)draw(0, 3), extreme = draw(0, 2) == 0;
    const long rows = draw(0, 12) == 0 ? 0 : draw(1, large ? 40 : 13), channels = draw(0, large ? 3000 : 40);
    const long columns = draw(0, 9) == 0 ? 0 : draw(1, large ? 150 : 70), blockRows = (rows + 3) / 4;
    const long density = draw(0, 3) == 0 ? 100 : draw(0, 100);
    const int largest = seven ? 127 : 255, zeroPoint = extreme ? (draw(0, 1) ? 255 : 0) : (int)draw(0, 255);

    int *starts = allocate(4 * (blockRows + 1));
    uint32_t *offsets = allocate(4 * (blockRows * (channels + 4) + 4 * LACUNA_INT8_AHEAD));
    signed char *values = allocate(4 * blockRows * (channels + 4));
    signed char *dense = calloc((size_t)(rows * channels + 1), 1);
    starts[0] = 0;
    for (long block = 0; block < blockRows; block++) {
        long kept = 0;
        const long first = starts[block];
        for (long k = 0; k < channels; k++) {
            if (draw(1, 100) > density) continue;
            const long group = first + kept / 4, place = kept % 4;
            offsets[4 * group + place] = LACUNA_INT8_TILE * (uint32_t)k;
            for (long r = 0; r < 4; r++) {
                // One sign throughout, so that sums of products are as large as they can be.
                const int value = (int)(extreme ? (number % 2 ? -128 : 127) : draw(-128, 127));
                values[16 * group + 4 * r + place] = (signed char)value;
                if (4 * block + r < rows) dense[(4 * block + r) * channels + k] = (signed char)value;
            }
            kept++;
        }
        for (long fill = kept; fill % 4; fill++) {
            const long group = first + fill / 4;
            offsets[4 * group + fill % 4] = LACUNA_INT8_TILE * (uint32_t)(channels - 1);
            for (long r = 0; r < 4; r++) values[16 * group + 4 * r + fill % 4] = 0;
        }
        starts[block + 1] = (int)(first + (kept + 3) / 4);
    }
    for (long i = 0; i < 4 * LACUNA_INT8_AHEAD; i++) offsets[4 * starts[blockRows] + i] = 0;
    const lacuna_int8_blocks weights = {rows, channels, starts, offsets, values};

    const long xStride = columns + draw(0, 3), yStride = columns + draw(0, 3);
    const long xCount = channels && columns ? (channels - 1) * xStride + columns : 0;
    const long yCount = rows && columns ? (rows - 1) * yStride + columns : 0;
    unsigned char *x = allocate(xCount);
    for (long i = 0; i < xCount; i++) x[i] = (unsigned char)(extreme ? largest : draw(0, largest));
    float *scales = allocate(4 * rows), *bias = allocate(4 * rows);
    // Powers of two make ties: sums times 1/2 or 1/4 are halves often.
    for (long r = 0; r < rows; r++)
        scales[r] = draw(0, 1) ? ldexpf(1, (int)-draw(1, 12)) : draw(1, 1000) * 1e-5f, bias[r] = draw(-40, 40) * 0.5f;
    const int outLargest = draw(0, 1) ? 127 : 255, outZero = (int)draw(0, outLargest), biased = (int)draw(0, 1), bytesEach = kind == 2 ? 1 : 4;

    int failed = 0;
    unsigned char *reference = 0;
    const lacuna_kernel_set *sets[2] = {lacuna_portable_kernels(), lacuna_kernels()};
    for (int run = 0; run < 4 && !failed; run++) {
        const lacuna_kernel_set *set = sets[run % 2];
        unsigned char *y = allocate(bytesEach * yCount);
        memset(y, 0xA5, (size_t)(bytesEach * yCount));
        void *workspace = malloc((size_t)lacuna_int8_workspace(&weights));
        const lacuna_int8_output output = {
            kind == 0 ? 0 : scales, biased ? bias : 0, kind == 2, outZero, outLargest, y, yStride};
        if (run < 2) {
            set->int8_products(&weights, 0, blockRows, 0, columns, x, xStride, zeroPoint, seven, &output, workspace);
        } else {
            const long middle = draw(0, blockRows);
            for (long from = 0; from < columns;) {
                const long to = draw(from, columns);
                set->int8_products(&weights, 0, middle, from, to, x, xStride, zeroPoint, seven, &output, workspace);
                set->int8_products(
                    &weights, middle, blockRows, from, to, x, xStride, zeroPoint, seven, &output, workspace);
                from = to;
            }
        }
        free(workspace);
        for (long r = 0; r < rows && !failed; r++)
            for (long c = 0; c < yStride && !failed; c++) {
                const long at = r * yStride + c;
                if (at >= yCount) continue;
                if (c >= columns) {
                    for (int b = 0; b < bytesEach; b++) failed |= y[bytesEach * at + b] != 0xA5;
                    if (failed) printf("wrote between rows: ");
                    continue;
                }
                int64_t sum = 0;
                for (long k = 0; k < channels; k++)
                    if (dense[r * channels + k])
                        sum += (int64_t)dense[r * channels + k] * ((int64_t)x[k * xStride + c] - zeroPoint);
                // Each operation rounded to float by the assignment.
                volatile float value = (float)sum;
                value = value * scales[r];
                value = value + (biased ? bias[r] : 0);
                if (kind == 0) {
                    failed = ((int *)y)[at] != sum;
                } else if (kind == 2) {
                    const double whole = roundHalfEven(value) + outZero;
                    failed = y[at] != (whole < 0 ? 0 : whole > outLargest ? outLargest : whole);
                } else {
                    failed = ((float *)y)[at] != value;
                }
                if (failed) printf("row %ld column %ld, sum %ld: ", r, c, (long)sum);
            }
        if (!reference) reference = y;
        else {
            if (!failed && memcmp(reference, y, (size_t)(bytesEach * yCount))) failed = 1, printf("bits differ: ");
            free(y);
        }
        if (failed) printf("%s, trial %ld, run %d, output %d, seven %d\n", set->name, number, run, kind, seven);
    }
    free(reference), free(starts), free(offsets), free(values), free(dense), free(x), free(scales), free(bias);
    return failed;
}

int main(void) {
    for (long t = 0; t < 2000; t++)
        if (trial(t)) return 1;
    printf("int8: 2000 trials\n");
    return 0;
}
