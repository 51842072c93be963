// Second-order sections of the block back end: several lanes at once, one lane in each place of a vector.
//
// Rows lie along time, lanes across them: tiles of lanes x lanes samples are turned on the way in and out.

#ifndef PLAUD_LIVE_BLOCK_CASCADE_1
#define PLAUD_LIVE_BLOCK_CASCADE_1

namespace block_kernels_1 {

#if defined(BLOCK_VECTORS) && defined(__has_builtin)
#if __has_builtin(__builtin_shufflevector)
#define BLOCK_SHUFFLES
#endif
#endif

template <int... i>
struct Indices {};
template <int count, int... i>
struct IndicesTo : IndicesTo<count - 1, count - 1, i...> {};
template <int... i>
struct IndicesTo<0, i...> {
    typedef Indices<i...> type;
};

// A square of `size` packs, turned.
template <class Work, int size>
struct Square {
    typedef Pack<Work, size> P;
    typedef typename P::type Vector;
    Vector row[size];

#if defined(BLOCK_SHUFFLES)
    template <int... i>
    static BLOCK_INLINE Vector interleaved(const Vector& a, const Vector& b, int half, Indices<i...>) {
        return half == 0 ? __builtin_shufflevector(a, b, (i / 2 + i % 2 * size)...)
                         : __builtin_shufflevector(a, b, (size / 2 + i / 2 + i % 2 * size)...);
    }
    BLOCK_INLINE void turn() {
        BLOCK_UNROLL
        for (int stage = 1; stage < size; stage *= 2) {
            Vector next[size];
            BLOCK_UNROLL
            for (int i = 0; i < size / 2; ++i) {
                next[2 * i] = interleaved(row[i], row[i + size / 2], 0, typename IndicesTo<size>::type());
                next[2 * i + 1] = interleaved(row[i], row[i + size / 2], 1, typename IndicesTo<size>::type());
            }
            BLOCK_UNROLL
            for (int i = 0; i < size; ++i) row[i] = next[i];
        }
    }
#else
    void turn() {
        for (int i = 0; i < size; ++i)
            for (int j = 0; j < i; ++j) {
                const Work kept = row[i][j];
                row[i][j] = row[j][i];
                row[j][i] = kept;
            }
    }
#endif
};

template <class Work>
struct Square<Work, 1> {
    typedef Pack<Work, 1> P;
    typedef typename P::type Vector;
    Vector row[1];
    void turn() {}
};

// `sections` of `lanes` lanes: lane k takes row inputs[k] and goes to row outputs[k], or is added to it.
// `table` [sections][b0 b1 b2 a1 a2][padded lanes], `state` [sections][3][padded lanes], computed as Work.
//
// Direct form I, with what the next sample takes of the past summed beforehand, so that only one multiplication
// waits for the last output: y = (b0 x + p) - a1 y'; p = b1 x + q; q = b2 x - a2 y.
template <class Real, class Work, int stride, int lanes, int sections, bool is_added>
struct Cascade {
    static constexpr int power(int at_least, int value = 1) { return value >= at_least ? value : power(at_least, 2 * value); }
    static constexpr int padded = lanes < 16 ? power(lanes) : (lanes + 15) / 16 * 16;
    static constexpr int size = least(vector_bytes / int(sizeof(Work)), padded);
    typedef Square<Work, size> Tile;
    typedef typename Tile::P P;
    typedef typename Tile::Vector Vector;

    static void run(const Work* table, Work* state, const int* inputs, const int* outputs, const Real* source, Real* target, int n) {
        for (int first = 0; first < lanes; first += size)
            group(table + first, state + first, inputs + first, outputs + first, least(size, lanes - first), source, target, n);
    }

    static void group(const Work* table, Work* state, const int* inputs, const int* outputs, int used, const Real* source,
                      Real* target, int n) {
        Vector b0[sections], b1[sections], b2[sections], a1[sections], a2[sections], p[sections], q[sections], last[sections];
        for (int s = 0; s < sections; ++s) {
            b0[s] = P::load(table + (5 * s + 0) * padded);
            b1[s] = P::load(table + (5 * s + 1) * padded);
            b2[s] = P::load(table + (5 * s + 2) * padded);
            a1[s] = P::load(table + (5 * s + 3) * padded);
            a2[s] = P::load(table + (5 * s + 4) * padded);
            p[s] = P::load(state + (3 * s + 0) * padded);
            q[s] = P::load(state + (3 * s + 1) * padded);
            last[s] = P::load(state + (3 * s + 2) * padded);
        }
        for (int t = 0; t < n; t += size) {
            Tile tile;
            Work values[size * size];
            BLOCK_UNROLL
            for (int lane = 0; lane < size; ++lane) tile.row[lane] = taken(source + inputs[least(lane, used - 1)] * stride + t);
            tile.turn();
            BLOCK_UNROLL
            for (int i = 0; i < size; ++i) P::store(values + i * size, tile.row[i]);
            const int samples = least(size, n - t);
            for (int i = 0; i < samples; ++i) {
                Vector x = P::load(values + i * size);
                for (int s = 0; s < sections; ++s) {
                    const Vector y = b0[s] * x + p[s] - a1[s] * last[s];
                    p[s] = b1[s] * x + q[s];
                    q[s] = b2[s] * x - a2[s] * y;
                    last[s] = y;
                    x = y;
                }
                P::store(values + i * size, x);
            }
            BLOCK_UNROLL
            for (int i = 0; i < size; ++i) tile.row[i] = P::load(values + i * size);
            tile.turn();
            BLOCK_UNROLL
            for (int lane = 0; lane < size; ++lane)
                if (lane < used) give(tile.row[lane], target + outputs[lane] * stride + t);
        }
        for (int s = 0; s < sections; ++s) {
            P::store(state + (3 * s + 0) * padded, p[s]);
            P::store(state + (3 * s + 1) * padded, q[s]);
            P::store(state + (3 * s + 2) * padded, last[s]);
        }
    }

    static BLOCK_INLINE Vector taken(const Real* from) {
        Work values[size];
        for (int i = 0; i < size; ++i) values[i] = Work(from[i]);
        return P::load(values);
    }

    static BLOCK_INLINE void give(const Vector& value, Real* to) {
        Work values[size];
        P::store(values, value);
        for (int i = 0; i < size; ++i) to[i] = is_added ? Real(to[i] + values[i]) : Real(values[i]);
    }
};

}  // namespace block_kernels_1

#endif
