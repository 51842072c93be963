// The watched reverb: the whole plugin but for what hosts want. A worker looks at the file and compiles; the audio
// thread plays. No format of plugins is known here.
#pragma once

#include <atomic>
#include <condition_variable>
#include <cstdint>
#include <memory>
#include <mutex>
#include <string>
#include <thread>

#include "child.hpp"
#include "files.hpp"
#include "knobs.hpp"
#include "player.hpp"
#include "program.hpp"

// What is written beside the file (compiler/README.md, "Files that are published").
struct Status {
    std::string state, error;
    int64_t generation = 0; // of the file that `state` is about
    int64_t playing = 0;    // of what is heard
    double milliseconds = 0.0;

    bool operator==(const Status& other) const {
        return state == other.state && error == other.error && generation == other.generation &&
               playing == other.playing && milliseconds == other.milliseconds;
    }
};

class Reverb {
  public:
    // `compiler` is the path of the program `plaud-live-faust`.
    explicit Reverb(std::string compiler);
    ~Reverb();

    Knobs knobs;

    // Any thread but the audio one. `dsp`: the file that is watched; empty for `$PLAUD_DSP`, or ~/.plaud-live/live.dsp.
    void watch(const std::string& dsp);
    std::string watched() const;
    // Any thread. 1 is that file; from 2 on those beside it with the number in their names, live2.dsp.
    void setNumber(int number) { fNumber.store(number, std::memory_order_relaxed); }
    int number() const { return fNumber.load(std::memory_order_relaxed); }

    // While nothing is processed. At another rate than before it waits for what the file sounds like at that rate, for
    // kFirstSoundSeconds at most; at the same it only silences, and waits for nothing.
    void activate(double rate);
    // The audio thread's: stereo, in place or not.
    void process(const float* const* in, float* const* out, uint32_t count) { fPlayer.process(in, out, count); }

  private:
    // Something that can be played again.
    struct Sound {
        std::shared_ptr<Program> program;
        Values values;
        int64_t generation = 0, serial = 0;
    };

    const std::string fBackend, fUsual; // the environment is read once: others may change it meanwhile
    Player fPlayer;
    std::atomic<int> fNumber{1}, fRate{0};
    mutable std::mutex fMutex; // of what follows; never the audio thread's
    std::string fChosen;
    bool fIsEnding = false;
    unsigned fWanted = 0, fSettled = 0; // how often a sound was asked for, and which of these is answered
    std::condition_variable fChanged;
    std::thread fWorker;

    // The worker's own.
    Compiler fCompiler;
    std::unique_ptr<WatchedFile> fDsp, fParams;
    Sound fNow, fBefore;
    int64_t fSerial = 0;
    int fPlayedRate = 0;
    Status fStatus;

    void work();
    std::string path() const;
    bool isEnding() const;
    void lookAt(const std::string& path);
    void takeDsp();
    std::string folder() const;
    void takeParams();
    bool play(Sound sound, std::string& error);
    void lookAfterBroken();
    void say(const std::string& state, int64_t generation, const std::string& error, double milliseconds = 0.0);
};
