// A DPF plugin around a class with FAUST's interface: parameters from buildUserInterface, channels of the model.
// `DistrhoPluginInfo.h` names it, `generated.hpp` is the model.

#include "DistrhoPlugin.hpp"

#include <algorithm>
#include <cctype>
#include <cmath>
#include <cstring>
#include <map>
#include <memory>
#include <string>
#include <vector>

#include "dsp.hpp"
#include "generated.hpp"

#if defined(__SSE__) || defined(__x86_64__)
#include <xmmintrin.h>
#endif

namespace {

// While it lives, numbers too small to be heard count as zero: a tail that fades into them costs ten times the time.
class FlushToZero {
  public:
#if defined(__SSE__) || defined(__x86_64__)
    FlushToZero() : fBefore(_mm_getcsr()) { _mm_setcsr(fBefore | 0x8040u); }
    ~FlushToZero() { _mm_setcsr(fBefore); }

  private:
    const unsigned int fBefore;
#elif defined(__aarch64__)
    FlushToZero() {
        asm volatile("mrs %0, fpcr" : "=r"(fBefore));
        asm volatile("msr fpcr, %0" ::"r"(fBefore | (1ull << 24)));
    }
    ~FlushToZero() { asm volatile("msr fpcr, %0" ::"r"(fBefore)); }

  private:
    unsigned long long fBefore = 0;
#endif
};

struct Knob {
    std::string name;
    FAUSTFLOAT* zone;
    float init, min, max;
    bool isSwitch;
    std::map<std::string, std::string> meta;

    std::string metadata(const char* key) const {
        const auto found = meta.find(key);
        return found == meta.end() ? std::string() : found->second;
    }
};

// Collects what the model declares; hidden controls are coefficients, not for a host.
class Knobs : public UI {
  public:
    std::vector<Knob> found;

    void addButton(const char* label, FAUSTFLOAT* zone) override { add(label, zone, 0, 0, 1, true); }
    void addCheckButton(const char* label, FAUSTFLOAT* zone) override { add(label, zone, 0, 0, 1, true); }
    void addVerticalSlider(const char* label, FAUSTFLOAT* zone, FAUSTFLOAT init, FAUSTFLOAT min, FAUSTFLOAT max,
                           FAUSTFLOAT) override {
        add(label, zone, init, min, max, false);
    }
    void addHorizontalSlider(const char* label, FAUSTFLOAT* zone, FAUSTFLOAT init, FAUSTFLOAT min, FAUSTFLOAT max,
                             FAUSTFLOAT) override {
        add(label, zone, init, min, max, false);
    }
    void addNumEntry(const char* label, FAUSTFLOAT* zone, FAUSTFLOAT init, FAUSTFLOAT min, FAUSTFLOAT max,
                     FAUSTFLOAT) override {
        add(label, zone, init, min, max, false);
    }
    void declare(FAUSTFLOAT* zone, const char* key, const char* value) override {
        if (zone != nullptr) fDeclared[zone][key] = value;
    }

  private:
    std::map<FAUSTFLOAT*, std::map<std::string, std::string>> fDeclared;

    void add(const char* label, FAUSTFLOAT* zone, FAUSTFLOAT init, FAUSTFLOAT min, FAUSTFLOAT max, bool isSwitch) {
        const auto meta = fDeclared[zone];
        const auto hidden = meta.find("hidden");
        if (hidden != meta.end() && hidden->second == "1") return;
        found.push_back(Knob{label, zone, float(init), float(min), float(max), isSwitch, meta});
    }
};

// First base of the plugin: DPF must be told how many parameters there are before it is made.
struct Model {
    std::unique_ptr<mydsp> dsp{new mydsp()};
    Knobs knobs;

    Model() {
        dsp->init(int(std::lround(PLUGIN_SAMPLE_RATE)));
        dsp->buildUserInterface(&knobs);
    }
};

class CompiledPlugin : private Model, public DISTRHO::Plugin {
  public:
    CompiledPlugin() : Plugin(uint32_t(knobs.found.size()), 0, 0) {
        for (uint32_t i = 0; i < DISTRHO_PLUGIN_NUM_INPUTS; ++i) fCopies[i].resize(kChunk);
        setRate(getSampleRate());
    }

  protected:
    const char* getLabel() const override { return PLUGIN_LABEL; }
    const char* getDescription() const override { return PLUGIN_DESCRIPTION; }
    const char* getMaker() const override { return "plaud-live"; }
    const char* getLicense() const override { return "of the model's author"; }
    uint32_t getVersion() const override { return d_version(1, 0, 0); }
    int64_t getUniqueId() const override { return PLUGIN_UNIQUE_ID; }

    void initAudioPort(bool input, uint32_t index, DISTRHO::AudioPort& port) override {
        const uint32_t channels = input ? DISTRHO_PLUGIN_NUM_INPUTS : DISTRHO_PLUGIN_NUM_OUTPUTS;
        if (channels == 1) port.groupId = DISTRHO::kPortGroupMono;
        if (channels == 2) port.groupId = DISTRHO::kPortGroupStereo;
        Plugin::initAudioPort(input, index, port);
    }

    void initParameter(uint32_t index, DISTRHO::Parameter& parameter) override {
        const Knob& knob = knobs.found[index];
        parameter.hints = DISTRHO::kParameterIsAutomatable;
        if (knob.isSwitch) parameter.hints |= DISTRHO::kParameterIsBoolean | DISTRHO::kParameterIsInteger;
        if (knob.metadata("scale") == "log" && knob.min > 0.0f) parameter.hints |= DISTRHO::kParameterIsLogarithmic;
        parameter.name = knob.name.c_str();
        parameter.symbol = symbol(index).c_str();
        parameter.unit = knob.metadata("unit").c_str();
        parameter.description = knob.metadata("tooltip").c_str();
        parameter.ranges = DISTRHO::ParameterRanges(knob.init, knob.min, knob.max);
    }

    float getParameterValue(uint32_t index) const override { return float(*knobs.found[index].zone); }

    void setParameterValue(uint32_t index, float value) override {
        const Knob& knob = knobs.found[index];
        *knob.zone = FAUSTFLOAT(value >= knob.min ? std::min(value, knob.max) : knob.min); // NaN: the minimum
    }

    void sampleRateChanged(double rate) override { setRate(rate); }
    void activate() override {
        dsp->instanceClear();
        warnOfRate();
    }

    void run(const float** inputs, float** outputs, uint32_t frames) override {
        const FlushToZero whileRunning;
        float* from[DISTRHO_PLUGIN_NUM_INPUTS];
        float* to[DISTRHO_PLUGIN_NUM_OUTPUTS];
        for (uint32_t start = 0; start < frames; start += kChunk) {
            const uint32_t count = std::min(kChunk, frames - start);
            for (uint32_t i = 0; i < DISTRHO_PLUGIN_NUM_OUTPUTS; ++i) to[i] = outputs[i] + start;
            // A host may give the same buffer for input and output, in any order: read from copies.
            for (uint32_t i = 0; i < DISTRHO_PLUGIN_NUM_INPUTS; ++i) {
                std::memcpy(fCopies[i].data(), inputs[i] + start, count * sizeof(float));
                from[i] = fCopies[i].data();
            }
            dsp->compute(int(count), from, to);
            if (!isFinite(to, count)) {
                dsp->instanceClear(); // what a host fed as NaN would go round in the loops for ever
                for (float* channel : to) std::fill(channel, channel + count, 0.0f);
            }
        }
    }

  private:
    static constexpr uint32_t kChunk = 512;
    std::vector<float> fCopies[DISTRHO_PLUGIN_NUM_INPUTS];
    double fWarnedOf = 0.0;

    void setRate(double rate) {
        std::vector<FAUSTFLOAT> values;
        for (const Knob& knob : knobs.found) values.push_back(*knob.zone);
        dsp->init(int(std::lround(rate)));
        for (size_t i = 0; i < values.size(); ++i) *knobs.found[i].zone = values[i];
    }

    void warnOfRate() {
        const double rate = getSampleRate();
        if (PLUGIN_FOLLOWS_HOST || std::fabs(rate - PLUGIN_SAMPLE_RATE) < 0.5 || rate == fWarnedOf) return;
        fWarnedOf = rate;
        d_stderr("%s: made for %g Hz, the host runs at %g Hz: decay and tone are changed by that much", PLUGIN_LABEL,
                 double(PLUGIN_SAMPLE_RATE), rate);
    }

    static bool isFinite(float** channels, uint32_t count) {
        float sum = 0.0f; // 0 unless a NaN or an infinity is among the samples
        for (uint32_t i = 0; i < DISTRHO_PLUGIN_NUM_OUTPUTS; ++i)
            for (uint32_t n = 0; n < count; ++n) sum += channels[i][n] * 0.0f;
        return sum == 0.0f;
    }

    std::string symbol(uint32_t index) const {
        std::string text;
        for (const char c : knobs.found[index].name) text += std::isalnum((unsigned char)c) ? c : '_';
        if (text.empty() || std::isdigit((unsigned char)text[0])) text = "_" + text;
        for (uint32_t i = 0; i < index; ++i)
            if (symbol(i) == text) return text + "_" + std::to_string(index);
        return text;
    }
};

} // namespace

START_NAMESPACE_DISTRHO

Plugin* createPlugin() {
    return new CompiledPlugin();
}

END_NAMESPACE_DISTRHO
