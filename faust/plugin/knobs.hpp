// The knobs that a host sees: always the same, whatever program is heard. Each program's controls are bound to them.
#pragma once

#include <array>
#include <atomic>
#include <cmath>
#include <map>
#include <string>

#include "instance.hpp"

// What the compiler writes (compiler/controls.py) has a knob of its own, in its unit.
struct Named {
    const char *name, *unit, *text;
    float min, max, init;
    bool isSwitch;
};

constexpr Named kNamed[] = {
    {"t60", "s", "Total decay time to -60 dB; 0 is as trained", 0.0f, 20.0f, 0.0f, false},
    {"damping", "", "How much faster high frequencies decay", 0.0f, 1.0f, 0.0f, false},
    {"freeze", "", "1 holds what sounds and mutes the input", 0.0f, 1.0f, 0.0f, true},
    {"pre_delay", "ms", "Delay of the reverb", 0.0f, 500.0f, 0.0f, false},
    {"dry_wet", "", "0 is the input, 1 is the reverb", 0.0f, 1.0f, 1.0f, false},
};
constexpr int kNamedCount = sizeof(kNamed) / sizeof(kNamed[0]);
constexpr int kKnobCount = 31; // with the number of the file: 32 parameters

// Where the host's knobs stand. Set from any thread, read by all.
class Knobs {
  public:
    Knobs() {
        for (int i = 0; i < kKnobCount; ++i) fValues[size_t(i)] = i < kNamedCount ? kNamed[i].init : 0.0f;
    }

    float value(int knob) const { return fValues[size_t(knob)].load(std::memory_order_relaxed); }
    void set(int knob, float value) {
        const float min = knob < kNamedCount ? kNamed[knob].min : 0.0f;
        const float max = knob < kNamedCount ? kNamed[knob].max : 1.0f;
        fValues[size_t(knob)].store(value >= min ? std::min(value, max) : min, std::memory_order_relaxed); // NaN: min
    }

    // The knob of a control, -1 for none. Others' controls keep the knob that their path had first; when all are
    // taken, there is none for more. One thread only.
    int bind(const Control& control) {
        for (int i = 0; i < kNamedCount; ++i)
            if (isNamed(control, kNamed[i])) return i;
        const auto found = fTaken.find(control.path);
        if (found != fTaken.end()) return found->second;
        const int next = kNamedCount + int(fTaken.size());
        if (next >= kKnobCount) return -1;
        fTaken[control.path] = next;
        return next;
    }

    // What a control is set to by its knob.
    static double setting(const Control& control, int knob, float value) {
        double wanted = value;
        if (knob >= kNamedCount) {
            if (value == 0.0f) return control.init;
            if (control.isLogarithmic) {
                wanted = control.min * std::pow(control.max / control.min, double(value));
            } else {
                wanted = control.min + value * (control.max - control.min);
                if (control.step > 0) wanted = control.min + std::round((wanted - control.min) / control.step) * control.step;
            }
        } else if (knob == 0 && value == 0.0f) {
            return control.init;
        }
        return std::min(std::max(wanted, control.min), control.max);
    }

  private:
    std::array<std::atomic<float>, kKnobCount> fValues;
    std::map<std::string, int> fTaken;

    // Of the compiler's knobs, by name and range; t60 may last longer, and begins where the model does.
    static bool isNamed(const Control& control, const Named& named) {
        if (control.path != named.name) return false;
        if (&named == &kNamed[0]) return control.min > 0.0;
        return control.init == double(named.init) && control.min >= double(named.min) && control.max <= double(named.max);
    }
};
