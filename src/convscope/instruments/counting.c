/* Count float32 values in one pass: moments, extremes, shares, and a histogram by the top 12 bits.
 *
 * No global state and no thread of its own: safe in any thread and in a forked child. Compiled when
 * the package is installed; counting.py has the same in torch operations, for where it is not.
 */
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#define BINS 4096
#define BLOCK 2048            /* values: 8 KB stay in the first cache between the loops over them */
#define PART 16384            /* values below which a second thread costs more than it saves */
#define MOST 1073741824       /* values until the 32-bit counters are emptied */
#define INFINITE 0x7f800000   /* bits of infinity; NaN lies above */
#define NEAR 0x3d4ccccd       /* bits of 0.05f */

typedef struct {
    double mean, m2, low, high;                            /* of the finite values */
    int64_t amount, nans, infs, near, zeros, blocked;
} Tally;

typedef struct {
    const float *values;
    int64_t amount;
    Tally *tally;
    int64_t *histogram;
} Job;

typedef struct {
    Tally tally;
    int64_t histogram[BINS];
} Own;

#if defined(__x86_64__) && defined(__GNUC__)
#define FASTER __attribute__((target("avx2,fma")))
#define INLINE static inline __attribute__((always_inline))
#else
#define INLINE static inline
#endif

/* Chan, Golub & LeVeque, "Updating formulae and a pairwise algorithm" (1979), equation 2.1. */
static void merge(Tally *tally, double finite, double mean, double m2)
{
    const double before = (double)(tally->amount - tally->nans - tally->infs);
    const double delta = mean - tally->mean, total = before + finite;
    if (finite == 0) return;
    tally->mean += delta * (finite / total);
    tally->m2 += m2 + delta * delta * (before * finite / total);
}

static void count_rest(const float *values, int size, Tally *tally)
{
    /* a block with NaN or infinities in it, value by value */
    double finite = 0, mean = 0, m2 = 0;
    int64_t nans = 0, infs = 0;
    for (int i = 0; i < size; i++) {
        int32_t bits;
        memcpy(&bits, values + i, 4);
        tally->blocked += values[i] <= 0;
        const int32_t magnitude = bits & 0x7fffffff;
        if (magnitude > INFINITE) { nans++; continue; }
        if (magnitude == INFINITE) { infs++; continue; }
        const double value = values[i], delta = value - mean;
        finite += 1;
        mean += delta / finite;
        m2 += delta * (value - mean);
        if (value < tally->low) tally->low = value;
        if (value > tally->high) tally->high = value;
    }
    merge(tally, finite, mean, m2);
    tally->nans += nans;
    tally->infs += infs;
}

INLINE double guess(const float *values, int size)
{
    /* what the sums are taken around, so that they keep their digits far from zero */
    double sum = 0;
    const int some = size < 64 ? size : 64;
    for (int i = 0; i < some; i++) sum += values[i];
    return sum / some;
}

INLINE float ordered(int32_t key)
{
    const int32_t bits = key ^ ((key >> 31) & 0x7fffffff);
    float value;
    memcpy(&value, &bits, 4);
    return value;
}

INLINE void count_block(const float *values, const int32_t *bits, int size, Tally *tally)
{
    int32_t top = 0, near = 0, zeros = 0, positive = 0, low = INT32_MAX, high = INT32_MIN;
    for (int i = 0; i < size; i++) {
        const int32_t magnitude = bits[i] & 0x7fffffff;
        const int32_t key = bits[i] ^ ((bits[i] >> 31) & 0x7fffffff);  /* ordered as the floats are */
        top = magnitude > top ? magnitude : top;
        near += magnitude <= NEAR;
        zeros += magnitude == 0;
        positive += bits[i] > 0;
        low = key < low ? key : low;
        high = key > high ? key : high;
    }
    tally->near += near;
    tally->zeros += zeros;
    if (top >= INFINITE) {
        count_rest(values, size, tally);
        tally->amount += size;
        return;
    }
    const double around = tally->amount ? tally->mean : guess(values, size);
    double sum = 0, squares = 0;
    for (int i = 0; i < size; i++) {
        const double distance = values[i] - around;
        sum += distance;
        squares += distance * distance;
    }
    const double m2 = squares - sum * (sum / size);
    tally->blocked += size - positive;
    if (ordered(low) < tally->low) tally->low = ordered(low);
    if (ordered(high) > tally->high) tally->high = ordered(high);
    merge(tally, size, around + sum / size, m2 > 0 ? m2 : 0);
    tally->amount += size;
}

INLINE void count_all(Job *job)
{
    for (int64_t done = 0; done < job->amount; done += MOST) {
        uint32_t even[BINS] = {0}, odd[BINS] = {0};  /* two: equal neighbours would wait for each other */
        const int64_t end = job->amount - done < MOST ? job->amount : done + MOST;
        for (int64_t start = done; start < end; start += BLOCK) {
            const int size = end - start < BLOCK ? (int)(end - start) : BLOCK;
            const float *values = job->values + start;
            uint32_t bits[BLOCK];
            memcpy(bits, values, sizeof(float) * (size_t)size);
            count_block(values, (const int32_t *)bits, size, job->tally);
            for (int i = 0; i + 1 < size; i += 2) {
                even[bits[i] >> 20]++;
                odd[bits[i + 1] >> 20]++;
            }
            if (size % 2) even[bits[size - 1] >> 20]++;
        }
        for (int i = 0; i < BINS; i++) job->histogram[i] += even[i] + odd[i];
    }
}

#ifdef FASTER
FASTER static void count_wide(Job *job) { count_all(job); }
#endif
static void count_plain(Job *job) { count_all(job); }

static void work(Job *job)
{
#ifdef FASTER
    if (__builtin_cpu_supports("avx2") && __builtin_cpu_supports("fma")) {
        count_wide(job);
        return;
    }
#endif
    count_plain(job);
}

typedef struct {
    Job jobs[64];
    int64_t amount, next;
} Queue;

static void work_off(void *data)
{
    Queue *queue = data;  /* a team may be smaller than asked for */
    for (int64_t i; (i = __atomic_fetch_add(&queue->next, 1, __ATOMIC_RELAXED)) < queue->amount;)
        work(&queue->jobs[i]);
}

static void add(const Own *own, Tally *tally, int64_t *histogram)
{
    const Tally *more = &own->tally;
    merge(tally, (double)(more->amount - more->nans - more->infs), more->mean, more->m2);
    if (more->low < tally->low) tally->low = more->low;
    if (more->high > tally->high) tally->high = more->high;
    tally->amount += more->amount;
    tally->nans += more->nans;
    tally->infs += more->infs;
    tally->near += more->near;
    tally->zeros += more->zeros;
    tally->blocked += more->blocked;
    for (int i = 0; i < BINS; i++) histogram[i] += own->histogram[i];
}

/* Run a function in a team of OpenMP threads: `GOMP_parallel` of the runtime that torch computes with. */
typedef void (*Team)(void (*function)(void *), void *data, unsigned threads, unsigned flags);

/* Add `amount` values to a tally and its histogram; 0, or -1 where there is no memory for it.
 *
 * Threads are torch's own: those wait in a loop for their next work, and would keep any others from
 * the processor for milliseconds. NULL for `team` counts in the calling thread. */
int32_t convscope_count(const float *values, int64_t amount, int32_t threads, Team team,
                        Tally *tally, int64_t *histogram)
{
    int64_t parts = amount / PART < threads ? amount / PART : threads;
    if (parts > 64) parts = 64;
    if (parts < 2 || !team) {
        Job job = {values, amount, tally, histogram};
        work(&job);
        return 0;
    }
    Queue queue = {.amount = parts};
    Own *owns = calloc((size_t)parts, sizeof(Own));  /* the first part has the caller's */
    if (!owns) return -1;
    const int64_t share = amount / parts;
    for (int i = 0; i < parts; i++) {
        owns[i].tally.low = __builtin_inf();
        owns[i].tally.high = -__builtin_inf();
        queue.jobs[i].values = values + i * share;
        queue.jobs[i].amount = i + 1 < parts ? share : amount - i * share;
        queue.jobs[i].tally = i ? &owns[i].tally : tally;
        queue.jobs[i].histogram = i ? owns[i].histogram : histogram;
    }
    team(work_off, &queue, (unsigned)parts, 0);
    for (int i = 1; i < parts; i++) add(&owns[i], tally, histogram);
    free(owns);
    return 0;
}

INLINE void fired_all(const float *values, int64_t rows, int64_t channels, int64_t inner,
                      int64_t *fired)
{
    for (int64_t row = 0; row < rows; row++) {
        if (inner == 1) {
            for (int64_t i = 0; i < channels; i++) fired[i] += values[i] > 0;
            values += channels;
            continue;
        }
        for (int64_t i = 0; i < channels; i++) {
            for (int64_t done = 0; done < inner; done += MOST) {
                const int size = (int)(inner - done < MOST ? inner - done : MOST);
                int32_t positive = 0;
                for (int k = 0; k < size; k++) positive += values[k] > 0;
                fired[i] += positive;
                values += size;
            }
        }
    }
}

#ifdef FASTER
FASTER static void fired_wide(const float *values, int64_t rows, int64_t channels, int64_t inner,
                              int64_t *fired) { fired_all(values, rows, channels, inner, fired); }
#endif

/* Add up for each channel how many values are above 0; values lie as (rows, channels, inner). */
void convscope_fired(const float *values, int64_t rows, int64_t channels, int64_t inner,
                     int64_t *fired)
{
#ifdef FASTER
    if (__builtin_cpu_supports("avx2") && __builtin_cpu_supports("fma")) {
        fired_wide(values, rows, channels, inner, fired);
        return;
    }
#endif
    fired_all(values, rows, channels, inner, fired);
}

static uint8_t *number(uint8_t *out, uint64_t value)
{
    for (; value > 127; value >>= 7) *out++ = (uint8_t)(value | 128);
    *out++ = (uint8_t)value;
    return out;
}

static int32_t encode(const uint64_t *counts, int32_t bins, uint8_t *out, int32_t limit)
{
    uint8_t *next = out;
    for (int32_t i = 0; i < bins; i++) {
        if (next - out + 20 > limit) return limit + 1;
        if (counts[i]) { next = number(next, counts[i]); continue; }
        const int32_t first = i;
        while (i + 1 < bins && !counts[i + 1]) i++;
        *next++ = 0;
        next = number(next, (uint64_t)(i + 1 - first));
    }
    return (int32_t)(next - out);
}

/* Write a histogram as convscope.runs.histograms does, and empty it; the number of bytes.
 * `out` has room for limit + 20. */
int32_t convscope_take(int64_t *by_bits, uint8_t *out, int32_t limit, int32_t *shift)
{
    uint64_t counts[BINS] = {0};
    for (int i = 0; i < 2040; i++) {
        counts[2047 - i] = (uint64_t)by_bits[2048 + i];
        counts[2048 + i] = (uint64_t)by_bits[i];
    }
    memset(by_bits, 0, BINS * sizeof *by_bits);
    for (*shift = 0;; ++*shift) {
        const int32_t length = encode(counts, BINS >> *shift, out, limit + 20);
        if (length <= limit || *shift == 6) return length;
        for (int i = 0; i < BINS >> (*shift + 1); i++) counts[i] = counts[2 * i] + counts[2 * i + 1];
    }
}

/* Which source this was compiled from. */
uint32_t convscope_source(void) { return SOURCE; }
