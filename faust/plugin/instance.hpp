// A running FAUST program in double precision, with the buffers that it reads and writes.
#pragma once

#include <algorithm>
#include <cmath>
#include <iterator>
#include <locale>
#include <map>
#include <memory>
#include <sstream>
#include <string>
#include <vector>

#include <faust/dsp/dsp.h>
#include <faust/gui/UI.h>
#include <faust/gui/meta.h>

#if defined(__SSE__) || defined(__x86_64__)
#include <xmmintrin.h>
#endif

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

// A control of a program. `path` has its groups, without one that FAUST puts around all and gives the program's name.
struct Control {
    std::string path;
    float* zone;
    double init, min, max, step;
    bool isSwitch, isHidden, isLogarithmic;
    std::vector<double> rates; // ascending; a file has a value for each of them
};

// Collects the controls; a hidden one's label is its path.
class Controls : public UI {
  public:
    explicit Controls(std::string program) : fProgram(std::move(program)) {}

    std::vector<Control> found;

    void openTabBox(const char* label) override { fGroups.push_back(label); }
    void openHorizontalBox(const char* label) override { fGroups.push_back(label); }
    void openVerticalBox(const char* label) override { fGroups.push_back(label); }
    void closeBox() override {
        if (!fGroups.empty()) fGroups.pop_back();
    }
    void addButton(const char* label, float* zone) override { add(label, zone, 0, 0, 1, 1, true); }
    void addCheckButton(const char* label, float* zone) override { add(label, zone, 0, 0, 1, 1, true); }
    void addVerticalSlider(const char* l, float* z, float init, float min, float max, float step) override {
        add(l, z, init, min, max, step, false);
    }
    void addHorizontalSlider(const char* l, float* z, float init, float min, float max, float step) override {
        add(l, z, init, min, max, step, false);
    }
    void addNumEntry(const char* l, float* z, float init, float min, float max, float step) override {
        add(l, z, init, min, max, step, false);
    }
    void addHorizontalBargraph(const char*, float*, float, float) override {}
    void addVerticalBargraph(const char*, float*, float, float) override {}
    void addSoundfile(const char*, const char*, Soundfile**) override {}
    void declare(float* zone, const char* key, const char* value) override {
        if (zone != nullptr) fDeclared[zone][key] = value;
    }

  private:
    const std::string fProgram;
    std::vector<std::string> fGroups;
    std::map<float*, std::map<std::string, std::string>> fDeclared;

    static std::vector<double> numbersIn(const std::string& text) {
        std::istringstream words(text);
        words.imbue(std::locale::classic());
        return {std::istream_iterator<double>(words), std::istream_iterator<double>()};
    }

    void add(const char* label, float* zone, float init, float min, float max, float step, bool isSwitch) {
        std::map<std::string, std::string>& declared = fDeclared[zone];
        const bool isHidden = declared["hidden"] == "1";
        std::string path;
        for (size_t i = 0; i < fGroups.size() && !isHidden; ++i)
            if (i > 0 || fGroups[i] != fProgram) path += fGroups[i] + "/";
        found.push_back(Control{path + label, zone, init, min, max, step, isSwitch, isHidden,
                                declared["scale"] == "log" && min > 0, numbersIn(declared["rates"])});
    }
};

struct Name : Meta {
    std::string name;

    void declare(const char* key, const char* value) override {
        if (std::string(key) == "name") name = value;
    }
};

// `program` is owned, and initialised. It is compiled with -double: samples are double, the zones of controls float,
// and libfaust 2.54 leaves zones as the memory was: so all are set.
class Instance {
  public:
    static constexpr int kChunk = 128; // samples, at most, at once

    Instance(dsp* program, int rate) : fProgram(program) {
        fProgram->init(rate);
        Name name;
        fProgram->metadata(&name);
        Controls ui(name.name);
        fProgram->buildUserInterface(&ui);
        fControls = std::move(ui.found);
        for (const Control& control : fControls) *control.zone = float(control.init);
        fInputs.assign(size_t(fProgram->getNumInputs()), std::vector<double>(kChunk));
        fOutputs.assign(size_t(fProgram->getNumOutputs()), std::vector<double>(kChunk));
        for (auto& channel : fInputs) fFrom.push_back(channel.data());
        for (auto& channel : fOutputs) fTo.push_back(channel.data());
    }

    int inputs() const { return int(fInputs.size()); }
    int outputs() const { return int(fOutputs.size()); }
    double* input(int i) { return fFrom[size_t(i)]; }
    const double* output(int i) const { return fTo[size_t(i)]; }
    const std::vector<Control>& controls() const { return fControls; }

    void compute(int count) {
        fProgram->compute(count, reinterpret_cast<float**>(fFrom.data()), reinterpret_cast<float**>(fTo.data()));
    }

    // What it remembers of sound goes; controls stay.
    void clear() { fProgram->instanceClear(); }

    // The largest sample of the last `count`; infinite if one is no number.
    double peak(int count) const {
        double most = 0.0, sum = 0.0; // 0 unless a NaN or an infinity is among the samples
        for (const double* channel : fTo)
            for (int n = 0; n < count; ++n) {
                most = std::max(most, std::fabs(channel[n]));
                sum += channel[n] * 0.0;
            }
        return sum == 0.0 ? most : HUGE_VAL;
    }

  private:
    std::unique_ptr<dsp> fProgram;
    std::vector<Control> fControls;
    std::vector<std::vector<double>> fInputs, fOutputs;
    std::vector<double*> fFrom, fTo;
};
