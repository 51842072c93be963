// A compiled program, and voices: its instances, with coefficients, bound to the host's knobs, warm.
#pragma once

#include <cstdint>
#include <memory>
#include <mutex>
#include <string>

#include "files.hpp"
#include "instance.hpp"
#include "knobs.hpp"

class Program {
  public:
    // From what the compiler handed over. Null, and the reason in `error`, for what libfaust cannot take.
    static std::shared_ptr<Program> load(const std::string& backend, const std::string& code, std::string& error);
    ~Program();

    Header header;

    // An instance that was initialised at `rate`; to be deleted by `release`.
    std::unique_ptr<Instance> instance(int rate);
    static void release(std::unique_ptr<Instance> instance);

  private:
    dsp_factory* fFactory = nullptr;
    bool fIsLlvm = false;
};

// Made and deleted by the worker, played by the audio thread.
class Voice {
  public:
    Voice(std::shared_ptr<Program> program, int rate, Knobs& knobs, const Values& values, int64_t serial);
    ~Voice();

    const int64_t serial;
    const int rate;
    // Set by the audio thread before it hands a voice back: it had to be muted, whether it had the input then,
    // and which has it since, 0 for none.
    bool isBroken = false, wasFed = false;
    int64_t replacedBy = 0;

    void warm();
    // Adds to `out` what it makes of `in`, [2][count]; the input comes by `gain`, the output goes by `level`, one for each
    // sample. Returns the largest sample, infinite for what is no number: then nothing was added.
    double play(const double* const* in, double* const* out, const double* gain, const double* level, int count);
    void clear();

  private:
    const std::shared_ptr<Program> fProgram;
    std::unique_ptr<Instance> fInstance;
    Knobs& fKnobs;
    struct Bound {
        Control control;
        int knob;
        float seen;
    };
    std::vector<Bound> fBound;

    void take(const Control& control, const std::vector<double>& values, size_t index);
    void turnKnobs(bool all);
};
