#include "child.hpp"

#include <cerrno>
#include <chrono>
#include <csignal>
#include <cstdlib>
#include <cstring>
#include <fcntl.h>
#include <poll.h>
#include <spawn.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

#include "limits.hpp"

extern char** environ;

namespace {

using Clock = std::chrono::steady_clock;

// Both ends of a pipe that other children of the host do not inherit.
class Pipe {
  public:
    int ends[2] = {-1, -1};

    Pipe() {
#ifdef __linux__
        if (pipe2(ends, O_CLOEXEC) != 0) ends[0] = ends[1] = -1;
#else
        if (pipe(ends) != 0) ends[0] = ends[1] = -1;
        for (const int end : ends) (void)fcntl(end, F_SETFD, FD_CLOEXEC);
#endif
    }
    ~Pipe() {
        shut(0);
        shut(1);
    }
    bool isOpen() const { return ends[0] >= 0; }
    void shut(int which) {
        if (ends[which] >= 0) close(ends[which]);
        ends[which] = -1;
    }
};

void append(Pipe& pipe, std::string& text) {
    char part[65536];
    const ssize_t count = read(pipe.ends[0], part, sizeof(part));
    if (count > 0) text.append(part, size_t(count));
    if (count == 0 || (count < 0 && errno != EINTR && errno != EAGAIN)) pipe.shut(0);
}

// Nothing unless `answer` is whole.
std::string codeOf(const std::string& answer) {
    const size_t line = answer.find('\n');
    if (line == std::string::npos || answer.compare(0, 5, "code ") != 0) return std::string();
    const size_t size = size_t(std::strtoull(answer.c_str() + 5, nullptr, 10));
    return answer.size() - line - 1 == size ? answer.substr(line + 1) : std::string();
}

std::string reasonOf(const std::string& said, bool isKnown, int status) {
    if (isKnown && WIFSIGNALED(status)) {
        const int by = WTERMSIG(status);
        if (by == SIGXCPU || by == SIGKILL)
            return "takes more than " + std::to_string(kCompileSeconds) + " s to compile: smaller, or simpler";
        return "breaks the FAUST compiler (signal " + std::to_string(by) + ")";
    }
    const std::string first = said.substr(0, said.find('\n'));
    return first.empty() ? "breaks the FAUST compiler, which says nothing" : first;
}

// The program as it lies there: after an installation another one.
std::string stampOf(const std::string& program) {
    struct stat found;
    if (stat(program.c_str(), &found) != 0) return std::string();
    return std::to_string(found.st_ino) + " " + std::to_string(found.st_mtime) + " " + std::to_string(found.st_size);
}

} // namespace

// A compiler that waits for its text; it ends with this.
class Compiler::Process {
  public:
    Pipe in, out, err;

    Process(const std::string& program, const std::string& backend, int rate, const std::string& folder)
        : fBackend(backend), fRate(rate), fFolder(folder), fStamp(stampOf(program)) {
        if (in.isOpen() && out.isOpen() && err.isOpen()) start(program);
        in.shut(0);
        out.shut(1);
        err.shut(1);
        if (isStarted()) (void)fcntl(in.ends[1], F_SETFL, O_NONBLOCK);
    }
    ~Process() {
        kill();
        int ignored;
        (void)end(ignored);
    }

    bool isStarted() const { return fId > 0; }
    // Whether it waits still, to do this.
    bool isFor(const std::string& program, const std::string& backend, int rate, const std::string& folder) const {
        struct pollfd said = {err.ends[0], POLLIN, 0}; // what ends before it has a text says why, or hangs up
        return isStarted() && backend == fBackend && rate == fRate && folder == fFolder && poll(&said, 1, 0) == 0 &&
               fStamp == stampOf(program);
    }
    void kill() const {
        if (isStarted()) (void)::kill(fId, SIGKILL);
    }
    // Waits for its end. Whether `status` is known: a host that waits for all children may have been first.
    bool end(int& status) {
        if (!isStarted()) return false;
        pid_t ended;
        do ended = waitpid(fId, &status, 0);
        while (ended < 0 && errno == EINTR);
        const bool isKnown = ended == fId;
        fId = -1;
        return isKnown;
    }

  private:
    const std::string fBackend;
    const int fRate;
    const std::string fFolder, fStamp;
    pid_t fId = -1;

    // Its signals are as those of a program that a shell starts.
    void start(const std::string& program) {
        const std::string rate = std::to_string(fRate);
        const char* const arguments[] = {program.c_str(), fBackend.c_str(), rate.c_str(), fFolder.c_str(), nullptr};
        posix_spawn_file_actions_t files;
        posix_spawnattr_t attributes;
        sigset_t none, all;
        sigemptyset(&none);
        sigfillset(&all);
        posix_spawn_file_actions_init(&files);
        posix_spawn_file_actions_adddup2(&files, in.ends[0], 0);
        posix_spawn_file_actions_adddup2(&files, out.ends[1], 1);
        posix_spawn_file_actions_adddup2(&files, err.ends[1], 2);
        posix_spawnattr_init(&attributes);
        posix_spawnattr_setsigmask(&attributes, &none);
        posix_spawnattr_setsigdefault(&attributes, &all);
        posix_spawnattr_setflags(&attributes, POSIX_SPAWN_SETSIGMASK | POSIX_SPAWN_SETSIGDEF);
        if (posix_spawn(&fId, program.c_str(), &files, &attributes, const_cast<char* const*>(arguments), environ) != 0) fId = -1;
        posix_spawn_file_actions_destroy(&files);
        posix_spawnattr_destroy(&attributes);
    }
};

Compiler::Compiler(std::string program) : fProgram(std::move(program)) {}

Compiler::~Compiler() = default;

void Compiler::standBy(const std::string& backend, int rate, const std::string& folder) {
    if (fNext && fNext->isFor(fProgram, backend, rate, folder)) return;
    fNext.reset(); // first: two of them are one too many
    fNext = std::make_unique<Process>(fProgram, backend, rate, folder);
}

Compiled Compiler::compile(const std::string& backend, int rate, const std::string& folder, const std::string& text,
                           const std::function<bool(double)>& isObsolete) {
    Compiled result;
    const Clock::time_point began = Clock::now();
    const auto seconds = [&] { return std::chrono::duration<double>(Clock::now() - began).count(); };
    standBy(backend, rate, folder);
    const std::unique_ptr<Process> child = std::move(fNext);
    if (!child->isStarted()) {
        result.error = "the compiler cannot be started: " + fProgram + " - make install again";
        return result;
    }
    Pipe &in = child->in, &out = child->out, &err = child->err;
    const std::string message = "text " + std::to_string(text.size()) + "\n" + text;
    std::string answer, said;
    size_t sent = 0;
    bool isStopped = false, isUnwanted = false;
    while (out.ends[0] >= 0 || err.ends[0] >= 0) {
        struct pollfd wait[3] = {{in.ends[1], POLLOUT, 0}, {out.ends[0], POLLIN, 0}, {err.ends[0], POLLIN, 0}};
        (void)poll(wait, 3, 20);
        if (wait[0].revents != 0) {
            // The thread that calls this has SIGPIPE blocked: a child that has ended is an error here.
            const ssize_t count = write(in.ends[1], message.data() + sent, message.size() - sent);
            if (count > 0) sent += size_t(count);
            if (sent == message.size() || (count < 0 && errno != EAGAIN && errno != EINTR)) in.shut(1);
        }
        if (wait[1].revents != 0) append(out, answer);
        if (wait[2].revents != 0) append(err, said);
        isUnwanted = isUnwanted || isObsolete(seconds());
        if (!isStopped && (isUnwanted || seconds() > kPatienceSeconds)) {
            isStopped = true;
            child->kill();
        }
    }
    int status = 0;
    const bool isKnown = child->end(status);
    result.milliseconds = 1e3 * seconds();
    result.code = codeOf(answer);
    if (result.code.empty() && !isUnwanted) result.error = reasonOf(said, isKnown, status);
    return result;
}
