// Kernels of the block back end: operations on blocks of at most 64 samples, one row of a buffer for each channel.
//
// Rows are read and written in whole vectors. What lies after the last sample of a short block, in a row or in the
// padding behind it, is written over but never used.

#ifndef PLAUD_LIVE_BLOCK_KERNELS_1
#define PLAUD_LIVE_BLOCK_KERNELS_1

#include <cmath>
#if defined(__SSE2__)
#include <xmmintrin.h>
#endif

// BLOCK_PLAIN leaves out what is particular to GCC and Clang.
#if defined(__GNUC__) && !defined(BLOCK_PLAIN)
#define BLOCK_VECTORS
#define BLOCK_INLINE inline __attribute__((always_inline))
#define BLOCK_UNROLL _Pragma("GCC unroll 64")
#else
#define BLOCK_INLINE inline
#define BLOCK_UNROLL
#endif

namespace block_kernels_1 {

#if defined(__AVX512F__)
constexpr int vector_bytes = 64, registers = 32;
#elif defined(__AVX__)
constexpr int vector_bytes = 32, registers = 16;
#elif defined(__aarch64__)
constexpr int vector_bytes = 16, registers = 32;
#else
constexpr int vector_bytes = 16, registers = 16;
#endif

constexpr int least(int a, int b) { return a < b ? a : b; }

// `count` values that are worked on together: a vector of the compiler's own, or a loop where it has none.
template <class Real, int count>
struct Pack {
#if defined(BLOCK_VECTORS)
    typedef Real type __attribute__((vector_size(count * sizeof(Real))));
    typedef Real loose __attribute__((vector_size(count * sizeof(Real)), aligned(sizeof(Real)), may_alias));
    static BLOCK_INLINE type load(const Real* from) { return *reinterpret_cast<const loose*>(from); }
    static BLOCK_INLINE void store(Real* to, const type& value) { *reinterpret_cast<loose*>(to) = value; }
    static BLOCK_INLINE type all(Real value) { return value + type{}; }
#else
    struct type {
        Real lane[count];
        type operator+(const type& b) const { type c; for (int i = 0; i < count; ++i) c.lane[i] = lane[i] + b.lane[i]; return c; }
        type operator-(const type& b) const { type c; for (int i = 0; i < count; ++i) c.lane[i] = lane[i] - b.lane[i]; return c; }
        type operator*(const type& b) const { type c; for (int i = 0; i < count; ++i) c.lane[i] = lane[i] * b.lane[i]; return c; }
        friend type operator*(Real a, const type& b) { type c; for (int i = 0; i < count; ++i) c.lane[i] = a * b.lane[i]; return c; }
        Real& operator[](int i) { return lane[i]; }
    };
    static type load(const Real* from) { type v; for (int i = 0; i < count; ++i) v.lane[i] = from[i]; return v; }
    static void store(Real* to, const type& v) { for (int i = 0; i < count; ++i) to[i] = v.lane[i]; }
    static type all(Real value) { type v; for (int i = 0; i < count; ++i) v.lane[i] = value; return v; }
#endif
};

// Denormal numbers are taken as zero while this lives (x86 and ARM64; elsewhere they stay).
struct NoDenormals {
#if defined(__SSE2__)
    const unsigned saved;
    NoDenormals() : saved(_mm_getcsr()) { _mm_setcsr(saved | 0x8040); }
    ~NoDenormals() { _mm_setcsr(saved); }
#elif defined(__aarch64__) && defined(__GNUC__)
    unsigned long long saved;
    NoDenormals() {
        __asm__ volatile("mrs %0, fpcr" : "=r"(saved));
        __asm__ volatile("msr fpcr, %0" : : "r"(saved | (1ull << 24)));
    }
    ~NoDenormals() { __asm__ volatile("msr fpcr, %0" : : "r"(saved)); }
#else
    NoDenormals() {}
#endif
};

// Delay lines: a ring of `length` samples for each channel, one behind the other. `place` is where the next
// sample will be written.
template <class Real>
struct Ring {
    Real* data;
    int length;
    int place;
};

// Gains that stay as they are `now`, or that go to `next` in the course of a block, evenly.
template <class Real>
struct Gains {
    const Real* now;
    const Real* next;
    Real per_sample;
};

// values[i] times gamma to the power of power(i).
template <class Real, class Power>
void follow(Real* target, const Real* values, int count, double log_gamma, const Power& power) {
    for (int i = 0; i < count; ++i) target[i] = Real(double(values[i]) * std::exp(double(power(i)) * log_gamma));
}

// What the operations are made of. `stride` is the distance from a row of a buffer to the next.
template <class Real, int stride>
struct Kernels {
    static constexpr int width = vector_bytes / int(sizeof(Real));
    typedef Pack<Real, width> P;
    typedef typename P::type Vector;

    static void clear(Real* target, int rows, int n) {
        for (int row = 0; row < rows; ++row)
            for (int t = 0; t < n; t += width) P::store(target + row * stride + t, P::all(0));
    }

    static void copy(const Real* source, Real* target, int rows, int n) {
        for (int row = 0; row < rows; ++row)
            for (int t = 0; t < n; t += width) P::store(target + row * stride + t, P::load(source + row * stride + t));
    }

    static void add(const Real* first, const Real* second, Real* target, int rows, int n) {
        for (int row = 0; row < rows; ++row)
            for (int t = 0; t < n; t += width) {
                const int at = row * stride + t;
                P::store(target + at, P::load(first + at) + P::load(second + at));
            }
    }

    static void scale(const Real* gains, const Real* source, Real* target, int rows, int n) {
        for (int row = 0; row < rows; ++row)
            for (int t = 0; t < n; t += width)
                P::store(target + row * stride + t, gains[row] * P::load(source + row * stride + t));
    }

    // As `scale`, from sample `at` of the block on.
    static void scale(const Gains<Real>& gains, int at, const Real* source, Real* target, int rows, int n) {
        for (int row = 0; row < rows; ++row)
            for (int t = 0; t < n; t += width)
                P::store(target + row * stride + t, gain(gains, row, at + t) * P::load(source + row * stride + t));
    }

    // Takes the target to the source, by gains.now[0] to gains.next[0].
    static void pass_by(const Gains<Real>& gains, int at, const Real* source, Real* target, int rows, int n) {
        for (int t = 0; t < n; t += width) {
            const Vector amount = gain(gains, 0, at + t);
            for (int row = 0; row < rows; ++row) {
                const Vector y = P::load(target + row * stride + t);
                P::store(target + row * stride + t, y + amount * (P::load(source + row * stride + t) - y));
            }
        }
    }

    // Row r of the target is gains[r] times row order[r] of the source.
    static void permute(const int* order, const Real* gains, const Real* source, Real* target, int rows, int n) {
        for (int row = 0; row < rows; ++row) scale(gains + row, source + order[row] * stride, target + row * stride, 1, n);
    }

    // Entries of a matrix by rows: starts[r] to starts[r + 1] are those of row r.
    static void sparse(const int* starts, const int* columns, const Real* values, const Real* source, Real* target,
                       int rows, int n) {
        for (int row = 0; row < rows; ++row)
            for (int t = 0; t < n; t += width) {
                Vector sum = P::all(0);
                for (int k = starts[row]; k < starts[row + 1]; ++k)
                    sum = sum + values[k] * P::load(source + columns[k] * stride + t);
                P::store(target + row * stride + t, sum);
            }
    }

    // Some rows of a matrix, `table` [inputs][rows], times `vectors` vectors of each source row.
    template <int rows, int inputs, int vectors>
    static BLOCK_INLINE void product_tile(const Real* table, const Real* source, Real* target) {
        Vector sum[rows][vectors];
        BLOCK_UNROLL
        for (int r = 0; r < rows; ++r) {
            BLOCK_UNROLL
            for (int v = 0; v < vectors; ++v) sum[r][v] = table[r] * P::load(source + v * width);
        }
        for (int i = 1; i < inputs; ++i) {
            BLOCK_UNROLL
            for (int v = 0; v < vectors; ++v) {
                const Vector x = P::load(source + i * stride + v * width);
                BLOCK_UNROLL
                for (int r = 0; r < rows; ++r) sum[r][v] = sum[r][v] + table[i * rows + r] * x;
            }
        }
        BLOCK_UNROLL
        for (int r = 0; r < rows; ++r) {
            BLOCK_UNROLL
            for (int v = 0; v < vectors; ++v) P::store(target + r * stride + v * width, sum[r][v]);
        }
    }

    // target = matrix source. `table` holds bands of 8 rows (the last band: the rest), each [inputs][rows].
    template <int outputs, int inputs>
    static void product(const Real* table, const Real* source, Real* target, int n) {
        constexpr int vectors = registers == 32 ? 2 : 1, rest = outputs % 8;
        for (int t = 0; t < n; t += vectors * width) {
            int row = 0;
            for (; row + 8 <= outputs; row += 8)
                product_tile<8, inputs, vectors>(table + row * inputs, source + t, target + row * stride + t);
            if (rest > 0)
                product_tile<(rest > 0 ? rest : 1), inputs, vectors>(table + row * inputs, source + t, target + row * stride + t);
        }
    }

    // target = scale (source - 2 v (v . source)), for `vector` v and `twice` 2 v times the scale.
    template <int size>
    static void householder(Real scale, const Real* vector, const Real* twice, const Real* source, Real* target, int n) {
        for (int t = 0; t < n; t += width) {
            Vector even = vector[0] * P::load(source + t), odd = P::all(0);
            for (int i = 1; i + 1 < size; i += 2) {
                even = even + vector[i] * P::load(source + i * stride + t);
                odd = odd + vector[i + 1] * P::load(source + (i + 1) * stride + t);
            }
            if (size % 2 == 0) odd = odd + vector[size - 1] * P::load(source + (size - 1) * stride + t);
            const Vector sum = even + odd;
            for (int i = 0; i < size; ++i)
                P::store(target + i * stride + t, scale * P::load(source + i * stride + t) - twice[i] * sum);
        }
    }

    // Rows 0, step, 2 step, ... of `points` rows: gains, a Hadamard matrix of that size, gains (or null for ones).
    template <int points>
    static BLOCK_INLINE void butterflies(const Real* before, const Real* source, Real* target, const Real* after, int step, int n) {
        for (int t = 0; t < n; t += width) {
            Vector x[points];
            BLOCK_UNROLL
            for (int i = 0; i < points; ++i) {
                x[i] = P::load(source + i * step * stride + t);
                if (before) x[i] = before[i * step] * x[i];
            }
            BLOCK_UNROLL
            for (int half = 1; half < points; half *= 2) {
                BLOCK_UNROLL
                for (int i = 0; i < points / 2; ++i) {
                    const int low = i / half * 2 * half + i % half;
                    const Vector sum = x[low] + x[low + half], difference = x[low] - x[low + half];
                    x[low] = sum;
                    x[low + half] = difference;
                }
            }
            BLOCK_UNROLL
            for (int i = 0; i < points; ++i)
                P::store(target + i * step * stride + t, after ? after[i * step] * x[i] : x[i]);
        }
    }

    // The stages of a Hadamard matrix of `size` from `step` on, in place, eight rows at a time.
    template <int size, int step, bool done = (step >= size)>
    struct Stages {
        static void run(Real* rows, const Real* after, int n) {
            constexpr int points = least(8, size / step);
            const Real* gains = step * points == size ? after : nullptr;
            for (int first = 0; first < size; first += points * step)
                for (int row = first; row < first + step; ++row)
                    butterflies<points>(nullptr, rows + row * stride, rows + row * stride, gains ? gains + row : nullptr, step, n);
            Stages<size, step * points>::run(rows, after, n);
        }
    };
    template <int size, int step>
    struct Stages<size, step, true> {
        static void run(Real*, const Real*, int) {}
    };

    // target = diag(after) H diag(before) source, H the Hadamard matrix of Sylvester, `size` a power of two.
    template <int size>
    static void hadamard(const Real* before, const Real* source, Real* target, const Real* after, int n) {
        constexpr int points = least(8, size);
        for (int row = 0; row < size; row += points)
            butterflies<points>(before ? before + row : nullptr, source + row * stride, target + row * stride,
                                size == points ? after : nullptr, 1, n);
        Stages<size, points>::run(target, after, n);
    }

    // Put n samples of each row into its ring.
    static void write(Ring<Real>* rings, const Real* source, int rows, int n) {
        for (int row = 0; row < rows; ++row, source += stride) {
            Ring<Real>& ring = rings[row];
            int t = 0;
            if (ring.place + n <= ring.length) {
                Real* to = ring.data + ring.place;
                for (; t + width <= n; t += width) P::store(to + t, P::load(source + t));
                for (; t < n; ++t) to[t] = source[t];
                ring.place = ring.place + n == ring.length ? 0 : ring.place + n;
            } else {
                for (; t < n; ++t) {
                    ring.data[ring.place] = source[t];
                    ring.place = ring.place + 1 == ring.length ? 0 : ring.place + 1;
                }
            }
        }
    }

    // What stood in the ring from `delay` samples before its place on, n samples.
    static BLOCK_INLINE void read(const Ring<Real>& ring, int delay, Real* target, int n) {
        const int first = ring.place >= delay ? ring.place - delay : ring.place - delay + ring.length;
        if (first + n <= ring.length) {
            for (int t = 0; t < n; t += width) P::store(target + t, P::load(ring.data + first + t));
        } else {
            const int before = ring.length - first;
            for (int t = 0; t < before; ++t) target[t] = ring.data[first + t];
            for (int t = before; t < n; ++t) target[t] = ring.data[t - before];
        }
    }

    // Row r of the target: ring r, delays[r] back. `late`: n if the rings hold this block already, else 0.
    static void delay(const Ring<Real>* rings, const int* delays, int late, Real* target, int rows, int n) {
        for (int row = 0; row < rows; ++row) read(rings[row], delays[row] + late, target + row * stride, n);
    }

    // As `delay`, row r times gains[r].
    static void delay(const Ring<Real>* rings, const int* delays, const Gains<Real>& gains, int at, int late, Real* target,
                      int rows, int n) {
        for (int row = 0; row < rows; ++row) {
            Real* to = target + row * stride;
            read(rings[row], delays[row] + late, to, n);
            for (int t = 0; t < n; t += width) P::store(to + t, gain(gains, row, at + t) * P::load(to + t));
        }
    }

    // Add gains[k] times what stood in rings[inputs[k]] delays[k] ago to row outputs[k], for all k.
    static void taps(const Ring<Real>* rings, const int* outputs, const int* inputs, const int* delays,
                     const Gains<Real>& gains, int at, int late, Real* target, int count, int n) {
        Real past[stride];
        for (int k = 0; k < count; ++k) {
            Real* to = target + outputs[k] * stride;
            read(rings[inputs[k]], delays[k] + late, past, n);
            for (int t = 0; t < n; t += width) P::store(to + t, P::load(to + t) + gain(gains, k, at + t) * P::load(past + t));
        }
    }

    // Gain k from sample `at` of the block on.
    static BLOCK_INLINE Vector gain(const Gains<Real>& gains, int k, int at) {
        const Vector now = P::all(gains.now[k]);
        if (gains.next == nullptr) return now;
        Real places[width];
        for (int i = 0; i < width; ++i) places[i] = Real(at + 1 + i) * gains.per_sample;
        return now + (gains.next[k] - gains.now[k]) * P::load(places);
    }

    // Add the convolution of `past` (sample t at t + length - 1) with `length` taps to a row.
    static void convolve(const Real* taps, int length, const Real* past, Real* target, int n) {
        constexpr int vectors = 4;
        int t = 0;
        for (; t + (vectors - 1) * width < n; t += vectors * width) {
            Vector sum[vectors];
            BLOCK_UNROLL
            for (int v = 0; v < vectors; ++v) sum[v] = P::load(target + t + v * width);
            for (int j = 0; j < length; ++j) {
                const Real* from = past + t + length - 1 - j;
                BLOCK_UNROLL
                for (int v = 0; v < vectors; ++v) sum[v] = sum[v] + taps[j] * P::load(from + v * width);
            }
            BLOCK_UNROLL
            for (int v = 0; v < vectors; ++v) P::store(target + t + v * width, sum[v]);
        }
        for (; t < n; t += width) {
            Vector sum = P::load(target + t);
            for (int j = 0; j < length; ++j) sum = sum + taps[j] * P::load(past + t + length - 1 - j);
            P::store(target + t, sum);
        }
    }

    // Add convolutions to the rows outputs[k], each of the ring inputs[k] with taps[k] [length], `first` samples ago.
    // Neighbours with the same input share `past` [length - 1 + stride].
    static void convolutions(const Ring<Real>* rings, const int* outputs, const int* inputs, int first, const Real* taps,
                             int length, int count, int late, Real* past, Real* target, int n) {
        for (int k = 0; k < count; ++k) {
            if (k == 0 || inputs[k] != inputs[k - 1]) read(rings[inputs[k]], first + length - 1 + late, past, n + length - 1);
            convolve(taps + k * length, length, past, target + outputs[k] * stride, n);
        }
    }
};

}  // namespace block_kernels_1

#endif
