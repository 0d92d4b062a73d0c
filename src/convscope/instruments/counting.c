/* Count float32 values in one pass: moments, extremes, shares, a histogram by the top 12 bits, and
 * how often each channel is above 0.
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
#define WIDE 128              /* slots for neighbouring rows: a loop over a few channels is too short */

typedef struct {
    double mean, m2, low, high;                            /* of the finite values */
    int64_t amount, nans, infs, near, zeros, blocked;
} Tally;

/* How values lie: as (pictures, channels, inner), or, where inner is 1, (pictures, rows, channels).
 *
 * Channels have pairs of numbers: places above 0, and pictures with such a place. */
typedef struct {
    int64_t channels, inner, rows;
    int64_t *last, *total;  /* of this call, and of all; of shape (2, channels) */
} Layout;

/* Where a count of channels stands: at a plane, or at a picture, of whose rows `seen` has some. */
typedef struct {
    const Layout *layout;
    int64_t *places, *pictures;
    int64_t at, left, positive, width;  /* the plane's channel, or the slot of `seen`; values left */
    int32_t *seen;
} Firing;

typedef struct {
    const float *values;
    int64_t amount;
    Tally *tally;
    int64_t *histogram;
    Firing *firing;
} Job;

typedef struct {
    Tally tally;
    int64_t histogram[BINS];
    Firing firing;
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

INLINE uint8_t fires(uint32_t bits)
{
    /* positive and not NaN: that one becomes negative */
    return (int32_t)(bits + (0x7fffffff - INFINITE)) > 0x7fffffff - INFINITE;
}

INLINE int64_t together(const uint8_t *flags, int size)
{
    /* eight at a time, in the bytes of a word */
    int64_t sum = 0;
    while (size) {
        uint64_t words = 0, word;
        uint32_t half;
        uint16_t quarter;
        for (int i = 0; size >= 8 && i < 30; i++, size -= 8, flags += 8) {
            memcpy(&word, flags, 8);
            words += word;
        }
        if (size < 8) {
            if (size & 4) { memcpy(&half, flags, 4); words += half; flags += 4; }
            if (size & 2) { memcpy(&quarter, flags, 2); words += quarter; flags += 2; }
            if (size & 1) words += *flags;
            size = 0;
        }
        sum += (int64_t)((words * 0x0101010101010101) >> 56);
    }
    return sum;
}

INLINE void fire_planes(const uint8_t *flags, int size, Firing *firing)
{
    const int64_t channels = firing->layout->channels, inner = firing->layout->inner;
    int64_t at = firing->at, left = firing->left, positive = firing->positive;
    for (int done = 0; done < size;) {
        const int part = left < size - done ? (int)left : size - done;
        positive += together(flags + done, part);
        done += part;
        left -= part;
        if (left) continue;
        firing->places[at] += positive;
        firing->pictures[at] += positive > 0;
        at = at + 1 < channels ? at + 1 : 0;
        left = inner;
        positive = 0;
    }
    firing->at = at;
    firing->left = left;
    firing->positive = positive;
}

INLINE void end_picture(Firing *firing)
{
    const int64_t channels = firing->layout->channels;
    int32_t *seen = firing->seen;
    for (int64_t row = channels; row < firing->width; row += channels)
        for (int64_t i = 0; i < channels; i++) seen[i] += seen[row + i];
    for (int64_t i = 0; i < channels; i++) {
        firing->places[i] += seen[i];
        firing->pictures[i] += seen[i] > 0;
    }
    memset(seen, 0, sizeof(int32_t) * (size_t)firing->width);
    firing->left = channels * firing->layout->rows;
}

INLINE void fire_rows(const uint8_t *flags, int size, Firing *firing)
{
    for (int done = 0; done < size;) {
        int64_t part = size - done;
        if (part > firing->width - firing->at) part = firing->width - firing->at;
        int32_t *seen = firing->seen + firing->at;
        for (int64_t i = 0; i < part; i++) seen[i] += flags[done + i];
        firing->at = firing->at + part < firing->width ? firing->at + part : 0;
        firing->left -= part;
        done += (int)part;
        if (!firing->left) end_picture(firing);
    }
}

INLINE void fire_block(const uint32_t *bits, int size, Firing *firing)
{
    uint8_t flags[BLOCK];
    for (int i = 0; i < size; i++) flags[i] = fires(bits[i]);
    if (firing->layout->inner > 1) fire_planes(flags, size, firing);
    else fire_rows(flags, size, firing);
}

static int64_t width(const Layout *layout)
{
    int64_t rows = 1;
    for (int64_t i = 2; i * layout->channels <= WIDE && (i <= layout->rows || layout->rows == 1); i++)
        if (layout->rows % i == 0 || layout->rows == 1) rows = i;
    return rows * layout->channels;
}

/* Begin to count at a plane, or at a picture where inner is 1; 0, or -1 without memory. */
static int begin(Firing *firing, const Layout *layout, int64_t plane)
{
    const size_t pairs = 2 * (size_t)layout->channels;
    const int has_planes = layout->inner > 1;
    firing->layout = layout;
    firing->width = has_planes ? 0 : width(layout);
    firing->places = calloc(1, sizeof(int64_t) * pairs + sizeof(int32_t) * (size_t)firing->width);
    if (!firing->places) return -1;
    firing->pictures = firing->places + layout->channels;
    firing->seen = (int32_t *)(firing->places + pairs);
    firing->at = has_planes ? plane % layout->channels : 0;
    firing->left = has_planes ? layout->inner : layout->channels * layout->rows;
    if (layout->rows == 1 && !has_planes) firing->left = INT64_MAX;  /* pictures are rows: add later */
    firing->positive = 0;
    return 0;
}

static void end(Firing *firing)
{
    const Layout *layout = firing->layout;
    const int64_t channels = layout->channels;
    if (layout->inner == 1 && layout->rows == 1) {
        end_picture(firing);
        memcpy(firing->pictures, firing->places, sizeof(int64_t) * (size_t)channels);
    }
    for (int64_t i = 0; i < 2 * channels; i++) {
        layout->last[i] += firing->places[i];
        layout->total[i] += firing->places[i];
    }
    free(firing->places);
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
            if (job->firing) fire_block(bits, size, job->firing);
            if (!job->tally) continue;
            count_block(values, (const int32_t *)bits, size, job->tally);
            for (int i = 0; i + 1 < size; i += 2) {
                even[bits[i] >> 20]++;
                odd[bits[i + 1] >> 20]++;
            }
            if (size % 2) even[bits[size - 1] >> 20]++;
        }
        for (int i = 0; job->tally && i < BINS; i++) job->histogram[i] += even[i] + odd[i];
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

/* Values that belong together: a plane of one channel, or a whole picture. */
static int64_t unit(const Layout *layout)
{
    if (!layout) return 1;
    return layout->inner > 1 ? layout->inner : layout->channels * layout->rows;
}

static int32_t count_parts(const float *values, int64_t amount, int64_t parts, Team team,
                           Tally *tally, int64_t *histogram, const Layout *layout)
{
    Queue queue = {.amount = parts};
    Own *owns = calloc((size_t)parts, sizeof(Own));  /* the first part has the caller's tally */
    int32_t failed = owns ? 0 : -1;
    const int64_t size = unit(layout), units = amount / size;
    for (int i = 0; !failed && i < parts; i++) {
        const int64_t first = i * units / parts, next = (i + 1) * units / parts;
        owns[i].tally.low = __builtin_inf();
        owns[i].tally.high = -__builtin_inf();
        queue.jobs[i].values = values + first * size;
        queue.jobs[i].amount = (next - first) * size;
        queue.jobs[i].tally = i && tally ? &owns[i].tally : tally;
        queue.jobs[i].histogram = i ? owns[i].histogram : histogram;
        queue.jobs[i].firing = layout ? &owns[i].firing : NULL;
        if (layout) failed = begin(&owns[i].firing, layout, first);
    }
    if (!failed) team(work_off, &queue, (unsigned)parts, 0);
    for (int i = 1; !failed && tally && i < parts; i++) add(&owns[i], tally, histogram);
    for (int i = 0; owns && layout && i < parts; i++) {
        if (failed) free(owns[i].firing.places);
        else end(&owns[i].firing);
    }
    free(owns);
    return failed;
}

/* Add `amount` values to a tally, its histogram and the counts of channels; 0, or -1 where there is
 * no memory for it. NULL for `tally` counts channels only, NULL for `layout` none.
 *
 * Threads are torch's own: those wait in a loop for their next work, and would keep any others from
 * the processor for milliseconds. NULL for `team` counts in the calling thread. */
int32_t convscope_count(const float *values, int64_t amount, int32_t threads, Team team,
                        Tally *tally, int64_t *histogram, const Layout *layout)
{
    int64_t parts = amount / PART < threads ? amount / PART : threads;
    if (parts > 64) parts = 64;
    if (parts > amount / unit(layout)) parts = amount / unit(layout);
    if (layout) memset(layout->last, 0, sizeof(int64_t) * 2 * (size_t)layout->channels);
    if (parts > 1 && team)
        return count_parts(values, amount, parts, team, tally, histogram, layout);
    Firing firing;
    if (layout && begin(&firing, layout, 0)) return -1;
    Job job = {values, amount, tally, histogram, layout ? &firing : NULL};
    work(&job);
    if (layout) end(&firing);
    return 0;
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
