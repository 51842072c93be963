// The plugin's core without a host: files change at random while a thread plays a sine, as a host does, for a while.
// stress COMPILER FOLDER CHANGES SEED. Prints what it saw; the exit code is 1 if the sound was ever wrong.

#include <atomic>
#include <chrono>
#include <cmath>
#include <cstdio>
#include <cstdlib>
#include <fstream>
#include <new>
#include <random>
#include <string>
#include <thread>
#include <unistd.h>

#include "files.hpp"
#include "json.hpp"
#include "reverb.hpp"

namespace {

thread_local bool isAudioThread = false;
std::atomic<long> allocations{0};

// Two channels, each with a damped loop; `structure` differs in its delay.
std::string program(int structure, int generation, double gain) {
    char text[1024];
    std::snprintf(text, sizeof(text),
                  "// stress\n\ndeclare structure \"s%d\";\ndeclare generation \"%d\";\n"
                  "value(i, x) = nentry(\"loop/mixing/%%i[hidden:1]\", x, -1e9, 1e9, 1e-9);\n"
                  "dry_wet = hslider(\"dry_wet\", 1.0, 0.0, 1.0, 0.001);\n"
                  "cutoff = hslider(\"cutoff\", 0.25, 0.0, 0.5, 0.001);\n"
                  "line(i) = (+ : @(%d + 50 * i)) ~ *(value(i, %.6f));\n"
                  "process = (_, _) <: (line(0), line(1)), (*(1 - dry_wet), *(1 - dry_wet))\n"
                  "    :> (*(0.5), *(0.5 + 0 * cutoff));\n",
                  structure, generation, 200 + 37 * structure, gain);
    return text;
}

std::string values(int structure, int generation, double gain) {
    char text[256];
    std::snprintf(text, sizeof(text),
                  "{\"schema_version\": 1, \"structure\": \"s%d\", \"generation\": %d, \"values\": {\"loop/mixing\": [%.6f, %.6f]}}",
                  structure, generation, gain, -gain);
    return text;
}

const char* const kBroken[] = {
    "",
    "process = ;",
    "process = (_, _) : undefined;",
    "process = 0 : !;",
    "process = _, _ : *(0.0 / 0.0), _;", // no number, at once
    "f(x) = f(x + 1); process = f(1);",
};

} // namespace

void* operator new(size_t size) {
    if (isAudioThread) ++allocations;
    if (void* const memory = std::malloc(size)) return memory;
    throw std::bad_alloc();
}
void operator delete(void* memory) noexcept {
    if (isAudioThread && memory != nullptr) ++allocations;
    std::free(memory);
}
void operator delete(void* memory, size_t) noexcept {
    operator delete(memory);
}

int main(int argc, char** argv) {
    if (argc != 5) return 2;
    const std::string dsp = std::string(argv[2]) + "/live.dsp", params = std::string(argv[2]) + "/live.params.json";
    const int changes = std::atoi(argv[3]);
    std::mt19937 random(unsigned(std::atoi(argv[4])));
    const auto one_of = [&](int count) { return int(random() % unsigned(count)); };

    writeWhole(dsp, program(0, 1, 0.5));
    auto reverb = std::make_unique<Reverb>(argv[1]);
    reverb->watch(dsp);
    reverb->activate(48000.0);

    // The host: stops for a moment to change its rate when asked to.
    std::atomic<int> rate{48000};
    std::atomic<bool> isOver{false};
    std::atomic<double> loudest{0.0};
    std::atomic<long> blocks{0}, wrong{0};
    std::thread audio([&] {
        std::mt19937 sizes(1);
        float left[512], right[512];
        const float* const in[2] = {left, right};
        float* const out[2] = {right, left}; // in place, and crossed
        double phase = 0.0;
        int playing = 48000;
        while (!isOver) {
            if (rate != playing) reverb->activate(playing = rate);
            const int count = 1 + int(sizes() % 512);
            for (int n = 0; n < count; ++n) left[n] = right[n] = float(0.5 * std::sin(phase += 0.05));
            isAudioThread = true;
            reverb->process(in, out, uint32_t(count));
            isAudioThread = false;
            for (int n = 0; n < count; ++n) {
                const double most = std::max(std::fabs(left[n]), std::fabs(right[n]));
                if (!std::isfinite(left[n]) || !std::isfinite(right[n]) || most > 4.0) ++wrong;
                if (most > loudest) loudest = most;
            }
            ++blocks;
            std::this_thread::sleep_for(std::chrono::microseconds(500));
        }
    });

    int structure = 0, generation = 1, answered = 0, failed = 0, torn = 0;
    for (int change = 0; change < changes; ++change) {
        const int kind = one_of(20);
        ++generation;
        if (kind < 3) {
            structure = one_of(4);
            writeWhole(params, values(structure, generation, 0.4));
            writeWhole(dsp, program(structure, generation, 0.3));
        } else if (kind < 5) {
            std::ofstream(dsp) << kBroken[one_of(sizeof(kBroken) / sizeof(kBroken[0]))]; // in place
        } else if (kind == 5) {
            unlink(dsp.c_str());
        } else if (kind == 6) {
            rate = rate == 48000 ? 44100 : 48000;
        } else if (kind == 7) {
            writeWhole(params, values(structure, generation, 0.4).substr(0, 50));
        } else if (kind == 8) {
            reverb->setNumber(1 + one_of(2));
            writeWhole(std::string(argv[2]) + "/live2.dsp", "process = _ * 0.5, _ * 0.5;");
        } else {
            writeWhole(params, values(structure, generation, 0.1 + 0.05 * one_of(12)));
        }
        for (int i = 0; i < 5; ++i) {
            reverb->knobs.set(one_of(kKnobCount), 0.1f * float(one_of(11)));
            std::this_thread::sleep_for(std::chrono::milliseconds(5 + one_of(6)));
        }
        WatchedFile status(dsp + ".status.json");
        std::string ignored;
        const std::optional<std::string> text = status.take(ignored);
        const std::optional<Json> said = text ? parseJson(*text) : std::nullopt;
        const Json* const state = said ? said->find("state") : nullptr;
        if (text && state == nullptr) ++torn;
        if (state != nullptr) ++(state->string == "ok" ? answered : failed);
    }
    isOver = true;
    audio.join();
    reverb.reset();
    std::printf("blocks %ld, loudest %.3f, wrong %ld, allocations %ld, torn %d, ok %d, not ok %d\n", blocks.load(),
                loudest.load(), wrong.load(), allocations.load(), torn, answered, failed);
    return wrong == 0 && allocations == 0 && torn == 0 && answered > 0 && failed > 0 ? 0 : 1;
}
