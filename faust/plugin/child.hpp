// Runs the compiler, a process for each text, and stops it when that is due.
#pragma once

#include <functional>
#include <memory>
#include <string>

struct Compiled {
    std::string code;  // empty if it failed
    std::string error; // why, on one line; empty too if nobody wants it any more
    double milliseconds = 0.0;
};

// One thread's. A process can be started before there is a text for it: to begin takes it as long as a small text.
class Compiler {
  public:
    // `program` is the path of `plaud-live-faust`.
    explicit Compiler(std::string program);
    ~Compiler();

    // Compiles `text`; includes are looked for in `folder` too. `isObsolete` is asked now and then, with the seconds
    // that it has taken, and ends it.
    Compiled compile(const std::string& backend, int rate, const std::string& folder, const std::string& text,
                     const std::function<bool(double)>& isObsolete);
    // Starts the process that compiles the next text, if that will have these arguments.
    void standBy(const std::string& backend, int rate, const std::string& folder);

  private:
    class Process;

    const std::string fProgram;
    std::unique_ptr<Process> fNext;
};
