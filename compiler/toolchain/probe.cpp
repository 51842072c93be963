// Architecture with which the compiler probes what FAUST made of its text. No sound card, no user interface:
//   PROGRAM impulses SAMPLE_RATE SAMPLES [PATH=VALUE ...]        to stdout: float64 [inputs, outputs, samples]
//   PROGRAM process  SAMPLE_RATE SAMPLES [PATH=VALUE ...]        stdin float64 [inputs, samples] to [outputs, samples]
//   PROGRAM time     SAMPLE_RATE SAMPLES BLOCK RUNS              to stdout: user CPU seconds of each run, as text
//   PROGRAM controls SAMPLE_RATE 0                               to stdout: PATH INITIAL MINIMUM MAXIMUM, as text
// A process line may end in PATH@SAMPLE=VALUE, which moves a control before that sample.

#include <algorithm>
#include <cmath>
#include <cstdint>
#include <cstdio>
#include <cstdlib>
#include <cstring>
#include <map>
#include <string>
#include <sys/resource.h>
#include <utility>
#include <vector>
#if defined(__SSE__)
#include <xmmintrin.h>
#endif

#ifndef FAUSTFLOAT
#define FAUSTFLOAT PROBE_FLOAT
#endif

struct Soundfile;

struct Meta {
    virtual ~Meta() {}
    virtual void declare(const char*, const char*) {}
};

struct Control {
    FAUSTFLOAT *zone;
    FAUSTFLOAT initial, minimum, maximum;
};

// Collects controls by their path: groups and label joined by `/`.
struct UI {
    std::vector<std::string> groups;
    std::map<std::string, Control> controls;

    virtual ~UI() {}
    void openTabBox(const char* label) { groups.push_back(label); }
    void openHorizontalBox(const char* label) { groups.push_back(label); }
    void openVerticalBox(const char* label) { groups.push_back(label); }
    void closeBox() { groups.pop_back(); }
    void add(const char* label, FAUSTFLOAT* zone, FAUSTFLOAT initial, FAUSTFLOAT minimum, FAUSTFLOAT maximum) {
        std::string path;
        for (const std::string& group : groups) path += group + "/";
        controls[path + label] = Control{zone, initial, minimum, maximum};
    }
    void addButton(const char* label, FAUSTFLOAT* zone) { add(label, zone, 0, 0, 1); }
    void addCheckButton(const char* label, FAUSTFLOAT* zone) { add(label, zone, 0, 0, 1); }
    void addVerticalSlider(const char* l, FAUSTFLOAT* z, FAUSTFLOAT i, FAUSTFLOAT a, FAUSTFLOAT b, FAUSTFLOAT) { add(l, z, i, a, b); }
    void addHorizontalSlider(const char* l, FAUSTFLOAT* z, FAUSTFLOAT i, FAUSTFLOAT a, FAUSTFLOAT b, FAUSTFLOAT) { add(l, z, i, a, b); }
    void addNumEntry(const char* l, FAUSTFLOAT* z, FAUSTFLOAT i, FAUSTFLOAT a, FAUSTFLOAT b, FAUSTFLOAT) { add(l, z, i, a, b); }
    void addHorizontalBargraph(const char*, FAUSTFLOAT*, FAUSTFLOAT, FAUSTFLOAT) {}
    void addVerticalBargraph(const char*, FAUSTFLOAT*, FAUSTFLOAT, FAUSTFLOAT) {}
    void addSoundfile(const char*, const char*, Soundfile**) {}
    void declare(FAUSTFLOAT*, const char*, const char*) {}
};

struct dsp {
    virtual ~dsp() {}
    virtual int getNumInputs() = 0;
    virtual int getNumOutputs() = 0;
    virtual void buildUserInterface(UI*) = 0;
    virtual int getSampleRate() = 0;
    virtual void init(int) = 0;
    virtual void instanceClear() = 0;
    virtual void compute(int, FAUSTFLOAT**, FAUSTFLOAT**) = 0;
};

<<includeIntrinsic>>

<<includeclass>>

namespace {

constexpr int block_size = 64;

using Buffers = std::vector<std::vector<FAUSTFLOAT>>;

struct Move {
    long sample;
    FAUSTFLOAT* zone;
    FAUSTFLOAT value;
    bool operator<(const Move& other) const { return sample < other.sample; }
};

// Runs `inputs` [channels][samples] through `plugin`, moving controls on the way.
Buffers run(dsp& plugin, const Buffers& inputs, long samples, const std::vector<Move>& moves) {
    Buffers outputs(plugin.getNumOutputs(), std::vector<FAUSTFLOAT>(samples));
    size_t next = 0;
    for (long start = 0; start < samples;) {
        while (next < moves.size() && moves[next].sample <= start) {
            *moves[next].zone = moves[next].value;
            ++next;
        }
        long end = std::min(samples, start + block_size);
        if (next < moves.size()) end = std::min(end, moves[next].sample);
        std::vector<FAUSTFLOAT*> in, out;
        for (const auto& channel : inputs) in.push_back(const_cast<FAUSTFLOAT*>(channel.data()) + start);
        for (auto& channel : outputs) out.push_back(channel.data() + start);
        plugin.compute(int(end - start), in.data(), out.data());
        start = end;
    }
    return outputs;
}

void put(const Buffers& channels) {
    for (const auto& channel : channels) {
        const std::vector<double> values(channel.begin(), channel.end());
        std::fwrite(values.data(), sizeof(double), values.size(), stdout);
    }
}

double user_seconds() {
    rusage usage;
    getrusage(RUSAGE_SELF, &usage);
    return double(usage.ru_utime.tv_sec) + 1e-6 * double(usage.ru_utime.tv_usec);
}

void time_runs(dsp& plugin, long samples, int block, int runs) {
    Buffers inputs(plugin.getNumInputs()), outputs(plugin.getNumOutputs(), std::vector<FAUSTFLOAT>(block));
    uint32_t seed = 1;
    for (auto& channel : inputs)
        for (int i = 0; i < block; ++i) {
            seed = seed * 1664525u + 1013904223u;
            channel.push_back(FAUSTFLOAT(1e-3 * (double(seed) / 2147483648.0 - 1.0)));
        }
    std::vector<FAUSTFLOAT*> in, out;
    for (auto& channel : inputs) in.push_back(channel.data());
    for (auto& channel : outputs) out.push_back(channel.data());
    for (int i = 0; i <= runs; ++i) {  // the first warms the caches
        const double before = user_seconds();
        for (long done = 0; done < samples; done += block) plugin.compute(block, in.data(), out.data());
        if (i > 0) std::printf("%.9g\n", user_seconds() - before);
    }
}

}  // namespace

int main(int count, char** arguments) {
    if (count < 4) return 2;
#if defined(__SSE__)
    _mm_setcsr(_mm_getcsr() | 0x8040);  // denormals are zero, as every audio host sets it
#endif
    const std::string mode = arguments[1];
    const int sample_rate = std::atoi(arguments[2]);
    const long samples = std::atol(arguments[3]);
    mydsp* plugin = new mydsp();
    UI ui;
    plugin->init(sample_rate);
    plugin->buildUserInterface(&ui);
    if (mode == "controls") {
        for (const auto& entry : ui.controls)
            std::printf("%s %.17g %.17g %.17g\n", entry.first.c_str(), double(entry.second.initial),
                        double(entry.second.minimum), double(entry.second.maximum));
        return 0;
    }
    if (mode == "time") {
        if (count < 6) return 2;
        time_runs(*plugin, samples, std::atoi(arguments[4]), std::atoi(arguments[5]));
        return 0;
    }
    std::vector<Move> moves;
    for (int i = 4; i < count; ++i) {
        const std::string word = arguments[i];
        const size_t equals = word.rfind('=');
        if (equals == std::string::npos) return 2;
        std::string path = word.substr(0, equals);
        long sample = 0;
        const size_t at = path.rfind('@');
        if (at != std::string::npos) {
            sample = std::atol(path.c_str() + at + 1);
            path.resize(at);
        }
        const auto found = ui.controls.find(path);
        if (found == ui.controls.end()) {
            std::fprintf(stderr, "no control %s\n", path.c_str());
            return 3;
        }
        moves.push_back(Move{sample, found->second.zone, FAUSTFLOAT(std::atof(word.c_str() + equals + 1))});
    }
    std::stable_sort(moves.begin(), moves.end());
    Buffers inputs(plugin->getNumInputs(), std::vector<FAUSTFLOAT>(samples));
    if (mode == "process") {
        for (auto& channel : inputs)
            for (auto& value : channel) {
                double read = 0.0;
                if (std::fread(&read, sizeof read, 1, stdin) != 1) return 4;
                value = FAUSTFLOAT(read);
            }
        put(run(*plugin, inputs, samples, moves));
        return 0;
    }
    for (auto& channel : inputs) {
        plugin->init(sample_rate);
        for (const auto& entry : ui.controls) *entry.second.zone = entry.second.initial;
        channel[0] = FAUSTFLOAT(1);
        put(run(*plugin, inputs, samples, moves));
        channel[0] = FAUSTFLOAT(0);
    }
    return 0;
}
