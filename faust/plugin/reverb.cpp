#include "reverb.hpp"

#include <chrono>
#include <clocale>
#include <csignal>
#include <cstdio>
#include <cstdlib>
#include <pthread.h>
#include <sched.h>
#include <sys/resource.h>
#include <unistd.h>
#ifdef __linux__
#include <sys/syscall.h>
#else
#include <xlocale.h>
#endif

#include "json.hpp"
#include "limits.hpp"

namespace {

using Seconds = std::chrono::duration<double>;

// Interpreter, unless this build has LLVM, and `$PLAUD_FAUST` does not say otherwise.
std::string backend() {
#ifdef WITH_LLVM
    const char* const wanted = std::getenv("PLAUD_FAUST");
    return wanted != nullptr && std::string(wanted) == "interpreter" ? "interpreter" : "llvm";
#else
    return "interpreter";
#endif
}

std::string expanded(const std::string& path) {
    const char* const home = std::getenv("HOME");
    return path.compare(0, 2, "~/") == 0 && home != nullptr ? home + path.substr(1) : path;
}

std::string usual() {
    const char* const live = std::getenv("PLAUD_DSP");
    return expanded(live != nullptr && *live ? live : "~/.plaud-live/live.dsp");
}

// A worker is no part of a host's real time, hears none of its signals, and writes numbers with points.
void standBack() {
    const sched_param ordinary{};
    (void)pthread_setschedparam(pthread_self(), SCHED_OTHER, &ordinary);
#ifdef __linux__
    (void)setpriority(PRIO_PROCESS, id_t(syscall(SYS_gettid)), kNice);
#elif defined(__APPLE__)
    (void)pthread_set_qos_class_self_np(QOS_CLASS_UTILITY, 0);
#endif
    static const locale_t kPlain = newlocale(LC_ALL_MASK, "C", nullptr);
    (void)uselocale(kPlain);
}

} // namespace

Reverb::Reverb(std::string compiler) : fBackend(backend()), fUsual(usual()), fCompiler(std::move(compiler)) {}

Reverb::~Reverb() {
    {
        const std::lock_guard<std::mutex> lock(fMutex);
        fIsEnding = true;
    }
    fChanged.notify_all();
    if (fWorker.joinable()) fWorker.join();
}

void Reverb::watch(const std::string& dsp) {
    const std::string chosen = expanded(dsp);
    const std::lock_guard<std::mutex> lock(fMutex);
    fChosen = chosen;
}

std::string Reverb::watched() const {
    const std::lock_guard<std::mutex> lock(fMutex);
    return fChosen;
}

std::string Reverb::path() const {
    const std::string chosen = watched(), &base = chosen.empty() ? fUsual : chosen;
    const int number = fNumber.load(std::memory_order_relaxed);
    return number > 1 ? beside(base, std::to_string(number) + ".dsp") : base;
}

bool Reverb::isEnding() const {
    const std::lock_guard<std::mutex> lock(fMutex);
    return fIsEnding;
}

void Reverb::activate(double rate) {
    const int wantedRate = int(std::lround(rate));
    fPlayer.reset(wantedRate);
    if (fRate.exchange(wantedRate) == wantedRate) return; // some hosts stop and go on in the audio thread
    std::unique_lock<std::mutex> lock(fMutex);
    const unsigned wanted = ++fWanted;
    if (!fWorker.joinable()) {
        // Signals are the host's: the worker begins with all of them blocked.
        sigset_t all, before;
        sigfillset(&all);
        pthread_sigmask(SIG_SETMASK, &all, &before);
        fWorker = std::thread([this] { work(); });
        pthread_sigmask(SIG_SETMASK, &before, nullptr);
    }
    fChanged.notify_all();
    fChanged.wait_for(lock, Seconds(kFirstSoundSeconds), [&] { return fSettled >= wanted || fIsEnding; });
}

void Reverb::work() {
    standBack();
    while (true) {
        unsigned wanted;
        {
            const std::lock_guard<std::mutex> lock(fMutex);
            if (fIsEnding) return;
            wanted = fWanted;
        }
        lookAfterBroken();
        lookAt(path());
        const bool isSettling = fDsp->isSettling() || fParams->isSettling();
        std::unique_lock<std::mutex> lock(fMutex);
        if (!isSettling && fSettled != wanted) {
            fSettled = wanted;
            fChanged.notify_all();
        }
        const double pause = isSettling ? kSettleSeconds : kPollSeconds;
        fChanged.wait_for(lock, Seconds(pause), [&] { return fIsEnding || fSettled != fWanted; });
    }
}

void Reverb::lookAt(const std::string& path) {
    if (!fDsp || fDsp->path() != path) {
        fDsp = std::make_unique<WatchedFile>(path);
        fParams = std::make_unique<WatchedFile>(beside(path, ".params.json"));
    }
    const int rate = fRate.load();
    if (fNow.program && rate != fPlayedRate) {
        std::string error;
        if (!play(fNow, error)) say("error", fNow.generation, error);
    }
    if (fDsp->isReady()) {
        takeDsp();
        if (fDsp->exists() && !isEnding()) fCompiler.standBy(fBackend, fRate.load(), folder());
    }
    if (fParams->isReady()) takeParams();
}

void Reverb::takeDsp() {
    std::string error;
    const std::optional<std::string> text = fDsp->take(error);
    if (!text) return say(fDsp->exists() ? "error" : "missing", 0, error);
    const Header header = headerOf(*text);
    if (text->find_first_not_of(" \t\r\n") == std::string::npos) return say("error", 0, "is empty");
    const Compiled compiled = fCompiler.compile(fBackend, fRate.load(), folder(), *text, [&](double seconds) {
        return isEnding() || path() != fDsp->path() || (seconds > kGivesWaySeconds && fDsp->isOther());
    });
    if (compiled.code.empty() && compiled.error.empty()) return; // a newer one, another file, or the end
    if (compiled.code.empty()) return say("error", header.generation, compiled.error, compiled.milliseconds);
    Sound sound{Program::load(fBackend, compiled.code, error), {}, header.generation, 0};
    if (!sound.program) return say("error", header.generation, error, compiled.milliseconds);
    sound.program->header = header;
    // Parameters were written before the text, and may be newer than it.
    std::string ignored;
    const std::optional<std::string> params = fParams->take(ignored);
    const std::optional<Parameters> parameters = params ? parseParameters(*params, error) : std::nullopt;
    if (parameters && !header.structure.empty() && parameters->structure == header.structure) {
        sound.values = parameters->values;
        sound.generation = parameters->generation;
    }
    const int64_t generation = sound.generation;
    std::string refused;
    if (!play(std::move(sound), refused)) return say("error", generation, refused, compiled.milliseconds);
    if (!header.structure.empty() && params && !parameters) error = fParams->path() + ": " + error;
    else error.clear();
    say(error.empty() ? "ok" : "error", generation, error, compiled.milliseconds);
}

// Of the file, where what it includes is looked for.
std::string Reverb::folder() const {
    const size_t slash = fDsp->path().rfind('/');
    return slash == std::string::npos ? "." : fDsp->path().substr(0, slash + 1);
}

void Reverb::takeParams() {
    if (!fNow.program || fNow.program->header.structure.empty()) return (void)fParams->take(fStatus.error);
    std::string error;
    const std::optional<std::string> text = fParams->take(error);
    if (!text && !fParams->exists()) return; // the values of the text, and those taken before, stay
    const std::optional<Parameters> parameters = text ? parseParameters(*text, error) : std::nullopt;
    if (!parameters) return say("error", fNow.generation, fParams->path() + ": " + error);
    // Of another structure: its text is about to come.
    if (parameters->structure != fNow.program->header.structure || parameters->generation == fNow.generation) return;
    Sound sound{fNow.program, parameters->values, parameters->generation, 0};
    if (play(std::move(sound), error)) return say("ok", parameters->generation, "");
    say("error", parameters->generation, error);
}

// Hands `sound` over, warm. False if it cannot be.
bool Reverb::play(Sound sound, std::string& error) {
    sound.serial = ++fSerial;
    const int rate = fRate.load();
    try {
        auto voice = std::make_unique<Voice>(sound.program, rate, knobs, sound.values, sound.serial);
        voice->warm();
        fPlayer.publish(voice.release());
    } catch (const std::bad_alloc&) {
        error = "no memory for another instance";
        return false;
    }
    if (fNow.program && fNow.serial != sound.serial && rate == fPlayedRate) fBefore = std::move(fNow);
    fPlayedRate = rate;
    fNow = std::move(sound);
    return true;
}

// Deletes what is not heard any more. If the newest had to be muted, the one before plays again.
void Reverb::lookAfterBroken() {
    while (Voice* const done = fPlayer.collect()) {
        const std::unique_ptr<Voice> voice(done);
        if (!voice->isBroken || !voice->wasFed || voice->serial != fNow.serial) continue;
        const int64_t generation = fNow.generation;
        std::string error = kNotANumber;
        if (voice->replacedBy != 0 && voice->replacedBy == fBefore.serial) {
            fNow = std::move(fBefore);
            fBefore = Sound();
        } else {
            Sound before = std::move(fBefore);
            fBefore = fNow = Sound();
            std::string ignored;
            if (!before.program || !play(std::move(before), ignored)) fPlayer.passThrough();
            fBefore = Sound();
        }
        error += fNow.program ? ": the one before plays again" : ": the input passes as it is";
        say("error", generation, error);
    }
}

void Reverb::say(const std::string& state, int64_t generation, const std::string& error, double milliseconds) {
    const Status status{state, error, generation, fNow.generation, milliseconds};
    if (status == fStatus && state != "ok") return;
    fStatus = status;
    if (access(folder().c_str(), F_OK) != 0) return; // nobody was here
    char numbers[160];
    std::snprintf(numbers, sizeof(numbers), "\"generation\": %lld, \"playing\": %lld, \"compile_ms\": %.1f",
                  (long long)generation, (long long)status.playing, milliseconds);
    writeWhole(fDsp->path() + ".status.json", "{\"schema_version\": 1, \"state\": " + jsonString(state) + ", " + numbers +
                                                  ", \"backend\": " + jsonString(fBackend) +
                                                  ", \"error\": " + jsonString(error) + "}\n");
}
