// @title@
// For @sample_rate@ Hz. Made by the block back end of plaud-live's compiler: the class has the interface that
// FAUST generates. FAUSTFLOAT is what it takes and gives, BLOCK_REAL what it computes in.

#ifndef __@class@_H__
#define __@class@_H__

#ifndef FAUSTFLOAT
#define FAUSTFLOAT float
#endif
#ifndef BLOCK_REAL
#define BLOCK_REAL FAUSTFLOAT
#endif
#ifndef FAUSTCLASS
#define FAUSTCLASS @class@
#endif

#include <algorithm>
#include <cmath>
#include <cstdint>

@kernels@

namespace @class@_tables {

typedef BLOCK_REAL Real;

@tables@

}  // namespace @class@_tables

class @class@ : public dsp {
 private:
    typedef BLOCK_REAL Real;
    typedef block_kernels_1::Kernels<Real, @stride@> K;
    template <class Work, int lanes, int sections, bool is_added>
    using Sections = block_kernels_1::Cascade<Real, Work, @stride@, lanes, sections, is_added>;
    typedef block_kernels_1::Gains<Real> Gains;
    typedef block_kernels_1::Ring<Real> Ring;

    enum { kBlock = @block@, kStride = @stride@, kRows = @rows@, kMemory = @memory@, kSpill = 64 };

    int fSampleRate;
    Real fChannels[kRows * kStride + 2 * kSpill];
    Real fMemory[kMemory + kSpill];
    @members@

    // Gives each of `count` rings its part of `memory`.
    static void lay(Ring* rings, const int* lengths, int count, Real* memory) {
        for (int i = 0; i < count; ++i) {
            rings[i].data = memory;
            rings[i].length = lengths[i];
            rings[i].place = 0;
            memory += lengths[i];
        }
    }
    @functions@

 public:
    @class@() {}
    @class@(const @class@&) = delete;
    @class@& operator=(const @class@&) = delete;

    void metadata(Meta* m) {
        @metadata@
    }

    virtual int getNumInputs() { return @inputs@; }
    virtual int getNumOutputs() { return @outputs@; }
    virtual int getSampleRate() { return fSampleRate; }

    static void classInit(int) {}

    virtual void instanceConstants(int sample_rate) {
        using namespace @class@_tables;
        fSampleRate = sample_rate;
        @constants@
    }

    virtual void instanceResetUserInterface() {
        @resets@
    }

    virtual void instanceClear() {
        std::fill(fChannels, fChannels + kRows * kStride + 2 * kSpill, Real(0));
        std::fill(fMemory, fMemory + kMemory + kSpill, Real(0));
        @clears@
    }

    virtual void init(int sample_rate) {
        classInit(sample_rate);
        instanceInit(sample_rate);
    }

    virtual void instanceInit(int sample_rate) {
        instanceConstants(sample_rate);
        instanceResetUserInterface();
        instanceClear();
    }

    virtual @class@* clone() { return new @class@(); }

    virtual void buildUserInterface(UI* ui_interface) {
        ui_interface->openVerticalBox(@label@);
        @sliders@
        ui_interface->closeBox();
    }

    virtual void compute(int count, FAUSTFLOAT** inputs, FAUSTFLOAT** outputs) {
        using namespace @class@_tables;
        const block_kernels_1::NoDenormals no_denormals;
        const std::uintptr_t place = reinterpret_cast<std::uintptr_t>(fChannels) + kSpill - 1;
        Real* const channels = reinterpret_cast<Real*>(place / kSpill * kSpill);
        const auto row = [channels](int r) { return channels + r * kStride; };
        for (int done = 0; done < count; done += kBlock) {
            const int n = std::min(count - done, int(kBlock));
            for (int i = 0; i < @inputs@; ++i)
                for (int t = 0; t < n; ++t) row(@input_row@ + i)[t] = Real(inputs[i][done + t]);
            @before@
            @operations@
            @after@
            for (int o = 0; o < @outputs@; ++o)
                for (int t = 0; t < n; ++t) outputs[o][done + t] = FAUSTFLOAT(row(@output_row@ + o)[t]);
        }
    }
};

#endif
