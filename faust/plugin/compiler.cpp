// The program that compiles for the plugin: `plaud-live-faust BACKEND RATE FOLDER`. On standard input a line,
// `text BYTES`, and FAUST text, which may come long after the start. On standard output a line, `code BYTES`, and the
// code; else one line on standard error, why not.
//
// A program of its own, so that text that never ends, is huge, or breaks the compiler ends here and not in the host.
// The code is tried for a fifth of a second before it is handed over.

#include <chrono>
#include <cmath>
#include <cstdio>
#include <cstdlib>
#include <ctime>
#include <memory>
#include <new>
#include <sched.h>
#include <sys/resource.h>
#include <string>
#include <unistd.h>

#include <faust/dsp/interpreter-dsp.h>
#ifdef WITH_LLVM
#include <faust/dsp/llvm-dsp.h>
#endif

#include "instance.hpp"
#include "limits.hpp"

namespace {

[[noreturn]] void refuse(const std::string& why) {
    std::string line;
    for (const char c : why) line += c == '\n' || c == '\r' || c == '\t' ? ' ' : c;
    while (!line.empty() && line.back() == ' ') line.pop_back();
    std::fprintf(stderr, "%.600s\n", line.empty() ? "FAUST refuses the text and does not say why" : line.c_str());
    std::fflush(stderr);
    _exit(1); // libfaust's own clearing up is of no use, and may fail after an error
}

// The compiler stands back, and has a bounded part of the machine.
void confine() {
    const sched_param ordinary{};
    (void)sched_setscheduler(0, SCHED_OTHER, &ordinary); // where a host's real time was inherited
    (void)setpriority(PRIO_PROCESS, 0, kNice);
    const auto limit = [](auto what, rlim_t most) {
        const struct rlimit both{most, most};
        (void)setrlimit(what, &both);
    };
    limit(RLIMIT_CORE, 0);
    limit(RLIMIT_CPU, kCompileSeconds);
#ifdef __linux__
    long pages = 0; // of address space: what the libraries have already does not count
    if (FILE* const own = std::fopen("/proc/self/statm", "r")) {
        if (std::fscanf(own, "%ld", &pages) != 1) pages = 0;
        std::fclose(own);
    }
    limit(RLIMIT_AS, rlim_t(pages) * rlim_t(sysconf(_SC_PAGESIZE)) + kLargestMemory);
#endif
}

// Its length comes first: the end of the stream may not come at all, where another child of the host has it too.
std::string standardInput() {
    char line[64];
    unsigned long size = 0;
    if (std::fgets(line, sizeof(line), stdin) == nullptr || std::sscanf(line, "text %lu", &size) != 1) _exit(1); // no host left
    if (size > kLargestMemory) refuse("is too large");
    std::string text(size, '\0');
    if (std::fread(text.data(), 1, size, stdin) != size) _exit(1);
    return text;
}

double processorSeconds() {
    struct timespec now;
    clock_gettime(CLOCK_PROCESS_CPUTIME_ID, &now);
    return double(now.tv_sec) + 1e-9 * double(now.tv_nsec);
}

// Runs what was compiled, on noise and on silence.
void rehearse(dsp* program, int rate) {
    Instance instance(program, rate);
    if (instance.inputs() > kMostChannels || instance.outputs() > kMostChannels)
        refuse("has " + std::to_string(std::max(instance.inputs(), instance.outputs())) + " channels: at most " +
               std::to_string(kMostChannels));
    if (instance.outputs() == 0) refuse("has no outputs");
    const FlushToZero whileRunning;
    unsigned seed = 1;
    double worst = 0.0, began = 0.0;
    const int blocks = int(0.2 * rate / Instance::kChunk) + 1;
    for (int block = 0; block < blocks; ++block) {
        if (block == blocks / 8) began = processorSeconds(); // memory was touched by then
        for (int i = 0; i < instance.inputs(); ++i)
            for (int n = 0; n < Instance::kChunk; ++n) {
                seed = seed * 1664525u + 1013904223u;
                instance.input(i)[n] = block < blocks / 2 ? 0.1 * (double(seed) / 2147483648.0 - 1.0) : 0.0;
            }
        instance.compute(Instance::kChunk);
        worst = std::max(worst, instance.peak(Instance::kChunk)); // stays infinite
    }
    if (!(worst <= kLoudest)) refuse(kNotANumber);
    const double heard = double(blocks - blocks / 8) * Instance::kChunk / rate;
    const double load = (processorSeconds() - began) / heard;
    if (load > kHighestLoad) {
        char line[160];
        std::snprintf(line, sizeof(line), "needs %.0f %% of a processor at %d Hz, at most %.0f %%: fewer lines", 100 * load,
                      rate, 100 * kHighestLoad);
        refuse(line);
    }
}

// The code of `text`, tried. Lines of `error` are libfaust's.
std::string compiled(const std::string& backend, const std::string& text, int rate, int argc, const char** argv) {
    std::string error;
    if (backend == "interpreter") {
        interpreter_dsp_factory* const factory = createInterpreterDSPFactoryFromString("live", text, argc, argv, error);
        if (factory == nullptr) refuse(error);
        rehearse(factory->createDSPInstance(), rate);
        return writeInterpreterDSPFactoryToBitcode(factory);
    }
#ifdef WITH_LLVM
    if (backend == "llvm") {
        llvm_dsp_factory* const factory = createDSPFactoryFromString("live", text, argc, argv, "", error, -1);
        if (factory == nullptr) refuse(error);
        rehearse(factory->createDSPInstance(), rate);
        return writeDSPFactoryToMachine(factory, "");
    }
#endif
    refuse("no backend " + backend + " in this build");
}

} // namespace

int main(int argc, char** argv) {
    if (argc != 4) {
        std::fprintf(stderr, "usage: %s interpreter|llvm RATE FOLDER <TEXT, after its length: compiles FAUST for the watched plugin\n", argv[0]);
        return 2;
    }
    confine();
    try {
        const std::string text = standardInput();
        if (text.find('\0') != std::string::npos) refuse("is no text");
        const char* options[] = {"-double", "-I", argv[3], nullptr};
        const std::string code = compiled(argv[1], text, std::max(1, std::atoi(argv[2])), 3, options);
        std::printf("code %zu\n", code.size());
        std::fwrite(code.data(), 1, code.size(), stdout);
        std::fflush(stdout);
    } catch (const std::bad_alloc&) {
        refuse("needs more than " + std::to_string(kLargestMemory >> 20) + " MB");
    } catch (const std::exception& error) {
        refuse(error.what());
    }
    _exit(0);
}
