#include "player.hpp"

#include <algorithm>
#include <cmath>

namespace {

// One gain for each sample, towards `target`; the last reached.
double fade(double gain, double target, double step, double* gains, uint32_t count) {
    for (uint32_t n = 0; n < count; ++n) {
        gain = target > gain ? std::min(target, gain + step) : std::max(target, gain - step);
        gains[n] = gain;
    }
    return gain;
}

} // namespace

Player::~Player() {
    reset(0);
    delete fIncoming.exchange(nullptr);
    while (Voice* const voice = collect()) delete voice;
}

void Player::publish(Voice* voice) {
    delete fIncoming.exchange(voice, std::memory_order_acq_rel);
}

Voice* Player::collect() {
    const uint32_t taken = fTaken.load(std::memory_order_relaxed);
    if (taken == fPut.load(std::memory_order_acquire)) return nullptr;
    Voice* const voice = fDone[taken % fDone.size()];
    fTaken.store(taken + 1, std::memory_order_release);
    return voice;
}

void Player::reset(int rate) {
    for (int i = fCount - 1; i >= 0; --i)
        if (i > 0 || rate != fRate) remove(i);
    if (fCount > 0) {
        fHeard[0].voice->clear();
        fHeard[0].input = fHeard[0].level = 1.0;
    }
    fThrough.input = fThrough.isFed ? 1.0 : 0.0;
    fRate = rate;
    fIsFresh = true;
}

void Player::process(const float* const* in, float* const* out, uint32_t frames) {
    const FlushToZero whileRunning;
    for (uint32_t start = 0; start < frames; start += kChunk) {
        const uint32_t count = std::min<uint32_t>(kChunk, frames - start);
        for (int c = 0; c < 2; ++c) {
            // A host may give one buffer for input and output, and what is no number would go round for ever.
            for (uint32_t n = 0; n < count; ++n) {
                const float sample = in[c][start + n];
                fIn[c][n] = std::isfinite(sample) ? double(sample) : 0.0;
            }
            std::fill_n(fOut[c], count, 0.0);
        }
        takeIncoming();
        processChunk(count);
        for (int c = 0; c < 2; ++c)
            for (uint32_t n = 0; n < count; ++n) out[c][start + n] = float(fOut[c][n]);
    }
}

void Player::takeIncoming() {
    const bool isSettled = fCount == 0 || !fHeard[0].isFed || fHeard[0].input == 1.0;
    Voice* const voice = isSettled && fCount < int(fHeard.size()) ? fIncoming.exchange(nullptr, std::memory_order_acq_rel)
                                                                 : nullptr;
    if (voice != nullptr && voice->rate != fRate) { // made before the host changed its mind
        fHeard[size_t(fCount)].voice = voice;
        ++fCount;
        remove(fCount - 1);
    } else if (voice != nullptr) {
        int tails = 0;
        for (int i = 0; i < fCount; ++i) {
            fHeard[size_t(i)].isFed = false;
            if (!fHeard[size_t(i)].isEnding && ++tails > kMostTails) fHeard[size_t(i)].isEnding = true;
        }
        std::copy_backward(fHeard.begin(), fHeard.begin() + fCount, fHeard.begin() + fCount + 1);
        ++fCount;
        fHeard[0] = Heard();
        fHeard[0].voice = voice;
        fHeard[0].isFed = true;
        if (fIsFresh) { // nothing to fade from
            while (fCount > 1) remove(fCount - 1);
            fHeard[0].input = 1.0;
            fThrough.input = 0.0;
        }
        fPasses.store(false, std::memory_order_relaxed);
    }
    fThrough.isFed = fPasses.load(std::memory_order_acquire) && (fCount == 0 || !fHeard[0].isFed);
    if (fIsFresh && fThrough.isFed) fThrough.input = 1.0;
    fIsFresh = false;
}

void Player::processChunk(uint32_t count) {
    if (fThrough.isFed || fThrough.input > 0.0) {
        ramp(fThrough, count);
        for (int c = 0; c < 2; ++c)
            for (uint32_t n = 0; n < count; ++n) fOut[c][n] += fGain[n] * fIn[c][n];
    }
    const double* const in[2] = {fIn[0], fIn[1]};
    double* const out[2] = {fOut[0], fOut[1]};
    for (int i = 0; i < fCount;) {
        Heard& heard = fHeard[size_t(i)];
        const bool isOver = ramp(heard, count);
        const double peak = heard.voice->play(in, out, fGain, fLevel, int(count));
        if (!(peak <= kLoudest)) {
            dropBroken(i);
            continue;
        }
        if (!heard.isFed && heard.input == 0.0) {
            const double seconds = double(count) / fRate;
            heard.age += seconds;
            heard.quiet = peak < kSilent ? heard.quiet + seconds : 0.0;
            if (heard.age > kTailSeconds) heard.isEnding = true;
        }
        if (isOver || heard.quiet > kSilentSeconds) {
            remove(i);
            continue;
        }
        ++i;
    }
}

// Fills fGain and fLevel; true if nothing is left to be heard after this chunk.
bool Player::ramp(Heard& heard, uint32_t count) {
    const double step = 1.0 / (kFadeSeconds * fRate);
    heard.input = fade(heard.input, heard.isFed ? 1.0 : 0.0, step, fGain, count);
    heard.level = fade(heard.level, heard.isEnding ? 0.0 : 1.0, step, fLevel, count);
    return heard.isEnding && heard.level == 0.0;
}

// A voice that puts out no numbers goes at once; the one before, if it still rings, comes back.
void Player::dropBroken(int index) {
    const bool wasFed = fHeard[size_t(index)].isFed;
    Voice* const voice = fHeard[size_t(index)].voice;
    voice->isBroken = true;
    if (wasFed && fCount > index + 1 && !fHeard[size_t(index) + 1].isEnding) {
        Heard& before = fHeard[size_t(index) + 1];
        before.isFed = true;
        before.age = before.quiet = 0.0;
        voice->replacedBy = before.voice->serial;
    }
    voice->wasFed = wasFed;
    remove(index);
}

void Player::remove(int index) {
    const uint32_t put = fPut.load(std::memory_order_relaxed);
    fDone[put % fDone.size()] = fHeard[size_t(index)].voice; // there is room: fewer voices live than it has places
    fPut.store(put + 1, std::memory_order_release);
    std::copy(fHeard.begin() + index + 1, fHeard.begin() + fCount, fHeard.begin() + index);
    --fCount;
}
