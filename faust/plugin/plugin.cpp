// The watched reverb as a DPF plugin: 32 parameters, and the path of the file as state that the host keeps.

#include "DistrhoPlugin.hpp"

#include <cstdlib>
#include <dlfcn.h>
#include <string>

#include "reverb.hpp"

namespace {

constexpr uint32_t kNumber = kNamedCount; // this parameter is the number of the file; knobs without names come after it
constexpr int kMostNumber = 16;

// The compiler lies beside the file that this code was loaded from.
std::string compilerPath() {
    if (const char* const chosen = std::getenv("PLAUD_FAUST_COMPILER")) return chosen;
    Dl_info info;
    if (dladdr(reinterpret_cast<void*>(&compilerPath), &info) == 0 || info.dli_fname == nullptr) return "plaud-live-faust";
    const std::string own = info.dli_fname;
    const size_t slash = own.rfind('/');
    return (slash == std::string::npos ? "./" : own.substr(0, slash + 1)) + "plaud-live-faust";
}

class WatchedPlugin : public DISTRHO::Plugin {
  public:
    WatchedPlugin() : Plugin(kKnobCount + 1, 0, 1), fReverb(compilerPath()) {}

  protected:
    const char* getLabel() const override { return "plaud_live"; }
    const char* getDescription() const override { return "Plays the reverb that plaud-live pushes"; }
    const char* getMaker() const override { return "plaud-live"; }
    const char* getLicense() const override { return "MIT"; }
    uint32_t getVersion() const override { return d_version(1, 0, 0); }
    int64_t getUniqueId() const override { return d_cconst('P', 'l', 'v', 'd'); }

    void initAudioPort(bool input, uint32_t index, DISTRHO::AudioPort& port) override {
        port.groupId = DISTRHO::kPortGroupStereo;
        Plugin::initAudioPort(input, index, port);
    }

    void initParameter(uint32_t index, DISTRHO::Parameter& parameter) override {
        parameter.hints = DISTRHO::kParameterIsAutomatable;
        if (index < kNamedCount) {
            const Named& named = kNamed[index];
            if (named.isSwitch) parameter.hints |= DISTRHO::kParameterIsBoolean | DISTRHO::kParameterIsInteger;
            parameter.name = parameter.symbol = named.name;
            parameter.unit = named.unit;
            parameter.description = named.text;
            parameter.ranges = DISTRHO::ParameterRanges(named.init, named.min, named.max);
        } else if (index == kNumber) {
            parameter.hints |= DISTRHO::kParameterIsInteger;
            parameter.name = parameter.symbol = "file";
            parameter.description = "1 is live.dsp, 2 is live2.dsp, and so on";
            parameter.ranges = DISTRHO::ParameterRanges(1.0f, 1.0f, float(kMostNumber));
        } else {
            const std::string number = std::to_string(index - kNumber);
            parameter.name = ("knob " + number).c_str();
            parameter.symbol = ("knob_" + number).c_str();
            parameter.description = "A knob of your own FAUST program, over its range; 0 is as it is written";
            parameter.ranges = DISTRHO::ParameterRanges(0.0f, 0.0f, 1.0f);
        }
    }

    void initState(uint32_t, DISTRHO::State& state) override {
        state.hints = DISTRHO::kStateIsFilenamePath;
        state.key = "dsp";
        state.label = "FAUST file";
        state.description = "The file that is watched; none is $PLAUD_DSP, or ~/.plaud-live/live.dsp";
    }

    float getParameterValue(uint32_t index) const override {
        return index == kNumber ? float(fReverb.number()) : fReverb.knobs.value(knob(index));
    }

    void setParameterValue(uint32_t index, float value) override {
        if (index != kNumber) return fReverb.knobs.set(knob(index), value);
        fReverb.setNumber(value >= 1.0f ? int(std::min(value, float(kMostNumber)) + 0.5f) : 1);
    }

    DISTRHO::String getState(const char* key) const override {
        return DISTRHO::String(std::string(key) == "dsp" ? fReverb.watched().c_str() : "");
    }

    void setState(const char* key, const char* value) override {
        if (std::string(key) == "dsp") fReverb.watch(value);
    }

    void activate() override { fReverb.activate(getSampleRate()); }

    void run(const float** inputs, float** outputs, uint32_t frames) override { fReverb.process(inputs, outputs, frames); }

  private:
    Reverb fReverb;

    static int knob(uint32_t index) { return int(index < kNumber ? index : index - 1); }
};

} // namespace

START_NAMESPACE_DISTRHO

Plugin* createPlugin() {
    return new WatchedPlugin();
}

END_NAMESPACE_DISTRHO
