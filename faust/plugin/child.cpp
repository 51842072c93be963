#include "child.hpp"

#include <cerrno>
#include <chrono>
#include <csignal>
#include <cstdlib>
#include <cstring>
#include <fcntl.h>
#include <poll.h>
#include <spawn.h>
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

// The child's process id, or -1: its signals are as those of a program that a shell starts.
pid_t spawned(const std::string& program, const char* const* arguments, const Pipe& in, const Pipe& out, const Pipe& err) {
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
    pid_t child = -1;
    if (posix_spawn(&child, program.c_str(), &files, &attributes, const_cast<char* const*>(arguments), environ) != 0) child = -1;
    posix_spawn_file_actions_destroy(&files);
    posix_spawnattr_destroy(&attributes);
    return child;
}

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

} // namespace

Compiled compileInChild(const std::string& program, const std::string& backend, int rate, const std::string& folder,
                        const std::string& text, const std::function<bool(double)>& isObsolete) {
    Compiled result;
    const Clock::time_point began = Clock::now();
    const auto seconds = [&] { return std::chrono::duration<double>(Clock::now() - began).count(); };
    Pipe in, out, err;
    const std::string hertz = std::to_string(rate);
    const char* const arguments[] = {program.c_str(), backend.c_str(), hertz.c_str(), folder.c_str(), nullptr};
    const pid_t child = in.isOpen() && out.isOpen() && err.isOpen() ? spawned(program, arguments, in, out, err) : -1;
    if (child < 0) {
        result.error = "the compiler cannot be started: " + program + " - make install again";
        return result;
    }
    in.shut(0);
    out.shut(1);
    err.shut(1);
    (void)fcntl(in.ends[1], F_SETFL, O_NONBLOCK);
    std::string answer, said;
    size_t sent = 0;
    bool isStopped = false, isUnwanted = false;
    while (out.ends[0] >= 0 || err.ends[0] >= 0) {
        struct pollfd wait[3] = {{in.ends[1], POLLOUT, 0}, {out.ends[0], POLLIN, 0}, {err.ends[0], POLLIN, 0}};
        (void)poll(wait, 3, 20);
        if (wait[0].revents != 0) {
            // The thread that calls this has SIGPIPE blocked: a child that has ended is an error here.
            const ssize_t count = write(in.ends[1], text.data() + sent, text.size() - sent);
            if (count > 0) sent += size_t(count);
            if (sent == text.size() || (count < 0 && errno != EAGAIN && errno != EINTR)) in.shut(1);
        }
        if (wait[1].revents != 0) append(out, answer);
        if (wait[2].revents != 0) append(err, said);
        isUnwanted = isUnwanted || isObsolete(seconds());
        if (!isStopped && (isUnwanted || seconds() > kPatienceSeconds)) {
            isStopped = true;
            kill(child, SIGKILL);
        }
    }
    int status = 0;
    pid_t ended;
    do ended = waitpid(child, &status, 0);
    while (ended < 0 && errno == EINTR); // another error: the host waits for all children, or for none
    result.milliseconds = 1e3 * seconds();
    result.code = codeOf(answer);
    if (result.code.empty() && !isUnwanted) result.error = reasonOf(said, ended == child, status);
    return result;
}
