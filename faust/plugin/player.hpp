// The audio thread's part: plays the newest voice, lets the ones before ring out, waits for nobody.
#pragma once

#include <array>
#include <atomic>
#include <cstdint>

#include "instance.hpp"
#include "limits.hpp"
#include "program.hpp"

class Player {
  public:
    ~Player(); // deletes all voices; nobody else may be at work

    // The worker's. `publish` hands a voice over, and deletes one that waits in vain; `collect` gives one back that is
    // not heard any more, to be deleted; null for none.
    void publish(Voice* voice);
    Voice* collect();
    // Lets the input through, until the next voice: there is nothing to be heard.
    void passThrough() { fPasses.store(true, std::memory_order_release); }

    // The audio thread's.
    void process(const float* const* in, float* const* out, uint32_t count);

    // The host's, while it does not process: silence, tails gone; voices of another rate as well.
    void reset(int rate);

  private:
    static constexpr int kChunk = Instance::kChunk;

    // A voice that is heard; a null voice is the input itself. Gains move linearly within kFadeSeconds.
    struct Heard {
        Voice* voice = nullptr;
        double input = 0.0, level = 1.0; // gains
        bool isFed = false, isEnding = false;
        double age = 0.0, quiet = 0.0; // seconds as a tail, of them without sound
    };
    // The newest and its tails, newest first; one more tail is about to end.
    std::array<Heard, kMostTails + 3> fHeard;
    int fCount = 0;
    Heard fThrough; // the input itself
    int fRate = 48000;
    bool fIsFresh = true; // nothing was put out yet: no fade

    std::atomic<Voice*> fIncoming{nullptr};
    std::atomic<bool> fPasses{true};
    std::array<Voice*, 64> fDone{}; // a ring of one writer and one reader
    std::atomic<uint32_t> fPut{0}, fTaken{0};

    double fIn[2][kChunk], fOut[2][kChunk], fGain[kChunk], fLevel[kChunk];

    void takeIncoming();
    void processChunk(uint32_t count);
    bool ramp(Heard& heard, uint32_t count);
    void dropBroken(int index);
    void remove(int index);
};
