// What lies at a path, and whether it is another than before; the files of a hand-over (compiler/README.md).
#pragma once

#include <cstdint>
#include <map>
#include <optional>
#include <string>
#include <vector>

// A file as stat sees it: two that differ in nothing here are taken for the same.
struct Version {
    bool exists = false;
    int64_t modified = 0; // ns
    int64_t size = 0;
    uint64_t inode = 0;

    bool operator==(const Version& other) const {
        return exists == other.exists && modified == other.modified && size == other.size && inode == other.inode;
    }
    bool operator!=(const Version& other) const { return !(*this == other); }
};

Version versionOf(const std::string& path);

// A file that is looked at again and again. What was written in place is taken once it stays as it is; a file that
// was renamed into its place, as ours are, is whole.
class WatchedFile {
  public:
    explicit WatchedFile(std::string path) : fPath(std::move(path)) {}

    const std::string& path() const { return fPath; }
    // True if a version lies there that was not taken yet, and is whole by all appearance.
    bool isReady();
    // True if a version lies there that was not taken yet.
    bool isOther() const { return versionOf(fPath) != fTaken || fIsFresh; }
    bool isSettling() const { return fIsSettling; }
    // The whole file; nothing if it cannot be read. What lies there now is taken, and not ready again.
    std::optional<std::string> take(std::string& error);
    bool exists() const { return fTaken.exists; }

  private:
    std::string fPath;
    Version fTaken, fSeen;
    bool fIsFresh = true; // not taken once
    bool fIsSettling = false;
};

using Values = std::map<std::string, std::vector<double>>; // of hidden controls, by path

// `NAME.params.json`
struct Parameters {
    std::string structure;
    int64_t generation = 0;
    Values values;
};

// Nothing, and the reason in `error`, for what is no such file.
std::optional<Parameters> parseParameters(const std::string& text, std::string& error);

// What the header of FAUST text says; empty and 0 for text that others wrote.
struct Header {
    std::string structure;
    int64_t generation = 0;
};

Header headerOf(const std::string& text);

// The file of the same name with another ending than `.dsp`.
std::string beside(const std::string& dsp, const std::string& ending);

// Replaces `path` in one step by a file of its own name: writers do not meet. False if that is not possible.
bool writeWhole(const std::string& path, const std::string& text);
