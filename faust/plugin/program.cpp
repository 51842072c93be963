#include "program.hpp"

#ifdef WITH_LLVM
#include <faust/dsp/interpreter-dsp.h>
#include <faust/dsp/llvm-dsp.h>
#else
#include <faust/dsp/interpreter-machine-dsp.h>
#endif

#include "limits.hpp"

extern "C" LIBFAUST_API bool startMTDSPFactories();

namespace {

// libfaust keeps tables of factories and instances that it does not guard by itself.
std::mutex& libfaust() {
    static std::mutex mutex;
    static const bool isGuarded = startMTDSPFactories();
    (void)isGuarded;
    return mutex;
}

} // namespace

std::shared_ptr<Program> Program::load(const std::string& backend, const std::string& code, std::string& error) {
    const std::lock_guard<std::mutex> lock(libfaust());
    auto program = std::make_shared<Program>();
    if (backend == "interpreter") program->fFactory = readInterpreterDSPFactoryFromBitcode(code, error);
#ifdef WITH_LLVM
    program->fIsLlvm = backend == "llvm";
    if (program->fIsLlvm) program->fFactory = readDSPFactoryFromMachine(code, "", error);
#endif
    if (program->fFactory != nullptr) return program;
    if (error.empty()) error = "libfaust does not take what its compiler made: two versions are installed";
    return nullptr;
}

Program::~Program() {
    if (fFactory == nullptr) return; // `load` failed, and holds the lock
    const std::lock_guard<std::mutex> lock(libfaust());
#ifdef WITH_LLVM
    if (fIsLlvm) {
        deleteDSPFactory(static_cast<llvm_dsp_factory*>(fFactory));
        return;
    }
#endif
    deleteInterpreterDSPFactory(static_cast<interpreter_dsp_factory*>(fFactory));
}

std::unique_ptr<Instance> Program::instance(int rate) {
    const std::lock_guard<std::mutex> lock(libfaust());
    return std::make_unique<Instance>(fFactory->createDSPInstance(), rate);
}

void Program::release(std::unique_ptr<Instance> instance) {
    const std::lock_guard<std::mutex> lock(libfaust());
    instance.reset();
}

Voice::Voice(std::shared_ptr<Program> program, int rate_, Knobs& knobs, const Values& values, int64_t serial_)
    : serial(serial_), rate(rate_), fProgram(std::move(program)), fInstance(fProgram->instance(rate)), fKnobs(knobs) {
    for (const Control& control : fInstance->controls()) {
        if (control.isHidden) {
            const size_t slash = control.path.rfind('/');
            const auto found = values.find(control.path.substr(0, slash));
            const size_t index = slash == std::string::npos ? 0 : std::strtoul(control.path.c_str() + slash + 1, nullptr, 10);
            if (found != values.end()) take(control, found->second, index);
        } else {
            const int knob = knobs.bind(control);
            if (knob >= 0) fBound.push_back(Bound{control, knob, 0.0f});
        }
    }
    turnKnobs(true);
}

Voice::~Voice() {
    Program::release(std::move(fInstance));
}

// Sets a hidden control to value number `index` of its path; of as many as it has rates, to that for this one's.
void Voice::take(const Control& control, const std::vector<double>& values, size_t index) {
    const std::vector<double>& rates = control.rates;
    const size_t count = std::max<size_t>(1, rates.size());
    if (index >= values.size() / count) return;
    const double* const at = values.data() + index * count;
    const size_t above = size_t(std::lower_bound(rates.begin(), rates.end(), double(rate)) - rates.begin());
    const size_t below = above > 0 ? above - 1 : 0;
    const double share = above > 0 && above < count ? (rate - rates[below]) / (rates[above] - rates[below]) : 0.0;
    *control.zone = float(share > 0.0 ? at[below] + share * (at[above] - at[below]) : at[below]);
}

void Voice::turnKnobs(bool all) {
    for (Bound& bound : fBound) {
        const float value = fKnobs.value(bound.knob);
        if (!all && value == bound.seen) continue;
        bound.seen = value;
        *bound.control.zone = float(Knobs::setting(bound.control, bound.knob, value));
    }
}

void Voice::warm() {
    const FlushToZero whileRunning;
    for (int i = 0; i < fInstance->inputs(); ++i) std::fill_n(fInstance->input(i), Instance::kChunk, 0.0);
    for (int left = int(kWarmSeconds * rate); left > 0; left -= Instance::kChunk) {
        turnKnobs(false);
        fInstance->compute(Instance::kChunk);
    }
}

double Voice::play(const double* const* in, double* const* out, const double* gain, const double* level, int count) {
    turnKnobs(false);
    const int inputs = fInstance->inputs(), outputs = fInstance->outputs();
    for (int i = 0; i < inputs; ++i) {
        double* const to = fInstance->input(i);
        for (int n = 0; n < count; ++n) to[n] = gain[n] * (inputs == 1 ? 0.5 * (in[0][n] + in[1][n]) : in[i % 2][n]);
    }
    fInstance->compute(count);
    const double peak = fInstance->peak(count);
    if (!(peak <= kLoudest)) return HUGE_VAL;
    for (int o = 0; o < 2; ++o) {
        const int heard = outputs == 1 ? 1 : (outputs + 1 - o) / 2; // those that share this side: their mean
        for (int i = outputs == 1 ? 0 : o; i < outputs; i += 2) {
            const double* const from = fInstance->output(i);
            for (int n = 0; n < count; ++n) out[o][n] += level[n] * from[n] / heard;
        }
    }
    return peak;
}

void Voice::clear() {
    fInstance->clear();
}
