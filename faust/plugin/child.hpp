// Runs the compiler as a process, and stops it when that is due.
#pragma once

#include <functional>
#include <string>

struct Compiled {
    std::string code;  // empty if it failed
    std::string error; // why, on one line; empty too if nobody wants it any more
    double milliseconds = 0.0;
};

// Compiles `text` by `program`; includes are looked for in `folder` too. `isObsolete` is asked now and then, with the
// seconds that it has taken, and ends it.
Compiled compileInChild(const std::string& program, const std::string& backend, int rate, const std::string& folder,
                        const std::string& text, const std::function<bool(double)>& isObsolete);
